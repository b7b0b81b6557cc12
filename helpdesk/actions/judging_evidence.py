"""What an agent finds of a file: what it shows, whether it will do, and why not."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import claims, deciding
from helpdesk.actions.claims import Actor
from helpdesk.errors import InvalidError, NotFoundError
from helpdesk.models import Attachment, Claim, Evidence, Ticket
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.evidence import EvidenceState

LONGEST_WHY = 500


def change_kind(
    session: Session, evidence_id: int, kind: EvidenceKind, *, actor: Actor, at: datetime
) -> Claim:
    """It shows something else than was guessed."""
    row, claim, ticket = _held(session, evidence_id)
    if row.kind is kind:
        return claim
    before, row.kind = row.kind, kind
    _record(
        session, ticket, claim, row, "evidence_kind_changed", actor=actor, at=at, before=before, after=kind
    )
    return claim


def accept(session: Session, evidence_id: int, *, actor: Actor, at: datetime) -> Claim:
    """It shows what it has to."""
    row, claim, ticket = _held(session, evidence_id)
    if row.state is not EvidenceState.ACCEPTED:
        _judge(row, EvidenceState.ACCEPTED, "", actor=actor, at=at)
        _record(session, ticket, claim, row, "evidence_accepted", actor=actor, at=at)
    return claim


def refuse(session: Session, evidence_id: int, why: str, *, actor: Actor, at: datetime) -> Claim:
    """It does not show what it has to; `why` is what the buyer reads when she is asked again."""
    row, claim, ticket = _held(session, evidence_id)
    said = " ".join(why.split())[:LONGEST_WHY]
    if not said:
        raise InvalidError("say why: the buyer reads it when we ask again", field="why")
    if (row.state, row.why) != (EvidenceState.REFUSED, said):
        _judge(row, EvidenceState.REFUSED, said, actor=actor, at=at)
        _record(session, ticket, claim, row, "evidence_refused", actor=actor, at=at, why=said)
    return claim


def _judge(row: Evidence, state: EvidenceState, why: str, *, actor: Actor, at: datetime) -> None:
    row.state, row.why, row.judged_by, row.judged_at = state, why, actor.name, at


def _held(session: Session, evidence_id: int) -> tuple[Evidence, Claim, Ticket]:
    """The row as it is once its ticket is held."""
    row = session.get(Evidence, evidence_id)
    if row is None:
        raise NotFoundError("there is no such evidence")
    claim, ticket = claims.hold(session, row.claim_id)
    session.refresh(row)
    return row, claim, ticket


def _record(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    row: Evidence,
    verb: str,
    *,
    actor: Actor,
    at: datetime,
    **facts: str,
) -> None:
    name = session.get_one(Attachment, row.attachment_id).filename
    said = {"evidence": row.id, "name": name, "kind": row.kind, **facts}
    claims.change_claim(session, ticket, claim, verb, actor=actor, at=at, facts=said)
    if claim.state is ClaimState.AWAITING_DECISION:
        deciding.evaluate(session, ticket, claim, actor=claims.DESK, at=at)
