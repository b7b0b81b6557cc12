"""Alipay alone: code 10000 is no success, an unsigned answer is none, a notice is good for a day."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk import clock
from helpdesk.rules.paying import Outcome, SignatureError
from tests.gateways.alipay_server import AlipayServer, notice
from tests.gateways.rigs import instruction
from tests.gateways.serving import Mishap

pytestmark = pytest.mark.money


def test_the_request_carries_our_key_the_amount_in_yuan_and_beijings_time(alipay: AlipayServer) -> None:
    before = clock.now()
    alipay.gateway().submit(instruction(alipay, minor=2_505))

    (request,) = alipay.requests
    assert json.loads(request.query["biz_content"]) == {
        "trade_no": alipay.payment,
        "refund_amount": "25.05",
        "out_request_no": "R-1042-1",
        "refund_reason": "Refund SH-1042 退款",
    }
    told = datetime.strptime(request.query["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert abs(told - timedelta(hours=8) - before) < timedelta(seconds=30)


def test_the_shops_own_order_number_is_a_reference_too(alipay: AlipayServer) -> None:
    alipay.gateway().submit(instruction(alipay, payment="SH-10482"))

    assert json.loads(alipay.requests[0].query["biz_content"])["out_trade_no"] == "SH-10482"


def test_a_good_answer_without_a_change_of_funds_is_no_success(alipay: AlipayServer) -> None:
    gateway = alipay.gateway()
    alipay.next(Mishap.PENDING)

    assert gateway.submit(instruction(alipay)).outcome is Outcome.UNKNOWN
    assert gateway.query(instruction(alipay)).outcome is Outcome.NOT_FOUND
    alipay.rows["R-1042-1"].state = "succeeded"
    assert gateway.query(instruction(alipay)).outcome is Outcome.SUCCEEDED


def test_asked_too_early_nothing_is_found_yet(alipay: AlipayServer) -> None:
    gateway = alipay.gateway()
    gateway.submit(instruction(alipay))
    alipay.too_early = True

    assert gateway.query(instruction(alipay)).outcome is Outcome.NOT_FOUND
    assert gateway.settling >= timedelta(seconds=10)


def test_the_way_through_the_bank_is_told_as_the_trace(alipay: AlipayServer) -> None:
    gateway = alipay.gateway()
    gateway.submit(instruction(alipay))
    alipay.bank_leg = {
        "has_deposit_back": "true", "dback_status": "P", "est_bank_receipt_time": "2026-11-25 12:00:00"
    }  # fmt: skip

    asked = gateway.query(instruction(alipay))
    assert (asked.outcome, asked.trace) == (Outcome.SUCCEEDED, "P 2026-11-25 12:00:00")
    assert asked.happened_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sub_code", "outcome"),
    [
        ("ACQ.TRADE_HAS_FINISHED", Outcome.FAILED),
        ("ACQ.REASON_TRADE_BEEN_FREEZEN", Outcome.FAILED),
        ("ACQ.SYSTEM_ERROR", Outcome.UNKNOWN),
        ("aop.ACQ.SYSTEM_ERROR", Outcome.UNKNOWN),
        ("ACQ.SOMETHING_NEW", Outcome.UNKNOWN),
    ],
)
def test_only_a_refusal_that_is_known_to_be_final_is_a_no(
    alipay: AlipayServer, sub_code: str, outcome: Outcome
) -> None:
    alipay.refusal = sub_code
    alipay.next(Mishap.DECLINE)
    answer = alipay.gateway().submit(instruction(alipay))

    assert answer.outcome is outcome
    assert answer.said == f"{sub_code}: 卖家余额不足"


@pytest.mark.trust
@pytest.mark.parametrize("on", ["pay", "ask"])
def test_an_answer_that_is_not_signed_is_none(alipay: AlipayServer, on: str) -> None:
    gateway = alipay.gateway()
    gateway.submit(instruction(alipay))
    alipay.next(Mishap.UNSIGNED, on=on)

    ask = gateway.submit if on == "pay" else gateway.query
    assert ask(instruction(alipay)).outcome is Outcome.UNKNOWN


@pytest.mark.trust
def test_an_unsigned_refusal_is_no_refusal(alipay: AlipayServer) -> None:
    alipay.next(Mishap.UNSIGNED)
    answer = alipay.gateway().submit(instruction(alipay, payment="2026112322001404710509999999"))

    assert answer.outcome is Outcome.UNKNOWN
    assert "TRADE_NOT_EXIST" in answer.said  # and still shown


def test_another_currency_than_yuan_is_refused_before_anybody_is_asked(alipay: AlipayServer) -> None:
    assert alipay.gateway().submit(instruction(alipay, currency="USD")).outcome is Outcome.FAILED
    assert alipay.requests == []


def test_a_notice_is_good_for_the_day_that_alipay_repeats_it(alipay: AlipayServer) -> None:
    headers, body = notice({"out_biz_no": "R-1042-1", "refund_fee": "25.00"})

    assert alipay.gateway().verify_webhook(headers, body, at=clock.now() + timedelta(hours=25))
    assert alipay.gateway().received[1] == "success"


def test_a_notice_of_the_payment_itself_is_passed_over(alipay: AlipayServer) -> None:
    headers, body = notice({})

    assert alipay.gateway().verify_webhook(headers, body, at=clock.now()) is None


@pytest.mark.trust
@pytest.mark.parametrize("changes", [{"by": "somebody else"}, {"app_id": "2021000000000002"}])
def test_a_notice_by_another_or_for_another_is_refused(alipay: AlipayServer, changes: dict[str, str]) -> None:
    headers, body = notice({"out_biz_no": "R-1042-1", "refund_fee": "25.00"}, **changes)

    with pytest.raises(SignatureError):
        alipay.gateway().verify_webhook(headers, body, at=clock.now())
