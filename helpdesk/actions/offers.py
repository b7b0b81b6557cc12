"""Propose, answer and end offers. One is unanswered at a time, and at most one answer ever counts.

propose -> open, with its letter        what one person may promise
        -> proposed                     a second person has to say yes first: actions/approvals.py
open    -> accepted                     by the signed page, a mail or a call; what it promises is reserved
        -> countered, declined, expired, withdrawn
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import (
    agreeing,
    claim_circumstances,
    claim_letters,
    claim_lines,
    claim_steps,
    claims,
    deciding,
    return_approvals,
    sending,
)
from helpdesk.actions.claims import Actor
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, Claim, Entry, Offer, OfferPart, Order, Ticket
from helpdesk.rules import proposals
from helpdesk.rules.claims import Event, Who
from helpdesk.rules.offers import OfferState, check_offer_move
from helpdesk.rules.proposals import Part, ProposalError
from helpdesk.rules.states import EntryKind

LONGEST_WORDS = 4000
PINNED = {"mail": EntryKind.RECEIVED, "call": EntryKind.CALL}


def make_offer(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    parts: Sequence[Part],
    *,
    by: Agent,
    expires_at: datetime,
    at: datetime,
    words: str = "",
    why: str = "",
) -> Offer:
    """Offer a held claim's buyer these options. An open offer is withdrawn by the new one.

    Raises InvalidError for an impossible proposal, IllegalMoveError with the sentence of the guard.
    """
    if expires_at <= at:
        raise InvalidError("choose a day that is still to come", field="expires")
    actor = claims.staff(by)
    given = claim_circumstances.gather(session, ticket, claim, at=at, by=by, parts=parts, why=why.strip())
    before = claim_circumstances.open_offer(session, claim)
    offer = put(session, claim, parts, by=by, expires_at=expires_at, at=at, words=words, why=why)
    claims.move(
        session,
        ticket,
        claim,
        Event.MAKE_OFFER,
        actor=actor,
        given=given,
        at=at,
        facts=facts_of(offer),
    )
    if before is not None:
        claim_letters.take_back(session, ticket, before, actor=actor, at=at)
    show_to_buyer(session, desk, ticket, claim, offer, actor=actor, at=at)
    return offer


def put(
    session: Session,
    claim: Claim,
    parts: Sequence[Part],
    *,
    by: Agent | None,
    expires_at: datetime,
    at: datetime,
    words: str = "",
    why: str = "",
) -> Offer:
    """A proposal that nobody has seen yet, in place of the one that is unanswered."""
    try:
        proposals.check(parts)
    except ProposalError as error:
        raise InvalidError(str(error), field="parts") from error
    parts = claim_lines.named(session, claim, parts)
    if claim.order_id is None:
        raise ConflictError("link the order first: nobody has shown that this buyer may speak for it")
    currency = session.get_one(Order, claim.order_id).currency
    before = claim_circumstances.open_offer(session, claim)
    if before is not None:
        settle(session, before, OfferState.WITHDRAWN, at=at)
    last = session.scalar(select(func.max(Offer.number)).where(Offer.claim_id == claim.id)) or 0
    offer = Offer(
        claim_id=claim.id,
        number=last + 1,
        state=OfferState.PROPOSED,
        words=words.strip()[:LONGEST_WORDS],
        why=why.strip()[:500],
        made_by_id=by.id if by else None,
        made_at=at,
        expires_at=expires_at,
        digest=proposals.digest(claim.id, parts, currency),
        parts=[
            OfferPart(
                position=position,
                option=part.option,
                remedy=part.remedy,
                amount_minor=part.amount,
                currency=currency,
                goods=part.goods(),
            )
            for position, part in enumerate(parts, 1)
        ],
    )
    session.add(offer)
    session.flush()
    return offer


def show_to_buyer(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, offer: Offer, *, actor: Actor, at: datetime
) -> None:
    """Open a proposal and send its letter; the ticket waits for the buyer."""
    settle(session, offer, OfferState.OPEN, at=at)
    entry = claim_letters.offer(session, desk, ticket, claim, offer, actor=actor, at=at)
    offer.entry_id = entry.id
    claim_steps.settle_ticket(session, ticket, claim, actor=actor, at=at)


def accept(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    offer: Offer,
    option: int,
    *,
    actor: Actor,
    way: str,
    digest: str,
    at: datetime,
    entry_id: int | None = None,
) -> None:
    """The buyer takes one option: by the signed page ("page"), or in a mail or call that the agent names.

    `digest` is what the accepting side saw. Whatever happens at once, one acceptance wins: the offer is
    settled by a conditional update and the claim by its version. Raises IllegalMoveError, ConflictError.
    """
    proposals_of = agreeing.parts_of(offer)
    try:
        chosen = proposals.option_of(proposals_of, option)
    except ProposalError as error:
        raise InvalidError(str(error), field="option") from error
    given = claim_circumstances.gather(
        session,
        ticket,
        claim,
        at=at,
        parts=chosen,
        offer_open=offer.state is OfferState.OPEN,
        offer_expires_at=offer.expires_at,
        same_offer=digest == offer.digest,
        on_record=way == "page" or _is_on_record(session, ticket, offer, way, entry_id),
    )
    entry = claims.move(
        session,
        ticket,
        claim,
        Event.ACCEPT_OFFER,
        actor=actor,
        given=given,
        at=at,
        facts={**facts_of(offer), "option": option, "way": way, "pinned_to": entry_id},
    )
    settle(session, offer, OfferState.ACCEPTED, at=at, chosen=option, way=way, entry_id=entry_id or entry.id)
    policy = deciding.policy_of(session, claim, at=at)
    bonus = policy.money.coupon_bonus_percent if policy else 0
    agreeing.agree(session, claim, offer, option, bonus=bonus, at=at)
    return_approvals.tell(session, desk, ticket, claim, offer, option, actor=actor, at=at)


def answer_otherwise(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    offer: Offer,
    event: Event,
    *,
    actor: Actor,
    way: str,
    at: datetime,
    words: str = "",
) -> None:
    """COUNTER_OFFER, DECLINE_OFFER, WITHDRAW_OFFER or LET_OFFER_EXPIRE: it is our turn again."""
    state = {
        Event.COUNTER_OFFER: OfferState.COUNTERED,
        Event.DECLINE_OFFER: OfferState.DECLINED,
        Event.WITHDRAW_OFFER: OfferState.WITHDRAWN,
        Event.LET_OFFER_EXPIRE: OfferState.EXPIRED,
    }[event]
    if event is Event.COUNTER_OFFER and not words.strip():
        raise InvalidError("say what you would like instead", field="words")
    given = claim_circumstances.gather(
        session,
        ticket,
        claim,
        at=at,
        offer_open=offer.state is OfferState.OPEN,
        offer_expires_at=offer.expires_at,
    )
    claims.move(
        session,
        ticket,
        claim,
        event,
        actor=actor,
        given=given,
        at=at,
        facts={"offer": offer.id, "number": offer.number, "way": way, "text": words.strip()[:LONGEST_WORDS]},
    )
    settle(session, offer, state, at=at, way=way, counter=words.strip()[:LONGEST_WORDS])
    if actor.who is Who.BUYER:
        sending.show_words(session, ticket, words)
    if event is Event.WITHDRAW_OFFER:
        claim_letters.take_back(session, ticket, offer, actor=actor, at=at)
    claim_steps.settle_ticket(session, ticket, claim, actor=actor, at=at)


def settle(
    session: Session,
    offer: Offer,
    to: OfferState,
    *,
    at: datetime,
    chosen: int | None = None,
    way: str = "",
    entry_id: int | None = None,
    counter: str = "",
) -> None:
    """Change an offer's state if it is still what was read. Raises IllegalMoveError, ConflictError."""
    check_offer_move(offer.state, to)
    won = session.execute(
        update(Offer)
        .where(Offer.id == offer.id, Offer.state == offer.state)
        .values(
            state=to,
            chosen=chosen,
            answered_at=None if to is OfferState.OPEN else at,
            answered_way=way,
            answered_entry_id=entry_id,
            counter=counter,
        )
        .execution_options(synchronize_session=False)
    )
    if getattr(won, "rowcount", 0) != 1:
        raise ConflictError("this offer was answered a moment ago: look again")
    session.refresh(offer)


