"""The book of the sandbox's bank: its tables, its rows as values, and the few ways in which a row changes.

Everything here happens inside a transaction that `bank.Bank` has opened.
"""

import re
import secrets
import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from helpdesk.rules.money import Money
from helpdesk.rules.paying import Outcome

PATIENCE = 30.0  # seconds for another process to leave the book
NEVER = "9999"  # sorts behind every moment
REF = re.compile(r"SB([0-9]{6,12})")  # the bank's own reference, of the number of a refund
SCHEMA = """
CREATE TABLE IF NOT EXISTS refund (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, payment TEXT NOT NULL, minor INTEGER NOT NULL,
    currency TEXT NOT NULL, captured INTEGER, outcome TEXT NOT NULL, said TEXT NOT NULL,
    asked INTEGER NOT NULL, changed_at TEXT NOT NULL, due_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS refund_payment ON refund (payment);
CREATE INDEX IF NOT EXISTS refund_due ON refund (due_at) WHERE due_at < '9999';
CREATE TABLE IF NOT EXISTS movement (
    id INTEGER PRIMARY KEY AUTOINCREMENT, refund_id INTEGER NOT NULL, payment TEXT NOT NULL,
    minor INTEGER NOT NULL, currency TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS movement_payment ON movement (payment);
CREATE TABLE IF NOT EXISTS trouble (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, seconds REAL);
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, refund_id INTEGER NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS secret (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL);
"""


class Trouble(StrEnum):
    """What the next call meets. One of the line and one of the bank may meet the same call."""

    LOSE_REQUEST = "lose-request"  # nothing reaches the bank
    LOSE_ANSWER = "lose-answer"  # the bank does it, and nobody hears of it
    DECLINE = "decline"  # the next new refund is refused
    LATE = "late"  # the next new refund stays pending: for a time, or until it is settled
    NEEDS_ACTION = "needs-action"  # the next new refund waits for a person
    DECLINE_RETRY = "decline-retry"  # what is asked for again is "declined", whatever became of it
    LOSE_QUERY = "lose-query"  # the next question is not answered
    NOT_FOUND = "not-found"  # the next question comes too early to find anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One refund as the bank has it. `key` is "" for one that the desk did not ask for."""

    number: int
    key: str
    payment: str
    amount: Money
    captured: Money | None  # the whole payment, as the desk told it
    outcome: Outcome
    said: str
    asked: int  # how often the desk asked for it
    changed_at: datetime
    due_at: datetime | None  # when a late one succeeds by itself

    @property
    def ref(self) -> str:
        return f"SB{self.number:06d}"

    @property
    def trace(self) -> str:
        """Like a card network's reference of 23 digits; there once the money has left."""
        return f"74{self.number:021d}" if self.outcome in (Outcome.SUCCEEDED, Outcome.REVERSED) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Money that went to the buyer, or (negative) came back."""

    refund: int  # its number
    payment: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change of a refund that the bank tells of by itself."""

    number: int
    booked: Booked  # as it became at that moment
    sent: bool


def open_book(path: Path | str, *, quick: bool) -> sqlite3.Connection:
    """Opened, and made if it is not there. Transactions are for the caller to begin and to end."""
    if str(path) != ":memory:":
        Path(path).touch(mode=0o600)  # as everything of the data folder: nobody else's
    book = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    book.row_factory = sqlite3.Row
    if quick:
        book.execute("PRAGMA journal_mode = MEMORY")
        book.execute("PRAGMA synchronous = OFF")
    book.executescript(SCHEMA)
    book.execute("INSERT OR IGNORE INTO secret (id, value) VALUES (1, ?)", (secrets.token_hex(32),))
    return book


def take(book: sqlite3.Connection, *kinds: Trouble) -> tuple[Trouble, float | None] | None:
    """The first of these that was ordered, and its seconds; it will not come again."""
    row = book.execute(
        f"SELECT * FROM trouble WHERE kind IN ({', '.join('?' * len(kinds))}) ORDER BY id LIMIT 1",  # noqa: S608  (only marks)
        kinds,
    ).fetchone()
    if row is None:
        return None
    book.execute("DELETE FROM trouble WHERE id = ?", (row["id"],))
    return Trouble(row["kind"]), row["seconds"]


