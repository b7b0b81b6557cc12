"""The bank of the sandbox: play money in a SQLite file that outlives every process of the desk.

Web, worker and the successor of a killed worker see the same book. Every movement of money is a row, so that
a test can add up what really went. Misbehaviour is ordered with `next`, and happens once.
"""

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from helpdesk.gateways import bank_book
from helpdesk.gateways.bank_book import Booked, Event, Movement, Trouble
from helpdesk.gateways.wire import about_another, failed, unknown
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Answer, Instruction, Outcome

UNDER_WAY = (Outcome.PENDING, Outcome.NEEDS_ACTION)
ENDS = (Outcome.SUCCEEDED, Outcome.FAILED, Outcome.CANCELED)


class BankError(Exception):
    """The bank has no such refund, or cannot do this with it; `str()` says so."""


class Bank:
    """The book behind `Sandbox`, for as many threads and processes as like.

    `path` is a file, or ":memory:". `now` is the desk's clock. `quick` gives up safety against a power cut,
    for tests with thousands of calls. The bank pays more than was captured, so that a desk that overpays is
    seen; not with `holds_ceiling`.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        now: Callable[[], datetime],
        quick: bool = False,
        holds_ceiling: bool = False,
    ) -> None:
        self._path, self._now, self._quick, self._holds_ceiling = path, now, quick, holds_ceiling
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None

    # -- what a gateway is asked ---------------------------------------------------------------------------

    def pay(self, asked: Instruction) -> Answer:
        """Do it, once for each key; the answer, or what became of it on the way."""
        with self._book() as book:
            line = bank_book.take(book, Trouble.LOSE_REQUEST, Trouble.LOSE_ANSWER)
            if line and line[0] is Trouble.LOSE_REQUEST:
                return unknown("the request was lost")
            known = bank_book.find(book, asked.key)
            answer = _again(book, known, asked) if known else self._first(book, asked)
        return unknown("the answer was lost") if line else answer

    def look(self, asked: Instruction) -> Answer:
        """What became of it."""
        with self._book() as book:
            trouble = bank_book.take(book, Trouble.LOSE_QUERY, Trouble.NOT_FOUND)
            if trouble and trouble[0] is Trouble.LOSE_QUERY:
                return unknown("the answer was lost")
            known = bank_book.find(book, asked.key, asked.gateway_ref)
        if trouble or known is None:
            return Answer(outcome=Outcome.NOT_FOUND)
        return _told(known) if _is_of(known, asked) else about_another(asked.key)

    def call_off(self, asked: Instruction) -> Answer:
        """Let go of what waits for a person; anything else is as it is."""
        with self._book() as book:
            known = bank_book.find(book, asked.key, asked.gateway_ref)
            if known is None:
                return Answer(outcome=Outcome.NOT_FOUND)
            if not _is_of(known, asked):
                return about_another(asked.key)
            if known.outcome is Outcome.NEEDS_ACTION:
                known = bank_book.turn(book, known, Outcome.CANCELED, "called off by the desk", self._now())
            return _told(known)

    def _first(self, book: sqlite3.Connection, asked: Instruction) -> Answer:
        trouble, seconds = bank_book.take(book, Trouble.DECLINE, Trouble.LATE, Trouble.NEEDS_ACTION) or (
            "",
            None,
        )
        refused = "declined: the bank does not want to" if trouble == Trouble.DECLINE else ""
        if self._holds_ceiling:
            promised = bank_book.promised(book, asked.payment)
            refused = (
                "more than was paid" if promised + asked.amount.minor > asked.captured.minor else refused
            )
        at = self._now()
        entered = bank_book.enter(
            book,
            key=asked.key,
            payment=asked.payment,
            amount=asked.amount,
            captured=asked.captured.minor,
            at=at,
            due_at=None if refused or seconds is None else at + timedelta(seconds=seconds),
        )
        if refused:
            return _told(bank_book.turn(book, entered, Outcome.FAILED, refused, at))
        if trouble == Trouble.NEEDS_ACTION:
            waits = "the buyer's card is closed: pay to another account"
            return _told(bank_book.turn(book, entered, Outcome.NEEDS_ACTION, waits, at))
        if trouble == Trouble.LATE:
            bank_book.tell(book, entered.number, Outcome.PENDING, at)
            return _told(entered)
        return _told(bank_book.turn(book, entered, Outcome.SUCCEEDED, "", at))

    # -- what a person orders ------------------------------------------------------------------------------

    def next(self, trouble: Trouble, *, times: int = 1, after: timedelta | None = None) -> None:
        """Order misbehaviour for the next calls; a LATE one succeeds by itself `after` a time, if given."""
        seconds = None if after is None else after.total_seconds()
        with self._book() as book:
            rows = [(trouble, seconds)] * times
            book.executemany("INSERT INTO trouble (kind, seconds) VALUES (?, ?)", rows)

    def settle(self, key: str, outcome: Outcome = Outcome.SUCCEEDED) -> Booked:
        """End a refund that is pending or waits for a person. Raises BankError for any other."""
        if outcome not in ENDS:
            raise BankError(f"a refund does not end as {outcome}: it ends as {', '.join(ENDS)}")
        with self._book() as book:
            found = _must_be(book, key, UNDER_WAY, "it is not under way")
            return bank_book.turn(book, found, outcome, "", self._now())

    def reverse(self, key: str) -> Booked:
        """The money of a successful refund comes back. Raises BankError for any other."""
        with self._book() as book:
            found = _must_be(book, key, (Outcome.SUCCEEDED,), "it has not succeeded")
            said = "sent back by the buyer's bank"
            return bank_book.turn(book, found, Outcome.REVERSED, said, self._now())

    def pay_outside(self, payment: str, amount: Money) -> Booked:
        """Somebody refunds on the gateway's own page: the desk did not ask for this one."""
        with self._book() as book:
            at = self._now()
            entered = bank_book.enter(book, key=None, payment=payment, amount=amount, captured=None, at=at)
            return bank_book.turn(book, entered, Outcome.SUCCEEDED, "made on the bank's own page", at)

    # -- what can be read ----------------------------------------------------------------------------------

    def refunds(self, payment: str | None = None) -> tuple[Booked, ...]:
        """The book, oldest first; of one payment, or all of it."""
        with self._book() as book:
            rows = book.execute(
                "SELECT * FROM refund WHERE payment = coalesce(?, payment) ORDER BY id", (payment,)
            )
            return tuple(map(bank_book.booked, rows))

    def movements(self, payment: str | None = None) -> tuple[Movement, ...]:
        """Every movement of money, oldest first; of one payment, or all."""
        with self._book() as book:
            rows = book.execute(
                "SELECT * FROM movement WHERE payment = coalesce(?, payment) ORDER BY id", (payment,)
            )
            return tuple(
                Movement(
                    refund=row["refund_id"],
                    payment=row["payment"],
                    amount=Money(row["minor"], row["currency"]),
                    at=bank_book.moment(row["at"]),
                )
                for row in rows
            )

    def paid_back(self, payment: str) -> int:
        """Minor units that have left for this payment's buyer and not come back."""
        return sum(each.amount.minor for each in self.movements(payment))

    def troubles(self) -> tuple[Trouble, ...]:
        """Ordered and not met yet."""
        with self._book() as book:
            return tuple(Trouble(row["kind"]) for row in book.execute("SELECT kind FROM trouble ORDER BY id"))

    def events(self) -> tuple[Event, ...]:
        """Every change so far, oldest first."""
        with self._book() as book:
            rows = book.execute(
                "SELECT refund.*, event.id AS number, event.outcome AS became, event.at AS became_at, sent"
                " FROM event JOIN refund ON refund.id = event.refund_id ORDER BY event.id"
            )
            return tuple(_event(row) for row in rows)

    def mark_sent(self, numbers: list[int]) -> None:
        """These events have been delivered."""
        with self._book() as book:
            book.executemany("UPDATE event SET sent = 1 WHERE id = ?", [(number,) for number in numbers])

    def secret(self) -> bytes:
        """What events are signed with: made with the book, the same for all who read it."""
        with self._book() as book:
            return bytes.fromhex(book.execute("SELECT value FROM secret").fetchone()["value"])

    @contextmanager
    def _book(self) -> Iterator[sqlite3.Connection]:
        """One transaction, the only one at this moment; what fell due by now has happened in it."""
        with self._lock:
            if self._opened is None:
                self._opened = bank_book.open_book(self._path, quick=self._quick)
                weakref.finalize(self, self._opened.close)
            book = self._opened
            book.execute("BEGIN IMMEDIATE")
            try:
                for late in bank_book.due(book, self._now()):
                    bank_book.turn(book, late, Outcome.SUCCEEDED, "", late.due_at or self._now())
                yield book
            except BaseException:
                book.execute("ROLLBACK")
                raise
            book.execute("COMMIT")


