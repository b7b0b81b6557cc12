"""What the desk may rely on, of every gateway that moves money by itself."""

import logging
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.rules.paying import Outcome, SignatureError
from tests.gateways import stripe_server
from tests.gateways.rigs import HttpRig, Rig, instruction
from tests.gateways.serving import Mishap, private_pem
from tests.gateways.wechatpay_server import API_V3_KEY

pytestmark = pytest.mark.money


def test_a_refund_is_paid_and_has_a_reference(rig: Rig) -> None:
    answer = rig.gateway().submit(instruction(rig))

    assert answer.outcome is Outcome.SUCCEEDED
    assert answer.gateway_ref
    assert rig.paid_back == 2_500


def test_the_same_key_is_the_same_refund(rig: Rig) -> None:
    gateway = rig.gateway()
    gateway.submit(instruction(rig))
    again = gateway.submit(instruction(rig))

    assert rig.paid_back == 2_500
    assert again.outcome in (Outcome.SUCCEEDED, Outcome.UNKNOWN)  # Alipay: "no money moved now", to be asked
    assert gateway.query(instruction(rig)).outcome is Outcome.SUCCEEDED


def test_another_key_is_another_refund_of_the_same_payment(rig: Rig) -> None:
    gateway = rig.gateway()
    first, second = (gateway.submit(instruction(rig, key)) for key in ("R-1042-1", "R-1042-2"))

    assert first.gateway_ref != second.gateway_ref
    assert rig.paid_back == 5_000


def test_the_same_key_with_another_amount_pays_nothing_more(rig: Rig) -> None:
    gateway = rig.gateway()
    gateway.submit(instruction(rig))
    gateway.submit(instruction(rig, minor=9_000))

    assert rig.paid_back == 2_500


def test_what_stands_under_the_key_with_another_sum_is_not_this_refund(rig: Rig) -> None:
    """Another desk has used the key, or this one before a backup was put back: nothing was paid for this."""
    gateway = rig.gateway()
    gateway.submit(instruction(rig))
    other = instruction(rig, minor=9_000)

    assert gateway.submit(other).outcome is Outcome.UNKNOWN
    assert gateway.query(other).outcome is Outcome.UNKNOWN


def test_a_lost_answer_is_unknown_until_it_is_asked_for(rig: Rig) -> None:
    gateway = rig.gateway()
    rig.next(Mishap.LOSE_ANSWER)

    assert gateway.submit(instruction(rig)).outcome is Outcome.UNKNOWN
    assert rig.paid_back == 2_500
    asked = gateway.query(instruction(rig))
    assert asked.outcome is Outcome.SUCCEEDED
    assert asked.gateway_ref


def test_a_lost_request_is_unknown_and_nothing_is_found(rig: Rig) -> None:
    gateway = rig.gateway()
    rig.next(Mishap.LOSE_REQUEST)

    assert gateway.submit(instruction(rig)).outcome is Outcome.UNKNOWN
    assert gateway.query(instruction(rig)).outcome is Outcome.NOT_FOUND
    assert gateway.submit(instruction(rig)).outcome is Outcome.SUCCEEDED
    assert rig.paid_back == 2_500


def test_a_key_that_was_never_used_is_not_found(rig: Rig) -> None:
    assert rig.gateway().query(instruction(rig)).outcome is Outcome.NOT_FOUND


def test_a_refusal_says_why_and_moves_nothing(rig: Rig) -> None:
    rig.next(Mishap.DECLINE)
    answer = rig.gateway().submit(instruction(rig))

    assert answer.outcome is Outcome.FAILED
    assert answer.said
    assert rig.paid_back == 0


def test_a_question_without_an_answer_is_unknown_too(rig: Rig) -> None:
    gateway = rig.gateway()
    gateway.submit(instruction(rig))
    rig.next(Mishap.LOSE_ANSWER, on="ask")

    assert gateway.query(instruction(rig)).outcome is Outcome.UNKNOWN
    assert gateway.query(instruction(rig)).outcome is Outcome.SUCCEEDED


@pytest.mark.trust
@pytest.mark.parametrize(
    "mishap", [Mishap.ERROR_500, Mishap.HTML, Mishap.GARBAGE, Mishap.SLOW, Mishap.LOSE_ANSWER]
)
def test_what_cannot_be_read_is_no_answer_though_the_money_has_moved(server: HttpRig, mishap: Mishap) -> None:
    gateway = server.gateway()
    server.next(mishap)
    answer = gateway.submit(instruction(server))

    assert answer.outcome is Outcome.UNKNOWN
    assert answer.said
    assert server.paid_back == 2_500
    assert gateway.query(instruction(server)).outcome is Outcome.SUCCEEDED


@pytest.mark.trust
@pytest.mark.parametrize("mishap", [Mishap.ERROR_500, Mishap.HTML, Mishap.GARBAGE, Mishap.SLOW])
def test_a_question_answered_with_nonsense_is_unknown_and_never_not_found(
    server: HttpRig, mishap: Mishap
) -> None:
    gateway = server.gateway()
    server.next(mishap, on="ask")

    assert gateway.query(instruction(server)).outcome is Outcome.UNKNOWN


