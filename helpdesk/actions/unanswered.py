"""A claim moves on before anybody has answered: its offer, and the approval it waits for, fall with it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from helpdesk.actions import claim_circumstances, claim_letters
from helpdesk.actions.claims import Actor
from helpdesk.models import Approval, Claim, Offer, Ticket
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.offers import ApprovalState, OfferState

WAITS_FOR_AN_ANSWER = frozenset({ClaimState.OFFERED, ClaimState.AWAITING_APPROVAL})


def drop(session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime) -> None:
    """Nobody can say yes to it any more. A letter that has not left yet is taken back."""
    if claim.state in WAITS_FOR_AN_ANSWER:
        return
    session.execute(
        update(Approval)
        .where(Approval.claim_id == claim.id, Approval.state == ApprovalState.ASKED)
        .values(state=ApprovalState.VOID, decided_at=at)
        .execution_options(synchronize_session="fetch")
    )
    offer = claim_circumstances.open_offer(session, claim)
    if offer is None:
        return
    session.execute(
        update(Offer)
        .where(Offer.id == offer.id, Offer.state == offer.state)
        .values(state=OfferState.WITHDRAWN, answered_at=at)
        .execution_options(synchronize_session="fetch")
    )
    claim_letters.take_back(session, ticket, offer, actor=actor, at=at)
