"""Orders that are told of after the mail that names them: its ticket is linked then, by the same rules.

So is that of a form with a number in it, at once: whoever fills it in reads mail at the ticket's address.

A number of a mail that no order has is kept for a while. A worker asks for those that an order has by now, a
few at a time; so an import of any size costs its own transaction nothing, and no order is overlooked.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, selectinload

from helpdesk.actions import (
    claim_intake,
    claim_progress,
    conversation,
    form_requests,
    merging,
    once,
    order_links,
    order_proofs,
)
from helpdesk.db import insert_missing
from helpdesk.desk import Desk
from helpdesk.models import Entry, NamedNumber, Order, ReceivedMessage, Ticket
from helpdesk.rules import linking, matching
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.linking import Hit
from helpdesk.rules.order_numbers import LONGEST, Place, normal
from helpdesk.rules.states import TicketState
from mail.types import Verdict, key_of

KEPT = timedelta(days=30)  # an export comes once a day or once a week
ATTEMPTS = 5
AT_ONCE = 50
A_DAY, TYPED_A_DAY = timedelta(days=1), 5  # numbers of one ticket: nobody makes us write to many strangers
FORM = "form_sent"  # verb of the entry of a form
OVER = (TicketState.SOLVED, TicketState.CLOSED)


def keep(session: Session, ticket: Ticket, entry: Entry, numbers: Iterable[str], *, at: datetime) -> None:
    """Remember numbers of a mail that no order has yet."""
    rows = [
        {"ticket_id": ticket.id, "entry_id": entry.id, "number": number, "named_at": at}
        for number in sorted(set(numbers))
        if len(number) <= LONGEST
    ]
    insert_missing(session, NamedNumber, rows)


def look_up(session: Session, desk: Desk, ticket: Ticket, form: Entry, typed: str, *, at: datetime) -> None:
    """A number that was typed into a form of a held ticket, `form` its entry, counts as one in a mail.

    Of the reader's own order that is sure; else the address on file is asked, for a few numbers a day.
    """
    number, tries = normal(typed), form_requests.key(desk, "number in a form", str(ticket.id))
    if not number or ticket.spam or not once.count(session, tries, most=TYPED_A_DAY, within=A_DAY, at=at):
        return
    orders = _orders(session, number)
    if orders:
        _link(session, desk, ticket, form, orders, at=at)
    else:
        keep(session, ticket, form, [number], at=at)


def due(session: Session, *, at: datetime, limit: int = AT_ONCE) -> list[tuple[int, int]]:
    """(row id, ticket id) of numbers that an order has by now, oldest first."""
    known = exists().where(Order.external_no_norm == NamedNumber.number)
    query = select(NamedNumber.id, NamedNumber.ticket_id).where(
        NamedNumber.named_at > at - KEPT, NamedNumber.attempts < ATTEMPTS, known
    )
    return [(row.id, row.ticket_id) for row in session.execute(query.order_by(NamedNumber.id).limit(limit))]


def carry_out(session: Session, desk: Desk, row_id: int, ticket_id: int, *, at: datetime) -> bool:
    """Link one ticket with the orders that have this number now; whether it was linked here."""
    ticket = merging.final(session, ticket_id)
    row = session.get(NamedNumber, row_id, populate_existing=True)
    if row is None:
        return False  # another worker was faster
    orders = _orders(session, row.number)
    entry = session.get_one(Entry, row.entry_id)
    session.execute(delete(NamedNumber).where(NamedNumber.id == row.id))
    if ticket.spam or not orders:
        return False
    _link(session, desk, ticket, entry, orders, at=at)
    return True


def note_failure(session: Session, row_id: int, problem: str, *, at: datetime) -> None:
    """The log has the problem; after a few tries the number is left alone."""
    session.execute(
        update(NamedNumber).where(NamedNumber.id == row_id).values(attempts=NamedNumber.attempts + 1)
    )


def forget(session: Session, *, at: datetime) -> int:
    """Delete numbers that were named too long ago; how many."""
    gone = session.execute(delete(NamedNumber).where(NamedNumber.named_at <= at - KEPT))
    return int(getattr(gone, "rowcount", 0))


def _link(
    session: Session, desk: Desk, ticket: Ticket, entry: Entry, orders: list[Order], *, at: datetime
) -> None:
    """As if the order had been there when the mail came; the asker has had the neutral words already."""
    by_form = entry.verb == FORM
    received = session.scalar(
        select(ReceivedMessage)
        .where(ReceivedMessage.ticket_id == entry.ticket_id, ReceivedMessage.entry_id == entry.id)
        .limit(1)
    )
    sender = key_of(ticket.address if by_form else str(entry.facts.get("from") or ""))
    hits = [_hit(order, sender) for order in orders]
    decision = linking.decide(
        sorted(hits, key=lambda hit: not hit.is_senders),
        [],
        names_a_number=True,
        verdict=Verdict.PASS if by_form else _verdict(entry, received),
    )
    known = {order.id: order for order in orders}
    for each in decision.links:
        order_links.link(session, ticket, known[each.order_id], each, actor=conversation.SERVER, at=at)
        if each.ask_owner:
            withheld = _withheld(ticket, entry, received)
            order_proofs.ask_late(session, desk, ticket, known[each.order_id], withheld=withheld, at=at)
    if ticket.state in OVER or _is_archived(entry, received):
        return
    if any(each.level is LinkLevel.VERIFIED for each in decision.links):
        claim_progress.order_was_linked(session, desk, ticket, at=at)
    claim_intake.catch_up(session, desk, ticket, entry, at=at)


def _hit(order: Order, sender: str) -> Hit:
    keys = {address.key for address in order.addresses}
    return Hit(order_id=order.id, place=Place.BODY, is_senders=sender in keys, has_address=bool(keys))


def _verdict(entry: Entry, received: ReceivedMessage | None) -> Verdict:
    """What was believed of its sender when it came."""
    kept = str(entry.facts.get("verified") or Verdict.NONE)
    verdict = Verdict(kept) if kept in list(Verdict) else Verdict.NONE
    return matching.believed(verdict, archived=received is not None and received.archived)


def _withheld(ticket: Ticket, entry: Entry, received: ReceivedMessage | None) -> str:
    """Why the address on file is not asked by itself, "" when it is."""
    if _is_archived(entry, received):
        return "imported"
    if entry.facts.get("forwarded_by"):
        return "forwarded"
    return "matter_is_over" if ticket.state in OVER else ""


def _is_archived(entry: Entry, received: ReceivedMessage | None) -> bool:
    if entry.verb == FORM:
        return False
    return received is None or received.quiet


def _orders(session: Session, number: str) -> list[Order]:
    query = select(Order).where(Order.external_no_norm == number).options(selectinload(Order.addresses))
    return list(session.scalars(query.order_by(Order.id).limit(linking.MOST_LINKS)))
