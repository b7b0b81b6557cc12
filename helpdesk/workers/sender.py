"""The outbox of one mailbox: lease a row, hand it over, settle it. No transaction is open on the line.

    leased      dies here: taken again after the lease
    sending     committed just before DATA; dies here: unknown, never sent again by itself
    sent        the server said 250

Nothing goes twice, and what is uncertain says so.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

from sqlalchemy.exc import DBAPIError

from helpdesk import clock, signing_in
from helpdesk.actions import mailboxes, outbox, pacing
from helpdesk.blobs import MissingBlobError
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Mailbox, OutboxMessage
from helpdesk.rules import retry
from helpdesk.vault import SealedError
from helpdesk.workers import copying
from helpdesk.workers.outage import Outage
from mail.errors import AccountError, MailError, PermanentError, TransientError, UnknownOutcomeError
from mail.transport import Transport

LOOK_UP = 0.5  # seconds at most between looks at whether we are to stop
TICK = 30  # seconds; the schedule rings far more often
ON_THE_LINE = timedelta(seconds=10)  # a pause no longer than this is waited for with the connection open
TELL_AGAIN = (0.2, 1, 5, 15)  # seconds between tries to write down an outcome; the lease lasts longer

log = logging.getLogger(__name__)


class _TakenBackError(Exception):
    """Withdrawn, or taken over by another sender, in the moment before DATA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Empties one mailbox's outbox in a thread of its own, whenever `bell` is set."""

    mailbox_id: int
    owner: str
    bell: Event
    stopping: Event
    outage: Outage

    def run(self) -> None:
        """Never raises. While the database is away no bell is heard: the rows wait there."""
        while not self.stopping.is_set():
            self.bell.clear()
            try:
                with self.outage.survived():
                    send_due(self.mailbox_id, owner=self.owner, stopping=self.stopping.is_set)
                    copying.file_copies(self.mailbox_id)
            except Exception:  # whatever it is, the next bell may find it mended
                log.exception("mailbox %s: sending stopped", self.mailbox_id)
            if pause := self.outage.pause():
                self.stopping.wait(pause)
            else:
                self.bell.wait(TICK)


def send_due(mailbox_id: int, *, owner: str, stopping: Callable[[], bool] = lambda: False) -> int:
    """Hand over everything that is due, over one connection, no faster than the mailbox may send.

    How many messages were tried.
    """
    row = _lease(mailbox_id, owner, stopping)
    if row is None:
        return 0
    count = 0
    try:
        with reading() as session:
            account = mailboxes.smtp_account(current_desk(), session.get_one(Mailbox, mailbox_id))
        account = signing_in.armed(mailbox_id, account)
    except (SealedError, AccountError, TransientError) as error:
        _hold_back(row, owner, error)
        return 1
    with Transport(account) as transport:
        while row is not None:
            count += 1
            if not _hand_over(transport, row, owner) or stopping():
                break
            row = _lease(mailbox_id, owner, stopping)
    return count


def _lease(mailbox_id: int, owner: str, stopping: Callable[[], bool]) -> OutboxMessage | None:
    """The next message, once the mailbox may send again; None when that is a while, or nothing is due."""
    while not stopping():
        at = clock.now()
        with transaction() as session:
            mailbox = session.get_one(Mailbox, mailbox_id, with_for_update=True)
            free_at = pacing.free_at(session, mailbox, at=at)
            if free_at <= at:
                row = outbox.lease_next(session, mailbox_id, owner=owner, at=at)
                if row is not None:
                    pacing.take(mailbox, at=at)
                return row
            if not pacing.something_waits(session, mailbox_id, at=at):
                return None
            if free_at - at > ON_THE_LINE:
                mailboxes.note_sending_problem(session, mailbox_id, pacing.why(mailbox, free_at), at=at)
                return None
        time.sleep(min((free_at - at).total_seconds(), LOOK_UP))
    return None


def _hand_over(transport: Transport, row: OutboxMessage, owner: str) -> bool:
    """One message; False when the account is in trouble and the rest had better wait."""
    try:
        transport.connect()
    except (AccountError, TransientError) as error:  # no message is at fault, so none loses an attempt
        _hold_back(row, owner, error)
        return False
    try:
        raw = current_desk().blobs.get(row.sha256)
        answer = transport.send(
            sender=_envelope_sender(row),
            recipient=row.recipient,
            raw=raw,
            before_data=lambda: _begin(row, owner),
            copies=row.also_to,
        )
    except _TakenBackError:
        log.info("outbox %s was taken back in time", row.id)
    except (PermanentError, MissingBlobError) as error:
        _settle(outbox.mark_failed, row, owner, str(error))
    except UnknownOutcomeError as error:
        _settle(outbox.mark_unknown, row, owner, str(error))
    except AccountError as error:
        _hold_back(row, owner, error)
        return False
    except MailError as error:
        asked = error.retry_after if isinstance(error, TransientError) else None
        _settle(outbox.put_back, row, owner, str(error), retry_after=asked)
    else:
        _settle(outbox.mark_sent, row, owner, answer, refused=tuple(transport.refused))
    return True


def _begin(row: OutboxMessage, owner: str) -> None:
    with transaction() as session:
        if not outbox.begin_sending(session, row.id, owner=owner, at=clock.now()):
            raise _TakenBackError


def _settle(mark: Callable[..., None], row: OutboxMessage, owner: str, answer: str, **more: Any) -> None:
    """Write down what became of it; patiently, or a message that the server took would end as unknown."""
    for pause in (*TELL_AGAIN, None):
        try:
            with transaction() as session:
                mark(session, row.id, owner=owner, answer=answer, at=clock.now(), **more)
                if mark is outbox.mark_sent:
                    mailboxes.note_sending_works(session, row.mailbox_id)
            break
        except DBAPIError as error:  # a deadlock, a lock not given, a restart of the database
            if pause is None:
                raise
            log.warning("outbox %s: %s could not be written down: %s", row.id, mark.__name__, error.orig)
            time.sleep(pause)
    log.info("outbox %s: %s (attempt %s)", row.id, mark.__name__.removeprefix("mark_"), row.attempts)


def _hold_back(row: OutboxMessage, owner: str, error: Exception) -> None:
    """Nothing can be sent now: the mailbox's messages wait untried, its page says why."""
    at, problem = clock.now(), str(error)
    asked = error.retry_after if isinstance(error, TransientError) else None
    old_token = isinstance(error, AccountError) and signing_in.refused(row.mailbox_id, error)
    passing = old_token or isinstance(error, TransientError)
    pause = retry.SERVER_AGAIN if passing else retry.ACCOUNT_AGAIN
    until = at + retry.as_asked(pause, asked)
    log.warning("mailbox %s: %s", row.mailbox_id, problem)
    with transaction() as session:
        outbox.release(session, row.id, owner=owner, due_at=until, answer=problem)
        outbox.hold_back(session, row.mailbox_id, until=until)
        mailboxes.note_sending_problem(session, row.mailbox_id, problem, at=at)


def _envelope_sender(row: OutboxMessage) -> str:
    """Nobody is to answer an acknowledgement, not even a server (RFC 3834 section 3.3)."""
    if row.reason.startswith("acknowledgement:"):
        return ""
    with reading() as session:
        return session.get_one(Mailbox, row.mailbox_id).address
