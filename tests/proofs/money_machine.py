"""Anything that may happen to money, in any order: workers that die, a bank that misbehaves, people, time.

Few rules with many choices: Hypothesis leaves out some rules in each example, and a story in which money goes
back needs all of the steps between.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import switches
from helpdesk.db import db, reading, transaction
from helpdesk.models import OutboxMessage, Refund, Reminder, Ticket
from helpdesk.workers import chaser
from tests.proofs import money_holding
from tests.proofs.money_acting import MOODS, Banking, Draw, Working
from tests.proofs.money_deciding import Deciding
from tests.proofs.money_world import BEGINNINGS, quiet

W, B, D = Working, Banking, Deciding
WORKERS = st.sampled_from(("one", "other"))
LINES = st.sampled_from((W.tick, W.go_on, W.go_on, W.go_on, W.die, W.tick))
BANK = st.sampled_from((B.misbehave, B.misbehave, B.tell, B.tell, B.settle, B.reverse, B.pay_outside))
PEOPLE: tuple[Callable[[Any, Draw], None], ...] = (
    D.grant,
    D.grant,
    D.pay_by_hand,
    D.pay_by_hand,
    D.take_it_in_hand,
    D.try_again,
    D.try_again,
    D.say_whether_it_arrived,
    D.say_whether_it_arrived,
    D.say_it_was_a_mistake,
    D.decide_anew,
    D.take_back,
    D.close,
    D.reopen,
    D.turn_the_switch,
)
JUMPS = st.sampled_from((0, 0, 2, 6, 11, 61, 61, 400, 400, 3600, 86_400 * 12, -30))  # seconds


class Money(Working, Banking, Deciding):
    """The rules; after each step the ledger is held beside the bank's book."""

    moods = MOODS
    seen: dict[int, tuple[object, ...]]
    asked_at: int  # rows that had been written when all of it was asked last

    @initialize(number=st.sampled_from(range(len(BEGINNINGS))), data=st.data())
    def begin(self, number: int, data: st.DataObject) -> None:
        """Something is agreed, and the bank may be in a mood already."""
        self.world.begin(number)
        self.begun, self.seen, self.asked_at = True, {}, -1
        for mood in data.draw(st.sampled_from(self.moods)):
            self.order(mood)

    @rule(worker=WORKERS, line=LINES, seconds=JUMPS)
    def work(self, worker: str, line: Callable[[Any, str], None], seconds: int) -> None:
        self.world.shift(timedelta(seconds=seconds))
        line(self, worker)

    work_on = work_further = work  # a rule with more names comes more often

    @rule(what=BANK, data=st.data())
    def the_bank(self, what: Callable[[Any, Draw], None], data: st.DataObject) -> None:
        what(self, data.draw)

    the_bank_again = the_bank

    @rule(step=st.sampled_from(PEOPLE), data=st.data())
    def somebody(self, step: Callable[[Any, Draw], None], data: st.DataObject) -> None:
        step(self, data.draw)

    somebody_else = somebody

    @rule(seconds=st.sampled_from((61, 3600, 90_000)))
    def the_clock_ticks_twice(self, seconds: int) -> None:
        """I11: whatever the first tick found, the second one finds nothing more to do."""
        self.world.shift(timedelta(seconds=seconds))
        self.tick("one"), chaser.chase()
        misbehaves = bool(self.world.bank.troubles())
        before = self.everything()
        self.tick("one"), chaser.chase()
        assert misbehaves or self.everything() == before, "I11: the second tick has done something"

    @rule()
    def everything_is_started_anew(self) -> None:
        """No process and no connection is left; the rows and the bank are."""
        for worker in list(self.flights):
            self.die(worker)
        db.engine.dispose()

    @invariant()
    def all_of_it_holds(self) -> None:
        if not self.begun or self.world.written == self.asked_at:
            return
        self.asked_at = self.world.written
        self.begun = False  # what is broken already is not asked about at the end
        with reading() as session:
            found = money_holding.broken(session, self.world.bank)
            rows = {
                row.id: (row.key, row.remedy_id, row.part, row.payment_id, row.amount_minor)
                for row in session.scalars(select(Refund))
            }
        assert not found, "\n".join(found)
        assert rows | self.seen == rows, "a refund is gone, or has become another one"
        self.seen = rows
        assert not self.world.trouble.noted, "\n".join(self.world.trouble.noted)
        self.begun = True

    def everything(self) -> object:
        with reading() as session:
            return (
                session.execute(select(Refund.__table__).order_by(Refund.id)).all(),
                session.execute(select(Ticket.id, Ticket.state, Ticket.head_hash)).all(),
                session.execute(select(Reminder.id, Reminder.state).order_by(Reminder.id)).all(),
                session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)).all(),
            )

    def teardown(self) -> None:
        """All is quiet: the bank has said everything, everybody has asked; then both books are the same."""
        if not self.begun:
            return
        self.flights.clear()
        quiet(self.world)
        with transaction() as session:
            by = self.world.agent(session, "lead")
            switches.turn(session, switches.MONEY, off=False, why="", by=by, at=clock.now())
        for _ in range(6):
            self.deliver(again=False, shuffle=1)
            self.world.shift(timedelta(minutes=40))
            self.lives += 1
            self.tick("last")
        with reading() as session:
            found = money_holding.broken_at_the_end(session, self.world.bank)
            for moves in money_holding.moves_made(session).values():
                self.world.moves.update(f"{before} > {after}" for before, after in moves)
        assert not found, "\n".join(found)
        assert not self.world.trouble.noted, "\n".join(self.world.trouble.noted)
