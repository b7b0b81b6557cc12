"""Things that happen once, or not too often; every row of it may be forgotten after a day."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from helpdesk.db import insert_missing
from helpdesk.models import SubmittedForm, Tally

KEPT = timedelta(days=1)


def is_first(session: Session, key: str, *, at: datetime) -> bool:
    """Whether the form of this key was not carried out before; asked in the transaction that does it.

    A second one that comes at the same moment waits here until the first is done, or was given up.
    """
    return insert_missing(session, SubmittedForm, [{"key": key, "at": at}]) == 1


def count(session: Session, key: str, *, most: int, within: timedelta, at: datetime) -> bool:
    """Count one try, unless there were `most` of them in this span already; then False."""
    insert_missing(session, Tally, [{"key": key, "count": 0, "since": at}])
    session.execute(
        update(Tally).where(Tally.key == key, Tally.since <= at - within).values(count=0, since=at)
    )
    won = session.execute(
        update(Tally).where(Tally.key == key, Tally.count < most).values(count=Tally.count + 1)
    )
    return bool(getattr(won, "rowcount", 0) == 1)


def take_off(session: Session, key: str) -> None:
    """The try was a good one: it is not to be counted."""
    session.execute(update(Tally).where(Tally.key == key, Tally.count > 0).values(count=Tally.count - 1))


def forget(session: Session, *, at: datetime) -> int:
    """Delete what is older than a day; how many rows that were."""
    forms = session.execute(delete(SubmittedForm).where(SubmittedForm.at < at - KEPT))
    tallies = session.execute(delete(Tally).where(Tally.since < at - KEPT))
    return sum(getattr(deleted, "rowcount", 0) for deleted in (forms, tallies))
