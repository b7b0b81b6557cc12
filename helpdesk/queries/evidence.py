"""The evidence of a ticket's claims as an agent sees it: what is needed, there, and odd about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Attachment, Claim, Evidence, EvidenceAsked
from helpdesk.rules import evidence
from helpdesk.rules.claim_moves import possible
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.rules.claims import ClaimState, Event, Who
from helpdesk.rules.evidence import OURS, EvidenceState
from helpdesk.rules.masking import masked


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    kind: EvidenceKind
    there: bool
    ours: bool  # to fetch from the carrier: never asked of the buyer
    asked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The same bytes on another claim."""

    claim: int
    ticket: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One file. `content_type` is what its sender said: the page shows pictures by their bytes alone."""

    id: int
    attachment_id: int
    filename: str
    content_type: str
    size: int
    kind: EvidenceKind
    state: EvidenceState
    why: str
    way: str  # "mail", "page", "agent"
    at: datetime
    twins: tuple[Twin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """All evidence of one claim."""

    claim: int
    version: int
    ticket: int
    state: ClaimState
    live: bool
    reason: str
    needs: tuple[Need, ...]
    proofs: tuple[Proof, ...]
    may_ask: bool  # at this point of the claim; whether anything is left to ask is another question

    @property
    def there(self) -> int:
        return sum(need.there for need in self.needs)


def panels(session: Session, ticket_id: int) -> tuple[Panel, ...]:
    """Of every claim on a ticket, the newest first."""
    claims = session.scalars(
        select(Claim).where(Claim.ticket_id == ticket_id).order_by(Claim.id.desc())
    ).all()
    return tuple(_panel(session, claim) for claim in claims)


def ticket_of(session: Session, evidence_id: int) -> int | None:
    """Where a file's claim stands now."""
    return session.scalar(
        select(Claim.ticket_id)
        .join(Evidence, Evidence.claim_id == Claim.id)
        .where(Evidence.id == evidence_id)
    )


def _panel(session: Session, claim: Claim) -> Panel:
    rows = session.execute(
        select(Evidence, Attachment)
        .join(Attachment, Attachment.id == Evidence.attachment_id)
        .where(Evidence.claim_id == claim.id)
        .order_by(Evidence.id)
    ).all()
    twins = _twins(session, claim, [row.sha256 for row, _ in rows if row.seen_elsewhere])
    return Panel(
        claim=claim.id,
        version=claim.version,
        ticket=claim.ticket_id,
        state=claim.state,
        live=claim.live,
        reason=claim.reason,
        needs=_needs(session, claim, [row for row, _ in rows]),
        proofs=tuple(_proof(row, file, twins.get(row.sha256, ())) for row, file in rows),
        may_ask=any(move.event is Event.ASK for move in possible(claim.state, Who.AGENT)),
    )


def _needs(session: Session, claim: Claim, rows: Sequence[Evidence]) -> tuple[Need, ...]:
    asked = {
        row.kind: row.at
        for row in session.scalars(select(EvidenceAsked).where(EvidenceAsked.claim_id == claim.id))
    }
    lacking = evidence.missing(claim.reason, (row.kind for row in rows if row.state != EvidenceState.REFUSED))
    missing = {*lacking.from_buyer, *lacking.from_us}
    return tuple(
        Need(kind=kind, there=kind not in missing, ours=kind in OURS, asked_at=asked.get(kind))
        for kind in evidence.needed(claim.reason)
    )


def _twins(session: Session, claim: Claim, hashes: Sequence[str]) -> dict[str, tuple[Twin, ...]]:
    if not hashes:
        return {}
    found: dict[str, tuple[Twin, ...]] = {}
    rows = session.execute(
        select(Evidence.sha256, Claim.id, Claim.ticket_id)
        .join(Claim, Claim.id == Evidence.claim_id)
        .where(Evidence.sha256.in_(hashes), Evidence.claim_id != claim.id)
        .order_by(Claim.id)
    )
    for sha256, other, ticket in rows:
        found[sha256] = (*found.get(sha256, ()), Twin(claim=other, ticket=ticket))
    return found


def _proof(row: Evidence, file: Attachment, twins: tuple[Twin, ...]) -> Proof:
    return Proof(
        id=row.id,
        attachment_id=file.id,
        filename=masked(file.filename, cards=False),
        content_type=file.content_type,
        size=file.size,
        kind=row.kind,
        state=row.state,
        why=row.why,
        way=row.way,
        at=row.at,
        twins=twins,
    )
