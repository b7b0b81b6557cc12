"""When everything that was agreed is complete: may the ticket rest, or is something of it still nobody's?"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions import merging, parcels
from helpdesk.models import Claim, Entry, Order, Ticket
from helpdesk.rules import turns
from helpdesk.rules.states import EntryKind
from helpdesk.rules.thanks import says_only_thanks


def may_rest(session: Session, ticket: Ticket, *, actor: str) -> bool:
    """Whether a ticket whose matters are complete is solved by that alone.

    Not while the buyer has written what nobody has looked at, unless a colleague is at it just now; nor while
    a parcel is to be stopped whose money has gone back.
    """
    unread = not actor.startswith("agent:") and is_unread(session, ticket)
    return not unread and not _parcel_is_open(session, ticket)


def is_unread(session: Session, ticket: Ticket) -> bool:
    """Whether the buyer has written more than thanks, and neither answer nor act of a colleague followed."""
    if ticket.unanswered_since is None:
        return False
    of_matter = Entry.ticket_id.in_(merging.numbers(ticket))
    seen = session.scalar(select(func.max(Entry.id)).where(of_matter, Entry.actor.startswith("agent:"))) or 0
    heard = session.scalars(select(Entry).where(of_matter, Entry.kind == EntryKind.RECEIVED, Entry.id > seen))
    return any(turns.is_a_persons(entry.facts) and not _is_thanks(entry) for entry in heard)


def _is_thanks(entry: Entry) -> bool:
    said = str(entry.facts.get("new") or entry.facts.get("text") or "")
    return says_only_thanks(said, files=len(entry.facts.get("attachments", ())))


def _parcel_is_open(session: Session, ticket: Ticket) -> bool:
    orders = session.scalars(
        select(Order).join(Claim, Claim.order_id == Order.id).where(Claim.ticket_id == ticket.id)
    )
    return any(
        parcels.must_stop(order) and not parcels.is_stopped(session, ticket, order) for order in orders
    )