@pytest.mark.trust
@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize(
    "content",
    [
        "", "null", "5", "[]", "{}", '{"code": null}', '{"code": "10000"}', '{"error": []}', '{"error": {}}',
        '{"error": "no"}', '{"status": "SUCCESS"}', '{"id": 5, "status": "succeeded"}', "[" * 100_000,
        '{"object": "list", "data": 5}', '{"code": ["x"], "message": {}}', '{"refund_status": {}}',
    ],
    ids=lambda content: content[:20],
)  # fmt: skip
def test_nonsense_is_never_a_yes_or_a_no_even_when_it_is_signed(
    server: HttpRig, status: int, content: str
) -> None:
    gateway = server.gateway()
    for ask in (gateway.submit, gateway.query):
        server.script.append(server.signed(status, content))
        assert ask(instruction(server)).outcome in (Outcome.UNKNOWN, Outcome.NOT_FOUND)
    assert server.paid_back == 0


@pytest.mark.trust
def test_no_secret_is_logged_or_said(server: HttpRig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gateway, told = server.gateway(), []
    for mishap in (Mishap.LOSE_ANSWER, Mishap.HTML, Mishap.DECLINE, Mishap.UNSIGNED):
        server.next(mishap)
        server.next(mishap, on="ask")
        told += [gateway.query(instruction(server)).said, gateway.submit(instruction(server)).said]

    for secret in (stripe_server.KEY, stripe_server.WEBHOOK_SECRET, API_V3_KEY, private_pem("shop")[60:90]):
        assert secret not in caplog.text + "".join(told)


def test_a_gateway_that_is_not_there_is_unknown(server: HttpRig) -> None:
    gateway = server.gateway()
    server.stop()

    assert gateway.submit(instruction(server)).outcome is Outcome.UNKNOWN
    assert gateway.query(instruction(server)).outcome is Outcome.UNKNOWN


def test_the_desk_alone_decides_whether_to_ask_again(server: HttpRig) -> None:
    """No library may repeat a request behind our back."""
    server.next(Mishap.LOSE_REQUEST, times=5)
    server.gateway().submit(instruction(server))

    server.next(Mishap.DECLINE)  # after the four that are left
    seen = [server.gateway().submit(instruction(server)).outcome for _ in range(5)]
    assert seen == [Outcome.UNKNOWN] * 4 + [Outcome.FAILED]


def test_a_webhook_tells_where_to_look(rig: Rig) -> None:
    gateway = rig.gateway()
    told = gateway.submit(instruction(rig))
    at = clock.now()
    headers, body = rig.webhook("R-1042-1", at=at)

    notice = gateway.verify_webhook(headers, body, at=at)
    assert notice is not None
    assert (notice.key, notice.gateway_ref) == ("R-1042-1", told.gateway_ref)
    assert notice.payment == rig.payment
    assert notice.event
    assert notice == gateway.verify_webhook(headers, body, at=at)  # the same one again


@pytest.mark.trust
def test_header_names_are_read_in_any_spelling(rig: Rig) -> None:
    gateway = rig.gateway()
    gateway.submit(instruction(rig))
    at = clock.now()
    headers, body = rig.webhook("R-1042-1", at=at)

    for spell in (str.lower, str.upper, str.title):
        spelled = {spell(name): value for name, value in headers.items()}
        assert gateway.verify_webhook(spelled, body, at=at)


@pytest.mark.trust
def test_a_webhook_with_one_changed_byte_is_refused(rig: Rig) -> None:
    gateway = rig.gateway()
    gateway.submit(instruction(rig))
    at = clock.now()
    headers, body = rig.webhook("R-1042-1", at=at)

    middle = len(body) // 2
    for changed in (body[:middle] + b"7" + body[middle + 1 :], body + b"&x=1", b"", b"\xff\xfe", b"{}"):
        if changed != body:
            with pytest.raises(SignatureError):
                gateway.verify_webhook(headers, changed, at=at)


@pytest.mark.trust
def test_a_webhook_without_its_signature_is_refused(rig: Rig) -> None:
    gateway = rig.gateway()
    gateway.submit(instruction(rig))
    at = clock.now()
    headers, body = rig.webhook("R-1042-1", at=at)
    without = body.replace(b"sign=", b"sing=")

    for poor in ({}, dict.fromkeys(headers, ""), dict.fromkeys(headers, "t=1,v1=ö")):
        with pytest.raises(SignatureError):
            gateway.verify_webhook(poor, without, at=at)


@pytest.mark.trust
@pytest.mark.parametrize("rig", ["sandbox", "stripe", "wechatpay"], indirect=True)  # Alipay repeats for a day
@pytest.mark.parametrize("away", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_a_webhook_of_another_time_is_refused(rig: Rig, away: timedelta) -> None:
    gateway = rig.gateway()
    gateway.submit(instruction(rig))
    at = clock.now()
    headers, body = rig.webhook("R-1042-1", at=at)

    with pytest.raises(SignatureError):
        gateway.verify_webhook(headers, body, at=at + away)


def test_what_the_gateway_wants_to_hear_is_said(rig: Rig) -> None:
    content_type, body = rig.gateway().received
    assert "/" in content_type
    assert body