def find(book: sqlite3.Connection, key: str, ref: str = "") -> Booked | None:
    """By the desk's key, or by the bank's own reference."""
    row = book.execute("SELECT * FROM refund WHERE key = ?", (key,)).fetchone()
    if row is None and (told := REF.fullmatch(ref)):
        row = book.execute("SELECT * FROM refund WHERE id = ?", (int(told[1]),)).fetchone()
    return booked(row) if row else None


def enter(
    book: sqlite3.Connection,
    *,
    key: str | None,
    payment: str,
    amount: Money,
    captured: int | None,
    at: datetime,
    due_at: datetime | None = None,
) -> Booked:
    """A new refund, pending. `key` is None for one that the desk did not ask for."""
    found = book.execute(
        "INSERT INTO refund (key, payment, minor, currency, captured, outcome, said, asked,"
        " changed_at, due_at) VALUES (?, ?, ?, ?, ?, ?, '', ?, ?, ?) RETURNING *",
        (key, payment, amount.minor, amount.currency, captured, Outcome.PENDING, int(key is not None),
         text(at), text(due_at) if due_at else NEVER),
    ).fetchone()  # fmt: skip
    return booked(found)


def turn(book: sqlite3.Connection, before: Booked, outcome: Outcome, said: str, at: datetime) -> Booked:
    """What became of it, with the movement of money and the event that go with it."""
    book.execute(
        "UPDATE refund SET outcome = ?, said = ?, changed_at = ?, due_at = ? WHERE id = ?",
        (outcome, said, text(at), NEVER, before.number),
    )
    sign = {Outcome.SUCCEEDED: 1, Outcome.REVERSED: -1}.get(outcome, 0)
    if sign:
        book.execute(
            "INSERT INTO movement (refund_id, payment, minor, currency, at) VALUES (?, ?, ?, ?, ?)",
            (before.number, before.payment, sign * before.amount.minor, before.amount.currency, text(at)),
        )
    tell(book, before.number, outcome, at)
    return replace(before, outcome=outcome, said=said, changed_at=at, due_at=None)


def tell(book: sqlite3.Connection, number: int, outcome: Outcome, at: datetime) -> None:
    """An event to be sent."""
    book.execute("INSERT INTO event (refund_id, outcome, at) VALUES (?, ?, ?)", (number, outcome, text(at)))


def promised(book: sqlite3.Connection, payment: str) -> int:
    """Minor units that have left for this payment's buyer, or still may."""
    (minor,) = book.execute(
        "SELECT coalesce(sum(minor), 0) FROM refund WHERE payment = ? AND outcome IN (?, ?, ?)",
        (payment, Outcome.SUCCEEDED, Outcome.PENDING, Outcome.NEEDS_ACTION),
    ).fetchone()
    return int(minor)


def due(book: sqlite3.Connection, at: datetime) -> list[Booked]:
    rows = book.execute("SELECT * FROM refund WHERE due_at < ? AND due_at <= ?", (NEVER, text(at)))
    return [booked(row) for row in rows.fetchall()]


def booked(row: sqlite3.Row) -> Booked:
    return Booked(
        number=row["id"],
        key=row["key"] or "",
        payment=row["payment"],
        amount=Money(row["minor"], row["currency"]),
        captured=None if row["captured"] is None else Money(row["captured"], row["currency"]),
        outcome=Outcome(row["outcome"]),
        said=row["said"],
        asked=row["asked"],
        changed_at=moment(row["changed_at"]),
        due_at=None if row["due_at"] == NEVER else moment(row["due_at"]),
    )


def text(at: datetime) -> str:
    """In UTC and always as long, so that it sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(told: str) -> datetime:
    return datetime.fromisoformat(told)
