"""What waits for a person: parked on the way in, failed or of unknown fate on the way out, never written.

And, for who wants to look, those that were ignored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, literal_column, select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Agent, Entry, Mailbox, OutboxMessage, ReceivedMessage, Reminder, Ticket
from helpdesk.models.messages import BY_HAND, COPY_OF
from helpdesk.models.spelled import spelled
from helpdesk.rules.states import OutboxState, ReceivedState, ReminderKind, ReminderState

REPORTS = ("bounced", "complained")  # verbs of entries behind which a message stands that may be mail
MOST = 200  # shown of what waits for a person
ROWS = 20  # on one page of what does not


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A received message that is parked or ignored."""

    id: int
    mailbox: str
    folder: str
    uid: int
    size: int
    stored_at: datetime
    attempts: int
    problem: str  # of a parked one
    because: str  # of an ignored one: the word for why; "copy" for all copies, "by_hand" for an agent's word
    said: str  # that agent's reason, and her name
    by: str
    number: int | None  # the ticket that has the mail of which this is a copy
    sha256: str  # "" when the server gave no bytes

    @property
    def can_run(self) -> bool:
        return bool(self.sha256) and self.because != "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """One page of ignored messages, newest first."""

    rows: tuple[SetAside, ...]
    next: int | None  # the next page has those before this id; None: this was the last


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
    planned = spelled(Reminder.state, ReminderState.PLANNED)  # these two in the words of an index
    return and_(planned, Reminder.problem != literal_column("''"), Reminder.again_at.is_(None))


def is_stuck() -> ColumnElement[bool]:
    """Failed or of unknown fate, and nobody has seen to it. What was for colleagues stands on their pages."""
    return and_(
        OutboxMessage.state.in_((OutboxState.FAILED, OutboxState.UNKNOWN)),
        OutboxMessage.seen_at.is_(None),
        OutboxMessage.agent_id.is_(None),
    )


def parked(session: Session) -> tuple[SetAside, ...]:
    """Oldest first."""
    query = _set_aside().where(is_aside(), ReceivedMessage.state == ReceivedState.PARKED)
    return _views(session, session.execute(query.order_by(ReceivedMessage.id).limit(MOST)).all())


def ignored(session: Session, before: int | None = None) -> Ignored:
    """Those that came before a received message, or the newest ones."""
    query = _set_aside().where(is_aside(), ReceivedMessage.state == ReceivedState.IGNORED)
    if before is not None:
        query = query.where(ReceivedMessage.id < before)
    found = session.execute(query.order_by(ReceivedMessage.id.desc()).limit(ROWS + 1)).all()
    rows = _views(session, found[:ROWS])
    return Ignored(rows=rows, next=rows[-1].id if len(found) > ROWS else None)


def one(session: Session, received_id: int) -> SetAside:
    """Raises NotFoundError for a message that is neither parked nor ignored."""
    row = session.execute(
        _set_aside().where(
            ReceivedMessage.id == received_id,
            ReceivedMessage.state.in_((ReceivedState.PARKED, ReceivedState.IGNORED)),
        )
    ).all()
    if not row:
        raise NotFoundError("there is no such message")
    return _views(session, row)[0]


def report(session: Session, entry_id: int) -> SetAside:
    """The message behind an entry that tells of a report. Raises NotFoundError."""
    row = session.execute(
        _set_aside()
        .join(Entry, Entry.id == ReceivedMessage.entry_id)
        .where(
            Entry.id == entry_id,
            Entry.verb.in_(REPORTS),
            ReceivedMessage.ticket_id == Entry.ticket_id,
            ReceivedMessage.state == ReceivedState.JOINED,
        )
    ).all()
    if not row:
        raise NotFoundError("there is no received mail behind this entry")
    return replace(_views(session, row)[0], because="report", number=row[0][0].ticket_id)


def stuck(session: Session) -> tuple[Stuck, ...]:
    """The unknown ones first: they want an answer; then the failed ones, newest first."""
    rows = session.execute(
        select(OutboxMessage, Ticket.subject)
        .join(Ticket, Ticket.id == OutboxMessage.ticket_id)
        .where(
            is_stuck(),
        )
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


def _set_aside() -> Select[ReceivedMessage, str]:
    return select(ReceivedMessage, Mailbox.name).join(Mailbox, Mailbox.id == ReceivedMessage.mailbox_id)


def is_aside() -> ColumnElement[bool]:
    """Parked or ignored, in the words of the index."""
    return spelled(ReceivedMessage.state, (ReceivedState.PARKED, ReceivedState.IGNORED))


def _views(session: Session, found: Sequence[Row[ReceivedMessage, str]]) -> tuple[SetAside, ...]:
    twins = {row.id: _twin_of(row) for row, _ in found}
    query = select(ReceivedMessage.id, ReceivedMessage.ticket_id)
    rows = session.execute(query.where(ReceivedMessage.id.in_(twins.values())))
    names = {str(row.id): row.name for row in session.execute(select(Agent.id, Agent.name))}
    tickets = {row.id: row.ticket_id for row in rows}
    return tuple(
        SetAside(
            id=row.id,
            mailbox=mailbox,
            folder=row.folder,
            uid=row.uid,
            size=row.size,
            stored_at=row.stored_at,
            attempts=row.attempts,
            problem=row.problem,
            because=_word(row),
            said=_by_hand(row)[1],
            by=names.get(_by_hand(row)[0], ""),
            number=tickets.get(twins[row.id]),
            sha256=row.sha256,
        )
        for row, mailbox in found
    )


def _word(row: ReceivedMessage) -> str:
    if _twin_of(row):
        return "copy"
    return "by_hand" if _by_hand(row)[0] else row.ignored_because


def _by_hand(row: ReceivedMessage) -> tuple[str, str]:
    """The id of the agent who put it away, and her words."""
    if not row.ignored_because.startswith(BY_HAND):
        return "", ""
    agent_id, _, said = row.ignored_because.removeprefix(BY_HAND).partition(":")
    return agent_id, said


def _twin_of(row: ReceivedMessage) -> int:
    """The received message that this one is a copy of; 0 for none."""
    number = row.ignored_because.removeprefix(COPY_OF)
    return int(number) if number != row.ignored_because else 0
