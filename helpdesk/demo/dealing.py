"""What happens to claims and their money in a story: offers, approvals, refunds, and what banks do."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import (
    approvals,
    asking,
    chases,
    claim_answers,
    claim_steps,
    claims,
    compensations,
    offers,
    parcels,
    refunds,
)
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.demo.working import Working
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import (
    Agent,
    AgreedRemedy,
    Claim,
    Offer,
    Refund,
    Ticket,
)
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.claims import Event
from helpdesk.rules.proposals import GOODS, Part

OF_THE_POLICY = "CNY"  # the currency of its limits


class Dealing(Working):
    """A story with a claim."""

    # -- proposals -----------------------------------------------------------------------------------------

    def offers(self, *shares: tuple[Remedy, int]) -> None:
        """Each remedy with a percentage of the price; options to choose from."""
        with self.claim() as (session, ticket, claim, _):
            left = compensations.money_left(session, claim)
            parts = [
                Part(option=place, remedy=remedy, amount=left * percent // 100)
                for place, (remedy, percent) in enumerate(shares, 1)
            ]
            self._propose(session, ticket, claim, parts, expires_at=clock.now() + timedelta(days=7))
        self.post()

    def grants(self, remedy: Remedy = Remedy.FULL_REFUND, percent: int = 100) -> None:
        """The shop agrees, and the money is told to leave."""
        with self.claim() as (session, ticket, claim, _):
            minor = compensations.money_left(session, claim) * percent // 100
            part = Part(option=1, remedy=remedy, amount=0 if remedy in GOODS else minor)
            self._propose(session, ticket, claim, [part], expires_at=None)
        self.tick()

    def stops_the_parcel(self) -> None:
        """What is called off does not leave."""
        with self.claim() as (session, ticket, claim, by):
            parcels.note_stopped(session, ticket.id, claim.order_id or 0, by=by, at=clock.now())

    def _propose(
        self,
        session: Session,
        ticket: Ticket,
        claim: Claim,
        parts: list[Part],
        *,
        expires_at: datetime | None,
    ) -> None:
        """By the owner; in a currency that the policy has no limits for, by a lead and the owner."""
        owner, at = session.get_one(Agent, self.cast.owner), clock.now()
        more = {"words": self.words("offer"), "why": "goodwill"}
        if self.voice.currency != OF_THE_POLICY:
            lead = session.get_one(Agent, self.cast.leads[0])
            asked = approvals.ask(
                session, current_desk(), ticket, claim, parts, by=lead, at=at, expires_at=expires_at, **more
            )
            approvals.confirm(
                session, current_desk(), ticket, claim, by=owner, digest=asked.digest, at=clock.now()
            )
        elif expires_at:
            offers.make_offer(
                session, current_desk(), ticket, claim, parts, by=owner, expires_at=expires_at, at=at, **more
            )
        else:
            approvals.approve(session, current_desk(), ticket, claim, parts, by=owner, at=at, **more)

    def asks_a_lead(self) -> None:
        """A second person has to say yes."""
        with self.claim() as (session, ticket, claim, _):
            minor = compensations.money_left(session, claim)
            part = Part(option=1, remedy=Remedy.FULL_REFUND, amount=minor)
            by = session.get_one(Agent, self.cast.leads[0])
            approvals.ask(
                session, current_desk(), ticket, claim, [part], by=by, at=clock.now(), expires_at=None,
                why="goodwill",
            )  # fmt: skip

    def asks_for_proof(self) -> None:
        with self.claim() as (session, ticket, claim, by):
            asking.ask_evidence(
                session, current_desk(), ticket, claim, actor=claims.staff(by), at=clock.now()
            )
        self.post()

    def accepts(self, option: int = 1) -> None:
        """On the page behind the link of the offer."""
        with self.claim() as (session, ticket, claim, _):
            offer = self._offer(session, claim)
            offers.accept(
                session, current_desk(), ticket, claim, offer, option, actor=claims.buyer(ticket), way="page",
                digest=offer.digest, at=clock.now(),
            )  # fmt: skip
        self.tick()

    def counters(self) -> None:
        with self.claim() as (session, ticket, claim, _):
            offers.answer_otherwise(
                session, current_desk(), ticket, claim, self._offer(session, claim),
                Event.COUNTER_OFFER, actor=claims.buyer(ticket), way="page", at=clock.now(),
                words=self.words("counter"),
            )  # fmt: skip

    @staticmethod
    def _offer(session: Any, claim: Claim) -> Offer:
        found: Offer = session.scalars(
            select(Offer).where(Offer.claim_id == claim.id).order_by(Offer.id.desc())
        ).first()
        return found

    def lead_agrees(self) -> None:
        with self.claim() as (session, ticket, claim, _):
            digest = approvals.asked(session, claim).digest
            by = session.get_one(Agent, self.cast.owner)
            approvals.confirm(session, current_desk(), ticket, claim, by=by, digest=digest, at=clock.now())
        self.tick()

    def rejects(self) -> None:
        with self.claim() as (session, ticket, claim, _):
            claim_steps.reject(
                session, current_desk(), ticket, claim, by=session.get_one(Agent, self.cast.owner),
                at=clock.now(), said=self.words("reject"), why="too late",
            )  # fmt: skip
        self.post()

    def takes_it_back(self) -> None:
        with self.claim() as (_, _, claim, _):
            claim_id = claim.id
        with transaction() as session:
            claim_answers.take_back(session, current_desk(), claim_id, at=clock.now())
        self.post()

    def closes(self, cause: str = "none") -> None:
        with self.claim() as (session, ticket, claim, _):
            lesson = "" if cause == "none" else self.words("lesson")
            by = session.get_one(Agent, self.cast.owner)
            claim_steps.close(
                session, ticket, claim, by=by, cause=cause, lesson=lesson, why="", at=clock.now()
            )

    # -- money ---------------------------------------------------------------------------------------------

    def bank_will(self, *troubles: Trouble, after: timedelta | None = None) -> None:
        for trouble in troubles:
            self.scratch.bank.next(trouble, after=after)

    def says(self, *, arrived: bool) -> None:
        """On the page behind the link of the question."""
        with self.held() as (session, ticket, _):
            refund = self._refund(session)
            actor = f"buyer:{ticket.buyer_id}"
            refunds.answer_arrival(session, refund.id, arrived=arrived, actor=actor, at=clock.now())
        self.tick()

    def pays_by_hand(self, reference: str) -> None:
        with self.claim() as (session, ticket, claim, by):
            remedy = self._remedy(session, claim)
            refunds.record_refund(
                session, ticket, amount=f"{remedy.amount_minor / 100:.2f}", currency=remedy.currency,
                method="bank", reference=reference, by=by, at=clock.now(), remedy=remedy.id,
            )  # fmt: skip

    def finds_out(self, reference: str) -> None:
        with self.claim() as (session, _, _, by):
            day = (clock.now() + timedelta(days=2)).date()
            chases.answer(
                session, current_desk(), self._refund(session).id, trace=reference, said=self.words("trace"),
                expected_on=day, by=by, at=clock.now(),
            )  # fmt: skip
        self.post()

    def _refund(self, session: Any) -> Refund:
        found = select(Refund).where(Refund.ticket_id == self.ticket).order_by(Refund.id.desc())
        refund: Refund = session.scalars(found).first()
        return refund

    @staticmethod
    def _remedy(session: Any, claim: Claim) -> AgreedRemedy:
        found = select(AgreedRemedy).where(AgreedRemedy.claim_id == claim.id)
        remedy: AgreedRemedy = session.scalars(found.order_by(AgreedRemedy.id.desc())).first()
        return remedy
