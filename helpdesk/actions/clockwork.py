"""Whose turn the shared work is, and what the jobs did. A lease, not a lock: two workers that both think that
it is theirs change nothing, as every piece of work is taken by a conditional update of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.db import insert_missing
from helpdesk.models import JobRun, Turn, Worker
from helpdesk.rules.jobs import LEASE, TURN

SWEPT_AFTER = timedelta(days=1)  # its row
LONGEST_PROBLEM = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """The runs of one job since they were last written down."""

    job: str
    started_at: datetime  # of the last one
    took: timedelta
    runs: int
    failures: int
    failed: bool  # the last one
    problem: str
    problem_at: datetime | None
    done: int
    done_at: datetime | None


def begin(session: Session, owner: str, *, at: datetime) -> None:
    """A worker is there."""
    insert_missing(session, Worker, [{"owner": owner, "started_at": at, "seen_at": at}])
    insert_missing(session, Turn, [{"name": TURN, "owner": "", "until": None}])
    session.execute(delete(Worker).where(Worker.seen_at < at - SWEPT_AFTER))


def take_turn(session: Session, owner: str, *, at: datetime) -> bool:
    """Take the turn, or keep it; False while another worker has it.

    One that ends later than any lease can was given before the clock was set back, and counts for nothing.
    """
    free = or_(
        Turn.owner.in_(("", owner)), Turn.until.is_(None), Turn.until < at, Turn.until > at + 2 * LEASE
    )
    taken = session.execute(update(Turn).where(Turn.name == TURN, free).values(owner=owner, until=at + LEASE))
    return bool(getattr(taken, "rowcount", 0))


def is_free(session: Session, *, at: datetime) -> bool:
    """Whether it is worth trying to take it: a question costs less than a write."""
    row = session.execute(select(Turn.owner, Turn.until).where(Turn.name == TURN)).one_or_none()
    return row is None or not row.owner or row.until is None or not at <= row.until <= at + 2 * LEASE


def be_here(session: Session, owner: str, *, at: datetime) -> None:
    session.execute(update(Worker).where(Worker.owner == owner).values(seen_at=at))


def leave(session: Session, owner: str) -> None:
    """The worker ends: another one may go on at once."""
    session.execute(update(Turn).where(Turn.owner == owner).values(owner="", until=None))
    session.execute(delete(Worker).where(Worker.owner == owner))


def record(session: Session, owner: str, found: Sequence[Ran]) -> None:
    """Write down what the jobs did."""
    for each in sorted(found, key=lambda ran: ran.job):  # in one order: two workers may write at once
        first = {
            "name": each.job,
            "owner": owner,
            "started_at": each.started_at,
            "took_ms": 0,
            "runs": 0,
            "failures": 0,
            "failed": False,
            "problem": "",
            "problem_at": None,
            "done": 0,
            "done_at": None,
        }
        insert_missing(session, JobRun, [first])
        session.execute(update(JobRun).where(JobRun.name == each.job).values(_values(owner, each)))


def _values(owner: str, ran: Ran) -> dict[str, object]:
    values: dict[str, object] = {
        "owner": owner,
        "started_at": ran.started_at,
        "took_ms": round(ran.took / timedelta(milliseconds=1)),
        "runs": JobRun.runs + ran.runs,
        "failures": JobRun.failures + ran.failures,
        "failed": ran.failed,
    }
    if ran.problem_at:
        values |= {"problem": ran.problem[:LONGEST_PROBLEM], "problem_at": ran.problem_at}
    if ran.done_at:
        values |= {"done": ran.done, "done_at": ran.done_at}
    return values
