"""Stripe, by its official library: the optional extra `stripe`.

Stripe forgets an idempotency key after a day, so our key stands in the refund's metadata too, and every
submit looks there first (https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/refunds).
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import stripe
from stripe.params import RefundCreateParams, RefundListParams

from helpdesk.gateways import wire
from helpdesk.gateways.wire import code_and_words, failed, unknown
from helpdesk.rules.money import Money, exponent_of
from helpdesk.rules.paying import Answer, Instruction, Notice, Outcome, SignatureError

OUR_KEY = "helpdesk_refund"  # in the metadata
MOST = 1000  # refunds of one payment that are looked through
MISSING = "resource_missing"
SIGNED_AT = re.compile(r"(?:^|,)t=([0-9]{1,12})(?:,|$)")
# Where Stripe counts other minor units than ISO 4217: https://docs.stripe.com/currencies#minor-units
OTHER_EXPONENTS = {"ISK": 2, "UGX": 2, "MGA": 0}
OUTCOMES = {
    "succeeded": Outcome.SUCCEEDED,
    "pending": Outcome.PENDING,
    "requires_action": Outcome.NEEDS_ACTION,
    "failed": Outcome.FAILED,
    "canceled": Outcome.CANCELED,
}
NO_DECISION = (  # errors with an answer that decides nothing about the refund
    stripe.IdempotencyError,
    stripe.AuthenticationError,
    stripe.PermissionError,
    stripe.RateLimitError,
    stripe.InvalidRequestError,
    stripe.CardError,
)


class StripeGateway:
    """The payment's reference is a PaymentIntent (pi_...) or a charge (ch_..., py_...)."""

    name = "stripe"
    settling = timedelta(seconds=30)
    received = ("application/json", '{"received": true}')

    def __init__(
        self,
        *,
        key: str,
        webhook_secret: str,
        api: str = "https://api.stripe.com",
        patience: tuple[float, float] = wire.PATIENCE,
    ) -> None:
        self._webhook_secret = webhook_secret
        client = stripe.StripeClient(
            key,
            base_addresses={"api": api},
            max_network_retries=0,  # whether to ask again is for the desk to decide, and to write down
            http_client=stripe.RequestsClient(timeout=patience),
        )
        self._refunds = client.v1.refunds
        self._intents, self._charges = client.v1.payment_intents, client.v1.charges

    def submit(self, instruction: Instruction) -> Answer:
        return _heard(lambda: self._submit(instruction))

    def query(self, instruction: Instruction) -> Answer:
        return _heard(lambda: self._find(instruction))

    def call_off(self, instruction: Instruction) -> Answer:
        return _heard(lambda: self._call_off(instruction))

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Notice | None:
        header = wire.headers_of(headers).get("stripe-signature", "")
        try:
            # Without its limit of time, which knows the machine's clock only; ours is below.
            stripe.WebhookSignature.verify_header(body, header, self._webhook_secret, tolerance=None)
        except Exception as error:  # its own, and for odd letters in the header any other
            raise SignatureError("the notice is not signed by Stripe") from error
        signed_at = SIGNED_AT.search(header)
        wire.check_fresh(signed_at[1] if signed_at else "", at)
        return _notice(body)

    def _submit(self, instruction: Instruction) -> Answer:
        amount = _stripe_amount(instruction.amount)
        if amount is None:
            return failed(f"Stripe cannot send {instruction.amount}: its amounts are rounder there")
        try:
            before = self._find(instruction)
            if before.outcome is not Outcome.NOT_FOUND:
                return before
            currency = self._currency(instruction.payment)
        except stripe.InvalidRequestError as error:
            if error.code != MISSING or instruction.gateway_ref:
                raise
            return failed(code_and_words(error.code, error.user_message))
        if currency != instruction.amount.currency:
            return failed(f"the payment is in {currency}, not in {instruction.amount.currency}")
        return self._create(instruction, amount)

    def _create(self, instruction: Instruction, amount: int) -> Answer:
        try:
            asked: RefundCreateParams = {"amount": amount, "metadata": {OUR_KEY: instruction.key}}
            asked[_kind(instruction.payment)] = instruction.payment
            refund = self._refunds.create(asked, {"idempotency_key": instruction.key})
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            return failed(code_and_words(error.code, error.user_message))
        return _answer(refund.to_dict())

    def _find(self, instruction: Instruction) -> Answer:
        """By its own reference, else among the refunds of the payment."""
        if instruction.gateway_ref:
            return _checked(self._refunds.retrieve(instruction.gateway_ref).to_dict(), instruction)
        asked: RefundListParams = {"limit": 100}
        asked[_kind(instruction.payment)] = instruction.payment
        for count, found in enumerate(self._refunds.list(asked).auto_paging_iter(), 1):
            refund = found.to_dict()
            if _key(refund) == instruction.key:
                return _checked(refund, instruction)
            if count == MOST:
                return unknown(f"the payment has {MOST} refunds and more: not all were looked through")
        return Answer(outcome=Outcome.NOT_FOUND)

    def _call_off(self, instruction: Instruction) -> Answer:
        """Only what waits for the buyer can be canceled (https://docs.stripe.com/api/refunds/cancel)."""
        found = self._find(instruction)
        if found.outcome is not Outcome.NEEDS_ACTION:
            return found
        return _checked(self._refunds.cancel(found.gateway_ref).to_dict(), instruction)

    def _currency(self, payment: str) -> str:
        if _kind(payment) == "payment_intent":
            return self._intents.retrieve(payment).currency.upper()
        return self._charges.retrieve(payment).currency.upper()


