"""Where a mail goes that continues a ticket, also one that was merged.

It stands in the conversation of the ticket that it answers, and the one where the matter is answered points
at it. So a matter that is taken apart again leaves each buyer's mail with her own ticket: entries never move.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import buyers, conversation, merging, tickets
from helpdesk.models import Entry, Ticket
from helpdesk.rules.matching import Join
from helpdesk.rules.states import EntryKind
from mail.types import Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Both tickets are held; they are one and the same unless the mail continues a merged one."""

    ticket: Ticket  # where the matter is answered
    its_own: Ticket  # in whose conversation the mail stands
    author: str  # as an entry names who wrote


def place(session: Session, decision: Join, incoming: Incoming) -> Place:
    """The ticket that the mail answers if that is the sender's, else one of hers in the same matter."""
    ticket = merging.final(session, decision.ticket_id)
    sender = buyers.owner(session, incoming.sender.key) if incoming.sender else None
    buyer_id = sender.id if sender else ticket.buyer_id
    hers = sorted(
        (each.id != (decision.named or ticket.id), each is not ticket, each.id)
        for each in merging.matter(session, ticket)
        if each.buyer_id == buyer_id
    )
    its_own = tickets.hold(session, hers[0][-1]) if hers else ticket
    return Place(ticket=ticket, its_own=its_own, author=conversation.buyer(buyer_id))


def point_at(session: Session, entry: Entry, place: Place, *, at: datetime) -> Entry:
    """What stands for the mail where the matter is answered: its own entry, or one that points at it."""
    if place.its_own is place.ticket:
        return entry
    place.ticket.preview = place.its_own.preview
    return conversation.record(
        session,
        place.ticket,
        EntryKind.EVENT,
        "wrote_there",
        actor=place.author,
        at=at,
        facts={"ticket": entry.ticket_id, "entry": entry.id},
    )
