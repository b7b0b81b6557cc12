"""Messages that the server listed without bytes: parked at once, asked for again, filed when they come."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import ReceivedMessage
from helpdesk.rules import retry
from helpdesk.rules.states import ReceivedState


def awaited(
    session: Session, mailbox_id: int, folder: str, *, uidvalidity: int, at: datetime
) -> dict[int, int]:
    """Row ids by UID of what the server listed without bytes and should be asked for once more by now."""
    rows = session.scalars(
        select(ReceivedMessage).where(
            ReceivedMessage.mailbox_id == mailbox_id,
            ReceivedMessage.state == ReceivedState.PARKED,
            ReceivedMessage.sha256 == "",
            ReceivedMessage.folder == folder,
            ReceivedMessage.uidvalidity == uidvalidity,
        )
    )
    due = ((row, retry.fetch_again(row.attempts, stored_at=row.stored_at)) for row in rows)
    return {row.uid: row.id for row, again in due if again is not None and again <= at}


def supply(session: Session, received_id: int, sha256: str) -> None:
    """Put a message in line whose bytes came after all; with "" only count that it was asked for."""
    received = session.get_one(ReceivedMessage, received_id, with_for_update=True, populate_existing=True)
    if received.state is not ReceivedState.PARKED or received.sha256:
        return
    received.attempts += 1
    if sha256:
        received.sha256, received.state, received.problem = sha256, ReceivedState.STORED, ""
        received.attempts = 0
