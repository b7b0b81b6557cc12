"""A dispute at a platform or a card's bank: opened, with its own deadline, and ended with a verdict."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    claim_letters,
    claim_steps,
    claim_timers,
    claims,
    conversation,
    tasks,
    tickets,
)
from helpdesk.actions.claims import Actor
from helpdesk.db import insert_missing
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, Claim, Entry, PlatformCase, Ticket
from helpdesk.rules.claims import Event
from helpdesk.rules.platforms import CLAIM_EVENT, PlatformState, check_platform_move
from helpdesk.rules.states import EntryKind, TicketState

WARN_BEFORE = timedelta(hours=24)
LONGEST = 2_000


def open_case(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    *,
    platform: str,
    number: str,
    actor: Actor,
    at: datetime,
    opened_at: datetime | None = None,
    deadline: datetime | None = None,
    notes: str = "",
    source: str = "agent",
) -> PlatformCase:
    """The platform or the bank decides from now on: the claim is disputed.

    Raises IllegalMoveError from a state that cannot be disputed, ConflictError for a number that is known.
    """
    platform, number = " ".join(platform.split())[:40], " ".join(number.split())[:80]
    if not platform:
        raise InvalidError("name the platform or bank", field="platform")
    if deadline is not None and deadline <= at:
        raise InvalidError("this moment has passed already", field="deadline")
    facts: dict[str, object] = {
        "platform": platform,
        "number": number,
        "deadline": deadline.isoformat() if deadline else None,
    }
    claim_steps.move(
        session,
        ticket,
        claim,
        Event.OPEN_DISPUTE,
        actor=actor,
        at=at,
        facts=facts,
        platform_number=number,
    )
    row = {
        "claim_id": claim.id,
        "platform": platform,
        "number": number,
        "state": PlatformState.OPEN,
        "opened_at": opened_at or at,
        "deadline": deadline,
        "deadline_source": source if deadline else "",
        "verdict": "",
        "notes": notes.strip()[:LONGEST],
        "entry_id": _newest_entry(session, ticket),
    }
    if not insert_missing(session, PlatformCase, [row]):
        raise ConflictError("this number stands on a claim already")
    case = session.scalars(
        select(PlatformCase).where(PlatformCase.platform == platform, PlatformCase.number == number)
    ).one()
    _plan(session, ticket, case, actor=actor, at=at)
    claim_timers.plan(
        session, ticket, claim, actor=actor, at=at
    )  # by the platform's deadline, now it is known
    return case


def change(
    session: Session,
    case_id: int,
    *,
    deadline: datetime | None,
    notes: str,
    actor: Actor,
    at: datetime,
    source: str = "agent",
) -> Entry | None:
    """The platform has moved its deadline, or there is something to note. None when nothing changes."""
    case, claim, ticket = hold(session, case_id)
    check_open(case)
    case.notes = notes.strip()[:LONGEST]
    if deadline == case.deadline:
        return None
    if deadline is not None and deadline <= at:
        raise InvalidError("this moment has passed already", field="deadline")
    case.deadline, case.deadline_source = deadline, source if deadline else ""
    entry = conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "platform_deadline",
        actor=actor.name,
        at=at,
        facts={**_about(case), "deadline": deadline.isoformat() if deadline else None, "source": source},
    )
    tasks.settle(session, ticket, case.id, tasks.PLATFORM_DEADLINE, actor=actor.name, at=at)
    _plan(session, ticket, case, actor=actor, at=at)
    claim_timers.stop(session, ticket, claim, actor=actor, at=at)  # the claim's own goes by the same day
    claim_timers.plan(session, ticket, claim, actor=actor, at=at)
    return entry


def decide(
    session: Session,
    desk: Desk,
    case_id: int,
    to: PlatformState,
    *,
    verdict: str,
    by: Agent,
    at: datetime,
    tell: bool = True,
) -> PlatformCase:
    """It was won, lost or settled: the claim moves with it, and the buyer is told the verdict.

    After a lost one a lead decides anew, or takes as external what the platform has paid. Raises
    IllegalMoveError with the guard's sentence: a lost one needs a lead, a settled one its remedies.
    """
    case, claim, ticket = hold(session, case_id)
    check_platform_move(case.state, to)
    verdict = verdict.strip()[:LONGEST]
    actor = claims.staff(by)
    claim_steps.move(
        session,
        ticket,
        claim,
        CLAIM_EVENT[to],
        actor=actor,
        by=by,
        at=at,
        why=verdict,
        facts={**_about(case), "verdict": verdict, "why": verdict},
    )
    # What was agreed and not begun is off, and free again: won, it will not happen; lost, the platform or
    # bank may have taken the money already, so that somebody looks before anything leaves.
    if to in (PlatformState.WON, PlatformState.LOST):
        claim_steps.call_off(session, ticket, claim, actor=actor, at=at)
    case.state, case.verdict, case.decided_at = to, verdict, at
    tasks.settle(session, ticket, case.id, tasks.PLATFORM_DEADLINE, actor=actor.name, at=at)
    if tell:
        claim_letters.dispute_result(
            session, desk, ticket, claim, number=case.number, verdict=verdict, actor=actor, at=at
        )
    return case


def note_deadline(session: Session, desk: Desk, ticket: Ticket, case_id: int, *, at: datetime) -> None:
    """A day before the platform's deadline, or at it: it is our turn."""
    case = session.get_one(PlatformCase, case_id, populate_existing=True)
    if case.state is not PlatformState.OPEN or case.deadline is None:
        return
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "platform_deadline_near",
        actor=conversation.CLOCK,
        at=at,
        facts={**_about(case), "deadline": case.deadline.isoformat()},
    )
    if ticket.state in (TicketState.WAITING, TicketState.SOLVED):
        tickets.move(session, ticket, TicketState.OPEN, actor=conversation.CLOCK, at=at)
    if at < case.deadline:  # and once more when it has come
        tasks.plan(
            session,
            ticket,
            tasks.PLATFORM_DEADLINE,
            case.id,
            due_at=case.deadline,
            actor=conversation.CLOCK,
            at=at,
            claim_id=case.claim_id,
        )


def hold(session: Session, case_id: int) -> tuple[PlatformCase, Claim, Ticket]:
    """Held with its ticket. Raises NotFoundError."""
    case = session.get(PlatformCase, case_id)
    if case is None:
        raise NotFoundError("there is no such platform case")
    claim, ticket = claims.hold(session, case.claim_id)
    session.refresh(case)
    return case, claim, ticket


def check_open(case: PlatformCase) -> None:
    """Raises ConflictError for one that was decided."""
    if case.state is not PlatformState.OPEN:
        raise ConflictError("the platform has decided this already")


def _plan(session: Session, ticket: Ticket, case: PlatformCase, *, actor: Actor, at: datetime) -> None:
    if case.deadline is None:
        return
    tasks.plan(
        session,
        ticket,
        tasks.PLATFORM_DEADLINE,
        case.id,
        due_at=max(case.deadline - WARN_BEFORE, at),
        actor=actor.name,
        at=at,
        claim_id=case.claim_id,
    )


def _about(case: PlatformCase) -> dict[str, object]:
    return {"claim": case.claim_id, "case": case.id, "platform": case.platform, "number": case.number}


def _newest_entry(session: Session, ticket: Ticket) -> int:
    newest = select(Entry.id).where(Entry.ticket_id == ticket.id).order_by(Entry.seq.desc()).limit(1)
    return session.scalars(newest).one()
