"""Two roads over one folder, each taken from login to the last mail: mere reading, and the whole intake."""

import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import func, select

from benchmarks import corpus
from helpdesk import clock
from helpdesk.actions import mailboxes
from helpdesk.current import current_desk
from helpdesk.db import db, reading, transaction
from helpdesk.models import ReceivedMessage
from helpdesk.workers import poller
from helpdesk.workers.reading import meet, read_new
from mail import mailbox as wire
from mail.parse import parse
from tests.app import make_app, migrate
from tests.servers import postgres, sqlite
from tests.servers.dovecot import PASSWORD, Dovecot

READING = "fetch and parse"
DATABASES = {"sqlite": "whole intake, SQLite", "postgresql": "whole intake, PostgreSQL"}
OWNER = "benchmark"


@dataclass(frozen=True, slots=True)
class Run:
    """One road, once."""

    messages: int
    seconds: float
    cpu_seconds: float  # of this process; the servers' own is not in it

    @property
    def rate(self) -> float:
        """Messages per second."""
        return self.messages / self.seconds


@dataclass(frozen=True, slots=True)
class Road:
    """All rounds of one road: medians, and the median of the ratios inside each round."""

    name: str
    messages_per_second: float
    of_reading: float  # 1.0: as fast as fetching and parsing alone
    cpu_ms_per_message: float


class LostMailError(Exception):
    """The intake ended with messages that it did not file, join or ignore: its rate means nothing."""


@dataclass(frozen=True, slots=True)
class Source:
    """A folder on a running server, filled."""

    dovecot: Dovecot
    user: str
    count: int

    def read(self) -> Run:
        """Connect, fetch and parse everything; keep nothing."""
        with _measured(self.count) as done:
            account = self.dovecot.account(self.user)
            with wire.Mailbox.connect(account) as folder:
                for message in folder.fetch(folder.uids_after(0)):
                    parse(message.raw or b"")
        return done()

    def take_in(self, url: str) -> tuple[Run, Counter[str]]:
        """The road of the poller into an empty desk over this database; and what became of the messages."""
        with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as data, _desk(url, Path(data)):
            mailbox_id = self._add_mailbox()
            with _measured(self.count) as done:
                account = poller.take(mailbox_id, owner=OWNER)
                assert account is not None, "nobody else reads this mailbox"
                with wire.Mailbox.connect(account) as folder:
                    meet(mailbox_id, folder)
                    read_new(mailbox_id, folder, owner=OWNER)
            return done(), self._outcome()

    def _add_mailbox(self) -> int:
        form = mailboxes.MailboxForm(
            name="support",
            address="support@shop.example",
            imap_host=self.dovecot.host,
            imap_port=self.dovecot.imap_port,
            imap_tls="none",
            smtp_host=self.dovecot.host,
            smtp_port=25,  # nothing is handed over here
            smtp_tls="none",
            username=self.user,
            password=PASSWORD,
            since="all",
            authserv_id=corpus.RECEIVER,
        )
        with transaction() as session:
            return mailboxes.add(session, current_desk(), form, at=clock.now()).id

    def _outcome(self) -> Counter[str]:
        counted = select(ReceivedMessage.state, func.count()).group_by(ReceivedMessage.state)
        with reading() as session:
            became = Counter({str(state): count for state, count in session.execute(counted)})
        settled = became["filed"] + became["joined"] + became["ignored"]
        if settled != self.count:
            raise LostMailError(f"of {self.count} messages the intake settled {settled}: {dict(became)}")
        return became


def fill(dovecot: Dovecot, raws: list[bytes], *, acknowledged: bool) -> Source:
    """A new folder with these mails; what the server got a week ago is not acknowledged."""
    user = dovecot.new_user()
    at = clock.now() - (timedelta(0) if acknowledged else timedelta(days=7))
    dovecot.deliver_all(user, raws, at=at)
    return Source(dovecot, user, len(raws))


@contextmanager
def databases(kinds: list[str]) -> Iterator[dict[str, Callable[[], str]]]:
    """For each kind a maker of empty, migrated databases that wait for the disk as a shop's do."""
    makers: dict[str, Callable[[], str]] = {}
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        files = sqlite.SqliteFiles(Path(folder))
        if "sqlite" in kinds:
            files.prepare(migrate)
            makers["sqlite"] = files.create_database
        if "postgresql" not in kinds:
            yield makers
            return
        with postgres.running(durable=True) as server:
            server.prepare(migrate)
            yield {**makers, "postgresql": server.create_database}


def rounds(
    source: Source, makers: dict[str, Callable[[], str]], *, count: int, say: Callable[[str], None]
) -> tuple[list[Road], Counter[str]]:
    """Every road in every round, one after the other, so that a noisy neighbour hurts all of them."""
    runs: dict[str, list[Run]] = {READING: [], **{DATABASES[kind]: [] for kind in makers}}
    became: Counter[str] = Counter()
    for number in range(1, count + 1):
        say(f"round {number} of {count}")
        runs[READING].append(source.read())
        for kind, new_database in makers.items():
            run, became = source.take_in(new_database())
            runs[DATABASES[kind]].append(run)
    return [_road(name, road, runs[READING]) for name, road in runs.items()], became


def _road(name: str, runs: list[Run], readings: list[Run]) -> Road:
    return Road(
        name=name,
        messages_per_second=median(run.rate for run in runs),
        of_reading=median(run.rate / mere.rate for run, mere in zip(runs, readings, strict=True)),
        cpu_ms_per_message=median(run.cpu_seconds / run.messages * 1000 for run in runs),
    )


@contextmanager
def _measured(messages: int) -> Iterator[Callable[[], Run]]:
    """Times its block; what it gives tells the run afterwards."""
    runs: list[Run] = []
    cpu, began = _cpu(), time.perf_counter()
    yield lambda: runs[0]
    runs.append(Run(messages, time.perf_counter() - began, _cpu() - cpu))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@contextmanager
def _desk(url: str, data: Path) -> Iterator[Flask]:
    app = make_app(url, data)
    with app.app_context():
        try:
            yield app
        finally:
            db.engine.dispose()
