"""A small shop, the same at the beginning of every example: one order, its buyer, a stranger, four staff.

The database is a file; going back to the beginning is a copy of it. Nothing here waits for the disk.
"""

import itertools
import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import agents, claims, policies
from helpdesk.current import current_desk
from helpdesk.db import db, reading, transaction
from helpdesk.errors import DeskError
from helpdesk.models import Agent, Claim, Mailbox, ReceivedMessage, Ticket
from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.states import IllegalMoveError, ReceivedState, Role
from helpdesk.workers import chaser, filing
from tests.actions.bare import support
from tests.actions.sold import LI, given, line, payment, sell
from tests.letterbox import RECEIVER, mail

MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)
EVE = "eve@else.example"
NUMBER = "2398471029384756102"
PEOPLE = ("agent", "lead", "lead2", "owner")
ROLES = {"agent": Role.AGENT, "lead": Role.LEAD, "lead2": Role.LEAD, "owner": Role.OWNER}
REFUSALS = (DeskError, IllegalMoveError)
Work = Callable[[Session, Ticket, Claim], object]


class Trouble(logging.Handler):
    """What the product only noted in its log: in a proof that is a failure."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.noted: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.noted.append(logging.Formatter().format(record))


class World:
    """One file, one app, and what the edges of the product do, each once and at a known moment."""

    def __init__(self, app: Flask, file: Path) -> None:
        self.app, self.file = app, file
        self.beginning = file.with_suffix(".beginning")
        self.uids = itertools.count(1)
        self.trouble = Trouble()
        self.refused = Counter[str]()  # sentences that they were told
        self.happened = Counter[str]()  # moves of the table that the examples have made
        event.listen(db.engine, "connect", _hurry)
        db.engine.dispose()
        clock.shift(MONDAY - clock.now())
        self.people = self._furnish()
        self._close_file()
        shutil.copyfile(file, self.beginning)

    def begin(self, *, order: dict[str, Any]) -> None:
        """Back to the beginning, with this order."""
        self._close_file()
        shutil.copyfile(self.beginning, self.file)
        clock.reset()
        clock.shift(MONDAY - clock.now())
        self.uids = itertools.count(1)
        self.trouble.noted.clear()
        sell(given(NUMBER, **order))

    @contextmanager
    def watched(self) -> Iterator["World"]:
        """Hear what the product writes into its log."""
        log = logging.getLogger("helpdesk")
        log.addHandler(self.trouble)
        try:
            yield self
        finally:
            log.removeHandler(self.trouble)

    def agent(self, session: Session, who: str) -> Agent:
        return session.get_one(Agent, self.people[who])

    def claims(self) -> list[int]:
        with reading() as session:
            return list(session.scalars(select(Claim.id).order_by(Claim.id)))

    def on(self, claim_id: int, work: Work) -> str:
        """Do it as an edge does: on the held claim, in one transaction. The sentence of a refusal, or ""."""
        return self.tried(lambda session: work(session, *reversed(claims.hold(session, claim_id))))

    def tried(self, work: Callable[[Session], object]) -> str:
        """One transaction; the sentence of a refusal, or ""."""
        try:
            with transaction() as session:
                work(session)
        except REFUSALS as error:
            self.refused[str(error)] += 1
            return str(error) or type(error).__name__
        return ""

    def receive(self, raw: bytes) -> None:
        """The server has this mail under a new UID: store it, and make of it what is to be made."""
        with transaction() as session:
            mailbox = session.scalars(select(Mailbox.id)).one()
            session.add(
                ReceivedMessage(
                    mailbox_id=mailbox,
                    folder="INBOX",
                    uidvalidity=1,
                    uid=next(self.uids),
                    sha256=current_desk().blobs.put(raw),
                    size=len(raw),
                    internal_at=clock.now(),
                    stored_at=clock.now(),
                    state=ReceivedState.STORED,
                )
            )
        filing.file_stored(mailbox)

    def chase(self) -> int:
        return chaser.chase()

    def _furnish(self) -> dict[str, int]:
        with transaction() as session:
            mailbox = support(session)
            mailbox.authserv_id = RECEIVER
            people = {
                name: agents.create(
                    session,
                    email=f"{name}@shop.example",
                    name=name.title(),
                    password="long enough for a test",
                    role=ROLES[name],
                    at=clock.now(),
                ).id
                for name in PEOPLE
            }
            policies.start_with(session, "cn-shop", by=None, at=clock.now() - timedelta(days=30))
        return people

    def _close_file(self) -> None:
        db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)


def orders() -> Sequence[dict[str, Any]]:
    """The orders that an example may begin with: unshipped and cheap, unshipped and dear, delivered."""
    at = MONDAY
    two = (payment(captured_minor=6000), payment(reference="2", captured_minor=3900))
    cheap = (line(unit_paid_minor=1500, line_paid_minor=3000),)
    pot = line(sku="POT-1", title="茶壶", quantity=1, unit_paid_minor=60001, line_paid_minor=60001)
    odd = line(quantity=3, unit_paid_minor=2967, line_paid_minor=8900)
    delivered = {
        "state": OrderState.DELIVERED,
        "shipped_at": at - timedelta(days=5),
        "delivered_at": at - timedelta(days=2),
    }
    late = {**delivered, "shipped_at": at - timedelta(days=15), "delivered_at": at - timedelta(days=9)}
    return (
        {"payments": two},
        {"lines": cheap, "payments": (payment(captured_minor=4000),)},
        {**delivered, "payments": two},
        {**late, "lines": (odd,), "payments": two},
        {**delivered, "lines": (line(), pot), "payments": (payment(captured_minor=69901),)},
    )


def letter(text: str, *, sender: str = LI, verified: str = "pass", photo: bool = False, **more: Any) -> bytes:
    """A mail to the shop."""
    return mail(
        text, sender=sender, name="李梅" if sender == LI else "Eve", verified=verified, photo=photo, **more
    )


def _hurry(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