def _again(book: sqlite3.Connection, known: Booked, asked: Instruction) -> Answer:
    """The same key is the same refund; with another amount or payment it is a mistake: nothing is done."""
    book.execute("UPDATE refund SET asked = asked + 1 WHERE id = ?", (known.number,))
    if bank_book.take(book, Trouble.DECLINE_RETRY):
        return failed("declined: this refund was made already")
    return _told(known) if _is_of(known, asked) else about_another(asked.key)


def _is_of(known: Booked, asked: Instruction) -> bool:
    return (known.payment, known.amount) == (asked.payment, asked.amount)


def _told(booked: Booked) -> Answer:
    return Answer(
        outcome=booked.outcome,
        gateway_ref=booked.ref,
        trace=booked.trace,
        said=booked.said,
        happened_at=booked.changed_at,
    )


def _must_be(book: sqlite3.Connection, key: str, wanted: tuple[Outcome, ...], otherwise: str) -> Booked:
    found = bank_book.find(book, key, key)
    if found is None:
        raise BankError(f"the bank knows no refund {key}")
    if found.outcome not in wanted:
        raise BankError(f"refund {key} is {found.outcome}: {otherwise}")
    return found


def _event(row: sqlite3.Row) -> Event:
    booked = replace(
        bank_book.booked(row), outcome=Outcome(row["became"]), changed_at=bank_book.moment(row["became_at"])
    )
    return Event(number=row["number"], booked=booked, sent=bool(row["sent"]))
