"""The parts of an order that come in lists: what a telling changes in each, and what it may not.

Lines are told apart by article, not by place: a source that puts a line first does not swap two claims.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from helpdesk.models import Order, OrderAddress, OrderLine, Payment, Shipment
from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.money import Money
from helpdesk.rules.orders import GivenLine, GivenOrder, GivenPayment
from mail.types import key_of

LINE_FIELDS = ("sku", "title", "quantity", "unit_paid_minor", "line_paid_minor")
LINE_EXTRAS = ("category", "tags", "cost_minor")  # empty says nothing
SHIPMENT_FIELDS = ("carrier", "tracking", "state", "shipped_at", "delivered_at")


@dataclass(frozen=True, slots=True)
class Part:
    """What a telling would change, what forbids it, and how it is written."""

    changes: Callable[[Order, GivenOrder], dict[str, Any]]
    apply: Callable[[Order, GivenOrder], None]
    contradiction: Callable[[Order, GivenOrder], str] = lambda order, given: ""


def _address_changes(order: Order, given: GivenOrder) -> dict[str, Any]:
    before = sorted(row.key for row in order.addresses)
    after = sorted({key_of(email) for email in given.emails})
    return {"emails": [before, after]} if "emails" in given.told and before != after else {}


def _apply_addresses(order: Order, given: GivenOrder) -> None:
    if "emails" not in given.told:
        return
    wanted = {key_of(email): email for email in reversed(given.emails)}
    order.addresses[:] = [row for row in order.addresses if row.key in wanted]
    missing = [key for key in reversed(wanted) if key not in {row.key for row in order.addresses}]
    order.addresses.extend(OrderAddress(email=wanted[key], key=key) for key in missing)


def _line_changes(order: Order, given: GivenOrder) -> dict[str, Any]:
    if "lines" not in given.told:
        return {}
    changes: dict[str, Any] = {}
    for row, told in _paired_lines(order, given):
        if row is None and told is not None:
            what = f"{told.quantity} × {told.sku or told.title}"
            changes[f"lines.new.{len(changes)}"] = [None, what]
        elif row is not None:
            for name, before, after in _line_differences(row, told):
                changes[f"lines.{row.position}.{name}"] = [before, after]
    return changes


def _line_differences(row: OrderLine, told: GivenLine | None) -> Iterator[tuple[str, Any, Any]]:
    """Field, before, after. A line that is not told of any more is one of nothing."""
    if told is None:
        for name in ("quantity", "line_paid_minor"):
            if getattr(row, name):
                yield name, getattr(row, name), 0
        return
    for name in (*LINE_FIELDS, *LINE_EXTRAS):
        before, after = getattr(row, name), getattr(told, name)
        after = list(after) if name == "tags" else after
        if before != after and not (name in LINE_EXTRAS and after in ("", [], None)):
            yield name, before, after


def _apply_lines(order: Order, given: GivenOrder) -> None:
    if "lines" not in given.told:
        return
    for row, told in _paired_lines(order, given):
        if row is None and told is not None:
            line = OrderLine(position=len(order.lines) + 1, tags=list(told.tags), compensated_quantity=0)
            line.category, line.cost_minor = told.category, told.cost_minor
            for name in LINE_FIELDS:
                setattr(line, name, getattr(told, name))
            order.lines.append(line)
        elif row is not None:
            for name, _, after in list(_line_differences(row, told)):
                setattr(row, name, after)


def _line_contradiction(order: Order, given: GivenOrder) -> str:
    if "lines" not in given.told:
        return ""
    for row, told in _paired_lines(order, given):
        if row is None:
            continue
        left = told.quantity if told is not None else 0
        if row.compensated_quantity > left:
            return (
                f"line {row.position} ({row.sku or row.title}): {row.compensated_quantity} were compensated "
                f"already, so there cannot be only {left}"
            )
        paid = told.line_paid_minor if told is not None else 0
        if row.given_minor * left > paid * (left - row.compensated_quantity):
            return (
                f"line {row.position} ({row.sku or row.title}): {Money(row.given_minor, order.currency)} "
                f"went back or is promised, so it cannot have cost only {Money(paid, given.currency)}"
            )
    return ""


def _paired_lines(order: Order, given: GivenOrder) -> Iterator[tuple[OrderLine | None, GivenLine | None]]:
    """Each known line with what is told of it, by article and how often it came before."""
    known = dict(_numbered([(row.sku or row.title, row) for row in order.lines]))
    told = dict(_numbered([(line.sku or line.title, line) for line in given.lines]))
    for key, row in known.items():
        yield row, told.get(key)
    for key, line in told.items():
        if key not in known:
            yield None, line


def _numbered(rows: Sequence[tuple[str, Any]]) -> Iterator[tuple[tuple[str, int], Any]]:
    seen: Counter[str] = Counter()
    for name, row in rows:
        seen[name] += 1
        yield (name, seen[name]), row


def _payment_changes(order: Order, given: GivenOrder) -> dict[str, Any]:
    if "payments" not in given.told:
        return {}
    changes: dict[str, Any] = {}
    for row, told in _paired_payments(order, given):
        if row is None and told is not None:
            changes[f"payments.{told.gateway}:{told.reference}"] = [None, told.captured_minor]
        elif row is not None:
            for name, before, after in _payment_differences(row, told):
                changes[f"payments.{row.gateway}:{row.reference}.{name}"] = [_plain(before), _plain(after)]
    return changes


def _payment_differences(row: Payment, told: GivenPayment | None) -> Iterator[tuple[str, Any, Any]]:
    """Field, before, after. One that is not told of any more gives nothing back but what it gave already."""
    used = row.refunded_minor + row.reserved_minor
    if told is None:
        if row.captured_minor != used:
            yield "captured_minor", row.captured_minor, used
        return
    refunded = max(row.refunded_minor, told.refunded_minor)
    wanted = {"captured_minor": told.captured_minor, "refunded_minor": refunded, "currency": told.currency}
    wanted |= {"reference": told.reference} if told.reference else {}
    wanted |= {"method": told.method} if told.method else {}
    wanted |= {"paid_at": told.paid_at} if told.paid_at else {}
    for name, after in wanted.items():
        if getattr(row, name) != after:
            yield name, getattr(row, name), after


def _apply_payments(order: Order, given: GivenOrder) -> None:
    if "payments" not in given.told:
        return
    for row, told in _paired_payments(order, given):
        if row is not None:
            for name, _, after in list(_payment_differences(row, told)):
                setattr(row, name, after)
            row.exponent = EXPONENTS[row.currency]
        elif told is not None:
            order.payments.append(
                Payment(
                    position=len(order.payments) + 1,
                    gateway=told.gateway,
                    reference=told.reference,
                    method=told.method,
                    captured_minor=told.captured_minor,
                    refunded_minor=told.refunded_minor,
                    reserved_minor=0,
                    currency=told.currency,
                    exponent=EXPONENTS[told.currency],
                    paid_at=told.paid_at,
                )
            )


def _payment_contradiction(order: Order, given: GivenOrder) -> str:
    if "payments" not in given.told:
        return ""
    for row, told in _paired_payments(order, given):
        if row is None or told is None:
            continue
        if told.currency != row.currency and (row.refunded_minor or row.reserved_minor):
            return (
                f"payment {row.gateway}:{row.reference}: its currency was {row.currency} when money was sent "
                f"back: it cannot become {told.currency}"
            )
        needed = max(row.refunded_minor, told.refunded_minor) + row.reserved_minor
        if told.captured_minor < needed:
            return (
                f"payment {row.gateway}:{row.reference}: more was sent back, or is on its way, "
                "than is said to have been paid"
            )
    return ""


def _paired_payments(order: Order, given: GivenOrder) -> Iterator[tuple[Payment | None, GivenPayment | None]]:
    """By gateway and reference. Some sources learn the reference later, some reports leave it out: then the
    one payment of a gateway is the same one, or what went back over it could go back once more."""
    told = {(each.gateway, each.reference): each for each in given.payments}
    known = {(row.gateway, row.reference): row for row in order.payments}
    for gateway in sorted({gateway for gateway, _ in known}):
        before = [key for key in known if key[0] == gateway and key not in told]
        after = [key for key in told if key[0] == gateway and key not in known]
        if len(before) == len(after) == 1 and (before[0][1] == "" or after[0][1] == ""):
            told[before[0]] = told.pop(after[0])
    for key, row in known.items():
        yield row, told.get(key)
    for key, each in told.items():
        if key not in known:
            yield None, each


def _shipment_changes(order: Order, given: GivenOrder) -> dict[str, Any]:
    before = [[_plain(getattr(row, name)) for name in SHIPMENT_FIELDS] for row in order.shipments]
    after = [[_plain(getattr(each, name)) for name in SHIPMENT_FIELDS] for each in given.shipments]
    return {"shipments": [before, after]} if "shipments" in given.told and before != after else {}


def _apply_shipments(order: Order, given: GivenOrder) -> None:
    if not _shipment_changes(order, given):
        return
    for place, each in enumerate(given.shipments):
        if place == len(order.shipments):
            order.shipments.append(Shipment(position=place + 1))
        for name in SHIPMENT_FIELDS:
            setattr(order.shipments[place], name, getattr(each, name))
    del order.shipments[len(given.shipments) :]


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


addresses = Part(_address_changes, _apply_addresses)
lines = Part(_line_changes, _apply_lines, _line_contradiction)
payments = Part(_payment_changes, _apply_payments, _payment_contradiction)
shipments = Part(_shipment_changes, _apply_shipments)
