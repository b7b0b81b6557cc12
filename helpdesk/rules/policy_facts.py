"""Facts: what a policy is asked about. Plain values, told once; they can be kept as JSON and asked again.

Money is in minor units of `currency`. Days are counted already (see policy_counting), so nothing here looks
at a clock or a calendar.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from helpdesk.rules.claim_terms import REASONS, Condition, EvidenceKind, Fault, OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMoney:
    """One order line of the claim: its share of what was paid, after all discounts."""

    line: str  # its key in the order
    paid: int  # of all its units
    refunded: int = 0
    reserved: int = 0  # promised by refunds that are under way
    quantity: int = 1  # bought
    compensated: int = 0  # units that goods or a coupon have replaced
    claimed: int = 1  # units that the claim is about
    bad: int | None = None  # of these: spoiled, where that was counted


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingMoney:
    """Outbound postage of the whole order."""

    paid: int = 0
    standard: int | None = None  # what the cheapest delivery would have cost; None: as paid
    refunded: int = 0
    reserved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNames:
    """A declared event of force majeure that covers the order, in the words of a letter."""

    zh: str
    en: str
    until_on: date | None = None
    id: int | None = None  # its row, and from when: what the decision saw, should somebody change or end it
    since_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    state: OrderState = OrderState.PAID
    reason: str | None = None  # a key of REASONS; None: not asked yet
    fault: Fault = Fault.UNKNOWN
    may_be: frozenset[str] = frozenset()  # without a reason: one of these, by what the buyer said; () for any
    days_since_delivery: int | None = None  # as the policy counts; None: not delivered, or nobody knows when
    hours_since_delivery: int | None = None
    days_since_shipped: int | None = None
    delivery_assumed: bool = False  # the day of delivery was worked out from the day of shipping
    category: str | None = None
    tags: frozenset[str] = frozenset()
    condition: Condition | None = None  # None: nobody has said
    evidence: frozenset[EvidenceKind] = frozenset()
    buyer_refunds_12m: int = 0
    event_active: bool = False
    event: EventNames | None = None
    country: str | None = None  # ISO 3166-1 alpha-2, of the delivery
    region: str | None = None  # ISO 3166-2, "CN-GD"
    currency: str = ""
    exponent: int = 2
    lines: tuple[LineMoney, ...] = ()
    shipping: ShippingMoney = ShippingMoney()
    delivered_on: date | None = None  # shown, never compared
    shipped_on: date | None = None
    claimed_on: date | None = None

    @property
    def is_delivered(self) -> bool:
        return self.state in (OrderState.DELIVERED, OrderState.COMPLETED)

    def to_json(self) -> dict[str, Any]:
        """Values that JSON has; sets are sorted, so that the same facts give the same text."""
        kept = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        if not self.may_be:
            del kept["may_be"]  # as what was kept before there was such a thing
        return kept

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Facts":
        """The facts that `to_json` has written. Raises ValueError or KeyError for anything else."""
        values = dict(kept)
        values["state"] = OrderState(values["state"])
        values["fault"] = Fault(values["fault"])
        values["condition"] = Condition(values["condition"]) if values["condition"] else None
        values["may_be"] = frozenset(values.get("may_be", ()))
        values["tags"] = frozenset(values["tags"])
        values["evidence"] = frozenset(EvidenceKind(kind) for kind in values["evidence"])
        values["lines"] = tuple(LineMoney(**line) for line in values["lines"])
        values["shipping"] = ShippingMoney(**values["shipping"])
        if values["event"] is not None:
            values["event"] = EventNames(**_with_dates(values["event"], "until_on", "since_on"))
        return cls(**_with_dates(values, "delivered_on", "shipped_on", "claimed_on"))


def fault_of(reason: str | None) -> Fault:
    """Where the burden starts, by the reason."""
    return REASONS[reason].fault if reason in REASONS else Fault.UNKNOWN


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, (LineMoney, ShippingMoney, EventNames)):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value.isoformat() if isinstance(value, date) else value


def _with_dates(values: dict[str, Any], *names: str) -> dict[str, Any]:
    days = {name: date.fromisoformat(values[name]) for name in names if values.get(name) is not None}
    return {**values, **days}
