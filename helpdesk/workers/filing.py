"""Stored messages become entries: count the attempt, parse, then one transaction with a savepoint each.

A message that raises is parked and the rest goes on. One that kills the process has had its attempt
counted before, so the next process takes that batch one by one until the killer parks itself. A deadlock or
a full disk is no message's fault: the batch is taken again, and nothing is parked for it.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import directory, ignoring, intake
from helpdesk.blobs import MissingBlobError
from helpdesk.current import current_desk
from helpdesk.db import is_passing, reading, transaction, wait_for_names
from helpdesk.models import Mailbox, ReceivedMessage
from helpdesk.rules.states import ReceivedState
from mail import classify
from mail.parse import parse
from mail.types import Incoming

BATCH = 50
MOST_ATTEMPTS = 4
GIVEN_UP = timedelta(minutes=10)  # longer than a batch takes: whoever began it is gone
NO_MAIL = "these bytes are no mail: they have no header that anybody wrote"

log = logging.getLogger(__name__)


def file_stored(mailbox_id: int) -> int:
    """File everything of a mailbox that is stored and not yet understood; how many messages that were."""
    count = 0
    while batch := _take(mailbox_id):
        try:
            _file(mailbox_id, batch)
        except DBAPIError as error:
            if not is_passing(error):
                raise
            log.info("mailbox %s: others were in the way, so one by one: %s", mailbox_id, error.orig)
        except OSError:  # of the blob store: the disk is full, or away
            _give_back(batch)
            raise
        else:
            count += len(batch)
    return count


def file_unread() -> int:
    """File what was put in line again in mailboxes that nobody reads; how many messages that were.

    A paused mailbox has no poller, nor has the one that only holds imported mail. What is being tried is
    left to who tries it: an import may be at it, unless it was killed.
    """
    given_up = ReceivedMessage.tried_at <= clock.now() - GIVEN_UP
    untried = or_(ReceivedMessage.attempts == 0, ReceivedMessage.tried_at.is_(None))
    with reading() as session:
        waiting = session.scalars(
            select(ReceivedMessage.mailbox_id)
            .join(Mailbox)
            .where(
                ~Mailbox.active,
                ReceivedMessage.state == ReceivedState.STORED,
                or_(untried, given_up),
            )
            .distinct()
        ).all()
    return sum(file_stored(mailbox_id) for mailbox_id in waiting)


def _take(mailbox_id: int) -> list[tuple[int, str]]:
    """(row id, sha256) of the next batch, its attempts counted for good before anything is tried.

    What another worker is writing at this moment is left to that one.
    """
    with transaction() as session:
        stored = (
            select(ReceivedMessage)
            .where(ReceivedMessage.mailbox_id == mailbox_id, ReceivedMessage.state == ReceivedState.STORED)
            .order_by(ReceivedMessage.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        rows = list(session.scalars(stored))
        tried = next((row for row in rows if row.attempts), None)
        chosen = [tried] if tried is not None else rows
        ready = []
        for row in chosen:
            if row.attempts >= MOST_ATTEMPTS:
                intake.park(row, f"the desk stopped {row.attempts} times while reading this message")
            else:
                ready.append((row.id, row.sha256))
        session.execute(
            update(ReceivedMessage)
            .where(ReceivedMessage.id.in_([row_id for row_id, _ in ready]))
            .values(attempts=ReceivedMessage.attempts + 1, tried_at=clock.now())
        )
        return ready or ([(chosen[0].id, "")] if chosen else [])


def _give_back(batch: list[tuple[int, str]]) -> None:
    """Count the attempt as none: nothing was learnt about these messages."""
    with transaction() as session:
        session.execute(
            update(ReceivedMessage)
            .where(ReceivedMessage.id.in_([row_id for row_id, _ in batch]), ReceivedMessage.attempts > 0)
            .values(attempts=ReceivedMessage.attempts - 1)
        )


def _file(mailbox_id: int, batch: list[tuple[int, str]]) -> None:
    """Parse outside the transaction: that is slow, and knows nothing of the database.

    Files and letters of the whole batch become durable together, just before the commit. A mail that came to
    two mailboxes is filed by one worker after the other: the second has to see what the first made of it.
    """
    parsed = {row_id: _parsed(sha256) for row_id, sha256 in batch if sha256}
    with transaction() as session, current_desk().blobs.together():
        wait_for_names(session, (_name(sha256, parsed[row_id]) for row_id, sha256 in batch if sha256))
        directory.keep(session)
        mailbox = session.get_one(Mailbox, mailbox_id)
        for row in _held(session, list(parsed)):
            _file_one(session, mailbox, row, parsed[row.id])


def _parsed(sha256: str) -> Incoming | str:
    """The message, or the problem with it. Raises OSError when the store cannot be read."""
    try:
        content = current_desk().blobs.get(sha256)
    except MissingBlobError as error:
        return str(error)
    try:
        incoming = parse(content)
    except Exception as error:  # parsing is meant never to raise: if it does, the bytes are kept
        log.exception("message %s could not be parsed", sha256)
        return f"{type(error).__name__}: {error}"
    return incoming if classify.was_written(incoming) else NO_MAIL


def _name(sha256: str, incoming: Incoming | str) -> str:
    """What the copies of one mail have in common, whatever the servers wrote above it."""
    message_id = "" if isinstance(incoming, str) else ignoring.kept_id(incoming)
    return f"mail:{message_id or sha256}"


def _held(session: Session, row_ids: list[int]) -> Sequence[ReceivedMessage]:
    """The rows that still wait, locked until the transaction ends."""
    waiting = select(ReceivedMessage).where(
        ReceivedMessage.id.in_(row_ids), ReceivedMessage.state == ReceivedState.STORED
    )
    return session.scalars(waiting.order_by(ReceivedMessage.id).with_for_update()).all()


def _file_one(session: Session, mailbox: Mailbox, row: ReceivedMessage, incoming: Incoming | str) -> None:
    if isinstance(incoming, str):
        intake.park(row, incoming)
        return
    try:
        with session.begin_nested():
            intake.file(session, current_desk(), mailbox, row, incoming, at=clock.now())
    except Exception as error:  # whatever it is: this message waits, the next one does not
        if is_passing(error):
            raise  # not its fault: the whole batch is taken again
        log.exception("received message %s is parked", row.id)
        session.refresh(row)
        intake.park(row, f"{type(error).__name__}: {error}")
    log.info("received message %s is %s", row.id, row.state)
