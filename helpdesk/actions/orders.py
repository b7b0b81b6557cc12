"""Keep what a source tells of its orders: new, changed, unchanged, or older than what is known.

What is told twice changes nothing. Lines and payments are never deleted, because claims and refunds point at
them; and what has been refunded or compensated cannot be told away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from helpdesk.actions import order_parts
from helpdesk.db import insert_missing, wait_for_names
from helpdesk.models import Order, OrderChange, OrderShape
from helpdesk.rules import order_numbers
from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.money import Money
from helpdesk.rules.orders import GivenOrder

BATCH = 200
NO_LINES = "it is not known yet, so its lines are needed"
FIELDS = (
    "external_no",
    "ordered_at",
    "paid_at",
    "shipped_at",
    "delivered_at",
    "state",
    "currency",
    "buyer_name",
    "phone_last4",
    "platform_id",
    "ship_country",
    "ship_region",
    "shipping_paid_minor",
    "shipping_standard_minor",
    "fees_minor",
    "discount_minor",
)
AMOUNTS = ("shipping_paid_minor", "shipping_standard_minor", "fees_minor", "discount_minor")
PARTS = (
    order_parts.addresses,
    order_parts.lines,
    order_parts.payments,
    order_parts.shipments,
)


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OLDER = "older"  # its source changed it before what is known: ignored
    REFUSED = "refused"  # it contradicts what was refunded or compensated


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of one telling; `changes` is {"state": ["paid", "shipped"]}."""

    source: str
    external_no: str
    outcome: Outcome
    order_id: int | None = None  # None: it is new, and was only compared
    changes: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""  # of one that was refused


def save(session: Session, given: Sequence[GivenOrder], *, by: str, at: datetime) -> list[Saved]:
    """Write what differs, in the order given. `by` is who told: "import:orders.csv", "api:erp".

    Whoever tells of the same orders at the same moment waits. A refused one leaves the others alone.
    """
    if len({(each.source, _norm(each)) for each in given}) < len(given):
        return [saved for each in given for saved in save(session, [each], by=by, at=at)]
    wait_for_names(session, (f"order:{each.source}:{_norm(each)}" for each in given))
    known = _known(session, given, lock=True)
    saved: list[Saved] = []
    new: dict[int, Order] = {}
    for place, each in enumerate(given):
        key = (each.source, _norm(each))
        if key in known:
            saved.append(_update(session, known[key], each, by=by, at=at))
            continue
        saved.append(_as_new(each))
        if saved[-1].outcome is Outcome.NEW:
            known[key] = new[place] = _new(each, at=at)
            _apply(known[key], each)
    session.add_all(new.values())
    session.flush()  # all at once: one by one they take twice as long
    for place, order in new.items():
        saved[place] = _saved(given[place], Outcome.NEW, order)
        session.add(OrderChange(order_id=order.id, at=at, by=by[:200], changes={}))
    session.flush()
    _note_shapes(session, {(row.source, order_numbers.shape(row.external_no_norm)) for row in new.values()})
    return saved


def _update(session: Session, order: Order, given: GivenOrder, *, by: str, at: datetime) -> Saved:
    result = _compared(order, given)
    if result.outcome is Outcome.CHANGED:
        _apply(order, given)
        order.updated_at = at
        session.flush()
        session.add(OrderChange(order_id=order.id, at=at, by=by[:200], changes=dict(result.changes)))
    if result.outcome in (Outcome.CHANGED, Outcome.UNCHANGED) and given.told_at is not None:
        order.told_at = given.told_at
    return result


def compare(session: Session, given: Sequence[GivenOrder]) -> list[Saved]:
    """What `save` would do, without doing it."""
    known = _known(session, given, lock=False)
    found = [(each, known.get((each.source, _norm(each)))) for each in given]
    return [_compared(order, each) if order is not None else _as_new(each) for each, order in found]


def shapes(session: Session) -> list[str]:
    """How the numbers of all orders look, for `order_numbers.candidates`."""
    return list(session.scalars(select(OrderShape.shape).distinct().order_by(OrderShape.shape)))


