"""WeChat Pay alone: its states, its signatures on everything, its encrypted notices."""

import json
from dataclasses import replace
from typing import Any

import pytest

from helpdesk import clock
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Outcome, SignatureError
from tests.gateways.rigs import instruction
from tests.gateways.serving import Mishap
from tests.gateways.wechatpay_server import WechatPayServer, notice

pytestmark = pytest.mark.money


def test_the_request_carries_our_key_and_amounts_in_fen(wechatpay: WechatPayServer) -> None:
    wechatpay.gateway().submit(instruction(wechatpay))

    assert json.loads(wechatpay.requests[0].body) == {
        "transaction_id": wechatpay.payment,
        "out_refund_no": "R-1042-1",
        "amount": {"refund": 2_500, "total": 10_000, "currency": "CNY"},
        "reason": "Refund SH-1042 退款",
    }


def test_the_shops_own_order_number_is_a_reference_too(wechatpay: WechatPayServer) -> None:
    wechatpay.gateway().submit(instruction(wechatpay, payment="SH-10482"))

    assert json.loads(wechatpay.requests[0].body)["out_trade_no"] == "SH-10482"


def test_a_refund_of_another_payment_under_our_key_is_not_this_one(wechatpay: WechatPayServer) -> None:
    """WeChat Pay knows a refund by our number alone, whatever payment it is asked about."""
    gateway = wechatpay.gateway()
    gateway.submit(instruction(wechatpay))

    answer = gateway.query(instruction(wechatpay, payment="4200002526202611239999999999"))

    assert answer.outcome is Outcome.UNKNOWN
    assert "another refund under R-1042-1" in answer.said


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("pending", Outcome.PENDING),
        ("succeeded", Outcome.SUCCEEDED),
        ("failed", Outcome.FAILED),
        ("needs-action", Outcome.NEEDS_ACTION),
    ],
)
def test_a_state_of_wechat_pay_is_one_of_ours(
    wechatpay: WechatPayServer, state: str, outcome: Outcome
) -> None:
    gateway = wechatpay.gateway()
    wechatpay.next(Mishap.PENDING)
    assert gateway.submit(instruction(wechatpay)).outcome is Outcome.PENDING
    wechatpay.rows["R-1042-1"].state = state

    assert gateway.query(instruction(wechatpay)).outcome is outcome
    at = clock.now()
    told = gateway.verify_webhook(*wechatpay.webhook("R-1042-1", at=at), at=at)
    assert told is not None
    assert (told.outcome, told.amount) == (outcome, Money(2_500, "CNY"))


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        ((403, "NOT_ENOUGH", "余额不足"), Outcome.FAILED),
        ((400, "INVALID_REQUEST", "订单已全额退款"), Outcome.FAILED),
        ((404, "RESOURCE_NOT_EXISTS", "订单不存在"), Outcome.FAILED),
        ((403, "NO_AUTH", "没有退款权限"), Outcome.UNKNOWN),
        ((429, "FREQUENCY_LIMITED", "频率限制"), Outcome.UNKNOWN),
        ((400, "SOMETHING_NEW", "?"), Outcome.UNKNOWN),
    ],
)
def test_only_a_refusal_that_is_known_to_be_final_is_a_no(
    wechatpay: WechatPayServer, refusal: tuple[int, str, str], outcome: Outcome
) -> None:
    wechatpay.refusal = refusal
    wechatpay.next(Mishap.DECLINE)
    answer = wechatpay.gateway().submit(instruction(wechatpay))

    assert answer.outcome is outcome
    assert answer.said == f"{refusal[1]}: {refusal[2]}"
    assert bool(answer.again_after) == (refusal[0] == 429)


@pytest.mark.trust
@pytest.mark.parametrize("on", ["pay", "ask"])
def test_an_answer_that_is_not_signed_is_none(wechatpay: WechatPayServer, on: str) -> None:
    gateway = wechatpay.gateway()
    gateway.submit(instruction(wechatpay))
    wechatpay.next(Mishap.UNSIGNED, on=on)

    ask = gateway.submit if on == "pay" else gateway.query
    assert ask(instruction(wechatpay)).outcome is Outcome.UNKNOWN


@pytest.mark.trust
def test_an_unsigned_refusal_or_not_found_is_none(wechatpay: WechatPayServer) -> None:
    """The library looks at the signatures of good answers only."""
    gateway, strange = wechatpay.gateway(), "4200002526202611230000000000"
    for ask, on in ((gateway.submit, "pay"), (gateway.query, "ask")):
        wechatpay.next(Mishap.UNSIGNED, on=on)
        answer = ask(instruction(wechatpay, payment=strange))
        assert answer.outcome is Outcome.UNKNOWN
        assert "RESOURCE_NOT_EXISTS" in answer.said  # and still shown


def test_another_currency_than_yuan_is_refused_before_anybody_is_asked(wechatpay: WechatPayServer) -> None:
    assert wechatpay.gateway().submit(instruction(wechatpay, currency="USD")).outcome is Outcome.FAILED
    assert wechatpay.requests == []


def test_long_words_end_at_a_whole_letter(wechatpay: WechatPayServer) -> None:
    wechatpay.gateway().submit(replace(instruction(wechatpay), words="退款" * 40))

    assert json.loads(wechatpay.requests[0].body)["reason"] == "退款" * 13


def test_a_notice_of_the_payment_itself_is_passed_over(wechatpay: WechatPayServer) -> None:
    at = clock.now()
    headers, body = notice("TRANSACTION.SUCCESS", {"transaction_id": wechatpay.payment}, at=at)

    assert wechatpay.gateway().verify_webhook(headers, body, at=at) is None
    assert json.loads(wechatpay.gateway().received[1])["code"] == "SUCCESS"


@pytest.mark.trust
@pytest.mark.parametrize("changes", [{"by": "somebody else"}, {"key": "x" * 32}, {"serial": "PUB_KEY_ID_9"}])
def test_a_notice_by_another_or_for_another_is_refused(
    wechatpay: WechatPayServer, changes: dict[str, Any]
) -> None:
    """And nobody is asked for the certificate of an unknown serial number: the page is open to everybody."""
    at = clock.now()
    about = {"out_refund_no": "R-1042-1", "refund_id": "50300", "status": "SUCCESS",
             "transaction_id": wechatpay.payment, "amount": {"refund": 1}}  # fmt: skip
    headers, body = notice("REFUND.SUCCESS", about, at=at, **changes)

    with pytest.raises(SignatureError):
        wechatpay.gateway().verify_webhook(headers, body, at=at)
    assert wechatpay.requests == []
