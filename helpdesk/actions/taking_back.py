"""A buyer takes the claim back, as long as neither money nor goods are on their way."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions import claims
from helpdesk.models import AgreedRemedy, Claim, Refund
from helpdesk.rules.claim_guards import Circumstances
from helpdesk.rules.claims import ClaimState, Event
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.states import RefundState


def withdraw(session: Session, claim_id: int, *, at: datetime) -> Claim:
    """By the buyer. Saying so twice changes nothing. Raises IllegalMoveError with the guard's sentence."""
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
