"""Versions of the policy and events of force majeure, as pages and the command line show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Agent, Claim, Decision, EventClaim, ForceMajeureEvent, PolicyVersion
from helpdesk.rules.policy_deciding import first_fitting
from helpdesk.rules.policy_facts import Facts
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


def one(session: Session, version_id: int, *, at: datetime) -> VersionView:
    """Raises NotFoundError."""
    row = session.get(PolicyVersion, version_id)
    if row is None:
        raise NotFoundError("there is no such version of the policy")
    return _version(row, _names(session), at)


def touched(session: Session, policy: Policy) -> list[Touched]:
    """Open claims whose answer would change, by the facts that their newest decision was made from."""
    newest = select(func.max(Decision.id)).group_by(Decision.claim_id)
    rows = session.execute(
        select(Claim.id, Claim.ticket_id, Decision)
        .join(Decision, Decision.claim_id == Claim.id)
        .where(Claim.live, Decision.id.in_(newest))
        .order_by(Claim.ticket_id, Claim.id)
    ).all()
    found = []
    for claim, ticket, decision in rows:
        if "facts" not in decision.outcome:
            continue
        clause, verdict = first_fitting(policy, Facts.from_json(decision.outcome["facts"]))
        if (clause.id if clause else "", verdict) != (decision.clause, decision.verdict):
            found.append(
                Touched(
                    claim=claim,
                    ticket=ticket,
                    before_clause=decision.clause,
                    before=Verdict(decision.verdict),
                    after_clause=clause.id if clause else "",
                    after=verdict,
                )
            )
    return found


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
