"""Stripe alone: its states, its currencies, and keys that it forgets after a day."""

from datetime import timedelta
from typing import Any

import pytest

from helpdesk import clock
from helpdesk.gateways.stripe import StripeGateway
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Outcome, SignatureError
from tests.gateways.rigs import instruction
from tests.gateways.serving import PATIENCE, Mishap
from tests.gateways.stripe_server import WEBHOOK_SECRET, StripeServer, sign

pytestmark = pytest.mark.money


def test_our_key_is_the_idempotency_key_and_stands_in_the_metadata(stripe: StripeServer) -> None:
    stripe.gateway().submit(instruction(stripe))

    (paid,) = [request for request in stripe.requests if request.method == "POST"]
    assert paid.headers["idempotency-key"] == "R-1042-1"
    assert paid.form == {
        "payment_intent": "pi_3Q", "amount": "2500", "metadata[helpdesk_refund]": "R-1042-1"
    }  # fmt: skip


def test_a_retry_after_stripe_forgot_the_key_pays_nothing_more(stripe: StripeServer) -> None:
    gateway = stripe.gateway()
    stripe.next(Mishap.LOSE_ANSWER)
    gateway.submit(instruction(stripe))
    stripe.forget_keys()

    assert gateway.submit(instruction(stripe)).outcome is Outcome.SUCCEEDED
    assert stripe.paid_back == 2_500


def test_nothing_is_paid_while_stripe_does_not_say_what_was_paid_before(stripe: StripeServer) -> None:
    stripe.next(Mishap.ERROR_500, on="ask")

    assert stripe.gateway().submit(instruction(stripe)).outcome is Outcome.UNKNOWN
    assert stripe.paid_back == 0


def test_our_refund_is_found_on_the_last_page_of_many(stripe: StripeServer) -> None:
    gateway, stripe.page = stripe.gateway(), 2
    for number in range(5):
        gateway.submit(instruction(stripe, f"R-{number}", 100))

    assert gateway.query(instruction(stripe, "R-0", 100)).outcome is Outcome.SUCCEEDED
    assert gateway.query(instruction(stripe, "R-9", 100)).outcome is Outcome.NOT_FOUND


def test_a_charge_is_a_payment_too(stripe: StripeServer) -> None:
    gateway = stripe.gateway()

    assert gateway.submit(instruction(stripe, payment="ch_3Q")).outcome is Outcome.SUCCEEDED
    assert stripe.requests[-1].form["charge"] == "ch_3Q"
    assert gateway.query(instruction(stripe, payment="ch_3Q")).outcome is Outcome.SUCCEEDED


@pytest.mark.parametrize(
    ("state", "came_back", "outcome"),
    [
        ("pending", False, Outcome.PENDING),
        ("needs-action", False, Outcome.NEEDS_ACTION),
        ("succeeded", False, Outcome.SUCCEEDED),
        ("failed", False, Outcome.FAILED),
        ("failed", True, Outcome.REVERSED),  # the money had left
    ],
)
def test_a_state_of_stripe_is_one_of_ours(
    stripe: StripeServer, state: str, came_back: bool, outcome: Outcome
) -> None:
    gateway = stripe.gateway()
    ref = gateway.submit(instruction(stripe)).gateway_ref
    row = stripe.rows["R-1042-1"]
    row.state, row.came_back = state, came_back

    assert gateway.query(instruction(stripe, ref=ref)).outcome is outcome
    assert gateway.query(instruction(stripe)).outcome is outcome


def test_the_reference_for_the_buyers_bank_is_told_once_it_is_there(stripe: StripeServer) -> None:
    gateway = stripe.gateway()
    stripe.next(Mishap.PENDING)

    assert gateway.submit(instruction(stripe)).trace == ""
    stripe.rows["R-1042-1"].state = "succeeded"
    assert gateway.query(instruction(stripe)).trace == "74537600000000000000001"


def test_a_payment_that_stripe_does_not_have_is_refused(stripe: StripeServer) -> None:
    refused = stripe.gateway().submit(instruction(stripe, payment="pi_other"))

    assert refused.outcome is Outcome.FAILED
    assert "resource_missing" in refused.said


@pytest.mark.trust
def test_a_question_about_a_payment_of_another_account_is_not_a_no(stripe: StripeServer) -> None:
    """The key may have been changed for another account's: what that one lacks may well have been paid."""
    assert stripe.gateway().query(instruction(stripe, payment="pi_other")).outcome is Outcome.UNKNOWN
    lost = instruction(stripe, ref="re_other")
    assert stripe.gateway().submit(lost).outcome is Outcome.UNKNOWN
    assert stripe.paid_back == 0


@pytest.mark.trust
def test_a_refund_in_another_currency_than_the_payment_is_refused(stripe: StripeServer) -> None:
    """Stripe would take 2500 JPY for 25.00 EUR: a refund has no currency of its own there."""
    refused = stripe.gateway().submit(instruction(stripe, currency="JPY"))

    assert refused.outcome is Outcome.FAILED
    assert "EUR" in refused.said
    assert stripe.paid_back == 0


