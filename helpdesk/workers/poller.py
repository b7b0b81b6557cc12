"""One mailbox, read for as long as we hold its lease.

    lease -> connect -> [ read what is new, in every folder ]* -> IDLE in the main one -> ...

IDLE wakes it; the schedule's tick is the net below. Trouble becomes a sentence on the mailbox page,
a pause, and a new connection.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

from helpdesk import clock, signing_in
from helpdesk.actions import arrivals, mailboxes
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction, unusable
from helpdesk.models import Mailbox
from helpdesk.rules import retry
from helpdesk.vault import SealedError
from helpdesk.workers import lease
from helpdesk.workers.outage import Outage
from helpdesk.workers.reading import meet, read_all
from mail import mailbox as wire
from mail.accounts import ServerAccount
from mail.errors import AccountError, TransientError
from mail.mailbox import Waker

LOOK_EVERY = mailboxes.LEASE / 2  # the lease must be renewed while nothing happens

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Reads one mailbox in a thread of its own, until `stopping` is set and `waker` rung."""

    mailbox_id: int
    owner: str
    waker: Waker
    stopping: Event
    connected: Event  # set while a connection is up and everything there has been read
    on_filed: Callable[[], None]  # something may be waiting in the outbox now
    look_every: timedelta
    outage: Outage

    def run(self) -> None:
        """Connect again and again; never raises."""
        failures = 0
        while not self.stopping.is_set():
            try:
                held = self._read_while_held()
                failures, pause = 0, timedelta(0) if held else LOOK_EVERY / 3
            except (AccountError, SealedError) as error:
                pause = self._until_the_account_is_right(error)
                self._note(str(error), pause)
            except TransientError as error:
                failures = self._failures_after(failures)
                pause = retry.as_asked(retry.reconnect_after(failures), error.retry_after)
                self._note(str(error), pause)
            except arrivals.LeaseLostError as error:
                log.info("%s", error)
                pause = LOOK_EVERY
            except Exception as error:  # a full disk, a database that is away: wait and go on
                failures = self._failures_after(failures)
                pause = retry.reconnect_after(failures)
                self._note_unforeseen(error, pause)
            self.connected.clear()
            if not self.stopping.is_set() and pause:
                self.stopping.wait(pause.total_seconds())
        with _database_may_be_away():
            release(self.mailbox_id, owner=self.owner)

    def _until_the_account_is_right(self, error: AccountError | SealedError) -> timedelta:
        """A person is needed, so it takes a while; but not where only an old token was refused."""
        with _database_may_be_away():
            if isinstance(error, AccountError) and signing_in.refused(self.mailbox_id, error):
                return retry.reconnect_after(1)
        return retry.ACCOUNT_AGAIN

    def _failures_after(self, failures: int) -> int:
        """Failures in a row: a connection that was good begins the count anew."""
        return 1 if self.connected.is_set() else failures + 1

    def _read_while_held(self) -> bool:
        """One connection from login to its end; False when another worker holds the lease."""
        account = take(self.mailbox_id, owner=self.owner)
        if account is None:
            return False
        name = account_folder(self.mailbox_id)
        with contextlib.ExitStack() as line:
            with lease.kept(self.mailbox_id, owner=self.owner):  # a slow server is slow to sign in to, too
                armed = signing_in.armed(self.mailbox_id, account)
                folder = line.enter_context(wire.Mailbox.connect(armed, folder=name))
                meet(self.mailbox_id, folder)
            log.info("mailbox %s: connected", self.mailbox_id)
            while not self.stopping.is_set():
                self.waker.drain()
                if read_all(self.mailbox_id, folder, owner=self.owner):
                    self.on_filed()
                self._note_success()
                self.connected.set()
                folder.wait(seconds=min(self.look_every, LOOK_EVERY).total_seconds(), wake=self.waker)
                again = take(self.mailbox_id, owner=self.owner)
                if again is None:
                    return False
                if (again, account_folder(self.mailbox_id)) != (account, name):
                    log.info("mailbox %s: new settings, so a new connection", self.mailbox_id)
                    return True
        return True

    def _note_success(self) -> None:
        note_success(self.mailbox_id, min(self.look_every, LOOK_EVERY))

    def _note_unforeseen(self, error: Exception, pause: timedelta) -> None:
        if said := unusable(error):
            self.outage.begins(said)
            return
        log.error("mailbox %s: reading stopped", self.mailbox_id, exc_info=error)
        self._note(f"{type(error).__name__}: {error}", pause)

    def _note(self, problem: str, pause: timedelta) -> None:
        log.warning("mailbox %s: %s", self.mailbox_id, problem)
        with _database_may_be_away():
            note_problem(self.mailbox_id, problem, pause)


def take(mailbox_id: int, *, owner: str) -> ServerAccount | None:
    """The account, when the lease is ours now; None when another worker reads it or it is paused."""
    with transaction() as session:
        if not mailboxes.take_lease(session, mailbox_id, owner=owner, at=clock.now()):
            return None
        return mailboxes.imap_account(current_desk(), session.get_one(Mailbox, mailbox_id))


def account_folder(mailbox_id: int) -> str:
    with reading() as session:
        return session.get_one(Mailbox, mailbox_id).folder


def note_success(mailbox_id: int, pause: timedelta | None) -> None:
    """Everything there has been read; the next look is after `pause`, or when somebody asks."""
    at = clock.now()
    with transaction() as session:
        mailboxes.note_success(session, mailbox_id, next_look_at=at + pause if pause else None, at=at)


def release(mailbox_id: int, *, owner: str) -> None:
    with transaction() as session:
        mailboxes.release_lease(session, mailbox_id, owner=owner)


def note_problem(mailbox_id: int, problem: str, pause: timedelta) -> None:
    at = clock.now()
    with transaction() as session:
        mailboxes.note_problem(session, mailbox_id, problem, next_look_at=at + pause, at=at)


@contextlib.contextmanager
def _database_may_be_away() -> Iterator[None]:
    """Around what is only told to the database: its absence must not end the thread that waits for it."""
    try:
        yield
    except Exception as error:
        if not unusable(error):
            log.exception("the database could not be told")
