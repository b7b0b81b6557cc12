"""Give what was asked for, or ask a second person first. A yes binds exactly what it was asked about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    agreeing,
    alerts,
    claim_circumstances,
    claim_steps,
    claims,
    conversation,
    deciding,
    directory,
    offers,
    return_approvals,
)
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Agent, Approval, Claim, Offer, Ticket
from helpdesk.rules import proposals
from helpdesk.rules.alerts import AlertEvent
from helpdesk.rules.approving import approver, may_approve
from helpdesk.rules.claims import Event
from helpdesk.rules.money import Money
from helpdesk.rules.offers import ApprovalState, OfferState, last_moment
from helpdesk.rules.proposals import Part


def approve(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    parts: Sequence[Part],
    *,
    by: Agent,
    at: datetime,
    words: str = "",
    why: str = "",
) -> Offer:
    """Grant a held claim these remedies at once: what the buyer had asked for needs no answer of theirs.

    Raises IllegalMoveError when it is beyond policy, limit or what is left.
    """
    _check_nothing_is_to_choose(parts)
    actor = claims.staff(by)
    given = claim_circumstances.gather(session, ticket, claim, at=at, by=by, parts=parts, why=why.strip())
    offer = offers.put(session, claim, parts, by=by, expires_at=at, at=at, words=words, why=why)
    claims.move(
        session, ticket, claim, Event.APPROVE, actor=actor, given=given, at=at, facts=offers.facts_of(offer)
    )
    _grant(session, desk, ticket, claim, offer, actor=actor, at=at)
    return offer


def approve_by_itself(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, parts: Sequence[Part], *, at: datetime
) -> Offer:
    """A clause that says so grants without a person. Raises IllegalMoveError when a guard objects."""
    given = claim_circumstances.gather(session, ticket, claim, at=at, parts=parts)
    offer = offers.put(session, claim, parts, by=None, expires_at=at, at=at)
    claims.move(
        session,
        ticket,
        claim,
        Event.APPROVE_BY_ITSELF,
        actor=claims.DESK,
        given=given,
        at=at,
        facts={**offers.facts_of(offer), "left_today": given.auto_left_today},
    )
    _grant(session, desk, ticket, claim, offer, actor=claims.DESK, at=at)
    return offer


def ask(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    parts: Sequence[Part],
    *,
    by: Agent,
    at: datetime,
    expires_at: datetime | None,
    words: str = "",
    why: str = "",
) -> Approval:
    """Ask a second person. With `expires_at` it becomes an offer to the buyer, else it is granted at once."""
    if expires_at is None:
        _check_nothing_is_to_choose(parts)
    actor = claims.staff(by)
    given = claim_circumstances.gather(session, ticket, claim, at=at, by=by, parts=parts, why=why.strip())
    offer = offers.put(session, claim, parts, by=by, expires_at=expires_at or at, at=at, words=words, why=why)
    approval = Approval(
        claim_id=claim.id,
        offer_id=offer.id,
        needs_answer=expires_at is not None,
        digest=offer.digest,
        amount_minor=given.worth,
        currency=offer.parts[0].currency,
        asked_by_id=by.id,
        asked_at=at,
        state=ApprovalState.ASKED,
    )
    session.add(approval)
    session.flush()
    claims.move(
        session,
        ticket,
        claim,
        Event.ASK_APPROVAL,
        actor=actor,
        given=given,
        at=at,
        facts={
            **offers.facts_of(offer),
            "approval": approval.id,
            "worth": given.worth,
            "currency": approval.currency,
        },
    )
    _tell_who_may(session, ticket, claim, approval, by=by, at=at)
    claim_steps.settle_ticket(session, ticket, claim, actor=actor, at=at)
    return approval


def confirm(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, *, by: Agent, digest: str, at: datetime
) -> None:
    """The second person says yes to what she saw (`digest`). Raises IllegalMoveError, ConflictError."""
    approval = asked(session, claim)
    offer = session.get_one(Offer, approval.offer_id)
    actor = claims.staff(by)
    parts = agreeing.parts_of(offer)
    given = claim_circumstances.gather(
        session,
        ticket,
        claim,
        at=at,
        by=by,
        parts=parts,
        asked_by=approval.asked_by_id,
        same_approval=approval.digest == digest == offer.digest
        and offer.digest == proposals.digest(claim.id, parts, approval.currency)
        and offer.state is OfferState.PROPOSED,
    )
    claims.move(
        session,
        ticket,
        claim,
        Event.CONFIRM_OFFER if approval.needs_answer else Event.CONFIRM,
        actor=actor,
        given=given,
        at=at,
        facts={"approval": approval.id, "asked_by": approval.asked_by_id, **offers.facts_of(offer)},
    )
    _decide(session, approval, ApprovalState.GIVEN, by=by, at=at)
    if not approval.needs_answer:
        _grant(session, desk, ticket, claim, offer, actor=actor, at=at)
        return
    days = deciding.offer_days(session, claim, at=at)  # the buyer has them from the approval on
    offer.expires_at = max(offer.expires_at, last_moment(at, days, desk.zone))
    offers.show_to_buyer(session, desk, ticket, claim, offer, actor=actor, at=at)


def refuse(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, *, by: Agent, why: str, at: datetime
) -> None:
    """The second person says no, or who asked takes it back; `why` is for colleagues."""
    approval = asked(session, claim)
    given = claim_circumstances.gather(
        session, ticket, claim, at=at, by=by, why=why, asked_by=approval.asked_by_id
    )
    actor = claims.staff(by)
    claims.move(
        session,
        ticket,
        claim,
        Event.REFUSE_APPROVAL,
        actor=actor,
        given=given,
        at=at,
        facts={"approval": approval.id, "why": why.strip()},
    )
    state = ApprovalState.VOID if by.id == approval.asked_by_id else ApprovalState.REFUSED
    _decide(session, approval, state, by=by, at=at, why=why)
    offer = session.get_one(Offer, approval.offer_id)
    offers.settle(session, offer, OfferState.WITHDRAWN, at=at)
    claim_steps.settle_ticket(session, ticket, claim, actor=actor, at=at)


def asked(session: Session, claim: Claim) -> Approval:
    """What waits for a second person. Raises ConflictError when nothing does."""
    approval = session.scalar(
        select(Approval).where(Approval.claim_id == claim.id, Approval.state == ApprovalState.ASKED)
    )
    if approval is None:
        raise ConflictError("nothing waits for approval here")
    return approval


def _tell_who_may(
    session: Session, ticket: Ticket, claim: Claim, approval: Approval, *, by: Agent, at: datetime
) -> None:
    """It waits for those whose yes would count."""
    policy = deciding.policy_of(session, claim, at=at)
    people = (
        approver(each.id, each.name, each.role, policy) for each in directory.colleagues(session).values()
    )
    worth = Money(approval.amount_minor, approval.currency)
    can = [each.agent_id for each in people if each is not None and may_approve(each, by.id, worth)]
    entry = conversation.newest(session, ticket)
    alerts.tell(session, AlertEvent.APPROVAL, can, ticket=ticket, entry=entry, at=at)


def _check_nothing_is_to_choose(parts: Sequence[Part]) -> None:
    """What is granted at once is one option: of several the buyer would have to take one."""
    if len({part.option for part in parts}) > 1:
        raise InvalidError("put what is granted together in one option, or offer the choice", field="parts")


def _grant(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    offer: Offer,
    *,
    actor: claims.Actor,
    at: datetime,
) -> None:
    offers.settle(session, offer, OfferState.ACCEPTED, at=at, chosen=1, way="asked")
    policy = deciding.policy_of(session, claim, at=at)
    bonus = policy.money.coupon_bonus_percent if policy else 0
    agreeing.agree(session, claim, offer, 1, bonus=bonus, at=at)
    return_approvals.tell(session, desk, ticket, claim, offer, 1, actor=actor, at=at, words=offer.words)


def _decide(
    session: Session, approval: Approval, state: ApprovalState, *, by: Agent, at: datetime, why: str = ""
) -> None:
    approval.state, approval.why = state, why.strip()[:500]
    approval.decided_by_id = by.id if state is not ApprovalState.VOID else None
    approval.decided_at = at
    session.flush()
