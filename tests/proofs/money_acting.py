"""Who acts in the state machine of money: two workers that may die at any line, the bank, and people."""

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
    agreeing,
    approvals,
    claim_steps,
    claims,
    notices,
    paying,
    refund_rows,
    refunds,
    remedy_money,
    switches,
    tickets,
)
from helpdesk.actions.paying import Errand
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.gateways.bank_book import Trouble
from helpdesk.gateways.sandbox import webhooks
from helpdesk.models import AgreedRemedy, Claim, Payment, Refund, Ticket
from helpdesk.rules.claims import ClaimState, Event
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Answer, Outcome
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.refunds import OPEN
from helpdesk.rules.states import RefundState, TicketState
from helpdesk.workers import payer
from tests.proofs.money_world import PARTS, MoneyWorld

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
WHO = st.sampled_from(("owner", "lead", "owner", "lead2", "agent"))
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


class Deciding(Acting):
    """Staff and buyer. A refusal is a good answer; what they may do, they do to what is there."""

    def grant(self, draw: Draw) -> None:
        who, parts, alone = draw(WHO), draw(st.sampled_from(PARTS)), draw(st.booleans())

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            by, desk, at = self.world.agent(session, who), current_desk(), clock.now()
            if claim.state is ClaimState.AWAITING_APPROVAL:
                digest = approvals.asked(session, claim).digest
                approvals.confirm(session, desk, ticket, claim, by=by, digest=digest, at=at)
            elif alone:
                approvals.approve(session, desk, ticket, claim, parts, by=by, at=at, why="goodwill")
            else:
                approvals.ask(
                    session, desk, ticket, claim, parts, by=by, at=at, expires_at=None, why="goodwill"
                )

        self.on_claim(work)

    def pay_by_hand(self, draw: Draw) -> None:
        """The open part of a promise, exactly; twice, the second time refused unless it has more parts."""
        number = draw(st.integers(0, 1))

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            rows = [row for row in agreeing.of_claim(session, claim) if row.remedy in MONEY]
            if not rows:
                return
            remedy = rows[number % len(rows)]
            open_rows = [row for row in refund_rows.of_remedy(session, remedy.id) if row.state in OPEN]
            minor = open_rows[0].amount_minor if open_rows else remedy.amount_minor
            refunds.record_refund(
                session,
                ticket,
                amount=f"{minor // 100}.{minor % 100:02}",
                currency="CNY",
                method="alipay",
                reference=f"by hand {remedy.id}-{clock.now().timestamp()}",
                by=self.world.agent(session, "agent"),
                at=clock.now(),
                remedy=remedy.id,
            )

        self.on_claim(work)

    def try_again(self, draw: Draw) -> None:
        who, which = draw(WHO), draw(st.integers(0, 2))

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            rows = session.scalars(select(AgreedRemedy.id).order_by(AgreedRemedy.id)).all()
            remedy = rows[which % len(rows)] if rows else 0
            by = self.world.agent(session, who)
            remedy_money.try_again(session, ticket, remedy, by=by, at=clock.now())

        self.on_claim(work)

    def say_whether_it_arrived(self, draw: Draw) -> None:
        arrived = draw(st.sampled_from((True, True, False)))
        self.world.tried(
            lambda session: refunds.answer_arrival(
                session, self.some(session, draw), arrived=arrived, actor="buyer:1", at=clock.now()
            )
        )

    def say_it_was_a_mistake(self, draw: Draw) -> None:
        self.world.tried(
            lambda session: refunds.cancel(
                session, self.some(session, draw), by=self.world.agent(session, "agent"), at=clock.now()
            )
        )

    def decide_anew(self, draw: Draw) -> None:
        self.on_claim(
            lambda session, ticket, claim: claim_steps.decide_anew(
                session,
                ticket,
                claim,
                by=self.world.agent(session, "lead"),
                why="the wrong sum",
                at=clock.now(),
            )
        )

    def take_back(self, draw: Draw) -> None:
        self.on_claim(
            lambda session, ticket, claim: claim_steps.withdraw(
                session,
                current_desk(),
                ticket,
                claim,
                actor=claims.buyer(ticket),
                at=clock.now(),
                way="page",
            )
        )

    def close(self, draw: Draw) -> None:
        """I15 is asked of the rows afterwards; the ticket may be closed at any time."""
        if draw(st.booleans()):
            self.world.tried(
                lambda session: tickets.move(
                    session,
                    tickets.hold(session, 1),
                    TicketState.CLOSED,
                    actor="agent:1",
                    at=clock.now(),
                )
            )
        self.on_claim(
            lambda session, ticket, claim: claim_steps.close(
                session,
                ticket,
                claim,
                by=self.world.agent(session, "agent"),
                cause="packaging",
                lesson="",
                at=clock.now(),
            )
        )

    def reopen(self, draw: Draw) -> None:
        """I15: it frees nothing."""
        before = self.reserves()

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            by = self.world.agent(session, "lead")
            actor = claims.staff(by)
            claim_steps.move(session, ticket, claim, Event.REOPEN, actor=actor, by=by, at=clock.now())

        self.on_claim(work)
        assert self.reserves() == before, "I15: reopening has freed a reserve"

    def turn_the_switch(self, draw: Draw) -> None:
        off = draw(st.sampled_from((False, False, True)))

        def work(session: Any) -> None:
            by = self.world.agent(session, "lead")
            switches.turn(session, switches.MONEY, off=off, why="audit", by=by, at=clock.now())

        self.world.tried(work)

    def reserves(self) -> list[tuple[int, int]]:
        with reading() as session:
            rows = session.scalars(select(Payment).order_by(Payment.id))
            return [(row.reserved_minor, row.refunded_minor) for row in rows]

    def some(self, session: Session, draw: Draw) -> int:
        """A refund, one whose money has left more often than not; 0, which is refused, where none is."""
        rows = session.scalars(select(Refund).order_by(Refund.id.desc())).all()
        left = [row.id for row in rows if row.state is RefundState.SUCCEEDED] or [row.id for row in rows]
        return draw(st.sampled_from(left)) if left else 0