def _known(session: Session, given: Sequence[GivenOrder], *, lock: bool) -> dict[tuple[str, str], Order]:
    found: dict[tuple[str, str], Order] = {}
    for source in sorted({each.source for each in given}):
        numbers = {_norm(each) for each in given if each.source == source}
        query = (
            select(Order)
            .where(Order.source == source, Order.external_no_norm.in_(numbers))
            .options(
                selectinload(Order.addresses),
                selectinload(Order.lines),
                selectinload(Order.payments),
                selectinload(Order.shipments),
            )
            .order_by(Order.id)
        )
        if lock:
            query = query.with_for_update(of=Order).execution_options(populate_existing=True)
        found |= {(source, row.external_no_norm): row for row in session.scalars(query)}
    return found


def _new(given: GivenOrder, *, at: datetime) -> Order:
    return Order(
        source=given.source,
        external_no=given.external_no,
        external_no_norm=_norm(given),
        state=given.state,
        currency=given.currency,
        exponent=EXPONENTS[given.currency],
        told_at=given.told_at,
        created_at=at,
        updated_at=at,
        **{name: getattr(given, name) for name in FIELDS if name not in ("external_no", "state", "currency")},
        addresses=[],
        lines=[],
        payments=[],
        shipments=[],
    )


def _as_new(given: GivenOrder) -> Saved:
    if not given.lines:
        return _saved(given, Outcome.REFUSED, problem=NO_LINES)
    return _saved(given, Outcome.NEW)


def _compared(order: Order, given: GivenOrder) -> Saved:
    if given.told_at is not None and order.told_at is not None and given.told_at < order.told_at:
        return _saved(given, Outcome.OLDER, order)
    problem = _contradiction(order, given)
    if problem:
        return _saved(given, Outcome.REFUSED, order, problem=problem)
    changes = {
        name: [plain(getattr(order, name)), plain(getattr(given, name))]
        for name in FIELDS
        if name in given.told and getattr(order, name) != getattr(given, name)
    }
    for part in PARTS:
        changes |= part.changes(order, given)
    return _saved(given, Outcome.CHANGED if changes else Outcome.UNCHANGED, order, changes=changes)


def _contradiction(order: Order, given: GivenOrder) -> str:
    if given.currency != order.currency and any(
        each
        for each in (
            *(payment.refunded_minor or payment.reserved_minor for payment in order.payments),
            *(line.given_minor for line in order.lines),
            order.shipping_given_minor,
        )
    ):
        return (
            f"its currency was {order.currency} when money was sent back: it cannot become {given.currency}"
        )
    if given.currency != order.currency and (kept := _amounts_kept(order, given)):
        return f"its currency was {order.currency}: to make it {given.currency}, tell anew {kept}"
    if "shipping_paid_minor" in given.told and given.shipping_paid_minor < order.shipping_given_minor:
        gone = Money(order.shipping_given_minor, order.currency)
        return f"{gone} of the delivery went back or is promised: it cannot have cost less"
    return next((problem for part in PARTS if (problem := part.contradiction(order, given))), "")


def _amounts_kept(order: Order, given: GivenOrder) -> str:
    """Amounts that would stay as they are and mean something else in another currency."""
    kept = [
        name.removesuffix("_minor") for name in AMOUNTS if name not in given.told and getattr(order, name)
    ]
    kept += ["lines"] if "lines" not in given.told and order.lines else []
    return ", ".join(kept)


def _apply(order: Order, given: GivenOrder) -> None:
    for name in FIELDS:
        if name in given.told and getattr(order, name) != getattr(given, name):
            setattr(order, name, getattr(given, name))
    order.exponent = EXPONENTS[order.currency]
    for part in PARTS:
        part.apply(order, given)


def _saved(
    given: GivenOrder,
    outcome: Outcome,
    order: Order | None = None,
    *,
    changes: Mapping[str, Any] | None = None,
    problem: str = "",
) -> Saved:
    return Saved(
        source=given.source,
        external_no=given.external_no,
        outcome=outcome,
        order_id=order.id if order is not None else None,
        changes=changes or {},
        problem=problem,
    )


def _note_shapes(session: Session, found: set[tuple[str, str]]) -> None:
    """Remember new shapes; a source whose numbers have no shape is not remembered without end."""
    for source in sorted({source for source, _ in found}):
        held = session.scalar(select(func.count()).where(OrderShape.source == source)) or 0
        new = sorted(shape for each, shape in found if each == source)
        rows = [{"source": source, "shape": shape} for shape in new]
        insert_missing(session, OrderShape, rows[: max(0, order_numbers.MOST_SHAPES - held)])


def _norm(given: GivenOrder) -> str:
    return order_numbers.normal(given.external_no)


def plain(value: Any) -> Any:
    """As JSON keeps it, and as two tellings of one moment are the same."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
