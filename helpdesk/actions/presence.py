"""Who has a ticket open, and how far each colleague has read: no entries, as it is not about the buyer.

An open page says every ten seconds that it is still there: a tenth of a write a second for each.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.db import insert_missing
from helpdesk.errors import NotFoundError
from helpdesk.models import Entry, LastRead, PicturesShown, Presence, Ticket

SWEPT_AFTER = timedelta(hours=1)  # rows of pages that said no good-bye; they are shown as nobody long before


def be_here(session: Session, number: int, agent_id: int, *, writes: bool, at: datetime) -> None:
    """This colleague's page of this ticket is open. Raises NotFoundError."""
    mine = (Presence.ticket_id == number, Presence.agent_id == agent_id)
    again = session.execute(update(Presence).where(*mine).values(at=at, writes=writes))
    if getattr(again, "rowcount", 0):
        return
    if session.scalar(select(Ticket.id).where(Ticket.id == number)) is None:
        raise NotFoundError(f"there is no ticket {number}")
    row = {"ticket_id": number, "agent_id": agent_id, "at": at, "writes": writes}
    insert_missing(session, Presence, [row])
    session.execute(delete(Presence).where(Presence.at < at - SWEPT_AFTER))


def leave(session: Session, number: int, agent_id: int) -> None:
    session.execute(delete(Presence).where(Presence.ticket_id == number, Presence.agent_id == agent_id))


def note_read(session: Session, number: int, agent_id: int, entry_id: int) -> None:
    """Everything up to this entry of the matter has stood in her sight; nothing goes back."""
    matter = select(Ticket.id).where(or_(Ticket.id == number, Ticket.merged_into_id == number))
    is_of_it = select(Entry.id).where(Entry.id == entry_id, Entry.ticket_id.in_(matter))
    if session.scalar(is_of_it) is None:
        return
    row = {"agent_id": agent_id, "ticket_id": number, "entry_id": entry_id}
    if insert_missing(session, LastRead, [row]):
        return
    session.execute(
        update(LastRead)
        .where(LastRead.agent_id == agent_id, LastRead.ticket_id == number, LastRead.entry_id < entry_id)
        .values(entry_id=entry_id)
    )


def show_pictures(session: Session, entry_id: int, agent_id: int, *, at: datetime) -> None:
    """This agent wants the pictures of this mail that stand on other people's servers."""
    insert_missing(session, PicturesShown, [{"entry_id": entry_id, "agent_id": agent_id, "at": at}])
