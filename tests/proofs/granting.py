"""What staff decide: link, ask, evaluate, approve alone or by two, refuse."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from helpdesk import clock
from helpdesk.actions import (
    approvals,
    asking,
    claim_progress,
    claim_steps,
    deciding,
    order_links,
    tickets,
)
from helpdesk.current import current_desk
from helpdesk.models import Claim, Ticket
from helpdesk.rules.claim_moves import find
from helpdesk.rules.claims import Event
from helpdesk.rules.states import IllegalMoveError
from tests.proofs.acting import WHO, WHY, Acting, Draw
from tests.proofs.proposing import PARTS
from tests.proofs.world import NUMBER


class Granting(Acting):
    """Four people with three roles."""

    def link(self, number: int, draw: Draw) -> None:
        """`number` is the ticket's."""
        who = draw(WHO)

        def work(session: Any) -> None:
            by = self.world.agent(session, who)
            order_links.link_by_hand(session, number, NUMBER, reason="by phone", by=by, at=clock.now())
            ticket = tickets.hold(session, number)
            claim_progress.order_was_linked(session, current_desk(), ticket, at=clock.now())

        if not self.world.tried(work):
            self.vouched.add(number)

    def ask_for_evidence(self, number: int, draw: Draw) -> None:
        who = draw(WHO)
        self.world.on(
            number,
            lambda session, ticket, claim: asking.ask_evidence(
                session, current_desk(), ticket, claim, actor=self.staff(session, who), at=clock.now()
            ),
        )

    def ask_the_policy(self, number: int, draw: Draw) -> None:
        why = draw(WHY)

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            if why:
                actor = self.staff(session, "lead")
                deciding.evaluate(session, ticket, claim, actor=actor, at=clock.now(), why=why)
            claim_progress.go_on(session, current_desk(), ticket, claim, at=clock.now())

        self.world.on(number, work)

    def try_anything(self, number: int, draw: Draw) -> None:
        """A move that is not in the table is refused."""
        event = draw(st.sampled_from(Event))
        try:
            find(event, self.states[number])
        except IllegalMoveError:
            assert self.world.on(
                number,
                lambda session, ticket, claim: claim_steps.move(
                    session, ticket, claim, event, actor=self.staff(session, "owner"), at=clock.now()
                ),
            ), f"{event} happened"

    def approve(self, number: int, draw: Draw) -> None:
        who, parts, why = draw(WHO), draw(PARTS), draw(WHY)
        self.world.on(
            number,
            lambda session, ticket, claim: approvals.approve(
                session,
                current_desk(),
                ticket,
                claim,
                parts,
                by=self.world.agent(session, who),
                at=clock.now(),
                why=why,
            ),
        )

    def ask_approval(self, number: int, draw: Draw) -> None:
        who, parts, why, offered = draw(WHO), draw(PARTS), draw(WHY), draw(st.booleans())
        self.world.on(
            number,
            lambda session, ticket, claim: approvals.ask(
                session,
                current_desk(),
                ticket,
                claim,
                parts,
                by=self.world.agent(session, who),
                at=clock.now(),
                expires_at=clock.now() + timedelta(days=3) if offered else None,
                why=why,
            ),
        )

    def confirm(self, number: int, draw: Draw) -> None:
        who = draw(WHO)
        asked: list[int] = []

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            approval = approvals.asked(session, claim)
            asked.append(approval.asked_by_id)
            by = self.world.agent(session, who)
            approvals.confirm(
                session, current_desk(), ticket, claim, by=by, digest=approval.digest, at=clock.now()
            )

        refused = self.world.on(number, work)
        assert refused or asked != [self.world.people[who]], "who asked for approval has given it"

    def refuse_approval(self, number: int, draw: Draw) -> None:
        who, why = draw(WHO), draw(WHY)
        self.world.on(
            number,
            lambda session, ticket, claim: approvals.refuse(
                session,
                current_desk(),
                ticket,
                claim,
                by=self.world.agent(session, who),
                why=why,
                at=clock.now(),
            ),
        )

    def reject(self, number: int, draw: Draw) -> None:
        who, why = draw(WHO), draw(WHY)
        self.world.on(
            number,
            lambda session, ticket, claim: claim_steps.reject(
                session,
                current_desk(),
                ticket,
                claim,
                by=self.world.agent(session, who),
                at=clock.now(),
                why=why,
            ),
        )

    def decide_anew(self, number: int, draw: Draw) -> None:
        why = draw(WHY)
        self.world.on(
            number,
            lambda session, ticket, claim: claim_steps.decide_anew(
                session, ticket, claim, by=self.world.agent(session, "agent"), why=why, at=clock.now()
            ),
        )
