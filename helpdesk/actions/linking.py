"""What a mail says about orders: its ticket is linked with them, and an order's address is asked.

The table of levels stands in rules/linking.py.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.actions import conversation, directory, late_orders, merging, order_links, order_proofs, orders
from helpdesk.db import is_passing
from helpdesk.desk import Desk
from helpdesk.models import Entry, Order, OrderAddress, ReceivedMessage, Ticket, TicketOrder
from helpdesk.rules import linking
from helpdesk.rules.linking import Hit
from helpdesk.rules.order_numbers import Candidate, Place, candidates, later
from helpdesk.rules.states import EntryKind
from mail.types import Incoming, Kind, Verdict

EARLIER = 5  # mails of the conversation that are looked into

log = logging.getLogger(__name__)


def look(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    entry: Entry,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    verdict: Verdict,
    at: datetime,
    forwarded: bool = False,
    says_so_itself: bool = False,
    opened: bool = False,
) -> bool:
    """Link the ticket by what has just been recorded; whether the asker is to get the neutral words.

    `says_so_itself`: there is no other letter to put them in, so they are sent as one. `opened`: the ticket
    is new, so it has neither links nor earlier mails. Whatever goes wrong here is noted in the log and
    undone: no mail is parked for it.
    """
    if ticket.spam or (incoming.kind is not Kind.HUMAN and not received.insisted):
        return False
    post = order_proofs.Post(
        session=session,
        desk=desk,
        ticket=ticket,
        received=received,
        incoming=incoming,
        verdict=verdict,
        forwarded=forwarded,
    )
    try:
        found = _look(post, entry, opened=opened, at=at)
        if found.changes_something or (found.decision.neutral and says_so_itself):
            with session.begin_nested():
                _act(post, entry, found, at=at)
                if found.decision.neutral and says_so_itself:
                    order_proofs.say_neutral(post, at=at)
        return found.decision.neutral
    except Exception as error:  # whatever it is, the mail itself is filed
        if is_passing(error):
            raise
        log.exception("ticket %s could not be linked", ticket.id)
        session.refresh(ticket)
        return False


def named_in(session: Session, ticket: Ticket) -> tuple[Candidate, ...]:
    """Every number in the mails of a ticket that may be an order's, for an agent to choose from."""
    entries = _received(session, ticket, limit=EARLIER)
    return candidates(
        subject=ticket.subject,
        earlier=[str(entry.facts.get("text", "")) for entry in entries],
        shapes=orders.shapes(session),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a mail says about orders, before anything is done about it."""

    decision: linking.Decision
    orders: Mapping[int, Order]  # those that it names
    sender: str
    unknown: frozenset[str]  # numbers that no order has yet

    @property
    def changes_something(self) -> bool:
        return bool(self.decision.links or self.decision.choose or self.unknown)


def _look(post: order_proofs.Post, entry: Entry, *, opened: bool, at: datetime) -> _Found:
    """Questions only."""
    session, ticket, incoming = post.session, post.ticket, post.incoming
    linked = not opened and _is_linked(session, ticket)
    facts = entry.facts
    before = () if linked or opened else _received(session, ticket, limit=EARLIER)
    earlier = [each for each in before if each != entry]
    named = candidates(
        subject=incoming.subject,
        body=str(facts.get("new", "")),
        quoted=str(facts.get("quoted", "")),
        file_names=[str(file["name"]) for file in facts.get("attachments", ())],
        earlier=[str(each.facts.get("new", "")) for each in earlier],
        shapes=directory.kept(session, "order_shapes", lambda: orders.shapes(session)),
    )
    sender = incoming.sender.key if incoming.sender is not None else ""
    found = {row.id: row for row in _with_numbers(session, [each.number for each in named])}
    decision = linking.decide(
        _hits(named, list(found.values()), sender),
        [] if linked or not sender else _recent(session, sender, at=at),
        names_a_number=bool(named),
        verdict=post.verdict,
    )
    unknown = frozenset(_unknown(named, found.values(), incoming, facts))
    return _Found(decision=decision, orders=found, sender=sender, unknown=unknown)


def _act(post: order_proofs.Post, entry: Entry, found: _Found, *, at: datetime) -> None:
    session, ticket = post.session, post.ticket
    for each in found.decision.links:
        order = found.orders.get(each.order_id) or session.get_one(Order, each.order_id)
        order_links.link(session, ticket, order, each, actor=conversation.SERVER, at=at)
    late_orders.keep(session, ticket, entry, found.unknown, at=at)
    owners = [found.orders[each.order_id] for each in found.decision.links if each.ask_owner]
    for order in owners:
        order_proofs.ask_owner(post, order, at=at)
    if found.decision.choose:
        order_proofs.ask_which(post, found.sender, at=at)


def _is_linked(session: Session, ticket: Ticket) -> bool:
    return (
        session.scalar(select(TicketOrder.id).where(TicketOrder.ticket_id == ticket.id).limit(1)) is not None
    )


def _unknown(
    named: Sequence[Candidate], found: Iterable[Order], incoming: Incoming, facts: Mapping[str, Any]
) -> set[str]:
    """What this mail itself names and no order has: one that is told of later may."""
    known = {order.external_no_norm for order in found}
    of_this_mail = {each.number for each in named if each.place is not Place.EARLIER}
    return (of_this_mail | set(later(incoming.subject, str(facts.get("new", ""))))) - known


def _hits(named: Sequence[Candidate], found: Sequence[Order], sender: str) -> list[Hit]:
    """Best place first; of one number that two sources have, the sender's own first."""
    hits = [
        Hit(
            order_id=order.id,
            place=each.place,
            is_senders=sender in {address.key for address in order.addresses},
            has_address=bool(order.addresses),
        )
        for each in named
        for order in found
        if order.external_no_norm == each.number
    ]
    return sorted(hits, key=lambda hit: (hit.place, not hit.is_senders))


def _with_numbers(session: Session, numbers: Sequence[str]) -> Sequence[Order]:
    if not numbers:
        return []
    query = select(Order).where(Order.external_no_norm.in_(numbers)).options(selectinload(Order.addresses))
    return session.scalars(query.order_by(Order.id).limit(50)).all()


def _recent(session: Session, sender: str, *, at: datetime) -> list[int]:
    """The orders of an address within 90 days, newest first; more than a few are just several."""
    query = (
        select(Order.id)
        .join(OrderAddress, OrderAddress.order_id == Order.id)
        .where(OrderAddress.key == sender, Order.ordered_at >= at - linking.RECENT)
        .order_by(Order.ordered_at.desc(), Order.id.desc())
        .limit(3)
    )
    return list(session.scalars(query))


def _received(session: Session, ticket: Ticket, *, limit: int) -> Sequence[Entry]:
    return session.scalars(
        select(Entry)
        .where(Entry.ticket_id.in_(merging.numbers(ticket)), Entry.kind == EntryKind.RECEIVED)
        .options(joinedload(Entry.payload))
        .order_by(Entry.id.desc())
        .limit(limit)
    ).all()
