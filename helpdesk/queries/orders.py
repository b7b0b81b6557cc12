"""Orders as pages show them: the panel on a ticket, the list that is searched, one with its history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.errors import NotFoundError
from helpdesk.models import Order, OrderAddress, OrderChange, Shipment, Ticket, TicketOrder
from helpdesk.rules import wishes
from helpdesk.rules.claim_terms import LinkLevel, OrderState
from helpdesk.rules.linking import STRENGTH
from helpdesk.rules.masking import masked
from helpdesk.rules.money import Money
from helpdesk.rules.order_numbers import normal
from helpdesk.rules.parcels import is_line_to_stop, is_to_stop
from mail.types import key_of

ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    id: int
    position: int
    sku: str
    title: str
    quantity: int
    paid: Money
    compensated: int  # of the quantity
    stop: bool  # its money goes back whole, and it has not left: it is not to be shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    gateway: str
    method: str
    reference: str
    captured: Money
    refunded: Money
    reserved: Money
    paid_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentView:
    carrier: str
    tracking: str
    state: str
    shipped_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    id: int
    source: str
    number: str  # as printed
    state: OrderState
    buyer: str
    platform_id: str
    phone_last4: str
    addresses: tuple[str, ...]
    country: str
    region: str
    ordered_at: datetime | None
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None  # None: nobody knows
    lines: tuple[LineView, ...]
    payments: tuple[PaymentView, ...]
    shipments: tuple[ShipmentView, ...]
    shipping: Money
    fees: Money
    discount: Money
    stop: bool  # all of its money goes back, and it has not left: do not ship
    updated_at: datetime

    @property
    def total(self) -> Money:
        """Goods, delivery and fees, as they were paid."""
        goods = sum(line.paid.minor for line in self.lines)
        return Money(goods + self.shipping.minor + self.fees.minor, self.shipping.currency)

    @property
    def wholes(self) -> frozenset[Money]:
        """Amounts that are no part of it."""
        paid = [line.paid for line in self.lines if line.quantity]
        return wishes.wholes(paid, shipping=self.shipping, fees=self.fees)

    @property
    def refunded(self) -> Money | None:
        """What went back over its payments; None for nothing, or for several currencies."""
        totals = {each.refunded.currency for each in self.payments}
        minor = sum(each.refunded.minor for each in self.payments)
        return Money(minor, totals.pop()) if minor and len(totals) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedOrder:
    """An order of a ticket, how sure that is, and why."""

    link_id: int
    level: LinkLevel
    how: str
    other_address: bool
    linked_at: datetime
    order: OrderView


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    at: datetime
    by: str
    changes: dict[str, Any]  # {} for the first telling


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTicket:
    number: int
    subject: str
    level: LinkLevel


def rows_of(session: Session, number: int) -> Sequence[tuple[TicketOrder, Order]]:
    """The links of a matter with their orders, whole: one that is asked for later is in the session."""
    matter = select(Ticket.id).where((Ticket.id == number) | (Ticket.merged_into_id == number))
    found = _whole(select(TicketOrder, Order).join(Order, Order.id == TicketOrder.order_id))
    return [(link, order) for link, order in session.execute(found.where(TicketOrder.ticket_id.in_(matter)))]


def linked(rows: Iterable[tuple[TicketOrder, Order]]) -> tuple[LinkedOrder, ...]:
    """The same as a page shows them, surest first; each order once."""
    surest: dict[int, LinkedOrder] = {}
    for link, order in sorted(rows, key=lambda row: (-STRENGTH[row[0].level], row[0].id)):
        surest.setdefault(
            order.id,
            LinkedOrder(
                link_id=link.id,
                level=link.level,
                how=link.how,
                other_address=link.other_address,
                linked_at=link.linked_at,
                order=_view(order),
            ),
        )
    return tuple(surest.values())


def possible(
    session: Session, numbers: Iterable[str], addresses: Iterable[str], *, but: Iterable[int]
) -> tuple[OrderView, ...]:
    """Orders that a ticket may be about: with a number that it names, then of the buyer's addresses."""
    keys, left_out = [key_of(address) for address in addresses], list(but)
    named = _by_numbers(session, list(numbers), left_out)
    query = _whole(select(Order).join(OrderAddress, OrderAddress.order_id == Order.id))
    own = session.scalars(
        query.where(OrderAddress.key.in_(keys), Order.id.not_in(left_out))
        .order_by(Order.ordered_at.desc(), Order.id.desc())
        .limit(5)
    )
    found = {row.id: row for row in (*named, *own)}
    return tuple(_view(row) for row in list(found.values())[:5])


