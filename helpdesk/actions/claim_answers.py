"""What a buyer answers from the pages of a claim: its reason, and that it is taken back."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions import claim_evidence, claim_reasons, claims
from helpdesk.models import AgreedRemedy, Claim, Refund
from helpdesk.rules.claim_guards import Circumstances
from helpdesk.rules.claims import ClaimState, Event
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.states import RefundState


def choose_reason(session: Session, claim_id: int, reason: str, *, at: datetime) -> Claim:
    """The buyer says why. It is our turn. Raises InvalidError, ConflictError: see claim_reasons.choose."""
    claim, ticket = claims.hold(session, claim_id)
    actor = claims.buyer(ticket)
    entry = claim_reasons.choose(
        session, ticket, claim, reason, source=claim_reasons.BUYER, actor=actor, at=at
    )
    if entry is not None:
        claim_evidence.its_our_turn(session, ticket, at=at)
        claim_evidence.note_answer(session, ticket, claim, at=at)
    return claim


def take_back(session: Session, claim_id: int, *, at: datetime) -> Claim:
    """As long as neither money nor goods are on their way. Saying so twice changes nothing.

    Raises IllegalMoveError with the guard's sentence.
    """
    claim, ticket = claims.hold(session, claim_id)
    if claim.state is ClaimState.WITHDRAWN:
        return claim
    given = Circumstances(at=at, moving=moving(session, claim))
    claims.move(session, ticket, claim, Event.WITHDRAW, actor=claims.buyer(ticket), given=given, at=at)
    return claim


def moving(session: Session, claim: Claim) -> int:
    """Remedies of a claim that have begun, and refunds of them that count."""
    begun = select(func.count()).where(
        AgreedRemedy.claim_id == claim.id,
        AgreedRemedy.state.in_((RemedyState.UNDER_WAY, RemedyState.COMPLETE)),
    )
    refunded = (
        select(func.count())
        .select_from(Refund)
        .join(AgreedRemedy, AgreedRemedy.id == Refund.remedy_id)
        .where(AgreedRemedy.claim_id == claim.id, Refund.state != RefundState.CANCELED)
    )
    return (session.scalar(begun) or 0) + (session.scalar(refunded) or 0)
