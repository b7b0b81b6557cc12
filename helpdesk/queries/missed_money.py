"""Words of a buyer that say that money has not arrived, and the refunds that they may be about.

Computed when a ticket is read, like every hint: the mail may be a fresh one, on a ticket of its own, and from
anybody. So nothing is done by itself; a person who sees both begins to look for the money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import AgreedRemedy, Claim, Order, Refund, Ticket, TicketOrder
from helpdesk.queries import refunds
from helpdesk.queries.entries import EntryView
from helpdesk.queries.hints import LOOKED_AT, is_by_a_person, words
from helpdesk.queries.refunds import RefundView
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.phrasebook import Book, Span
from helpdesk.rules.states import EntryKind, RefundState
from helpdesk.rules.wishes import money_missed

MOST = 5  # refunds that are offered: of more, the newest
UNDER_WAY = (
    RefundState.RESERVED,
    RefundState.SUBMITTED,
    RefundState.PENDING,
    RefundState.UNKNOWN,
    RefundState.NEEDS_ACTION,
    RefundState.SUCCEEDED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """One refund that has not arrived, by these words: of this ticket, or of another one."""

    refund: RefundView
    ticket: int
    order: str  # its number; "" without one
    may_be_chased: bool  # it has left, nobody looks for it, and nobody but silence has said that it is there


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedMoney:
    """What the newest such mail says, and what it may be about, the likeliest first."""

    entry_id: int
    spans: tuple[Span, ...]
    verified: bool  # the mail's sender
    refunds: tuple[Missed, ...]


def of(session: Session, number: int, entries: Sequence[EntryView], book: Book) -> MissedMoney | None:
    """None when nobody says so, or no money is under way that it could be about."""
    said = _said(entries, book)
    if said is None:
        return None
    entry, spans = said
    found = _refunds(session, number, at=entry.at)
    if not found:
        return None
    verified = entry.facts.get("verified") == "pass"
    return MissedMoney(entry_id=entry.id, spans=spans, verified=verified, refunds=found)


def _said(entries: Sequence[EntryView], book: Book) -> tuple[EntryView, tuple[Span, ...]] | None:
    mails = [each for each in entries if each.kind is EntryKind.RECEIVED and is_by_a_person(each)]
    for entry in reversed(mails[-LOOKED_AT:]):
        if spans := money_missed(words(entry), book):
            return entry, spans
    return None


def _refunds(session: Session, number: int, *, at: datetime) -> tuple[Missed, ...]:
    """Those of the matter's own orders before others of the same buyer; none that was instructed later."""
    orders = set(session.scalars(_orders_of(number)))
    rows = session.execute(
        select(Refund, Claim.order_id)
        .outerjoin(AgreedRemedy, AgreedRemedy.id == Refund.remedy_id)
        .outerjoin(Claim, Claim.id == AgreedRemedy.claim_id)
        .where(Refund.recorded_at <= at, _is_open(), or_(_is_near(number), Claim.order_id.in_(orders)))
        .order_by(Refund.id.desc())
    ).all()
    near = sorted(rows, key=lambda row: (row.order_id not in orders, row.Refund.ticket_id != number))
    if any(row.order_id in orders for row in near):
        near = [row for row in near if row.order_id in orders or row.Refund.ticket_id == number]
    return tuple(_missed(session, row.Refund, row.order_id) for row in near[:MOST])


def _missed(session: Session, row: Refund, order_id: int | None) -> Missed:
    order = session.get(Order, order_id) if order_id is not None else None
    return Missed(
        refund=refunds.view(row),
        ticket=row.ticket_id,
        order=order.external_no if order else "",
        may_be_chased=row.chased_at is None and (row.state is RefundState.SUCCEEDED or row.arrival_assumed),
    )


def _is_open() -> ColumnElement[bool]:
    """Under way, or there by nobody's word."""
    return or_(Refund.state.in_(UNDER_WAY), Refund.arrival_assumed)


def _is_near(number: int) -> ColumnElement[bool]:
    """On a ticket of the same matter, of the same buyer, or about one of the same orders."""
    buyer = select(Ticket.buyer_id).where(Ticket.id == number).scalar_subquery()
    linked = select(TicketOrder.ticket_id).where(
        TicketOrder.order_id.in_(_orders_of(number)), TicketOrder.level == LinkLevel.VERIFIED
    )
    return Refund.ticket_id.in_(
        select(Ticket.id).where(or_(Ticket.buyer_id == buyer, Ticket.merged_into_id == number))
    ) | Refund.ticket_id.in_(linked)


def _orders_of(number: int) -> Select[int]:
    """Of the links of a ticket and of those merged into it, however sure."""
    matter = select(Ticket.id).where(or_(Ticket.id == number, Ticket.merged_into_id == number))
    return select(TicketOrder.order_id).where(TicketOrder.ticket_id.in_(matter))
