"""An order as JSON, as the API takes it: read strictly, with every fault named by its path."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from helpdesk.rules import money
from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.orders import (
    LONGEST,
    MOST_MINOR,
    MOST_QUANTITY,
    YEARS,
    Fault,
    FaultsError,
    GivenLine,
    GivenOrder,
    GivenPayment,
    GivenShipment,
    is_email,
    is_number,
    is_one_line,
    is_tag,
    share_discount,
)

MOST_LINES = 500
SOURCE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_MOMENTS = ("ordered_at", "paid_at", "shipped_at", "delivered_at")
_AMOUNTS = ("shipping_paid", "shipping_standard", "fees", "discount")
_BUYER = {"name": "buyer_name", "platform_id": "platform_id"}
FIELDS = {
    "": {
        *("source", "external_no", "do_not_ship"),  # as a GET gives them; path and desk know better
        *("currency", "state", "updated_at", "buyer", "ship_country", "ship_region", "lines", "payments"),
        *("shipments", *_MOMENTS, *_AMOUNTS),
    },
    "buyer": {"name", "emails", "phone_last4", "platform_id"},
    "lines": {"sku", "title", "category", "tags", "quantity", "unit_paid", "line_paid", "cost"},
    "payments": {"gateway", "reference", "method", "captured", "refunded", "currency", "paid_at"},
    "shipments": {"carrier", "tracking", "state", "shipped_at", "delivered_at"},
}


def read(source: str, external_no: str, document: object) -> GivenOrder:
    """The order that a document tells of. Raises FaultsError with everything that is wrong."""
    return _Reader(source, external_no, document).order()


class _Reader:
    """Goes through a document once and collects what is wrong with it."""

    def __init__(self, source: str, external_no: str, document: object) -> None:
        self.faults: list[Fault] = []
        self.source, self.external_no = source, external_no
        if not SOURCE.fullmatch(source):
            self._wrong("source", "1 to 40 of a-z, 0-9, point, hyphen and underscore")
        if not is_number(external_no):
            self._wrong("external_no", f"1 to {LONGEST['external_no']} characters, on one line")
        if not isinstance(document, dict):
            raise FaultsError([*self.faults, Fault("", "the body must be a JSON object")])
        self.document: Mapping[str, Any] = document
        self.currency = self._currency(self.document, "")

    def order(self) -> GivenOrder:
        top = self.document
        self._known(top, "", "")
        buyer = self._object(top, "buyer")
        lines = self._lines(self._amount(top, "discount", "") or 0)
        payments = tuple(
            self._payment(each, path) for each, path in self._objects(top, "payments", "gateway")
        )
        if len({(each.gateway, each.reference) for each in payments}) < len(payments):
            self._wrong("payments", "two payments have the same gateway and reference")
        shipping = self._amount(top, "shipping_paid", "") or 0
        standard = self._amount(top, "shipping_standard", "")
        moments = {name: self._moment(top, name, "") for name in (*_MOMENTS, "updated_at")}
        given = GivenOrder(
            source=self.source,
            external_no=self.external_no.strip(),
            currency=self.currency,
            state=self._state(),
            told=self._told(buyer),
            ordered_at=moments["ordered_at"],
            paid_at=moments["paid_at"],
            shipped_at=moments["shipped_at"],
            delivered_at=moments["delivered_at"],
            told_at=moments["updated_at"],
            buyer_name=self._text(buyer, "name", "buyer.", LONGEST["buyer_name"]),
            platform_id=self._text(buyer, "platform_id", "buyer.", LONGEST["platform_id"]),
            phone_last4=self._matching(buyer, "phone_last4", "buyer.", r"\d{4}", "the last four digits"),
            emails=self._emails(buyer),
            ship_country=self._matching(top, "ship_country", "", "[A-Z]{2}", "two letters of ISO 3166-1"),
            ship_region=self._text(top, "ship_region", "", LONGEST["ship_region"]),
            shipping_paid_minor=shipping,
            shipping_standard_minor=shipping if standard is None else standard,
            fees_minor=self._amount(top, "fees", "") or 0,
            discount_minor=self._amount(top, "discount", "") or 0,
            lines=lines,
            payments=payments,
            shipments=tuple(self._shipment(each, path) for each, path in self._objects(top, "shipments")),
        )
        if self.faults:
            raise FaultsError(list(dict.fromkeys(self.faults)))
        return given

    def _told(self, buyer: Mapping[str, Any]) -> frozenset[str]:
        """Names of `GivenOrder` of which the document speaks."""
        told = {"external_no", "currency", "state", *(set(self.document) & {*_MOMENTS, "ship_country"})}
        told |= set(self.document) & {"ship_region", "lines", "payments", "shipments"}
        told |= {f"{name}_minor" for name in _AMOUNTS if name in self.document}
        if "shipping_paid" in self.document:
            told.add("shipping_standard_minor")
        told |= {_BUYER.get(name, name) for name in buyer}
        return frozenset(told)

    def _lines(self, discount: int) -> tuple[GivenLine, ...]:
        objects = self._objects(self.document, "lines")
        if "lines" in self.document and not objects:
            self._wrong("lines", "an order has at least one line")
        read = [(each, path, self._quantity(each, path)) for each, path in objects]
        units = [self._amount(each, "unit_paid", path) for each, path, _ in read]
        paid = [self._amount(each, "line_paid", path) for each, path, _ in read]
        gross = [(unit or 0) * quantity for unit, (_, _, quantity) in zip(units, read, strict=True)]
        after = self._after_discount(gross, discount) if not any(each is not None for each in paid) else gross
        for (_, path, quantity), unit, line, net in zip(read, units, paid, after, strict=True):
            if unit is None and line is None:
                self._wrong(f"{path}unit_paid", "say what was paid: unit_paid, line_paid, or both")
            if (net if line is None else line) * max(quantity, 1) > MOST_MINOR:
                self._wrong(f"{path}quantity", "so many at this price are more than can be counted")
        return tuple(
            GivenLine(
                sku=self._text(each, "sku", path, LONGEST["sku"]),
                title=self._text(each, "title", path, LONGEST["title"]),
                category=self._text(each, "category", path, LONGEST["category"]),
                tags=self._tags(each, path),
                quantity=quantity,
                unit_paid_minor=unit if unit is not None else (line or 0) // max(quantity, 1),
                line_paid_minor=line if line is not None else net,
                cost_minor=self._amount(each, "cost", path),
            )
            for (each, path, quantity), unit, line, net in zip(read, units, paid, after, strict=True)
        )

    def _after_discount(self, gross: list[int], discount: int) -> list[int]:
        try:
            return share_discount(gross, discount)
        except ValueError as error:
            self._wrong("discount", str(error))
            return gross

    def _payment(self, each: Mapping[str, Any], path: str) -> GivenPayment:
        own = self._currency(each, path) if "currency" in each else self.currency
        captured = self._amount(each, "captured", path, currency=own)
        refunded = self._amount(each, "refunded", path, currency=own) or 0
        if captured is None:
            self._wrong(f"{path}captured", "is missing: the amount that was paid")
        elif refunded > captured:
            self._wrong(f"{path}refunded", "is more than was paid")
        return GivenPayment(
            gateway=self._text(each, "gateway", path, LONGEST["gateway"]),
            reference=self._text(each, "reference", path, LONGEST["reference"]),
            method=self._text(each, "method", path, LONGEST["method"]),
            captured_minor=captured or 0,
            refunded_minor=refunded,
            currency=own,
            paid_at=self._moment(each, "paid_at", path),
        )

    def _shipment(self, each: Mapping[str, Any], path: str) -> GivenShipment:
        return GivenShipment(
            carrier=self._text(each, "carrier", path, LONGEST["carrier"]),
            tracking=self._text(each, "tracking", path, LONGEST["tracking"]),
            state=self._text(each, "state", path, LONGEST["shipment_state"]),
            shipped_at=self._moment(each, "shipped_at", path),
            delivered_at=self._moment(each, "delivered_at", path),
        )

    def _state(self) -> OrderState:
        said = self.document.get("state")
        if isinstance(said, str) and said in list(OrderState):
            return OrderState(said)
        self._wrong("state", f"one of {', '.join(OrderState)}")
        return OrderState.PAID

    def _emails(self, buyer: Mapping[str, Any]) -> tuple[str, ...]:
        given = buyer.get("emails", [])
        if not isinstance(given, list) or len(given) > 10:
            self._wrong("buyer.emails", "a list of at most 10 addresses")
            return ()
        for place, each in enumerate(given):
            if not isinstance(each, str) or not is_email(each):
                self._wrong(f"buyer.emails[{place}]", "this is no address")
        return tuple(each for each in given if isinstance(each, str))

    def _tags(self, each: Mapping[str, Any], path: str) -> tuple[str, ...]:
        given = each.get("tags") or []
        if isinstance(given, list) and len(given) <= 50 and all(is_tag(tag) for tag in given):
            return tuple(given)
        self._wrong(f"{path}tags", "a list of at most 50 short words")
        return ()

    def _quantity(self, each: Mapping[str, Any], path: str) -> int:
        given = each.get("quantity")
        if type(given) is int and 0 <= given <= MOST_QUANTITY:
            return given
        self._wrong(f"{path}quantity", f"a whole number from 0 to {MOST_QUANTITY}")
        return 1

    def _currency(self, each: Mapping[str, Any], path: str) -> str:
        given = each.get("currency")
        if isinstance(given, str):
            try:
                money.exponent_of(given)
                return given
            except money.AmountError:
                pass
        self._wrong(f"{path}currency", "a code of ISO 4217, like CNY")
        return "USD"

    def _amount(self, each: Mapping[str, Any], name: str, path: str, *, currency: str = "") -> int | None:
        """Minor units, or None when there is none. A JSON number is refused: it may have been a float."""
        given = each.get(name)
        if given is None:
            return None
        if not isinstance(given, str):
            self._wrong(f"{path}{name}", 'an amount is text, like "128.50"; a number may have been rounded')
            return 0
        try:
            return money.read_or_nothing(given, currency or self.currency).minor
        except money.AmountError as error:
            self._wrong(f"{path}{name}", str(error))
            return 0

    def _moment(self, each: Mapping[str, Any], name: str, path: str) -> datetime | None:
        given = each.get(name)
        if given is None:
            return None
        try:
            found = datetime.fromisoformat(given) if isinstance(given, str) else None
        except ValueError:
            found = None
        if found is not None and found.tzinfo is not None and found.year in YEARS:
            return found
        self._wrong(f"{path}{name}", "a moment with its offset, like 2026-06-01T08:00:00+08:00")
        return None

    def _text(self, each: Mapping[str, Any], name: str, path: str, longest: int) -> str:
        given = each.get(name)
        if given is None:
            return ""
        if isinstance(given, str) and len(given) <= longest and is_one_line(given):
            return given.strip()
        self._wrong(f"{path}{name}", f"text of at most {longest} characters, on one line")
        return ""

    def _matching(self, each: Mapping[str, Any], name: str, path: str, form: str, says: str) -> str:
        given = each.get(name)
        if given is None or given == "":
            return ""
        if isinstance(given, str) and re.fullmatch(form, given, re.ASCII):
            return given
        self._wrong(f"{path}{name}", says)
        return ""

    def _object(self, each: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        given = each.get(name)
        if isinstance(given, dict):
            self._known(given, name, f"{name}.")
            return given
        if given is not None:
            self._wrong(name, "must be an object")
        return {}

    def _objects(
        self, each: Mapping[str, Any], name: str, needed: str = ""
    ) -> list[tuple[Mapping[str, Any], str]]:
        given = each.get(name, [])
        if not isinstance(given, list) or len(given) > MOST_LINES:
            self._wrong(name, f"a list of at most {MOST_LINES} objects")
            return []
        found: list[tuple[Mapping[str, Any], str]] = []
        for place, item in enumerate(given):
            path = f"{name}[{place}]."
            if not isinstance(item, dict):
                self._wrong(path[:-1], "must be an object")
                continue
            self._known(item, name, path)
            if needed and not item.get(needed):
                self._wrong(f"{path}{needed}", "is missing")
            found.append((item, path))
        return found

    def _known(self, each: Mapping[str, Any], name: str, path: str) -> None:
        for unknown in sorted(set(each) - FIELDS[name]):
            self._wrong(f"{path}{unknown}", "there is no such field")

    def _wrong(self, path: str, says: str) -> None:
        self.faults.append(Fault(path, says))
