"""A small shop whose money goes back by a bank of play money, the same at the beginning of every example.

Its database is copied as a whole: a file on SQLite, a template on PostgreSQL. The bank lives in memory.
"""

import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import event, make_url
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import approvals, claims
from helpdesk.current import GATEWAYS, current_desk
from helpdesk.db import db, transaction
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.configured import Gateways
from helpdesk.gateways.manual import Manual
from helpdesk.gateways.sandbox import Sandbox
from helpdesk.models import Agent
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.paying import Answer, Instruction, Outcome
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import Role
from tests.actions.bare import person
from tests.actions.claiming import Matter, delivered
from tests.actions.sold import line, payment
from tests.proofs.world import MONDAY, REFUSALS, Trouble, Work

ROLES = {"agent": Role.AGENT, "lead": Role.LEAD, "lead2": Role.LEAD, "owner": Role.OWNER}
SETTLING = timedelta(seconds=5)


FULL = Part(option=1, remedy=Remedy.FULL_REFUND, amount=9900, shipping=1000)
PARTS = (
    [FULL],
    [Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=7000)],
    [Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=1)],
    [Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=1333)],
    [
        Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=2000),
        Part(option=1, remedy=Remedy.COUPON, amount=1000),
    ],
    [Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=60001)],
)
# What is agreed at the beginning of an example: on which order, and what.
BEGINNINGS = ((0, PARTS[0]), (0, PARTS[1]), (0, PARTS[4]), (1, PARTS[0]), (1, PARTS[3]), (2, PARTS[5]))


def shops() -> Sequence[dict[str, Any]]:
    """The orders that an example may begin with: of two payments, of one, and a dear one."""
    two = (payment(captured_minor=6000), payment(reference="2", captured_minor=3900))
    pot = line(sku="POT-1", title="茶壶", quantity=1, unit_paid_minor=60001, line_paid_minor=60001)
    return (
        {"payments": two},
        {},
        {**delivered(2), "lines": (line(), pot), "payments": (payment(captured_minor=69901),)},
    )


@dataclass(frozen=True)
class Moody(Sandbox):
    """The sandbox, where questions may come too early to find anything.

    As long as it says that they may, and once later than that; having said no, it keeps its word.
    """

    early: list[bool] = field(default_factory=list)  # True: later than it says
    noes: list[str] = field(default_factory=list)  # keys

    def submit(self, instruction: Instruction) -> Answer:
        answer = super().submit(instruction)
        if answer.outcome is Outcome.FAILED:
            self.noes.append(instruction.key)
        return answer

    def query(self, instruction: Instruction) -> Answer:
        told_at = instruction.submitted_at
        soon = told_at is not None and self.bank._now() - told_at < self.settling
        if (soon and self.early) or (True in self.early and not self.noes):
            self.early.pop()
            return Answer(outcome=Outcome.NOT_FOUND)
        return super().query(instruction)


class Clock:
    """As fast as a test wants it: each look at it is a millisecond later than the last."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


class MoneyWorld:
    """One app and one database; what the edges of the product do, each once and at a known moment."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app = app
        self.copies = _Files(url) if url.startswith("sqlite") else _Templates(url)
        self.written = 0  # statements that may have changed something
        event.listen(db.engine, "before_cursor_execute", self._count)
        self.trouble = Trouble()
        self.refused = Counter[str]()  # sentences that people were told
        self.moves = Counter[str]()  # of refunds, that the examples have made
        self.examples = 0
        self.people: dict[str, int] = {}
        self.clock = Clock()
        self.real_now, clock.now = clock.now, self.clock.now
        self.bank = Bank(":memory:", now=clock.now)
        self.copies.keep("blank")
        for number, (shop, parts) in enumerate(BEGINNINGS):
            self._back_to("blank")
            self._furnish(shops()[shop], parts)
            self.copies.keep(f"beginning-{number}")

    def begin(self, number: int) -> None:
        """Back to this beginning: one claim on which something is agreed, and a bank with an empty book."""
        self._back_to(f"beginning-{number}")
        self.shift(timedelta(minutes=1))
        self.trouble.noted.clear()
        self.examples += 1
        self.bank = Bank(":memory:", now=clock.now, quick=True)
        self.gateway = Moody(self.bank, settling=SETTLING)
        self.gateways = Gateways({"manual": Manual(), "sandbox": self.gateway})
        self.app.extensions[GATEWAYS] = self.gateways

    @contextmanager
    def watched(self) -> Iterator["MoneyWorld"]:
        """Hear what the product writes into its log."""
        log = logging.getLogger("helpdesk")
        log.addHandler(self.trouble)
        try:
            yield self
        finally:
            log.removeHandler(self.trouble)
            clock.now = self.real_now

    def shift(self, by: timedelta) -> None:
        """The clock jumps."""
        self.clock.at += by

    def agent(self, session: Session, who: str) -> Agent:
        return session.get_one(Agent, self.people[who])

    def on(self, claim_id: int, work: Work) -> str:
        """On the held claim, in one transaction. The sentence of a refusal, or ""."""
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

    def _count(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        self.written += statement.startswith(("INSERT", "UPDATE", "DELETE"))

    def _furnish(self, order: dict[str, Any], parts: Sequence[Part]) -> None:
        """Whatever the sum is: the owner asks, a lead agrees."""
        matter = Matter(**order)
        matter.link()
        matter.open()
        with transaction() as session:
            self.people = {name: person(session, name, role) for name, role in ROLES.items()}
        with matter.held() as (session, ticket, claim):
            desk, at = current_desk(), clock.now()
            owner, lead = self.agent(session, "owner"), self.agent(session, "lead2")
            asked = approvals.ask(
                session, desk, ticket, claim, parts, by=owner, at=at, expires_at=None, why="goodwill"
            )
            approvals.confirm(session, desk, ticket, claim, by=lead, digest=asked.digest, at=at)

    def _back_to(self, name: str) -> None:
        self.copies.restore(name)
        self.clock.at = MONDAY


class _Files:
    """Copies of a SQLite file."""

    def __init__(self, url: str) -> None:
        self.file = Path(url.removeprefix("sqlite:///"))
        event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))

    def keep(self, name: str) -> None:
        self._close()
        shutil.copyfile(self.file, self.file.with_suffix(f".{name}"))

    def restore(self, name: str) -> None:
        self._close()
        shutil.copyfile(self.file.with_suffix(f".{name}"), self.file)

    def _close(self) -> None:
        db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)


class _Templates:
    """Copies of a PostgreSQL database; they go with the server."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.name = self.url.database or ""

    def keep(self, name: str) -> None:
        self._copy(self.name, f"{self.name}_{name}")

    def restore(self, name: str) -> None:
        self._copy(f"{self.name}_{name}", self.name)

    def _copy(self, source: str, target: str) -> None:
        db.engine.dispose()
        to = self.url.set(drivername="postgresql", database="postgres").render_as_string()
        with psycopg.connect(to, autocommit=True) as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(target)))
            make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(make.format(sql.Identifier(target), sql.Identifier(source)))


def without_troubles(bank: Bank) -> None:
    """Whatever was ordered and not met yet will not happen."""
    with bank._book() as book:
        book.execute("DELETE FROM trouble")


def quiet(world: MoneyWorld) -> None:
    """The bank behaves from here on; what was late is there."""
    without_troubles(world.bank)
    world.gateway.early.clear()
    for booked in world.bank.refunds():
        if booked.outcome is Outcome.PENDING:
            world.bank.settle(booked.key or booked.ref)
