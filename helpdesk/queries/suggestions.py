"""What the palette suggests while somebody types: a few tickets, buyers and orders, the newest first."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Buyer, BuyerAddress, Order, Ticket
from helpdesk.models.masking import Mask
from helpdesk.queries import search_conditions
from helpdesk.rules import segmenting
from helpdesk.rules.order_numbers import normal
from helpdesk.rules.search_documents import PEOPLE, asked
from helpdesk.rules.segmenting import Phrase

MOST = 5  # of each kind
LOOKED_AT = 50  # tickets whose buyers are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTicket:
    number: int
    subject: str
    buyer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBuyer:
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOrder:
    id: int
    number: str
    buyer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    tickets: tuple[FoundTicket, ...] = ()
    buyers: tuple[FoundBuyer, ...] = ()
    orders: tuple[FoundOrder, ...] = ()


def suggest(session: Session, typed: str) -> Suggested:
    """For words, a name, an address, or a number."""
    wanted = segmenting.phrase(typed)
    if wanted is None:
        return Suggested()
    return Suggested(
        tickets=_tickets(session, typed, wanted),
        buyers=_buyers(session, wanted),
        orders=_orders(session, typed),
    )


def _tickets(session: Session, typed: str, wanted: Phrase) -> tuple[FoundTicket, ...]:
    number = search_conditions.ticket(typed)
    exact = [number] if number is not None else []
    hits = search_conditions.hits(wanted, session.get_bind().dialect.name)
    columns = select(Ticket.id, Ticket.subject, Buyer.name).join(Buyer, Buyer.id == Ticket.buyer_id)
    found = list(session.execute(columns.where(Ticket.id.in_(exact))))
    if not typed.startswith("#"):
        newest = columns.where(Ticket.id.in_(hits), Ticket.id.not_in(exact), Ticket.spam.is_(False))
        order = (Ticket.updated_at.desc(), Ticket.id.desc())
        found += session.execute(newest.order_by(*order).limit(MOST - len(found)))
    mask = Mask.over(session, (row.subject for row in found))
    return tuple(FoundTicket(number=row.id, subject=mask(row.subject), buyer=row.name) for row in found)


def _buyers(session: Session, wanted: Phrase) -> tuple[FoundBuyer, ...]:
    """By the tickets on which they wrote."""
    hits = search_conditions.hits(asked(wanted, PEOPLE), session.get_bind().dialect.name)
    newest = (
        select(Ticket.buyer_id)
        .where(Ticket.id.in_(hits))
        .order_by(Ticket.updated_at.desc(), Ticket.id.desc())
        .limit(LOOKED_AT)
    )
    buyers = list(dict.fromkeys(session.scalars(newest)))[:MOST]
    rows = session.execute(
        select(Buyer.id, Buyer.name, BuyerAddress.email)
        .join(BuyerAddress, BuyerAddress.buyer_id == Buyer.id)
        .where(Buyer.id.in_(buyers))
        .order_by(BuyerAddress.id.desc())
    )
    first = {row.id: FoundBuyer(name=row.name, email=row.email) for row in rows}  # the first address is kept
    return tuple(first[each] for each in buyers if each in first)


def _orders(session: Session, typed: str) -> tuple[FoundOrder, ...]:
    if not any(char.isdigit() for char in typed):
        return ()
    newest = select(Order.id, Order.external_no, Order.buyer_name).where(
        search_conditions.is_order(normal(typed))
    )
    rows = session.execute(newest.order_by(Order.id.desc()).limit(MOST))
    return tuple(FoundOrder(id=row.id, number=row.external_no, buyer=row.buyer_name) for row in rows)
