"""A reply that has not left yet, for the bar that offers to take it back on whichever page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Entry, OutboxMessage
from helpdesk.rules.states import OutboxState


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    number: int  # of its ticket
    entry_id: int
    left: int  # seconds that the page counts; 0: it waits for something else


def of_entry(
    session: Session, entry_id: int, *, by: int, at: datetime, hold: timedelta, undo: timedelta
) -> Undoable | None:
    """The reply of this entry, by this person, while it can be taken back."""
    row = session.scalar(
        select(OutboxMessage)
        .join(Entry, Entry.id == OutboxMessage.entry_id)
        .where(
            Entry.id == entry_id,
            Entry.actor == f"agent:{by}",
            Entry.verb == "replied",
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.attempts == 0,
        )
    )
    if row is None:
        return None
    return Undoable(
        number=row.ticket_id, entry_id=entry_id, left=seconds_left(row.due_at, at=at, hold=hold, undo=undo)
    )


def seconds_left(due_at: datetime, *, at: datetime, hold: timedelta, undo: timedelta) -> int:
    """What is left of the undo time of a message that leaves at `due_at`; 0 when it waits longer than that
    (its mailbox is in trouble, or it was planned), or the count is over."""
    left = due_at - at - (hold - undo)
    return int(left.total_seconds()) if timedelta(0) < left <= undo else 0
