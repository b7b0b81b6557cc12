"""What the clock does: its workers, its jobs, and what is due and not done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.models import JobRun, Mailbox, OutboxMessage, ReceivedMessage, Refund, Reminder, Turn, Worker
from helpdesk.rules.jobs import GONE_AFTER, TURN
from helpdesk.rules.states import OutboxState, ReceivedState, RefundState, ReminderState


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerView:
    host: str
    process: str  # its number on that host
    started_at: datetime
    seen_at: datetime
    is_gone: bool  # it has said nothing for GONE_AFTER
    has_turn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as it last ran; `started_at` is None for one that never did."""

    name: str
    started_at: datetime | None = None
    took: timedelta = timedelta(0)
    runs: int = 0
    failures: int = 0
    failed: bool = False
    problem: str = ""
    problem_at: datetime | None = None
    done: int = 0
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is due and not done."""

    what: str  # "plans", "replies", "received", "money"
    count: int
    since: datetime | None  # when the oldest was due


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLooks:
    name: str
    last_success_at: datetime | None
    in_trouble: bool


def workers(session: Session, *, at: datetime) -> tuple[WorkerView, ...]:
    """Those of the last day, the one whose turn it is first."""
    turn = session.execute(select(Turn.owner, Turn.until).where(Turn.name == TURN)).one_or_none()
    holder = turn.owner if turn and turn.until and turn.until >= at else ""
    rows = session.scalars(select(Worker).order_by(Worker.started_at, Worker.owner))
    found = [_worker(row, holder, at) for row in rows]
    return tuple(sorted(found, key=lambda each: (not each.has_turn, each.is_gone)))


def jobs(session: Session, names: Sequence[str]) -> tuple[JobView, ...]:
    """In the order of `names`."""
    rows = {row.name: row for row in session.scalars(select(JobRun))}
    return tuple(_job(name, rows.get(name)) for name in names)


def backlogs(session: Session, *, at: datetime) -> tuple[Backlog, ...]:
    """One question for each kind; all of them have an index that leads to what is due only."""
    plan_is_due = or_(Reminder.problem == "", Reminder.again_at <= at)
    return (
        _backlog(session, "plans", Reminder.due_at, at, Reminder.state == ReminderState.PLANNED, plan_is_due),
        _backlog(session, "replies", OutboxMessage.due_at, at, OutboxMessage.state == OutboxState.QUEUED),
        _backlog(
            session,
            "received",
            ReceivedMessage.stored_at,
            at,
            ReceivedMessage.state == ReceivedState.STORED,
            ReceivedMessage.mailbox_id.in_(select(Mailbox.id)),  # the index begins with it
        ),
        _backlog(session, "money", Refund.look_at, at, Refund.state.in_(UNDER_WAY)),
    )


def mailboxes(session: Session) -> tuple[MailboxLooks, ...]:
    """Those that are read."""
    rows = session.scalars(select(Mailbox).where(Mailbox.active).order_by(Mailbox.name))
    return tuple(
        MailboxLooks(name=row.name, last_success_at=row.last_success_at, in_trouble=bool(row.problem))
        for row in rows
    )


def last_seen(session: Session) -> datetime | None:
    """When any worker last said that it is there."""
    return session.scalar(select(func.max(Worker.seen_at)))


UNDER_WAY = (RefundState.RESERVED, RefundState.SUBMITTED, RefundState.PENDING, RefundState.UNKNOWN)


def _backlog(
    session: Session,
    what: str,
    due_at: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    at: datetime,
    *where: ColumnElement[bool],
) -> Backlog:
    count, since = session.execute(select(func.count(), func.min(due_at)).where(*where, due_at <= at)).one()
    return Backlog(what=what, count=count, since=since)


def _worker(row: Worker, holder: str, at: datetime) -> WorkerView:
    host, _, rest = row.owner.rpartition(":")[0].rpartition(":")
    return WorkerView(
        host=host or row.owner,
        process=rest,
        started_at=row.started_at,
        seen_at=row.seen_at,
        is_gone=at - row.seen_at > GONE_AFTER,
        has_turn=row.owner == holder,
    )


def _job(name: str, row: JobRun | None) -> JobView:
    if row is None:
        return JobView(name=name)
    return JobView(
        name=name,
        started_at=row.started_at,
        took=timedelta(milliseconds=row.took_ms),
        runs=row.runs,
        failures=row.failures,
        failed=row.failed,
        problem=row.problem,
        problem_at=row.problem_at,
        done=row.done,
        done_at=row.done_at,
    )
