"""Two tickets side by side, before somebody says that they are one matter; and which ones it may be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.errors import NotFoundError
from helpdesk.models import Buyer, Claim, Entry, Order, Refund, Ticket, TicketOrder
from helpdesk.models.masking import Mask
from helpdesk.queries.entries import EntryView, views
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.masking import masked
from helpdesk.rules.money import Money
from helpdesk.rules.refunds import OVER
from helpdesk.rules.states import EntryKind, RefundState, TicketState, WaitingOn

MOST = 12  # other tickets that are offered


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """One claim in one line."""

    id: int
    state: ClaimState
    reason: str  # a code of claim_terms.REASONS; "": unknown
    order: str
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    money: Money
    state: RefundState


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What somebody looks at to say whether it is the same matter."""

    number: int
    subject: str
    buyer_id: int
    buyer: str
    address: str
    state: TicketState
    waiting_on: WaitingOn | None
    spam: bool
    assignee: str | None
    created_at: datetime
    updated_at: datetime
    orders: tuple[str, ...]
    claims: tuple[ClaimLine, ...]
    refunds: tuple[Paid, ...]
    last: EntryView | None  # what the buyer said last

    @property
    def has_money(self) -> bool:
        return any(each.state not in OVER for each in self.refunds)

    @property
    def has_claim(self) -> bool:
        return any(each.live for each in self.claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A ticket that may be the same matter."""

    number: int
    subject: str
    buyer: str
    state: TicketState
    updated_at: datetime
    same_buyer: bool  # else it is about the same order


def sides(session: Session, number: int, into: int) -> tuple[Side, Side]:
    """Both, the second as the ticket where it is answered now. Raises NotFoundError."""
    final = session.scalar(select(Ticket.merged_into_id).where(Ticket.id == into)) or into
    numbers = (number, final)
    with_people = (joinedload(Ticket.buyer).selectinload(Buyer.addresses), joinedload(Ticket.assignee))
    found = {
        row.id: row
        for row in session.scalars(select(Ticket).where(Ticket.id.in_(numbers)).options(*with_people))
    }
    for each in numbers:
        if each not in found:
            raise NotFoundError(f"there is no ticket {each}")
    tickets = list(found.values())
    orders, claims, refunds = _orders(session, numbers), _claims(session, numbers), _refunds(session, numbers)
    last = _last_words(session, tickets)
    mask = Mask.over(session, [ticket.subject for ticket in tickets])
    one, other = (_side(found[each], orders, claims, refunds, last, mask) for each in numbers)
    return one, other


def candidates(session: Session, number: int) -> tuple[Candidate, ...]:
    """Other tickets of the buyer, and those that are about the same order; what goes on first."""
    ticket = session.get(Ticket, number)
    if ticket is None:
        raise NotFoundError(f"there is no ticket {number}")
    orders = select(TicketOrder.order_id).where(TicketOrder.ticket_id == number)
    same_order = select(TicketOrder.ticket_id).where(TicketOrder.order_id.in_(orders))
    is_hers = Ticket.buyer_id == ticket.buyer_id
    over = Ticket.state.in_((TicketState.SOLVED, TicketState.CLOSED))
    rows = session.scalars(
        select(Ticket)
        .where(
            or_(is_hers, Ticket.id.in_(same_order)),
            Ticket.id != number,
            Ticket.merged_into_id.is_(None),
            Ticket.spam.is_(False),
        )
        .options(joinedload(Ticket.buyer).selectinload(Buyer.addresses))
        .order_by(case((is_hers, 0), else_=1), over, Ticket.id.desc())
        .limit(MOST)
    )
    return tuple(
        Candidate(
            number=row.number,
            subject=masked(row.subject, cards=False),
            buyer=row.buyer.name or row.address,
            state=row.state,
            updated_at=row.updated_at,
            same_buyer=row.buyer_id == ticket.buyer_id,
        )
        for row in rows
    )


def _side(
    ticket: Ticket,
    orders: Mapping[int, Sequence[str]],
    claims: Mapping[int, Sequence[ClaimLine]],
    refunds: Mapping[int, Sequence[Paid]],
    last: Mapping[int, EntryView],
    mask: Mask,
) -> Side:
    return Side(
        number=ticket.number,
        subject=mask(ticket.subject),
        buyer_id=ticket.buyer_id,
        buyer=ticket.buyer.name,
        address=ticket.address,
        state=ticket.state,
        waiting_on=ticket.waiting_on,
        spam=ticket.spam,
        assignee=ticket.assignee.name if ticket.assignee else None,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        orders=tuple(orders.get(ticket.id, ())),
        claims=tuple(claims.get(ticket.id, ())),
        refunds=tuple(refunds.get(ticket.id, ())),
        last=last.get(ticket.id),
    )


def _orders(session: Session, numbers: Iterable[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(TicketOrder.ticket_id, Order.external_no)
        .join(Order, Order.id == TicketOrder.order_id)
        .where(TicketOrder.ticket_id.in_(numbers))
        .order_by(TicketOrder.id)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.ticket_id, []).append(row.external_no)
    return found


def _claims(session: Session, numbers: Iterable[int]) -> dict[int, list[ClaimLine]]:
    rows = session.execute(
        select(Claim.ticket_id, Claim.id, Claim.state, Claim.reason, Claim.live, Order.external_no)
        .outerjoin(Order, Order.id == Claim.order_id)
        .where(Claim.ticket_id.in_(numbers))
        .order_by(Claim.id)
    )
    found: dict[int, list[ClaimLine]] = {}
    for row in rows:
        line = ClaimLine(
            id=row.id, state=row.state, reason=row.reason, order=row.external_no or "", live=row.live
        )
        found.setdefault(row.ticket_id, []).append(line)
    return found


def _refunds(session: Session, numbers: Iterable[int]) -> dict[int, list[Paid]]:
    rows = session.scalars(select(Refund).where(Refund.ticket_id.in_(numbers)).order_by(Refund.id))
    found: dict[int, list[Paid]] = {}
    for row in rows:
        paid = Paid(money=Money(row.amount_minor, row.currency), state=row.state)
        found.setdefault(row.ticket_id, []).append(paid)
    return found


def _last_words(session: Session, tickets: Sequence[Ticket]) -> dict[int, EntryView]:
    its = Entry.ticket_id.in_([ticket.id for ticket in tickets])
    heard = Entry.kind.in_((EntryKind.RECEIVED, EntryKind.CALL))
    newest = select(func.max(Entry.id)).where(its, heard).group_by(Entry.ticket_id)
    entries = session.scalars(
        select(Entry)
        .where(Entry.id.in_(newest))
        .options(joinedload(Entry.payload), selectinload(Entry.attachments))
        .order_by(Entry.id)
    ).all()
    return {each.number: each for each in views(session, tickets, entries)}
