"""What is said between the desk and a payment gateway: values only, the same for every gateway.

The desk gives an `Instruction`; the gateway gives an `Answer`. A gateway that gives none, or one that cannot
be read, has answered UNKNOWN: nobody may take that for a no. What a gateway tells by itself (a webhook) is a
`Notice`: it says where to look, and is never believed by itself, so that its order and number do not matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from helpdesk.rules.money import Money


class Outcome(StrEnum):
    """What a gateway says of one refund."""

    SUCCEEDED = "succeeded"  # the money has left
    PENDING = "pending"  # taken, not done yet
    NEEDS_ACTION = "needs_action"  # it stands still until a person does something
    FAILED = "failed"  # refused, or failed for good: no money moved
    CANCELED = "canceled"  # taken back before money moved
    REVERSED = "reversed"  # the money had left and came back
    UNKNOWN = "unknown"  # no answer, or none that can be read
    NOT_FOUND = "not_found"  # asked for the key: nothing is known under it (yet)


class SignatureError(Exception):
    """A webhook that the gateway did not sign, or that is too old; nothing may be done with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One refund as a gateway is told of it; the same however often it is told."""

    key: str  # ours, permanent: digits, letters, "-", at most 32 characters
    amount: Money
    captured: Money  # the whole payment, in the same currency
    payment: str  # the gateway's own reference of the payment
    words: str = ""  # for the buyer's statement, where there is room: "Refund SH-1042"
    gateway_ref: str = ""  # the gateway's own reference of this refund, once it is known
    submitted_at: datetime | None = None  # when it was first handed over


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the gateway said of one instruction."""

    outcome: Outcome
    gateway_ref: str = ""  # at most 120 characters
    trace: str = ""  # by which the buyer's bank finds it: ARN, bank serial number; at most 120 characters
    said: str = ""  # its own code and words, without secrets, at most 500 characters
    happened_at: datetime | None = None  # by the gateway's clock
    again_after: timedelta | None = None  # when to ask next, where the gateway says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a signed webhook is about. `key` is ours, "" where the refund was not made by us."""

    event: str  # the gateway's own number of the notice, at most 120 characters: it may come many times
    key: str = ""
    gateway_ref: str = ""
    payment: str = ""  # the gateway's own reference of the payment, as far as it says
    payment_too: str = ""  # its other one, by which an order may know it: a charge, the shop's own number
    amount: Money | None = None
    outcome: Outcome = Outcome.UNKNOWN  # as the notice says; shown, and not believed


class Gateway(Protocol):
    """One way to send money back. No method raises for what a line or a server does."""

    @property
    def name(self) -> str:
        """As in `payment.gateway`: "stripe", "alipay"."""

    @property
    def settling(self) -> timedelta:
        """How long after an instruction NOT_FOUND still means nothing."""

    @property
    def received(self) -> tuple[str, str]:
        """(content type, body) with which the gateway wants a notice to be answered."""

    def submit(self, instruction: Instruction) -> Answer:
        """Ask for this refund. The same key again is the same refund, never a second one."""

    def query(self, instruction: Instruction) -> Answer:
        """What became of it; NOT_FOUND where the gateway knows nothing under the key."""

    def call_off(self, instruction: Instruction) -> Answer:
        """Take back what stands still there, before money moves: CANCELED once it is. Where the gateway has
        no such thing, what `query` says."""

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Notice | None:
        """The notice of these bytes; None for one that is about no refund. Raises SignatureError."""


class Gateways(Protocol):
    """All gateways of one desk."""

    def for_payment(self, gateway: str) -> Gateway:
        """By which a payment of this `payment.gateway` goes back; a person's hand, if there is no other."""

    def named(self, name: str) -> Gateway | None:
        """By its own name; None when it is not set up any more."""