def _heard(ask: Callable[[], Answer]) -> Answer:
    """The answer, or that there was none."""
    try:
        return ask()
    except stripe.RateLimitError:
        return unknown("Stripe wants fewer questions", again_after=timedelta(minutes=1))
    except (stripe.AuthenticationError, stripe.PermissionError):
        return unknown("Stripe does not accept HELPDESK_STRIPE_KEY for this")
    except NO_DECISION as error:
        return unknown(code_and_words(error.code or type(error).__name__, error.user_message))
    except Exception as error:  # whatever a line or a server does is no answer
        return wire.no_answer("stripe", error)


def _kind(payment: str) -> Literal["payment_intent", "charge"]:
    return "payment_intent" if payment.startswith("pi_") else "charge"


def _key(refund: Mapping[str, Any]) -> str:
    """Ours; "" for a refund that somebody else made."""
    return str((refund.get("metadata") or {}).get(OUR_KEY) or "")


def _stripe_amount(amount: Money) -> int | None:
    """In the units that Stripe counts in; None when it has none as small as that."""
    counted = amount.value.scaleb(OTHER_EXPONENTS.get(amount.currency, exponent_of(amount.currency)))
    return int(counted) if counted == counted.to_integral_value() else None


def _money(counted: int, currency: str) -> Money:
    exponent = exponent_of(currency)
    units = Decimal(counted).scaleb(-OTHER_EXPONENTS.get(currency, exponent))
    return Money(int(units.scaleb(exponent)), currency)


def _checked(refund: Mapping[str, Any], about: Instruction) -> Answer:
    """What was found under our key is believed when it has our sum."""
    if refund["amount"] != _stripe_amount(about.amount):
        return wire.about_another(about.key)
    return _answer(refund)


def _answer(refund: Mapping[str, Any]) -> Answer:
    """A refund object (https://docs.stripe.com/api/refunds/object)."""
    return Answer(
        outcome=_outcome(refund),
        gateway_ref=wire.reference(refund["id"]),
        trace=_trace(refund.get("destination_details") or {}),
        said=code_and_words(
            refund.get("status"), refund.get("failure_reason") or refund.get("pending_reason")
        ),
        happened_at=datetime.fromtimestamp(refund["created"], UTC),
    )


def _outcome(refund: Mapping[str, Any]) -> Outcome:
    outcome = OUTCOMES.get(refund.get("status") or "", Outcome.UNKNOWN)
    left_and_came_back = refund.get("balance_transaction") and refund.get("failure_balance_transaction")
    if outcome is Outcome.FAILED and left_and_came_back:
        return Outcome.REVERSED
    return outcome


def _trace(details: Mapping[str, Any]) -> str:
    """The bank's reference (of a card: ARN, STAN or RRN), some days after the refund."""
    return wire.reference((details.get(details.get("type", "")) or {}).get("reference"))


def _notice(body: bytes) -> Notice | None:
    """An event (https://docs.stripe.com/api/events/object) about a refund, whatever its type is called."""
    try:
        event = json.loads(body)
        refund = event["data"]["object"]
        if refund["object"] != "refund":
            return None
        return Notice(
            event=wire.reference(event["id"]),
            key=wire.reference(_key(refund)),
            gateway_ref=wire.reference(refund["id"]),
            payment=wire.reference(refund.get("payment_intent")),
            payment_too=wire.reference(refund.get("charge")),
            amount=_money(refund["amount"], refund["currency"].upper()),
            outcome=_outcome(refund),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SignatureError("the notice is signed, and cannot be read") from error
