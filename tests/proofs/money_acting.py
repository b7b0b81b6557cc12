"""Who acts in the state machine of money: two workers that may die at any line, and the bank."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import (
    notices,
    paying,
    remedy_money,
)
from helpdesk.actions.paying import Errand
from helpdesk.db import reading, transaction
from helpdesk.gateways.bank_book import Trouble
from helpdesk.gateways.sandbox import webhooks
from helpdesk.models import Claim, Payment, Ticket
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Answer, Outcome
from helpdesk.workers import payer
from tests.proofs.money_world import MoneyWorld

Draw = Callable[[Any], Any]  # one value of a strategy
CLAIM = 1
T = Trouble
MOODS: tuple[tuple[Trouble, ...], ...] = (  # of the bank, to begin with
    (),
    (T.LOSE_ANSWER,),
    (T.LOSE_ANSWER, T.NOT_FOUND, T.DECLINE_RETRY),
    (T.LOSE_REQUEST, T.LOSE_ANSWER),
    (T.LOSE_REQUEST, T.LOSE_QUERY, T.DECLINE),
    (T.LATE,),
    (T.NEEDS_ACTION,),
    (T.DECLINE,),
)
ENDS = (Outcome.SUCCEEDED, Outcome.SUCCEEDED, Outcome.FAILED, Outcome.CANCELED)


@dataclass
class Flight:
    """What a worker has in its hands between two of its lines."""

    errand: Errand
    answer: Answer | None = None


class Acting(RuleBasedStateMachine):
    """What everybody here shares."""

    world: ClassVar[MoneyWorld]

    def __init__(self) -> None:
        super().__init__()
        self.begun = False
        self.flights: dict[str, Flight] = {}
        self.lives = 0  # of workers: each has an owner's name of its own

    def on_claim(self, work: Callable[[Session, Ticket, Claim], object]) -> str:
        return self.world.on(CLAIM, work)

    def owner(self, worker: str) -> str:
        return f"{worker}-{self.lives}"


class Working(Acting):
    """The worker's own lines, one at a time; it may die between any two of them."""

    def tick(self, worker: str) -> None:
        payer.pay(self.owner(worker))

    def go_on(self, worker: str) -> None:
        """Its next line."""
        flight = self.flights.get(worker)
        if flight is None:
            self.take(worker)
        elif flight.answer is None:
            self.ask(flight)
        else:
            self.note(worker, flight.errand, flight.answer)

    def take(self, worker: str) -> None:
        """The first transaction: afterwards the row says that the gateway is being told."""
        with reading() as session:
            promised = remedy_money.waiting(session)
        for remedy in promised:
            payer._instruct(remedy)
        with reading() as session:
            due = paying.due(session, at=clock.now())
        for refund_id in due:
            with transaction() as session:
                errand = paying.take(
                    session,
                    refund_id,
                    lambda paid_by: self.world.gateways.for_payment(paid_by).name,
                    owner=self.owner(worker),
                    at=clock.now(),
                )
            if errand is not None:
                self.flights[worker] = Flight(errand)
                return

    def ask(self, flight: Flight) -> None:
        """The gateway is spoken to; what it said is not written down yet."""
        flight.answer = payer._ask(self.world.gateways.named(flight.errand.gateway), flight.errand)
        self.world.written += 1  # at the bank, perhaps

    def note(self, worker: str, errand: Errand, answer: Answer) -> None:
        """The second transaction."""
        with transaction() as session:
            settling, at = self.world.gateway.settling, clock.now()
            more = paying.note(session, errand, answer, settling=settling, at=at)
        del self.flights[worker]
        if more is not None:
            self.flights[worker] = Flight(more)

    def die(self, worker: str) -> None:
        self.flights.pop(worker, None)
        self.lives += 1


class Banking(Acting):
    """The bank of play money, in its moods."""

    def misbehave(self, draw: Draw) -> None:
        self.order(draw(st.sampled_from(Trouble)), draw(st.sampled_from((None, 300, 10_000))))

    def order(self, trouble: Trouble, seconds: int | None = None) -> None:
        if trouble is Trouble.NOT_FOUND:
            early = self.world.gateway.early
            early.append(True not in early)
            return
        late = trouble is Trouble.LATE and seconds is not None
        self.world.bank.next(trouble, after=timedelta(seconds=seconds or 0) if late else None)

    def settle(self, draw: Draw) -> None:
        """What is pending or waits for a person ends."""
        waits = [
            booked
            for booked in self.world.bank.refunds()
            if booked.outcome in (Outcome.PENDING, Outcome.NEEDS_ACTION)
        ]
        if waits:
            self.world.bank.settle(waits[0].key, draw(st.sampled_from(ENDS)))

    def reverse(self, draw: Draw) -> None:
        done = [
            booked
            for booked in self.world.bank.refunds()
            if booked.outcome is Outcome.SUCCEEDED and booked.key
        ]
        if done:
            self.world.written += 1
            self.world.bank.reverse(draw(st.sampled_from(done)).key)

    def pay_outside(self, draw: Draw) -> None:
        """Somebody refunds on the bank's own page, no more than is left, and we are told of it."""
        minor = draw(st.sampled_from((100, 3900)))
        with reading() as session:
            payments = session.scalars(select(Payment).order_by(Payment.id)).all()
        payment = draw(st.sampled_from(payments))
        told = self.world.bank.paid_back(payment.reference)
        if minor + max(told, payment.reserved_minor + payment.refunded_minor) <= payment.captured_minor:
            self.world.bank.pay_outside(payment.reference, Money(minor, payment.currency))
            self.deliver(again=False, shuffle=0)

    def tell(self, draw: Draw) -> None:
        """Webhooks, each twice, in any order; now and then all that ever were sent."""
        self.deliver(again=draw(st.booleans()), shuffle=draw(st.integers(0, 3)))

    def deliver(self, *, again: bool, shuffle: int) -> None:
        bank, at = self.world.bank, clock.now()
        sent = webhooks(bank, at=at, duplicate=True, shuffle=Random(shuffle), again=again)
        for each in sent:
            notice = self.world.gateway.verify_webhook(each.headers, each.body, at=at)
            assert notice is not None
            with transaction() as session:
                notices.keep(session, "sandbox", notice, at)
        bank.mark_sent([each.event for each in sent])