def find(session: Session, wanted: str) -> tuple[OrderView, ...]:
    """By number, address, tracking number or platform name, exactly; the newest when nothing is asked."""
    query = _whole(select(Order)).order_by(Order.ordered_at.desc(), Order.id.desc()).limit(ROWS)
    wanted = wanted.strip()
    if wanted:
        with_address = select(OrderAddress.order_id).where(OrderAddress.key == key_of(wanted))
        with_parcel = select(Shipment.order_id).where(Shipment.tracking == wanted)
        query = query.where(
            (Order.external_no_norm == normal(wanted))
            | Order.id.in_(with_address)
            | Order.id.in_(with_parcel)
            | (Order.platform_id == wanted)
        )
    return tuple(_view(row) for row in session.scalars(query))


def one(session: Session, order_id: int) -> tuple[OrderView, tuple[OrderTicket, ...], tuple[Change, ...]]:
    """An order with its tickets and its history, both newest first. Raises NotFoundError."""
    row = session.scalar(_whole(select(Order)).where(Order.id == order_id))
    if row is None:
        raise NotFoundError("there is no such order here")
    tickets = session.execute(
        select(Ticket.id, Ticket.subject, TicketOrder.level)
        .join(TicketOrder, TicketOrder.ticket_id == Ticket.id)
        .where(TicketOrder.order_id == order_id)
        .order_by(Ticket.id.desc())
        .limit(ROWS)
    )
    changes = session.scalars(
        select(OrderChange)
        .where(OrderChange.order_id == order_id)
        .order_by(OrderChange.id.desc())
        .limit(ROWS)
    )
    return (
        _view(row),
        tuple(
            OrderTicket(number=each.id, subject=masked(each.subject, cards=False), level=each.level)
            for each in tickets
        ),
        tuple(Change(at=each.at, by=each.by, changes=each.changes) for each in changes),
    )


def _by_numbers(session: Session, numbers: list[str], left_out: list[int]) -> Sequence[Order]:
    if not numbers:
        return []
    named = _whole(select(Order)).where(Order.external_no_norm.in_(numbers), Order.id.not_in(left_out))
    return session.scalars(named.limit(5)).all()


def _whole(query: Any) -> Any:
    """Of any selection of orders: its type stays what it is."""
    return query.options(
        selectinload(Order.addresses),
        selectinload(Order.lines),
        selectinload(Order.payments),
        selectinload(Order.shipments),
    )


def _view(row: Order) -> OrderView:
    def money(minor: int) -> Money:
        return Money(minor, row.currency)

    return OrderView(
        id=row.id,
        source=row.source,
        number=row.external_no,
        state=row.state,
        buyer=row.buyer_name,
        platform_id=row.platform_id,
        phone_last4=row.phone_last4,
        addresses=tuple(address.email for address in row.addresses),
        country=row.ship_country,
        region=row.ship_region,
        ordered_at=row.ordered_at,
        paid_at=row.paid_at,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
        lines=tuple(
            LineView(
                id=line.id,
                position=line.position,
                sku=line.sku,
                title=line.title,
                quantity=line.quantity,
                paid=money(line.line_paid_minor),
                compensated=line.compensated_quantity,
                stop=is_line_to_stop(row.state, paid=line.line_paid_minor, given=line.given_minor),
            )
            for line in row.lines
        ),
        payments=tuple(
            PaymentView(
                gateway=each.gateway,
                method=each.method,
                reference=each.reference,
                captured=Money(each.captured_minor, each.currency),
                refunded=Money(each.refunded_minor, each.currency),
                reserved=Money(each.reserved_minor, each.currency),
                paid_at=each.paid_at,
            )
            for each in row.payments
        ),
        shipments=tuple(
            ShipmentView(
                carrier=each.carrier,
                tracking=each.tracking,
                state=each.state,
                shipped_at=each.shipped_at,
                delivered_at=each.delivered_at,
            )
            for each in row.shipments
        ),
        shipping=money(row.shipping_paid_minor),
        fees=money(row.fees_minor),
        stop=is_to_stop(
            row.state,
            lines=[(line.line_paid_minor, line.given_minor) for line in row.lines],
            payments=[
                (each.captured_minor, each.refunded_minor + each.reserved_minor) for each in row.payments
            ],
        ),
        discount=money(row.discount_minor),
        updated_at=row.updated_at,
    )
