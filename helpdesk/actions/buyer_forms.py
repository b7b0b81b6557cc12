"""A platform's buyer shows that an order is theirs, where no address is on file: see rules/buyer_form.py.

Nothing tells whether an order exists: the page answers every try alike, and entries stand inside the house.
The try is counted before it is looked at, in a transaction of its own, so that no failure takes it back.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.actions import claim_progress, conversation, form_requests, merging, once, order_links, tickets
from helpdesk.desk import Desk
from helpdesk.models import Order, Ticket
from helpdesk.rules import buyer_form
from helpdesk.rules.buyer_form import Typed
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.linking import How, Link
from helpdesk.rules.order_numbers import normal
from helpdesk.rules.states import EntryKind, TicketState


def count_try(session: Session, desk: Desk, ticket_id: int, typed: Typed, *, at: datetime) -> int:
    """Which try of its day this is on the ticket, from one; 0 when there were enough of them.

    Raises NotFoundError when there is no such ticket.
    """
    ticket = merging.final(session, ticket_id)
    own = form_requests.key(desk, "proof", str(ticket.id))
    about = form_requests.key(desk, "proof of order", normal(typed.number))
    within = buyer_form.WITHIN
    if not once.count(session, own, most=buyer_form.TRIES, within=within, at=at):
        return 0
    count = once.counted(session, own)
    return count if once.count(session, about, most=buyer_form.TRIES_OF_A_NUMBER, within=within, at=at) else 0


def prove(session: Session, desk: Desk, ticket_id: int, typed: Typed, *, tries: int, at: datetime) -> bool:
    """Link the one order that all three fit, and let its claim go on; or note that nothing fitted.

    `tries` is what `count_try` said. Raises NotFoundError when there is no such ticket.
    """
    ticket = merging.final(session, ticket_id)
    if ticket.spam:
        return False
    found = [
        order
        for order in _orders(session, normal(typed.number))
        if not order.addresses and buyer_form.fits(typed, name=order.buyer_name, last4=order.phone_last4)
    ]
    if len(found) != 1:
        _note_miss(session, ticket, tries, at=at)
        return False
    # Nobody's address is on this order, so none of it is the asker's: money waits for a second person.
    link = Link(order_id=found[0].id, level=LinkLevel.VERIFIED, how=How.FORM, other_address=True)
    order_links.link(session, ticket, found[0], link, actor=conversation.buyer(ticket.buyer_id), at=at)
    claim_progress.order_was_linked(session, desk, ticket, at=at)
    return True


def _orders(session: Session, number: str) -> list[Order]:
    """Of every source that has this number; an order with an address on file is asked there instead."""
    query = select(Order).where(Order.external_no_norm == number).options(selectinload(Order.addresses))
    return list(session.scalars(query.order_by(Order.id).limit(5))) if number else []


def _note_miss(session: Session, ticket: Ticket, tries: int, *, at: datetime) -> None:
    """After the last one it is our turn: a colleague sends a code through the platform's own chat."""
    actor = conversation.buyer(ticket.buyer_id)
    facts = {"tries": tries, "of": buyer_form.TRIES}
    conversation.record(
        session, ticket, EntryKind.EVENT, "order_form_missed", actor=actor, at=at, facts=facts
    )
    if tries >= buyer_form.TRIES and ticket.state is TicketState.WAITING:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
