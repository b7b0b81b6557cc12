"""A forgotten password: asked for by anybody who types an address, set by whoever reads its mail.

The page only notes the wish, of a known address and of an unknown one alike: nobody learns from it, not even
by a clock, who works here. The worker looks whether there is somebody to write to.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import agents, staff_events, staff_letters, staff_links
from helpdesk.desk import Desk
from helpdesk.errors import NotFoundError
from helpdesk.models import Agent
from helpdesk.rules.access import Door, Told


def ask(session: Session, email: str, *, at: datetime) -> None:
    """Let a link be sent, if somebody who works here has this address."""
    staff_letters.plan(session, Told.PASSWORD, email.strip().lower()[:320], at=at)


def of_link(session: Session, desk: Desk, token: str, *, at: datetime) -> Agent:
    """Whose link this is. Raises NotFoundError."""
    opened = staff_links.read(session, desk, Door.PASSWORD, token, at=at)
    agent = session.get(Agent, opened.agent_id or 0)
    if agent is None or not agent.active:
        raise NotFoundError(staff_links.NOT_ANY_MORE)
    return agent


def set_anew(session: Session, desk: Desk, token: str, password: str, *, at: datetime) -> Agent:
    """The new password; all sessions end. The link is used up when the password is good."""
    agent = of_link(session, desk, token, at=at)
    staff_links.use(session, staff_links.read(session, desk, Door.PASSWORD, token, at=at), at=at)
    agents.set_password(session, agent, password, at=at)
    staff_events.record(session, "password_by_mail", by=agent, about=agent, at=at)
    return agent
