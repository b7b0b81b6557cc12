"""The first run: while nobody owns the desk, whoever has the link from its console becomes the owner.

no owner    every start prints a link; several of them are good at once
an owner    none of them opens anything any more
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import agents, shop, staff_events, staff_links
from helpdesk.db import wait_for_names
from helpdesk.desk import Desk
from helpdesk.errors import NotFoundError
from helpdesk.models import Agent
from helpdesk.rules.access import Door
from helpdesk.rules.states import Role


def has_owner(session: Session) -> bool:
    owner = select(Agent.id).where(Agent.role == Role.OWNER, Agent.active).limit(1)
    return session.scalar(owner) is not None


def link(session: Session, desk: Desk, *, at: datetime) -> str | None:
    """The address to open in a browser; None where somebody owns the desk already."""
    if has_owner(session):
        return None
    return f"{desk.base_url}/set-up/{staff_links.make(session, desk, Door.SET_UP, at=at)}"


def check_link(session: Session, desk: Desk, token: str, *, at: datetime) -> None:
    """Raises NotFoundError unless it opens the first step."""
    staff_links.read(session, desk, Door.SET_UP, token, at=at)
    if has_owner(session):
        raise NotFoundError(staff_links.NOT_ANY_MORE)


def make_owner(
    session: Session,
    desk: Desk,
    token: str,
    *,
    email: str,
    name: str,
    password: str,
    locale: str | None,
    at: datetime,
) -> Agent:
    """The owner. Of two who press at the same moment one becomes it; the link is used up when all is good."""
    wait_for_names(session, ["owners"])
    check_link(session, desk, token, at=at)
    staff_links.use(session, staff_links.read(session, desk, Door.SET_UP, token, at=at), at=at)
    agent = agents.create(
        session, email=email, name=name, password=password, role=Role.OWNER, locale=locale, at=at
    )
    staff_links.end(session, Door.SET_UP, at=at)
    shop.row(session).begun_at = at
    staff_events.record(session, "first_owner", by=agent, about=agent, at=at)
    return agent
