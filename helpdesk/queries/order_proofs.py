"""What the page behind a one-time link shows: as little as whoever reads at the address needs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.models import BuyerAddress, Order, OrderAddress, OrderProof, Ticket
from helpdesk.rules.money import Money
from mail.types import key_of

MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An order of the reader's own."""

    id: int
    number: str
    ordered_at: datetime | None
    titles: tuple[str, ...]
    paid: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    open: bool  # neither used nor too old
    number: str  # of the order; "" on a page of several
    asker: str  # who wrote, as much of it as tells the owner: "e…@else.example"
    choices: tuple[Choice, ...]
    locale: str


def proof(session: Session, proof_id: int, *, at: datetime) -> ProofView | None:
    """None when there is no such link."""
    row = session.get(OrderProof, proof_id)
    if row is None:
        return None
    ticket = session.get_one(Ticket, row.ticket_id)
    order = session.get_one(Order, row.order_id) if row.order_id is not None else None
    chinese = order is not None and (order.currency == "CNY" or order.ship_country == "CN")
    own = session.scalar(select(BuyerAddress).where(BuyerAddress.key == key_of(row.sent_to)))
    return ProofView(
        open=row.used_at is None and at < row.expires_at and (order is None or _is_on_file(row, order)),
        number=order.external_no if order is not None else "",
        asker=_shortened(ticket.address),
        choices=_choices(session, row.sent_to) if order is None else (),
        locale=own.buyer.locale if own is not None else "zh-CN" if chinese else "en",
    )


def _is_on_file(row: OrderProof, order: Order) -> bool:
    return key_of(row.sent_to) in {each.key for each in order.addresses}


def _choices(session: Session, address: str) -> tuple[Choice, ...]:
    rows = session.scalars(
        select(Order)
        .join(OrderAddress, OrderAddress.order_id == Order.id)
        .where(OrderAddress.key == key_of(address))
        .options(selectinload(Order.lines))
        .order_by(Order.ordered_at.desc(), Order.id.desc())
        .limit(MOST)
    )
    return tuple(
        Choice(
            id=row.id,
            number=row.external_no,
            ordered_at=row.ordered_at,
            titles=tuple(line.title or line.sku for line in row.lines if line.quantity)[:3],
            paid=Money(
                sum(line.line_paid_minor for line in row.lines) + row.shipping_paid_minor, row.currency
            ),
        )
        for row in rows
    )


def _shortened(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
