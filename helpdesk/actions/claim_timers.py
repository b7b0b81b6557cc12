"""Timers of claims are plans like any other: rows that are due, withdrawn when the claim moves on.

A claim that has not ended always has one (I10): at last it is put before a lead, again and again.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import claim_circumstances, deciding, reminders, sending
from helpdesk.actions.claims import Actor
from helpdesk.models import Claim, PlatformCase, Reminder, Ticket
from helpdesk.rules import policy_counting
from helpdesk.rules.claim_timing import DEFAULTS
from helpdesk.rules.claims import BUYERS_TURN, ENDED, ClaimState
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.policy_terms import Count, Policy, Timer
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import ReminderKind, ReminderState

UTC = ZoneInfo("UTC")  # without a policy nobody has said where the days are counted
OURS = (ReminderKind.CLAIM_DUE, ReminderKind.CLAIM_REMINDER, ReminderKind.OFFER_EXPIRY)


def plan(session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime) -> None:
    """Let the timer of the claim's state run, in place of what ran before. The same state keeps its timer."""
    if claim.since < at and _running(session, claim) and claim.state not in ENDED:
        return
    stop(session, ticket, claim, actor=actor, at=at)
    if claim.state in ENDED:
        return
    if claim.state is ClaimState.OFFERED:
        _plan_offer(session, ticket, claim, actor=actor, at=at)
        return
    timer, count, zone = timer_of(session, claim, at=at)
    due_at, warnings = policy_counting.due(timer, at, count, zone)
    due_at = _platforms_deadline(session, claim) or due_at
    put(session, ticket, claim, ReminderKind.CLAIM_DUE, due_at, timer.on_timeout, actor=actor, at=at)
    if claim.state in BUYERS_TURN:
        first = next((moment for moment in sorted(warnings) if moment > at), None)
        if first is not None and not sending.is_nobodys(session, ticket):
            put(session, ticket, claim, ReminderKind.CLAIM_REMINDER, first, "", actor=actor, at=at)


def _platforms_deadline(session: Session, claim: Claim) -> datetime | None:
    """The deadline that a platform has set for a dispute: it beats every timer of our own."""
    if claim.state is not ClaimState.DISPUTED:
        return None
    return session.scalar(
        select(PlatformCase.deadline)
        .where(PlatformCase.claim_id == claim.id, PlatformCase.state == PlatformState.OPEN)
        .order_by(PlatformCase.id.desc())
        .limit(1)
    )


def stop(session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime) -> None:
    """Nothing is planned on this claim any more."""
    for reminder in _running(session, claim):
        reminders.withdraw(
            session, ticket, Reason.CLAIM_MOVED, actor=actor.name, at=at, reminder_id=reminder.id
        )


def _plan_offer(session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime) -> None:
    offer = claim_circumstances.open_offer(session, claim)
    if offer is None:
        return
    put(session, ticket, claim, ReminderKind.OFFER_EXPIRY, offer.expires_at, "", actor=actor, at=at)
    warn = at + (offer.expires_at - at) * 2 / 3
    put(session, ticket, claim, ReminderKind.CLAIM_REMINDER, warn, "", actor=actor, at=at)


def put(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    kind: ReminderKind,
    due_at: datetime,
    then: str,
    *,
    actor: Actor,
    at: datetime,
    waits: bool = False,
) -> Reminder:
    """One plan of this kind, in place of the one that runs. `waits`: there is nothing to do until then."""
    facts: dict[str, object] = {"claim": claim.id, "state": claim.state, "then": then}
    if waits:
        facts["waits"] = True
    return reminders.plan(
        session, ticket, kind, due_at=due_at, actor=actor.name, at=at, facts=facts, claim_id=claim.id
    )


def timer_of(session: Session, claim: Claim, *, at: datetime) -> tuple[Timer, Count, ZoneInfo]:
    # Before its order is known nothing can have been decided by another policy than that in force.
    decision = deciding.newest(session, claim) if claim.state is not ClaimState.NEEDS_LINK else None
    policy: Policy | None = deciding.policy_behind(session, decision, at=at)
    own = policy.timer(claim.state) if policy else None
    if policy is None:
        return DEFAULTS[claim.state], Count(), UTC
    return own or DEFAULTS[claim.state], policy.count, ZoneInfo(policy.timezone)


def _running(session: Session, claim: Claim) -> list[Reminder]:
    return list(
        session.scalars(
            select(Reminder)
            .where(
                Reminder.claim_id == claim.id,
                Reminder.state == ReminderState.PLANNED,
                Reminder.kind.in_(OURS),
            )
            .order_by(Reminder.id)
        )
    )


def running(session: Session, claim: Claim, kind: ReminderKind) -> Reminder | None:
    """The plan of this kind that runs for a claim."""
    return next((each for each in _running(session, claim) if each.kind is kind), None)


def due_of(session: Session, claim: Claim) -> datetime | None:
    kinds = (ReminderKind.CLAIM_DUE, ReminderKind.OFFER_EXPIRY)
    return next((each.due_at for each in _running(session, claim) if each.kind in kinds), None)
