"""How long does the desk take to answer with a page, and how often does it ask the database?"""

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from config import ROOT, Settings
from helpdesk import clock, create_app
from helpdesk.actions import agent_sessions
from helpdesk.db import db, reading, transaction
from helpdesk.models import Agent, Entry, ReceivedMessage, Ticket
from helpdesk.queries.queue import Queue
from helpdesk.rules.access import SignIn
from helpdesk.rules.states import Role

ABOUT = """\
How long does the desk take to answer with a page, and how often does it ask the database?

A database is filled by `helpdesk seed` (minutes for 100,000 tickets; --folder takes one that is there), and
an owner opens each page again and again, in this process: server time is from the request to the last byte of
the answer, without the network. "deep" is the twentieth page of the longest list. The database is only read.

From 100,000 tickets on the command fails when the slowest of twenty answers (p95) takes longer than it may.
"""
EXAMPLES = """\
examples:
  python -m benchmarks.pages --tickets 1000           seeds a folder of its own, seconds
  python -m benchmarks.pages --tickets 100000         as the figures of the project are taken
  python -m benchmarks.pages --folder var-seeded      a data folder that was seeded before
"""
COMMAND = (sys.executable, "-c", "from helpdesk.cli import main; main()")
BINDS_FROM = 100_000  # tickets
LIST_MS, TICKET_MS = 100, 120  # p95
DEEP = 20  # pages
SEARCHES = (
    "退",
    "退款",
    "退货款",
    "refund",
    "order refund",
    "no such words",
    "from:王",
    "0482",
    "退款 state:new,open",
    "has:photo amount>100",
    "before:2025-06 退款",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One page."""

    page: str
    p50_ms: float
    p95_ms: float
    cpu_ms: float  # median: what a page costs where others are busy too
    queries: int
    kilobytes: float  # as it is
    compressed: float  # kB, as a browser gets it
    may_take_ms: int


class PageError(Exception):
    """A page did not answer: its figure would mean nothing."""


def main(arguments: list[str] | None = None) -> None:
    asked = _arguments().parse_args(arguments)
    with _folder(asked) as folder, _desk(folder) as app:
        size = _size()
        client = _owner(app)
        figures = [
            measure(client, name, path, asked.rounds, may_take)
            for name, path, may_take in _pages(app, client)
        ]
    if asked.json:
        print(json.dumps({**size, "pages": [asdict(each) for each in figures]}, indent=2))
    else:
        print(table(size, figures, asked.rounds))
    slow = [each for each in figures if each.p95_ms > each.may_take_ms]
    if slow and size["tickets"] >= BINDS_FROM:
        sys.exit("too slow: " + ", ".join(f"{each.page} ({each.p95_ms:.0f} ms)" for each in slow))


def measure(client: FlaskClient, name: str, path: str, rounds: int, may_take: int) -> Figure:
    """One page, `rounds` times after a first one that warms up what is kept."""
    times, spent, questions = [], [], 0
    for each in range(rounds + 1):
        with _counted() as counted:
            began, cpu = time.perf_counter(), time.process_time()
            answer = client.get(path)
            took, burnt = time.perf_counter() - began, time.process_time() - cpu
        if answer.status_code != 200:
            raise PageError(f"{path} answered {answer.status_code}")
        if each:
            times.append(took * 1000)
            spent.append(burnt * 1000)
            questions = max(questions, counted[0])
    body = answer.get_data()
    return Figure(
        page=name,
        p50_ms=round(median(times), 1),
        p95_ms=round(sorted(times)[min(rounds - 1, int(rounds * 0.95))], 1),
        cpu_ms=round(median(spent), 1),
        queries=questions,
        kilobytes=round(len(body) / 1000, 1),
        compressed=round(len(gzip.compress(body, 6)) / 1000, 1),
        may_take_ms=may_take,
    )


def table(size: dict[str, int], figures: Sequence[Figure], rounds: int) -> str:
    """The figures for a reader."""
    lines = [
        f"{size['tickets']:,} tickets, {size['messages']:,} messages in and out, {size['entries']:,} entries;"
        f" {rounds} rounds",
        f"{'':<26}{'p50 ms':>9}{'p95 ms':>9}{'may':>6}{'CPU ms':>9}"
        f"{'queries':>9}{'HTML kB':>9}{'gzip kB':>9}",
    ]
    for each in figures:
        mark = " !" if each.p95_ms > each.may_take_ms else ""
        lines.append(
            f"{each.page:<26}{each.p50_ms:>9.1f}{each.p95_ms:>9.1f}{each.may_take_ms:>6}"
            f"{each.cpu_ms:>9.1f}{each.queries:>9}{each.kilobytes:>9.1f}{each.compressed:>9.1f}{mark}"
        )
    return "\n".join(lines)


def _pages(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str, int]]:
    """(name, path, milliseconds that its p95 may take)."""
    for queue in Queue:
        yield f"queue {queue}", f"/?queue={queue}", LIST_MS
    yield "queue all, deep", _deep(client), LIST_MS
    for name, number in _tickets().items():
        yield f"ticket, {name}", f"/tickets/{number}", TICKET_MS
    others = (
        "report.show",
        "failed.show",
        "settings.mailboxes",
        "people.agents",
        "orders.show",
        "leads.show",
    )
    with app.test_request_context():
        for endpoint in others:
            yield endpoint.partition(".")[0], app.url_for(endpoint), LIST_MS
        for words in SEARCHES:
            yield f"search {words[:18]}", app.url_for("search.show", q=words), LIST_MS


def _deep(client: FlaskClient) -> str:
    path = f"/?queue={Queue.ALL}"
    for _ in range(DEEP):
        found = re.search(r'rel="next" href="([^"]+)"', client.get(path).get_data(as_text=True))
        if found is None:
            return path
        path = found[1].replace("&amp;", "&")
    return path


def _tickets() -> dict[str, int]:
    """An ordinary one, and the one with the longest conversation."""
    with reading() as session:
        longest = session.scalars(
            select(Entry.ticket_id).order_by(Entry.seq.desc(), Entry.ticket_id).limit(1)
        ).one()
        of_twenty = session.scalar(select(func.max(Ticket.id)).where(Ticket.last_seq.between(18, 22)))
        return {"20 entries": of_twenty or longest, "longest": longest}


def _size() -> dict[str, int]:
    with reading() as session:
        counted = {
            "tickets": session.scalar(select(func.count(Ticket.id))) or 0,
            "received": session.scalar(select(func.count(ReceivedMessage.id))) or 0,
            "sent": session.scalar(select(func.count(Entry.id)).where(Entry.kind == "sent")) or 0,
            "entries": session.scalar(select(func.count(Entry.id))) or 0,
        }
    counted["messages"] = counted.pop("received") + counted.pop("sent")
    return counted


def _owner(app: Flask) -> FlaskClient:
    """Somebody who sees everything, signed in as the login leaves it."""
    with transaction() as session:
        owner = session.scalars(
            select(Agent).where(Agent.active, Agent.role == Role.OWNER).order_by(Agent.id)
        ).first()
        assert owner is not None, "a desk has an owner"
        number, secret = agent_sessions.begin(
            session, owner, SignIn.PASSWORD, address="", user_agent="", at=clock.now()
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{number}.{secret}"
    return client


@contextmanager
def _desk(folder: Path) -> Iterator[Flask]:
    app = create_app(Settings.from_env({**os.environ, "HELPDESK_DATA_DIR": str(folder)}))
    with app.app_context():
        yield app
        db.engine.dispose()


@contextmanager
def _folder(asked: argparse.Namespace) -> Iterator[Path]:
    if asked.folder:
        _run(asked.folder, "db", "upgrade")
        _run(asked.folder, "search-index")
        yield asked.folder
        return
    with TemporaryDirectory(prefix="helpdesk-pages-") as made:
        _say(f"seeding {asked.tickets:,} tickets")
        _run(Path(made), "init", "--email", "owner@seeded.example")
        _run(Path(made), "seed", "--tickets", str(asked.tickets))
        _run(Path(made), "search-index")
        yield Path(made)


def _run(folder: Path, *arguments: str) -> None:
    environ = {**os.environ, "HELPDESK_DATA_DIR": str(folder.absolute())}
    done = subprocess.run([*COMMAND, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr.strip() or done.stdout.strip())


@contextmanager
def _counted() -> Iterator[list[int]]:
    """How many statements run inside; [0] is the count."""
    found = [0]

    def note(*_: Any) -> None:
        found[0] += 1

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pages",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--tickets", type=_positive, default=1000, metavar="N", help="seed so many (1000)")
    source.add_argument(
        "--folder", type=Path, help="a seeded data folder; brought to the newest version of the database"
    )
    parser.add_argument("--rounds", type=_positive, default=20, metavar="N", help="of each page (20)")
    parser.add_argument("--json", action="store_true", help="figures as JSON instead of the table")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def _say(line: str) -> None:
    """Progress, away from the figures."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
