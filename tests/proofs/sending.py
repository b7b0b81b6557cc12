"""Goods on their way back, and disputes at a platform: each with a table of its own beside the claim's."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import (
    agreeing,
    approvals,
    claims,
    platforms,
    return_addresses,
    return_outcomes,
    returns,
)
from helpdesk.actions.return_outcomes import Looked
from helpdesk.actions.returns import Counted
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.models import Claim, PlatformCase, ReturnShipment, Ticket
from helpdesk.rules.claim_terms import Condition, Remedy
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.proposals import Part
from helpdesk.rules.returns import Payer, ReturnState
from tests.actions.sending_back import ADDRESS
from tests.proofs.acting import WHO, Acting, Draw

CONDITIONS = st.sampled_from((Condition.OPENED_INTACT, Condition.OPENED_INTACT, Condition.USED))
VERDICTS = st.sampled_from((PlatformState.LOST, PlatformState.WON, PlatformState.SETTLED))


class Sending(Acting):
    """A return has one parcel; a dispute one number."""

    def agree_on_a_return(self, number: int) -> None:
        """The owner grants it at once, whatever the policy says."""
        self.world.on(
            number,
            lambda session, ticket, claim: approvals.approve(
                session,
                current_desk(),
                ticket,
                claim,
                [Part(option=1, remedy=Remedy.RETURN_REFUND, amount=1500)],
                by=self.world.agent(session, "owner"),
                at=clock.now(),
                why="a regular buyer",
            ),
        )

    def start_return(self, number: int, draw: Draw) -> None:
        days = draw(st.sampled_from((7, 1)))

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            wanted = (Remedy.RETURN_REFUND, Remedy.EXCHANGE)
            rows = [row for row in agreeing.of_claim(session, claim) if row.remedy in wanted]
            row = next((row for row in rows if row.state is RemedyState.AGREED), None)
            if row is None:
                return
            by, at = self.world.agent(session, "agent"), clock.now()
            address = return_addresses.save(session, label="Depot", text=ADDRESS, by=by, at=at)
            returns.start(
                session,
                current_desk(),
                ticket,
                claim,
                row.id,
                address_id=address.id,
                units=[(line.order_line_id, line.quantity) for line in claim.lines],
                payer=Payer.BUYER,
                send_by=at + timedelta(days=days),
                by=by,
                at=at,
            )

        self.world.on(number, work)

    def send_back(self, number: int, draw: Draw) -> None:
        self._with_return(
            number,
            lambda session, ticket, row: returns.give_tracking(
                session,
                row.id,
                carrier="顺丰",
                number="SF1234567890123",
                actor=claims.buyer(ticket),
                at=clock.now(),
            ),
        )

    def count(self, number: int, draw: Draw) -> None:
        short = draw(st.sampled_from((0, 0, 1)))
        self._with_return(
            number,
            lambda session, ticket, row: returns.receive(
                session,
                current_desk(),
                row.id,
                {line.id: Counted(quantity=max(line.quantity - short, 0)) for line in row.lines},
                by=self.world.agent(session, "agent"),
                at=clock.now(),
                seen=row.version,
            ),
        )

    def inspect(self, number: int, draw: Draw) -> None:
        condition, deduction = draw(CONDITIONS), draw(st.sampled_from((0, 0, 700)))
        looked = Looked(condition=condition, resellable=True, deduction=deduction, why="a stain")
        self._with_return(
            number,
            lambda session, ticket, row: return_outcomes.inspect(
                session,
                current_desk(),
                row.id,
                {line.id: looked for line in row.lines},
                by=self.world.agent(session, "agent"),
                at=clock.now(),
                seen=row.version,
            ),
        )

    def give_return_up(self, number: int, draw: Draw) -> None:
        act = draw(st.sampled_from((returns.cancel, returns.lose)))
        self._with_return(
            number,
            lambda session, ticket, row: act(
                session,
                row.id,
                why="it will not come",
                by=self.world.agent(session, "agent"),
                at=clock.now(),
                seen=row.version,
            ),
        )

    def goods_go_on(self, number: int, draw: Draw) -> None:
        """What leads on for the goods of a claim: asked for, sent, counted, looked at."""
        with reading() as session:
            newest = select(ReturnShipment.state).where(ReturnShipment.claim_id == number)
            state = session.scalars(newest.order_by(ReturnShipment.id.desc())).first()
        steps = {
            ReturnState.AWAITING: self.send_back if draw(st.booleans()) else self.count,
            ReturnState.IN_TRANSIT: self.count,
            ReturnState.RECEIVED: self.inspect,
        }
        step = steps.get(state or ReturnState.CANCELED, self.start_return)
        step(number, draw)
        if step == self.start_return and draw(st.sampled_from((True, True, False))):
            self.count(number, draw)

    def dispute(self, number: int, draw: Draw) -> None:
        hours = draw(st.sampled_from((72, None)))
        self.world.on(
            number,
            lambda session, ticket, claim: platforms.open_case(
                session,
                ticket,
                claim,
                platform="taobao",
                number=f"{number}-{clock.now().timestamp()}-{claim.version}",
                actor=self.staff(session, "agent"),
                at=clock.now(),
                deadline=clock.now() + timedelta(hours=hours) if hours else None,
            ),
        )

    def end_dispute(self, number: int, draw: Draw) -> None:
        to, who = draw(VERDICTS), draw(WHO)

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            newest = select(PlatformCase.id).where(PlatformCase.claim_id == number)
            case = session.scalars(newest.order_by(PlatformCase.id.desc())).first()
            if case is not None:
                by = self.world.agent(session, who)
                platforms.decide(session, current_desk(), case, to, verdict="as it is", by=by, at=clock.now())

        self.world.on(number, work)

    def _with_return(self, number: int, act: Any) -> None:
        """On the newest return of the claim, if there is any."""

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            newest = select(ReturnShipment).where(ReturnShipment.claim_id == number)
            row = session.scalars(newest.order_by(ReturnShipment.id.desc())).first()
            if row is not None:
                act(session, ticket, row)

        self.world.on(number, work)
