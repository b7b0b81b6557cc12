"""What happens to claims and their money in a story: offers, approvals, parcels, refunds and what banks do."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
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
    coupons,
    offers,
    platforms,
    refunds,
    replacements,
    return_outcomes,
    returns,
)
from helpdesk.actions.return_outcomes import Looked
from helpdesk.actions.returns import Counted
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.demo.acting import Acting
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import (
    Agent,
    AgreedRemedy,
    Claim,
    Offer,
    PlatformCase,
    Refund,
    Replacement,
    ReturnShipment,
    Ticket,
)
from helpdesk.rules.claim_terms import Condition, Remedy
from helpdesk.rules.claims import Event
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.proposals import GOODS, Part
from helpdesk.rules.returns import Payer


OF_THE_POLICY = "CNY"  # the currency of its limits


class Dealing(Acting):
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

    def _propose(
        self, session: Session, ticket: Ticket, claim: Claim, parts: list[Part], *, expires_at: datetime | None
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

    def bank_pays(self) -> None:
        with reading() as session:
            key = self._refund(session).key
        self.scratch.bank.settle(key)

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

    # -- goods ---------------------------------------------------------------------------------------------

    def wants_it_back(self) -> None:
        """A return is asked for."""
        with self.claim() as (session, ticket, claim, by):
            returns.start(
                session, current_desk(), ticket, claim, self._remedy(session, claim).id,
                address_id=self.cast.address, units=[(line.order_line_id, line.quantity) for line in claim.lines],
                payer=Payer.BUYER, send_by=clock.now() + timedelta(days=7), by=by, at=clock.now(),
            )  # fmt: skip
        self.post()

    def sends_it_back(self) -> None:
        with self.claim() as (session, ticket, _, _):
            shipment = self._newest(session, ReturnShipment)
            returns.give_tracking(
                session, shipment.id, carrier=self.voice.carrier, number=self.voice.back, actor=claims.buyer(ticket),
                at=clock.now(),
            )  # fmt: skip

    def comes_back(self) -> None:
        with self.claim() as (session, _, _, by):
            shipment = self._newest(session, ReturnShipment)
            counted = {line.id: Counted(quantity=line.quantity) for line in shipment.lines}
            returns.receive(
                session, current_desk(), shipment.id, counted, by=by, at=clock.now(), seen=shipment.version
            )
        self.post()

    def is_looked_at(self, condition: Condition = Condition.OPENED_INTACT) -> None:
        with self.claim() as (session, _, _, by):
            shipment = self._newest(session, ReturnShipment)
            looked = {line.id: Looked(condition=condition, resellable=True) for line in shipment.lines}
            return_outcomes.inspect(
                session, current_desk(), shipment.id, looked, by=by, at=clock.now(), seen=shipment.version
            )
        self.tick()

    def promises_goods(self, days: int) -> None:
        with self.claim() as (session, ticket, claim, by):
            replacements.promise(
                session, current_desk(), ticket, claim, self._remedy(session, claim).id,
                promised_on=self._today() + timedelta(days=days), actor=claims.staff(by), at=clock.now(),
            )  # fmt: skip
        self.post()

    def ships_goods(self) -> None:
        self._replace(replacements.ship, current_desk(), carrier=self.voice.carrier, number=self.voice.tracking)
        self.post()

    def delivers_goods(self) -> None:
        self._replace(replacements.deliver)
        self.tick()

    def _replace(self, act: Callable[..., Any], *first: Any, **more: Any) -> None:
        with self.claim() as (session, _, _, by):
            row = self._newest(session, Replacement)
            act(session, *first, row.id, actor=claims.staff(by), at=clock.now(), seen=row.version, **more)

    def gives_a_coupon(self) -> None:
        with self.claim() as (session, ticket, claim, by):
            coupons.issue(
                session, current_desk(), ticket, claim, self._remedy(session, claim).id,
                valid_until=self._today() + timedelta(days=90), actor=claims.staff(by), at=clock.now(),
                typed=self.voice.coupon,
            )  # fmt: skip
        self.post()

    @staticmethod
    def _newest(session: Any, table: Any) -> Any:
        return session.scalars(select(table).order_by(table.id.desc())).first()

    @staticmethod
    def _today() -> date:
        return clock.now().astimezone(current_desk().zone).date()

    # -- disputes ------------------------------------------------------------------------------------------

    def goes_to_the_platform(self, number: str) -> None:
        with self.claim() as (session, ticket, claim, by):
            platforms.open_case(
                session, ticket, claim, platform="taobao", number=number, actor=claims.staff(by),
                at=clock.now(), deadline=clock.now() + timedelta(days=6),
            )  # fmt: skip

    def platform_decides(self, to: PlatformState) -> None:
        with self.claim() as (session, _, _, _):
            case = self._newest(session, PlatformCase)
            by = session.get_one(Agent, self.cast.leads[0])
            platforms.decide(
                session, current_desk(), case.id, to, verdict=self.words("verdict"), by=by, at=clock.now()
            )
        self.tick()
