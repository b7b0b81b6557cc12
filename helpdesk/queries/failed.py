"""What waits for a person: parked on the way in, failed or of unknown fate on the way out, never written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Mailbox, OutboxMessage, ReceivedMessage, Reminder, Ticket
from helpdesk.rules.states import OutboxState, ReceivedState, ReminderKind, ReminderState

MOST = 200  # shown of each kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    id: int
    mailbox: str
    folder: str
    uid: int
    size: int
    stored_at: datetime
    attempts: int
    problem: str
    has_bytes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    id: int
    number: int
    subject: str
    recipient: str
    state: OutboxState
    automatic: bool
    attempts: int
    answer: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwritten:
    """A plan that was due and could not be carried out, again and again."""

    id: int
    number: int
    subject: str
    kind: ReminderKind
    due_at: datetime
    attempts: int
    problem: str


def is_unwritten() -> ColumnElement[bool]:
    """Still planned, and not tried again by itself."""
    return and_(Reminder.state == ReminderState.PLANNED, Reminder.problem != "", Reminder.again_at.is_(None))


def parked(session: Session) -> tuple[Parked, ...]:
    """Oldest first."""
    rows = session.execute(
        select(ReceivedMessage, Mailbox.name)
        .join(Mailbox, Mailbox.id == ReceivedMessage.mailbox_id)
        .where(ReceivedMessage.state == ReceivedState.PARKED)
        .order_by(ReceivedMessage.id)
        .limit(MOST)
    )
    return tuple(
        Parked(
            id=row.id,
            mailbox=mailbox,
            folder=row.folder,
            uid=row.uid,
            size=row.size,
            stored_at=row.stored_at,
            attempts=row.attempts,
            problem=row.problem,
            has_bytes=bool(row.sha256),
        )
        for row, mailbox in rows
    )


def stuck(session: Session) -> tuple[Stuck, ...]:
    """The unknown ones first: they want an answer; then the failed ones, newest first."""
    rows = session.execute(
        select(OutboxMessage, Ticket.subject)
        .join(Ticket, Ticket.id == OutboxMessage.ticket_id)
        .where(OutboxMessage.state.in_((OutboxState.FAILED, OutboxState.UNKNOWN)))
        .order_by(OutboxMessage.state.desc(), OutboxMessage.id.desc())
        .limit(MOST)
    )
    return tuple(
        Stuck(
            id=row.id,
            number=row.ticket_id,
            subject=subject,
            recipient=row.recipient,
            state=row.state,
            automatic=row.automatic,
            attempts=row.attempts,
            answer=row.answer,
            due_at=row.due_at,
        )
        for row, subject in rows
    )


def unwritten(session: Session) -> tuple[Unwritten, ...]:
    """Oldest first."""
    rows = session.execute(
        select(Reminder, Ticket.subject)
        .join(Ticket, Ticket.id == Reminder.ticket_id)
        .where(is_unwritten())
        .order_by(Reminder.due_at, Reminder.id)
        .limit(MOST)
    )
    return tuple(
        Unwritten(
            id=row.id,
            number=row.ticket_id,
            subject=subject,
            kind=row.kind,
            due_at=row.due_at,
            attempts=row.attempts,
            problem=row.problem,
        )
        for row, subject in rows
    )


def bytes_of(session: Session, received_id: int) -> str:
    """The SHA-256 of a received message. Raises NotFoundError when there are no bytes."""
    sha256 = session.scalar(select(ReceivedMessage.sha256).where(ReceivedMessage.id == received_id))
    if not sha256:
        raise NotFoundError("there is no such file")
    return sha256
