"""Ask the send guard before something goes to the buyer: gather what it needs to know, and only that."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import directory, guard_amounts, merging, orders, tickets
from helpdesk.errors import UnconfirmedError
from helpdesk.models import Agent, Entry, Order, Ticket, TicketOrder
from helpdesk.rules import guard, guard_figures
from helpdesk.rules.guard import Draft, Objection, Standing, Stop
from helpdesk.rules.guard_text import own_words
from mail.types import key_of

MOST_HEARD = 40  # mails of the buyer in which a number is looked for, the newest


class ObjectedError(UnconfirmedError):
    """409: something speaks against sending it. What may be insisted on goes when the agent says so."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__(sentence(objections[0]), field="text")
        self.objections = tuple(objections)


def check(
    session: Session,
    ticket: Ticket,
    draft: Draft,
    *,
    by: Agent,
    seen_seq: int,
    insisted: Collection[str] | None = (),
) -> tuple[Objection, ...]:
    """Raises ObjectedError with all that speaks against it; what the agent has insisted on comes back.

    `insisted` are the keys of objections that she has read; None asks nobody, see rules/guard.py.
    """
    found = guard.objections(draft, _standing(session, ticket, draft, by=by, seen_seq=seen_seq))
    left = guard.unmet(found, insisted)
    if left:
        raise ObjectedError(left)
    return () if insisted is None else found


def as_facts(insisted: Sequence[Objection]) -> dict[str, Any]:
    """What an entry says of objections that were overruled; nothing of none."""
    said = [{"stop": each.stop, "found": each.found, "known": list(each.known)} for each in insisted]
    return {"insisted": said} if said else {}


def from_facts(said: Mapping[str, Any]) -> Objection:
    """One of them again."""
    return Objection(stop=Stop(said["stop"]), found=str(said["found"]), known=tuple(said["known"]))


def sentence(objection: Objection) -> str:
    """What the matter is, and what to do about it."""
    found = objection.found
    match objection.stop:
        case Stop.MOVED_ON:
            return "the conversation has moved on: read what came in, then send again"
        case Stop.PLACEHOLDER:
            return f"{found} is not filled in: put in what is meant"
        case Stop.INSIDE:
            return f"“{found}” is meant for colleagues: make it a note, or take these words out"
        case Stop.UNFILLED:
            return f"“{found}” looks like a blank that was to be filled in"
        case Stop.ATTACHMENT:
            return f"“{found}” promises a file, and none is attached: attach it, or change the words"
        case Stop.AMOUNT:
            return f"{found} stands neither in a claim nor in an order or a refund here: look again"
        case Stop.ORDER:
            return f"{found} is not an order of this ticket: look again"
        case Stop.RECIPIENT:
            return f"{found} has not been in this conversation: is it the right address?"


def _standing(session: Session, ticket: Ticket, draft: Draft, *, by: Agent, seen_seq: int) -> Standing:
    own = own_words(draft.text)
    has_figures = any(char.isdigit() for char in own)
    shapes = tuple(orders.shapes(session)) if has_figures else ()
    names_orders = has_figures and any(guard_figures.numbers(own, shapes))
    names_amounts = has_figures and any(guard_figures.amounts(own))
    return Standing(
        moved_on=tickets.has_moved_on(session, ticket, seen_seq, by=by),
        amounts=guard_amounts.of_matter(session, ticket) if names_amounts else (),
        orders=_orders(session, ticket) if names_orders else (),
        shapes=shapes,
        heard=_heard(session, ticket) if names_orders else "",
        colleagues=_colleagues(session) if "@" in own else (),
        addresses=addresses(session, ticket) if draft.recipients else frozenset(),
    )


def addresses(session: Session, ticket: Ticket) -> frozenset[str]:
    """Keys of every address that has been in a conversation: of its buyer, and in the heads of its mails."""
    known = {key_of(ticket.address), *(each.key for each in ticket.buyer.addresses)}
    for entry in _spoken(session, ticket):
        named = (entry.facts.get("from"), *_each(entry, "to"), *_each(entry, "cc"), *_each(entry, "bcc"))
        known.update(key_of(str(each)) for each in named if each)
    return frozenset(known)


def _each(entry: Entry, name: str) -> Sequence[str]:
    """One address or several, as the entry's kind writes them."""
    said = entry.facts.get(name) or ()
    return (said,) if isinstance(said, str) else tuple(said)


def _spoken(session: Session, ticket: Ticket) -> Sequence[Entry]:
    return session.scalars(
        select(Entry)
        .where(Entry.ticket_id.in_(merging.numbers(ticket)), Entry.verb.in_(("received", "replied")))
        .order_by(Entry.id.desc())
        .limit(2 * MOST_HEARD)
    ).all()


def _orders(session: Session, ticket: Ticket) -> tuple[str, ...]:
    linked = select(TicketOrder.order_id).where(TicketOrder.ticket_id.in_(merging.numbers(ticket)))
    found = session.scalars(select(Order.external_no_norm).where(Order.id.in_(linked)).order_by(Order.id))
    return tuple(found)


def _heard(session: Session, ticket: Ticket) -> str:
    """Subject and words of the buyer: numbers that she names herself are no mistake of ours."""
    mails = session.scalars(
        select(Entry)
        .where(Entry.ticket_id.in_(merging.numbers(ticket)), Entry.verb == "received")
        .order_by(Entry.id.desc())
        .limit(MOST_HEARD)
    )
    return "\n".join((ticket.subject, *(str(each.facts.get("text", "")) for each in mails)))


def _colleagues(session: Session) -> tuple[str, ...]:
    here = directory.colleagues(session).values()
    return tuple(each for agent in here for each in (agent.name, agent.email))
