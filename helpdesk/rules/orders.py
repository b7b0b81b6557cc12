"""An order as a source tells of it: the same value from a file, from the API, and from the demo."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.money import spread
from helpdesk.rules.order_numbers import normal

EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
LONGEST = {
    "source": 40,
    "external_no": 64,
    "buyer_name": 200,
    "platform_id": 200,
    "ship_region": 100,
    "email": 320,
    "sku": 120,
    "title": 300,
    "category": 120,
    "gateway": 40,
    "reference": 120,
    "method": 60,
    "carrier": 60,
    "tracking": 120,
    "shipment_state": 40,
}
MOST_QUANTITY = 1_000_000
MOST_MINOR = 2**62  # of what a line cost, times its quantity: the database counts so far
YEARS = range(1990, 2101)  # some programs write "never" as a day of the year 1 or 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLine:
    sku: str = ""
    title: str = ""
    category: str = ""  # "", (), None: the source says nothing of it, and what was known stays
    tags: tuple[str, ...] = ()
    quantity: int
    unit_paid_minor: int
    line_paid_minor: int  # of all of them, after every discount
    cost_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPayment:
    gateway: str
    reference: str
    method: str = ""
    captured_minor: int
    refunded_minor: int = 0  # as the source knows; never lowers what we know
    currency: str
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenShipment:
    carrier: str = ""
    tracking: str = ""
    state: str = ""
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOrder:
    """Fields that are not in `told` say nothing: what was known before stays."""

    source: str
    external_no: str  # as printed
    currency: str
    state: OrderState
    told: frozenset[str]  # names of the fields of which the source spoke
    ordered_at: datetime | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    buyer_name: str = ""
    phone_last4: str = ""
    platform_id: str = ""
    ship_country: str = ""
    ship_region: str = ""
    shipping_paid_minor: int = 0
    shipping_standard_minor: int = 0
    fees_minor: int = 0
    discount_minor: int = 0
    emails: tuple[str, ...] = ()
    lines: tuple[GivenLine, ...] = ()
    payments: tuple[GivenPayment, ...] = ()
    shipments: tuple[GivenShipment, ...] = ()
    told_at: datetime | None = None  # when it changed at the source


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what was given, and where."""

    path: str  # "lines[0].quantity", or the name of a column
    says: str


def is_one_line(text: str) -> bool:
    """Neither controls nor line ends nor halves of characters; every other sign of every script will do."""
    return text.isprintable() or not any(unicodedata.category(char) in _NO_TEXT for char in text)


def is_number(written: str) -> bool:
    """Whether an order can have this number, in its printed form and in the one that is compared."""
    printed = written.strip()
    longest = max(len(printed), len(normal(printed)))
    return is_one_line(printed) and normal(printed) != "" and longest <= LONGEST["external_no"]


def is_email(text: str) -> bool:
    return EMAIL.fullmatch(text) is not None and is_one_line(text) and len(text) <= LONGEST["email"]


def is_tag(tag: object) -> bool:
    return isinstance(tag, str) and 0 < len(tag) <= 60 and is_one_line(tag)


class FaultsError(Exception):
    """Everything that is wrong at once; nothing was taken."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.says}" for fault in faults))
        self.faults = tuple(faults)


_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})  # Unicode's general categories
_ORDER = tuple(OrderState)
_ENDS = (OrderState.UNPAID, OrderState.CANCELED, OrderState.REFUNDED)


def state_of(
    said: OrderState | None,
    *,
    paid: bool,
    shipped: bool,
    delivered: bool,
    canceled: bool = False,
) -> OrderState:
    """What the source says, or what its dates say where they say more."""
    if canceled:
        return OrderState.CANCELED
    if said in _ENDS and said is not None:
        return said
    by_dates = OrderState.PAID if paid or said is not None else OrderState.UNPAID
    by_dates = OrderState.SHIPPED if shipped else by_dates
    by_dates = OrderState.DELIVERED if delivered else by_dates
    return max(said or by_dates, by_dates, key=_ORDER.index)


def share_discount(gross: Sequence[int], discount: int) -> list[int]:
    """What was paid for each line once a discount on the whole order is spread over them.

    Raises ValueError when it is more than all of them together.
    """
    if discount > sum(gross):
        raise ValueError("the discount is more than the goods cost")
    if not gross:
        return []
    return [full - part for full, part in zip(gross, spread(discount, gross), strict=True)]
