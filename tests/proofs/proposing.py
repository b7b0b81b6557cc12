"""What is offered, and how it is answered."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import claim_circumstances, claims, conversation, offers
from helpdesk.current import current_desk
from helpdesk.errors import NotFoundError
from helpdesk.models import Claim, Entry, Offer, Ticket
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.claims import Event
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import EntryKind
from tests.proofs.acting import WHO, WHY, Acting, Draw

SMALL = (
    Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=1),
    Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=1333),
    Part(option=1, remedy=Remedy.FULL_REFUND, amount=2500, shipping=1000),
    Part(option=1, remedy=Remedy.RETURN_REFUND, amount=1500),
    Part(option=1, remedy=Remedy.EXCHANGE, words="blue"),
)
OPTIONS = (
    *SMALL,
    Part(option=1, remedy=Remedy.FULL_REFUND, amount=9900, shipping=1000),
    Part(option=1, remedy=Remedy.RETURN_REFUND, amount=8900),
    Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=60001),
    Part(option=1, remedy=Remedy.REDELIVERY),
    Part(option=1, remedy=Remedy.COUPON, amount=2000),
)
ANY = st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=2, unique_by=lambda part: part.remedy)
PARTS = st.one_of(st.sampled_from(SMALL).map(lambda part: [part]), ANY)  # what fits, and what may not
SECOND = st.one_of(st.just([]), PARTS)
HOURS = st.sampled_from((170, 30, 170, 1))
WAYS = st.sampled_from(("page", "mail", "call"))
ANSWERS = st.sampled_from((Event.COUNTER_OFFER, Event.DECLINE_OFFER, Event.WITHDRAW_OFFER))


class Proposing(Acting):
    """Offers of staff; one answer counts."""

    def offer(self, number: int, draw: Draw) -> None:
        who, why, hours = draw(WHO), draw(WHY), draw(HOURS)
        parts = [*draw(PARTS), *(_other(part) for part in draw(SECOND))]
        self.world.on(
            number,
            lambda session, ticket, claim: offers.make_offer(
                session,
                current_desk(),
                ticket,
                claim,
                parts,
                by=self.world.agent(session, who),
                expires_at=clock.now() + timedelta(hours=hours),
                at=clock.now(),
                why=why,
            ),
        )

    def accept(self, number: int, draw: Draw) -> None:
        """Twice, with the other option the second time: one answer counts."""
        option, way, who = draw(st.integers(1, 2)), draw(WAYS), draw(WHO)
        refusals = [self._accept(number, option, way, who), self._accept(number, 3 - option, "page", who)]
        assert any(refusals), "an offer was accepted twice"

    def answer_otherwise(self, number: int, draw: Draw) -> None:
        event, words = draw(ANSWERS), draw(st.sampled_from(("40 yuan", "")))

        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            offer = claim_circumstances.open_offer(session, claim)
            by_us = event is Event.WITHDRAW_OFFER
            actor = self.staff(session, "agent") if by_us else claims.buyer(ticket)
            assert offer is not None
            offers.answer_otherwise(
                session,
                current_desk(),
                ticket,
                claim,
                offer,
                event,
                actor=actor,
                way="page",
                at=clock.now(),
                words=words,
            )

        self.world.on(number, work)

    def _accept(self, number: int, option: int, way: str, who: str) -> str:
        def work(session: Any, ticket: Ticket, claim: Claim) -> None:
            newest = select(Offer).where(Offer.claim_id == claim.id).order_by(Offer.id.desc())
            offer = session.scalars(newest).first()
            if offer is None:
                raise NotFoundError("nothing was offered")
            offers.accept(
                session,
                current_desk(),
                ticket,
                claim,
                offer,
                option,
                actor=claims.buyer(ticket) if way == "page" else self.staff(session, who),
                way=way,
                digest=offer.digest,
                at=clock.now(),
                entry_id=_words_of(session, ticket, way),
            )

        return self.world.on(number, work)


def _words_of(session: Any, ticket: Ticket, way: str) -> int | None:
    """The newest mail of the ticket, or a call that is noted now."""
    if way == "call":
        at = clock.now()
        return conversation.record(session, ticket, EntryKind.CALL, "called", actor="agent:1", at=at).id
    mails = select(Entry.id).where(Entry.ticket_id == ticket.id, Entry.kind == EntryKind.RECEIVED)
    return session.scalars(mails.order_by(Entry.id.desc())).first() if way == "mail" else None


def _other(part: Part) -> Part:
    """The same as the second option."""
    return Part(option=2, remedy=part.remedy, amount=part.amount, shipping=part.shipping, words=part.words)
