"""Money, and the end."""

from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import agreeing, claim_progress, claim_steps, refunds
from helpdesk.current import current_desk
from helpdesk.models import AgreedRemedy, Claim, Refund, Ticket
from helpdesk.rules.claims import Event
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY
from tests.proofs.acting import WHO, Acting, Draw


class Ending(Acting):
    """Refunds are noted by hand; buyers say whether they came."""

    def refund(self, number: int, draw: Draw) -> None:
        """What was agreed; now and then another sum, or what was paid already."""
        off, again = draw(st.sampled_from((0, 0, 0, 1))), draw(st.sampled_from((False, False, True)))

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            rows = [row for row in agreeing.of_claim(session, claim) if row.remedy in MONEY]
            row = next((row for row in rows if (row.state is RemedyState.AGREED) is not again), None)
            if row is None:
                return
            minor = row.amount_minor + off
            refunds.record_refund(
                session,
                ticket,
                amount=f"{minor // 100}.{minor % 100:02}",
                currency="CNY",
                method="alipay",
                reference=f"{row.id}-{clock.now().timestamp()}",
                by=self.world.agent(session, "agent"),
                at=clock.now(),
                remedy=row.id,
            )
            assert not off, "another sum was refunded than was agreed"
            assert not again, "the same was refunded twice"

        self.world.on(number, work)

    def say_whether_it_arrived(self, number: int, draw: Draw) -> None:
        arrived = draw(st.sampled_from((True, True, False)))
        self.world.tried(
            lambda session: refunds.answer_arrival(
                session, self._refund(session, number), arrived=arrived, actor="buyer:1", at=clock.now()
            )
        )

    def cancel_refund(self, number: int, draw: Draw) -> None:
        self.world.tried(
            lambda session: refunds.cancel(
                session,
                self._refund(session, number),
                by=self.world.agent(session, "agent"),
                at=clock.now(),
            )
        )

    def close(self, number: int, draw: Draw) -> None:
        cause = draw(st.sampled_from(("packaging", "")))
        self.world.on(
            number,
            lambda session, ticket, claim: claim_steps.close(
                session,
                ticket,
                claim,
                by=self.world.agent(session, "agent"),
                cause=cause,
                lesson="",
                at=clock.now(),
            ),
        )

    def reopen(self, number: int, draw: Draw) -> None:
        who = draw(WHO)

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            by, actor = self.world.agent(session, who), self.staff(session, who)
            claim_steps.move(session, ticket, claim, Event.REOPEN, actor=actor, by=by, at=clock.now())
            claim_progress.go_on(session, current_desk(), ticket, claim, at=clock.now())

        self.world.on(number, work)

    def _refund(self, session: Any, number: int) -> int:
        """The newest refund for this claim; 0 when there is none, which is refused."""
        of_claim = select(AgreedRemedy.id).where(AgreedRemedy.claim_id == number)
        newest = select(Refund.id).where(Refund.remedy_id.in_(of_claim)).order_by(Refund.id.desc())
        return session.scalars(newest).first() or 0