@pytest.mark.parametrize(
    ("amount", "counted"),
    [
        (Money(500, "JPY"), 500),
        (Money(500, "ISK"), 50_000),  # no minor unit since 1995, and two digits at Stripe
        (Money(12_300, "MGA"), 123),  # a fifth of an ariary is none of Stripe's units
        (Money(5_100, "KWD"), 5_100),
    ],
)
def test_amounts_are_counted_as_stripe_counts_them(stripe: StripeServer, amount: Money, counted: int) -> None:
    stripe.currency = amount.currency.lower()
    answer = stripe.gateway().submit(instruction(stripe, minor=amount.minor))

    assert answer.outcome is Outcome.SUCCEEDED
    assert stripe.rows["R-1042-1"].minor == counted
    at = clock.now()
    headers, body = stripe.webhook("R-1042-1", at=at)
    notice = stripe.gateway().verify_webhook(headers, body, at=at)
    assert notice is not None
    assert notice.amount == amount


def test_an_amount_that_stripe_cannot_express_is_refused(stripe: StripeServer) -> None:
    stripe.currency = "mga"

    assert stripe.gateway().submit(instruction(stripe, minor=12_350)).outcome is Outcome.FAILED
    assert stripe.requests == []


@pytest.mark.trust
def test_a_key_that_stripe_does_not_accept_decides_nothing(stripe: StripeServer) -> None:
    wrong = StripeGateway(
        key="sk_test_of_somebody_else", webhook_secret="whsec_1", api=stripe.address, patience=PATIENCE
    )
    answer = wrong.submit(instruction(stripe))

    assert answer.outcome is Outcome.UNKNOWN
    assert "HELPDESK_STRIPE_KEY" in answer.said
    assert "sk_test" not in answer.said


@pytest.mark.trust
def test_a_webhook_signed_with_another_secret_is_refused(stripe: StripeServer) -> None:
    gateway, at = stripe.gateway(), clock.now()
    gateway.submit(instruction(stripe))
    headers, body = stripe.webhook("R-1042-1", at=at, secret="whsec_of_somebody_else")

    with pytest.raises(SignatureError):
        gateway.verify_webhook(headers, body, at=at)


@pytest.mark.trust
def test_a_signature_does_not_fit_a_later_time(stripe: StripeServer) -> None:
    gateway, at = stripe.gateway(), clock.now()
    gateway.submit(instruction(stripe))
    headers, body = stripe.webhook("R-1042-1", at=at - timedelta(hours=1))
    later = headers["Stripe-Signature"].replace(
        str(int((at - timedelta(hours=1)).timestamp())), str(int(at.timestamp()))
    )

    with pytest.raises(SignatureError):
        gateway.verify_webhook({"Stripe-Signature": later}, body, at=at)


@pytest.mark.parametrize("thing", [{"object": "charge"}, {"object": "payment_intent"}])
def test_an_event_about_something_else_is_passed_over(stripe: StripeServer, thing: dict[str, Any]) -> None:
    at = clock.now()
    headers, body = sign({"id": "evt_1", "object": "event", "data": {"object": thing}}, at=at)

    assert stripe.gateway().verify_webhook(headers, body, at=at) is None


def test_a_refund_that_somebody_made_on_stripes_page_has_no_key_of_ours(stripe: StripeServer) -> None:
    gateway, at = stripe.gateway(), clock.now()
    gateway.submit(instruction(stripe))
    refund = stripe.object_of(stripe.rows["R-1042-1"]) | {"metadata": {}}
    headers, body = sign({"id": "evt_1", "object": "event", "data": {"object": refund}}, at=at)

    notice = gateway.verify_webhook(headers, body, at=at)
    assert notice is not None
    assert (notice.key, notice.amount) == ("", Money(2_500, "EUR"))


@pytest.mark.trust
@pytest.mark.parametrize(
    "event", [{}, {"id": "evt_1", "data": {"object": {"object": "refund"}}}, {"data": 5}]
)
def test_a_signed_webhook_that_cannot_be_read_is_refused(stripe: StripeServer, event: dict[str, Any]) -> None:
    at = clock.now()
    headers, body = sign(event, at=at, secret=WEBHOOK_SECRET)

    with pytest.raises(SignatureError):
        stripe.gateway().verify_webhook(headers, body, at=at)


def test_only_what_waits_for_the_buyer_is_called_off(stripe: StripeServer) -> None:
    gateway = stripe.gateway()
    stripe.next(Mishap.NEEDS_ACTION)
    waits = gateway.submit(instruction(stripe))
    assert waits.outcome is Outcome.NEEDS_ACTION

    assert gateway.call_off(instruction(stripe)).outcome is Outcome.CANCELED
    assert gateway.query(instruction(stripe)).outcome is Outcome.CANCELED
    gateway.submit(instruction(stripe, "R-2"))
    assert gateway.call_off(instruction(stripe, "R-2")).outcome is Outcome.SUCCEEDED, "it is paid"
    assert stripe.paid_back == 2_500
