"""Versions of the policy and events of force majeure, as pages and the command line show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Agent, Claim, Decision, EventClaim, ForceMajeureEvent, PolicyVersion
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.policy_deciding import Decision as Answer
from helpdesk.rules.policy_deciding import decide
from helpdesk.rules.policy_facts import Facts
from helpdesk.rules.policy_shipped import read_policy
from helpdesk.rules.policy_terms import Policy, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    id: int
    policy_id: str
    version: str
    sha256: str
    text: str
    uploaded_by: str  # a name; "" for the command line
    uploaded_at: datetime
    begins_at: datetime | None  # None: nobody has activated it
    retired_at: datetime | None
    state: str  # "draft", "planned", "in_force", "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    id: int
    name_zh: str
    name_en: str
    regions: tuple[str, ...]
    starts_at: datetime
    last_at: datetime | None  # its last moment; None: nobody knows yet
    source: str
    declared_by: str
    state: str  # "planned", "lasting", "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """An open claim that another policy would answer otherwise."""

    claim: int
    ticket: int
    before_clause: str  # "" for none
    before: Verdict
    after_clause: str
    after: Verdict
    currency: str  # of the order; "" where there is none
    partial_before: int  # the most of a partial refund, in minor units; 0 where none is granted
    partial_after: int


def one(session: Session, version_id: int, *, at: datetime) -> VersionView:
    """Raises NotFoundError."""
    row = session.get(PolicyVersion, version_id)
    if row is None:
        raise NotFoundError("there is no such version of the policy")
    return _version(row, _names(session), at)


def touched(session: Session, policy: Policy) -> list[Touched]:
    """Open claims that would be answered otherwise if they came in under this policy: by the facts of their
    newest decision, asked of the version that it is pinned to and of this one, in the same way.
    """
    newest = select(func.max(Decision.id)).group_by(Decision.claim_id)
    rows = session.execute(
        select(Claim.id, Claim.ticket_id, Decision.outcome, PolicyVersion)
        .join(Decision, Decision.claim_id == Claim.id)
        .join(PolicyVersion, PolicyVersion.id == Decision.policy_version_id)
        .where(Claim.live, Decision.id.in_(newest))
        .order_by(Claim.ticket_id, Claim.id)
    ).all()
    pinned = {row.PolicyVersion.id: read_policy(row.PolicyVersion.text, was_kept=True).policy for row in rows}
    found = []
    for claim, ticket, outcome, version in rows:
        its_own = pinned[version.id]
        if "facts" not in outcome or its_own is None:
            continue
        facts = Facts.from_json(outcome["facts"])
        before, after = decide(its_own, facts), decide(policy, facts)
        if _told(before) != _told(after):
            found.append(_touched(claim, ticket, before, after))
    return found


def _told(decision: Answer) -> tuple[object, ...]:
    """What an answer comes to for the buyer."""
    sums = decision.amounts
    return (
        decision.clause,
        decision.decision,
        decision.remedies,
        decision.goods_back,
        sums.full if decision.remedies else 0,
        _most_partial(decision),
    )


def _most_partial(decision: Answer) -> int:
    return decision.amounts.partial_at_most if Remedy.PARTIAL_REFUND in decision.remedies else 0


def _touched(claim: int, ticket: int, before: Answer, after: Answer) -> Touched:
    return Touched(
        claim=claim,
        ticket=ticket,
        before_clause=before.clause,
        before=before.decision,
        after_clause=after.clause,
        after=after.decision,
        currency=before.facts.currency,
        partial_before=_most_partial(before),
        partial_after=_most_partial(after),
    )


def without_time(session: Session, event_id: int, *, at: datetime) -> list[int]:
    """Tickets whose claims an event should have given time, and has not: something is in the way."""
    rows = session.scalars(
        select(Claim.ticket_id)
        .join(EventClaim, EventClaim.claim_id == Claim.id)
        .where(EventClaim.event_id == event_id, EventClaim.done_at.is_(None), EventClaim.due_at <= at)
        .order_by(Claim.id)
    )
    return list(rows)


def versions(session: Session, *, at: datetime) -> list[VersionView]:
    """All versions, the newest first."""
    names = _names(session)
    rows = session.scalars(select(PolicyVersion).order_by(PolicyVersion.id.desc()))
    return [_version(row, names, at) for row in rows]


def events(session: Session, *, at: datetime) -> list[EventView]:
    """All events, the newest first."""
    names = _names(session)
    rows = session.scalars(select(ForceMajeureEvent).order_by(ForceMajeureEvent.id.desc()))
    return [_event(row, names, at) for row in rows]


def _version(row: PolicyVersion, names: dict[str, str], at: datetime) -> VersionView:
    return VersionView(
        id=row.id,
        policy_id=row.policy_id,
        version=row.version,
        sha256=row.sha256,
        text=row.text,
        uploaded_by=names.get(row.uploaded_by, ""),
        uploaded_at=row.uploaded_at,
        begins_at=row.begins_at,
        retired_at=row.retired_at,
        state=_state_of_version(row, at),
    )


def _state_of_version(row: PolicyVersion, at: datetime) -> str:
    if row.begins_at is None:
        return "draft"
    if row.retired_at is not None and row.retired_at <= max(at, row.begins_at):
        return "retired"
    return "in_force" if row.begins_at <= at else "planned"


def _event(row: ForceMajeureEvent, names: dict[str, str], at: datetime) -> EventView:
    over = row.ends_at is not None and row.ends_at <= at
    return EventView(
        id=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        regions=tuple(row.regions),
        starts_at=row.starts_at,
        last_at=row.ends_at - timedelta(seconds=1) if row.ends_at else None,
        source=row.source,
        declared_by=names.get(row.declared_by, ""),
        state="over" if over else "lasting" if row.starts_at <= at else "planned",
    )


def _names(session: Session) -> dict[str, str]:
    return {f"agent:{agent_id}": name for agent_id, name in session.execute(select(Agent.id, Agent.name))}
