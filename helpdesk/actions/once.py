"""Things that happen once, or not too often; every row of it may be forgotten after a day."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from helpdesk.db import insert_missing
from helpdesk.models import Entry, OutboxMessage, SubmittedForm, Tally
from helpdesk.rules.states import OutboxState

KEPT = timedelta(days=1)


def is_first(session: Session, key: str, *, at: datetime) -> bool:
    """Whether the form of this key was not carried out before; asked in the transaction that does it.

    A second one that comes at the same moment waits here until the first is done, or was given up. One whose
    message was taken back counts as not carried out.
    """
    if insert_missing(session, SubmittedForm, [{"key": key, "at": at}]):
        return True
    form = session.get_one(SubmittedForm, key, with_for_update=True, populate_existing=True)
    withdrawn = OutboxMessage.state == OutboxState.WITHDRAWN
    return bool(session.scalar(select(exists().where(OutboxMessage.entry_id == form.entry_id, withdrawn))))


def note_entry(session: Session, key: str, entry: Entry) -> None:
    """What the form of this key wrote."""
    session.execute(update(SubmittedForm).where(SubmittedForm.key == key).values(entry_id=entry.id))


def entry_of(session: Session, key: str) -> int | None:
    """The id of what the form of this key wrote, where it wrote an entry."""
    return session.scalar(select(SubmittedForm.entry_id).where(SubmittedForm.key == key))


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


def counted(session: Session, key: str) -> int:
    """How many tries stand under this key."""
    return session.scalar(select(Tally.count).where(Tally.key == key)) or 0


def take_off(session: Session, key: str) -> None:
    """The try was a good one: it is not to be counted."""
    session.execute(update(Tally).where(Tally.key == key, Tally.count > 0).values(count=Tally.count - 1))


def forget(session: Session, *, at: datetime) -> int:
    """Delete what is older than a day; how many rows that were."""
    forms = session.execute(delete(SubmittedForm).where(SubmittedForm.at < at - KEPT))
    tallies = session.execute(delete(Tally).where(Tally.since < at - KEPT))
    return sum(getattr(deleted, "rowcount", 0) for deleted in (forms, tallies))
