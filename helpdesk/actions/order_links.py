"""Which orders a ticket is about: linked, made surer, taken apart. Each change leaves an entry.

`verified(session, ticket)` is what a claim asks: only those orders may be acted upon.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.actions import conversation, merging, tickets
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Agent, Order, Ticket, TicketOrder
from helpdesk.rules import linking
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.linking import How, Link
from helpdesk.rules.order_numbers import normal
from helpdesk.rules.states import EntryKind

LONGEST_REASON = 300


def verified(session: Session, ticket: Ticket) -> Sequence[TicketOrder]:
    """The orders that this matter is surely about, first linked first: only these may be acted upon."""
    return [row for row in of_matter(session, ticket) if row.level is LinkLevel.VERIFIED]


def of_matter(session: Session, ticket: Ticket) -> Sequence[TicketOrder]:
    """All links of a ticket and of those that were merged into it, each with its order."""
    return session.scalars(
        select(TicketOrder)
        .where(TicketOrder.ticket_id.in_(merging.numbers(ticket)))
        .options(joinedload(TicketOrder.order).selectinload(Order.lines))
        .order_by(TicketOrder.linked_at, TicketOrder.id)
    ).all()


def link(
    session: Session,
    ticket: Ticket,
    order: Order,
    found: Link,
    *,
    actor: str,
    at: datetime,
    reason: str = "",
) -> TicketOrder:
    """Say that a held ticket is about an order; a link that is there only becomes surer, never less sure."""
    row = session.scalar(
        select(TicketOrder).where(
            TicketOrder.ticket_id.in_(merging.numbers(ticket)), TicketOrder.order_id == order.id
        )
    )
    if row is not None and linking.STRENGTH[row.level] >= linking.STRENGTH[found.level]:
        return row
    # A mail of somebody whose ticket was merged in vouches for their address, not for the one we write to.
    hers = {address.key for address in ticket.buyer.addresses} & {address.key for address in order.addresses}
    other_address = found.other_address or not hers or (row is not None and row.other_address)
    facts: dict[str, Any] = {
        **_named(order),
        "level": str(found.level),
        "how": str(found.how),
        "other_address": other_address,
        **({"reason": reason} if reason else {}),
    }
    entry = conversation.record(
        session, ticket, EntryKind.EVENT, "order_linked", actor=actor, at=at, facts=facts
    )
    if row is None:
        row = TicketOrder(ticket_id=ticket.id, order_id=order.id)
        session.add(row)
    row.level, row.how, row.linked_at, row.entry_id = found.level, str(found.how), at, entry.id
    row.other_address = other_address
    session.flush()
    return row


def link_by_hand(
    session: Session, number: int, written: str, *, reason: str, by: Agent, at: datetime
) -> TicketOrder:
    """An agent has compared and says which order it is, and why that is sure: the link is verified.

    `written` is the order's number. Raises InvalidError when there is none, or no reason.
    """
    ticket = tickets.hold(session, number)
    tickets.check_stands_alone(ticket)
    order = _by_number(session, written)
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise InvalidError("say how you know that the buyer may speak for this order", field="reason")
    sender = {address.key for address in ticket.buyer.addresses}
    other = not sender & {address.key for address in order.addresses}
    found = Link(order_id=order.id, level=LinkLevel.VERIFIED, how=How.AGENT, other_address=other)
    return link(session, ticket, order, found, actor=conversation.agent(by.id), at=at, reason=reason)


def unlink(session: Session, number: int, link_id: int, *, by: Agent, at: datetime) -> Ticket:
    """It is not about that order. Raises ConflictError when that was said already."""
    ticket = tickets.hold(session, number)
    row = _row(session, ticket, link_id)
    facts = _named(session.get_one(Order, row.order_id))
    session.delete(row)
    actor = conversation.agent(by.id)
    conversation.record(session, ticket, EntryKind.EVENT, "order_unlinked", actor=actor, at=at, facts=facts)
    return ticket


def linked(session: Session, ticket: Ticket, link_id: int) -> Order:
    """The order of a link of a held ticket's matter. Raises ConflictError when it was taken apart."""
    return session.get_one(Order, _row(session, ticket, link_id).order_id)


def deny(session: Session, ticket: Ticket, order: Order, *, at: datetime) -> None:
    """Whoever reads mail at the address on file says that it was not they who wrote."""
    row = session.scalar(
        select(TicketOrder).where(
            TicketOrder.ticket_id.in_(merging.numbers(ticket)), TicketOrder.order_id == order.id
        )
    )
    if row is not None and row.level is not LinkLevel.VERIFIED:
        session.delete(row)
    facts, actor = _named(order), conversation.SERVER
    conversation.record(session, ticket, EntryKind.EVENT, "order_denied", actor=actor, at=at, facts=facts)


def _row(session: Session, ticket: Ticket, link_id: int) -> TicketOrder:
    row = session.get(TicketOrder, link_id, populate_existing=True)
    if row is None or row.ticket_id not in session.scalars(merging.numbers(ticket)).all():
        raise ConflictError("this order is not linked any more")
    return row


def _by_number(session: Session, written: str) -> Order:
    """Raises InvalidError; two sources that have one number are told apart as "source:number"."""
    source, colon, number = written.partition(":")
    wanted = normal(number if colon else written)
    query = select(Order).where(Order.external_no_norm == wanted).options(selectinload(Order.addresses))
    found = session.scalars(query.where(Order.source == source.strip()) if colon else query).all()
    if not found:
        raise InvalidError("we have no order with this number", field="order")
    if len(found) > 1:
        raise InvalidError(
            f"two shops have an order with this number: write it as {found[0].source}:{wanted}", field="order"
        )
    return found[0]


def _named(order: Order) -> dict[str, Any]:
    return {"order": order.id, "source": order.source, "number": order.external_no}