def of_claim(session: Session, claim: Claim, offer_id: int) -> Offer:
    """Raises NotFoundError for an offer of another claim."""
    offer = session.get(Offer, offer_id)
    if offer is None or offer.claim_id != claim.id:
        raise NotFoundError("there is no such offer on this claim")
    return offer


def facts_of(offer: Offer) -> dict[str, object]:
    """What an entry says about an offer: all that was promised."""
    return {
        "offer": offer.id,
        "number": offer.number,
        "digest": offer.digest,
        "expires_at": offer.expires_at.isoformat(),
        "parts": [
            [part.option, part.remedy, part.amount_minor, part.currency, part.goods] for part in offer.parts
        ],
        "why": offer.why,
    }


def _is_on_record(session: Session, ticket: Ticket, offer: Offer, way: str, entry_id: int | None) -> bool:
    """Whether the buyer's words stand in that entry of this matter: a mail of theirs, or a call, that came
    after the offer's letter."""
    entry = session.get(Entry, entry_id) if entry_id is not None else None
    if entry is None or PINNED.get(way) is not entry.kind or entry.id <= (offer.entry_id or 0):
        return False
    its_ticket = session.get_one(Ticket, entry.ticket_id)
    return ticket.id in (its_ticket.id, its_ticket.merged_into_id)
