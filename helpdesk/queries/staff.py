"""Everybody who works here or did, for the page where owners look after them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, false, func, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Ticket
from helpdesk.models.spelled import spelled
from helpdesk.queries.people import has_factor
from helpdesk.rules.states import Role, ToldOf
from helpdesk.rules.turns import ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffView:
    id: int
    name: str
    email: str
    role: Role
    locale: str | None
    active: bool
    told_of: ToldOf
    unreached: str  # why the last notification did not arrive
    created_at: datetime
    has_factor: bool  # more than the password is asked of them
    tickets: int  # neither solved nor closed nor spam, assigned to them


def staff(session: Session) -> tuple[StaffView, ...]:
    """Those who work here first, then by name."""
    held = _held(Ticket.snoozed_until.is_(None)) + _held(Ticket.snoozed_until.is_not(None))
    rows = session.execute(
        select(Agent, held, has_factor()).order_by(Agent.active.desc(), Agent.name, Agent.id)
    )
    return tuple(
        StaffView(
            id=agent.id,
            name=agent.name,
            email=agent.email,
            role=agent.role,
            locale=agent.locale,
            active=agent.active,
            told_of=agent.told_of,
            unreached=agent.unreached,
            created_at=agent.created_at,
            has_factor=factor,
            tickets=count,
        )
        for agent, count, factor in rows
    )


def _held(sleeps: ColumnElement[bool]) -> ScalarSelect[int]:
    """Those that sleep stand in an index of their own, and in none of the others."""
    is_hers = and_(Ticket.assignee_id == Agent.id, spelled(Ticket.state, ACTIVE), Ticket.spam == false())
    return select(func.count()).where(is_hers, sleeps).correlate(Agent).scalar_subquery()
