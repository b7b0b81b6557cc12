"""A copy of what was sent, for the Sent folder, where the provider does not file one itself.

Apart from the sending: whatever becomes of a copy, its message is never handed over again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from helpdesk.models import Mailbox, OutboxMessage
from helpdesk.rules.states import OutboxState
from mail.providers import files_what_it_sends

AGAIN = tuple(timedelta(minutes=m) for m in (1, 10, 60, 360))  # after a failure; then it is let be


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One message that is to stand in the Sent folder."""

    row_id: int
    message_id: str
    sha256: str
    sent_at: datetime


def want(mailbox: Mailbox, *, at: datetime) -> datetime | None:
    """When the copy of a message sent now is due; None where the provider files it."""
    return None if files_what_it_sends(mailbox.smtp_host) else at


def take_next(session: Session, mailbox_id: int, *, at: datetime) -> Copy | None:
    """The copy to file now, or None. It is put off before it is tried, so that no other worker tries it too.

    One at a time: a worker that dies costs one try of the copy in its hands, and none of the others.
    """
    row = session.scalar(
        select(OutboxMessage)
        .where(*_due(mailbox_id, at))
        .order_by(OutboxMessage.copy_due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    assert row.sent_at is not None
    row.copy_due_at = at + AGAIN[row.copy_tries] if row.copy_tries < len(AGAIN) else None
    row.copy_tries += 1
    return Copy(row_id=row.id, message_id=row.message_id, sha256=row.sha256, sent_at=row.sent_at)


def put_off(session: Session, mailbox_id: int, *, at: datetime) -> None:
    """The server is in trouble: what else is due waits too, untried, so that it is not asked for each."""
    session.execute(update(OutboxMessage).where(*_due(mailbox_id, at)).values(copy_due_at=at + AGAIN[0]))


def settle(session: Session, row_id: int) -> None:
    """It is there, or there is no such folder: nothing more to do."""
    session.execute(update(OutboxMessage).where(OutboxMessage.id == row_id).values(copy_due_at=None))


def _due(mailbox_id: int, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxMessage.mailbox_id == mailbox_id,
        OutboxMessage.copy_due_at <= at,
        OutboxMessage.state == OutboxState.SENT,
    )
