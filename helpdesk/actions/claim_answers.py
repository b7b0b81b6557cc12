"""What a buyer answers from the pages of a claim: its reason, and that it is taken back."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import claim_evidence, claim_progress, claim_reasons, claim_steps, claims, uploading
from helpdesk.desk import Desk
from helpdesk.models import Claim
from helpdesk.rules.claims import ClaimState


def choose_reason(session: Session, desk: Desk, claim_id: int, reason: str, *, at: datetime) -> Claim:
    """The buyer says why. It is our turn. Raises InvalidError, ConflictError: see claim_reasons.choose."""
    claim, ticket = claims.hold(session, claim_id)
    actor = claims.buyer(ticket)
    entry = claim_reasons.choose(
        session, ticket, claim, reason, source=claim_reasons.BUYER, actor=actor, at=at
    )
    if entry is not None:
        uploading.its_our_turn(session, ticket, at=at)
        claim_evidence.note_answer(session, ticket, claim, at=at)
        claim_progress.go_on(session, desk, ticket, claim, at=at)
    return claim


def take_back(session: Session, desk: Desk, claim_id: int, *, at: datetime) -> Claim:
    """As long as neither money nor goods are on their way. Saying so twice changes nothing.

    Raises IllegalMoveError with the guard's sentence.
    """
    claim, ticket = claims.hold(session, claim_id)
    if claim.state is not ClaimState.WITHDRAWN:
        actor = claims.buyer(ticket)
        claim_steps.withdraw(session, desk, ticket, claim, actor=actor, at=at, way="page")
    return claim
