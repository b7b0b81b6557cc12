"""What pages show of how people get in: sessions, invitations, what was done to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpdesk.models import AgentSession, Invitation, Shop, StaffEvent, StaffLetter
from helpdesk.rules import browsers
from helpdesk.rules.access import OPEN_FOR, Door, SignIn
from helpdesk.rules.states import Role

MOST_EVENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    id: int
    browser: str  # "Firefox", "" when it is not known
    system: str
    address: str
    how: SignIn
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationView:
    id: int
    email: str
    role: Role
    invited_at: datetime
    sent_at: datetime | None
    expires_at: datetime
    problem: str  # why the letter has not left yet


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEventView:
    at: datetime
    verb: str
    by: str  # "" for the command line
    about: str
    facts: dict[str, Any]


def sessions(session: Session, agent_id: int) -> tuple[SessionView, ...]:
    """Of one colleague, the one that was used last first."""
    rows = session.scalars(
        select(AgentSession)
        .where(AgentSession.agent_id == agent_id)
        .order_by(AgentSession.seen_at.desc(), AgentSession.id.desc())
    )
    views = []
    for row in rows:
        browser, system = browsers.named(row.user_agent)
        views.append(
            SessionView(
                id=row.id,
                browser=browser,
                system=system,
                address=row.address,
                how=row.how,
                created_at=row.created_at,
                seen_at=row.seen_at,
            )
        )
    return tuple(views)


def open_invitations(session: Session) -> tuple[InvitationView, ...]:
    """Those that wait for an answer, the newest first."""
    rows = session.execute(
        select(Invitation, StaffLetter.problem)
        .outerjoin(StaffLetter, StaffLetter.invitation_id == Invitation.id)
        .where(Invitation.agent_id.is_(None), Invitation.withdrawn_at.is_(None))
        .order_by(Invitation.invited_at.desc(), Invitation.id.desc())
    )
    return tuple(
        InvitationView(
            id=row.id,
            email=row.email,
            role=row.role,
            invited_at=row.invited_at,
            sent_at=row.sent_at,
            expires_at=(row.sent_at or row.invited_at) + OPEN_FOR[Door.INVITATION],
            problem=problem or "",
        )
        for row, problem in rows
    )


def is_factor_forced(session: Session) -> bool:
    """Whether leads and owners need a second factor."""
    return bool(session.scalar(select(Shop.second_factor_forced)))


def events(session: Session) -> Sequence[StaffEventView]:
    """The newest first, as many as one reads."""
    rows = session.scalars(
        select(StaffEvent)
        .options(joinedload(StaffEvent.by), joinedload(StaffEvent.about))
        .order_by(StaffEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    return tuple(
        StaffEventView(
            at=row.at,
            verb=row.verb,
            by=row.by.name if row.by else "",
            about=row.about.name if row.about else "",
            facts=row.facts,
        )
        for row in rows
    )
