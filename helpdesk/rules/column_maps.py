"""Which column of an export means what: a TOML file, read strictly, with every fault in one sentence each."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.order_json import SOURCE
from helpdesk.rules.orders import Fault, FaultsError

MOMENTS = ("ordered_at", "paid_at", "shipped_at", "delivered_at", "canceled_at", "updated_at")
# Long numbers: what Excel rounds when it opens the file.
NUMBERS = ("external_no", "tracking", "payment_reference", "phone")
LINE_FIELDS = (
    *("title", "sku", "category", "tags", "quantity", "unit_price"),
    *("line_paid", "line_discount", "cost"),
)
ORDER_FIELDS = (
    *("external_no", "currency", "state", "fulfilment", *MOMENTS),
    *("buyer_name", "email", "phone", "platform_id", "ship_country", "ship_region"),
    *("shipping_paid", "shipping_standard", "fees", "discount", "goods_paid", "captured", "refunded"),
    *("gateway", "method", "payment_reference", "carrier", "tracking"),
)
FIELDS = frozenset((*ORDER_FIELDS, *LINE_FIELDS))
_WORDS = {"title", "source", "currency", "timezone", "gateway", "country"}
_TABLES = {"columns", "states", "fulfilment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """How the files of one source are read."""

    title: str
    source: str
    columns: Mapping[str, tuple[str, ...]]  # our field: headings, the first that the file has counts
    currency: str = ""  # where no column says
    zone: ZoneInfo | None = None  # of moments without an offset; None: those are refused
    dates: tuple[str, ...] = ()  # forms of strptime, beside ISO 8601
    gateway: str = "import"  # where no column says
    country: str = ""
    states: Mapping[str, OrderState] = field(default_factory=dict)  # the source's word, lower case
    fulfilment: Mapping[str, OrderState] = field(default_factory=dict)


def read(text: str) -> ColumnMap:
    """The map that a TOML file is. Raises FaultsError with everything that is wrong."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FaultsError([Fault("", f"this is no TOML: {error}")]) from error
    faults = list(_faults(document))
    if faults:
        raise FaultsError(faults)
    return ColumnMap(
        title=document.get("title", document["source"]),
        source=document["source"],
        currency=document.get("currency", ""),
        zone=ZoneInfo(document["timezone"]) if document.get("timezone") else None,
        dates=tuple(document.get("dates", ())),
        gateway=document.get("gateway", "import"),
        country=document.get("country", ""),
        columns={name: tuple(headings) for name, headings in document["columns"].items()},
        states=_states(document.get("states", {})),
        fulfilment=_states(document.get("fulfilment", {})),
    )


def _faults(document: Mapping[str, Any]) -> list[Fault]:
    faults = [
        Fault(name, "there is no such key") for name in sorted(set(document) - _WORDS - _TABLES - {"dates"})
    ]
    faults += [Fault(name, "must be text") for name in _WORDS if not isinstance(document.get(name, ""), str)]
    faults += [
        Fault(name, "must be a table") for name in _TABLES if not isinstance(document.get(name, {}), dict)
    ]
    if not _are_texts(document.get("dates", [])):
        faults.append(Fault("dates", 'a list like ["%Y-%m-%d %H:%M"]'))
    if faults:
        return faults
    if not SOURCE.fullmatch(document.get("source", "")):
        faults.append(Fault("source", "name the source: 1 to 40 of a-z, 0-9, point, hyphen and underscore"))
    if document.get("currency", "EUR") not in EXPONENTS:
        faults.append(Fault("currency", "a code of ISO 4217, like CNY"))
    try:
        ZoneInfo(document.get("timezone") or "UTC")
    except (ValueError, ZoneInfoNotFoundError, OSError):  # the last: "America" alone is a folder of zones
        faults.append(Fault("timezone", "a zone like Asia/Shanghai"))
    if not re.fullmatch("(?:[A-Z]{2})?", document.get("country", "")):
        faults.append(Fault("country", "two letters of ISO 3166-1, like DE"))
    columns = document.get("columns", {})
    for name, headings in columns.items():
        if name not in FIELDS:
            faults.append(
                Fault(f"columns.{name}", f"there is no such field; known are {', '.join(sorted(FIELDS))}")
            )
        elif not headings or not _are_texts(headings):
            faults.append(Fault(f"columns.{name}", 'a list of headings, like ["Name"]'))
    if "external_no" not in columns:
        faults.append(Fault("columns.external_no", "is missing: which column is the order's number?"))
    if "currency" not in columns and not document.get("currency"):
        faults.append(Fault("currency", "is missing: name a column, or one currency for the whole file"))
    for table in ("states", "fulfilment"):
        faults += [
            Fault(f"{table}.{word}", f"one of {', '.join(OrderState)}")
            for word, state in document.get(table, {}).items()
            if state not in list(OrderState)
        ]
    return faults


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each for each in value)


def _states(table: Mapping[str, str]) -> dict[str, OrderState]:
    return {word.casefold(): OrderState(state) for word, state in table.items()}
