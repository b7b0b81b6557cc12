"""Who decides in the state machine of money: staff, the second person, the buyer."""

from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import (
    agreeing,
    approvals,
    claim_steps,
    claims,
    hand_payments,
    refund_rows,
    refunds,
    remedy_money,
    switches,
    tickets,
)
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.models import AgreedRemedy, Claim, Payment, Refund, Ticket
from helpdesk.rules.claims import ClaimState, Event
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.refunds import OPEN
from helpdesk.rules.states import RefundState, TicketState
from tests.proofs.money_acting import Acting, Draw
from tests.proofs.money_world import PARTS

WHO = st.sampled_from(("owner", "lead", "owner", "lead2", "agent"))


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

    def take_it_in_hand(self, draw: Draw) -> None:
        """A person says that she pays it, or that she has not; a colleague may try the same."""
        who, back, which = draw(WHO), draw(st.sampled_from((False, False, True))), draw(st.integers(0, 2))

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            by, at = self.world.agent(session, who), clock.now()
            held = session.scalars(select(Refund.id).where(Refund.held_by_id.is_not(None))).all()
            if back and held:
                hand_payments.put_back(session, held[-1], by=by, at=at)
                return
            rows = session.scalars(select(AgreedRemedy.id).order_by(AgreedRemedy.id)).all()
            remedy = rows[which % len(rows)] if rows else 0
            hand_payments.take(session, ticket, remedy, by=by, at=at)

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
        who, why = draw(st.sampled_from((("agent", ""), ("lead", ""), ("lead", "the buyer is abroad"))))
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
                by=self.world.agent(session, who),
                cause="packaging",
                lesson="",
                at=clock.now(),
                why=why,
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
