"""Colleagues who are asked to come: a letter with a link, and what she chooses when she follows it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from helpdesk.actions import agents, staff_events, staff_letters, staff_links
from helpdesk.db import first_comes
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, NotFoundError, together
from helpdesk.models import Agent, Invitation
from helpdesk.rules.access import Door, Told
from helpdesk.rules.states import Role

IS_OVER = "this invitation is not open any more"


def invite(session: Session, *, email: str, role: Role, locale: str, by: Agent, at: datetime) -> Invitation:
    """Ask somebody by mail. Raises InvalidError, and ConflictError for who works here or was asked."""
    email = email.strip().lower()
    if wrong := list(agents.complaints_of_address(session, email)):
        raise together(wrong)
    agents.check_new_here(session, email)
    invitation = Invitation(email=email, role=role, locale=locale, invited_by_id=by.id, invited_at=at)
    with first_comes(session, f"{email} is invited already: send it again, or withdraw it"):
        session.add(invitation)
        session.flush()
    staff_letters.plan(session, Told.INVITATION, email, invitation=invitation, at=at)
    staff_events.record(session, "invited", by=by, about=None, at=at, email=email, role=role)
    return invitation


def send_again(session: Session, invitation_id: int, *, at: datetime) -> Invitation:
    """Another letter with another link; the one before opens nothing any more."""
    invitation = open_one(session, invitation_id)
    staff_links.end(session, Door.INVITATION, invitation=invitation, at=at)
    invitation.invited_at, invitation.sent_at = at, None
    staff_letters.plan(session, Told.INVITATION, invitation.email, invitation=invitation, at=at)
    return invitation


def link(session: Session, desk: Desk, invitation_id: int, *, at: datetime) -> str:
    """A link to be handed over by hand; whatever was sent before opens nothing any more."""
    invitation = open_one(session, invitation_id)
    staff_letters.drop(session, Told.INVITATION, invitation.email)
    invitation.invited_at = at
    token = staff_links.make(session, desk, Door.INVITATION, invitation=invitation, at=at)
    return f"{desk.base_url}/join/{token}"


def withdraw(session: Session, invitation_id: int, *, by: Agent, at: datetime) -> Invitation:
    """She is not asked any more."""
    invitation = open_one(session, invitation_id)
    if not _ended(session, invitation, withdrawn_at=at):
        raise ConflictError(IS_OVER)
    staff_links.end(session, Door.INVITATION, invitation=invitation, at=at)
    staff_letters.drop(session, Told.INVITATION, invitation.email)
    staff_events.record(session, "uninvited", by=by, about=None, at=at, email=invitation.email)
    return invitation


def invited_by_link(session: Session, desk: Desk, token: str, *, at: datetime) -> Invitation:
    """Whom this link was sent to. Raises NotFoundError."""
    opened = staff_links.read(session, desk, Door.INVITATION, token, at=at)
    return open_one(session, opened.invitation_id or 0)


def accept(
    session: Session, desk: Desk, token: str, *, name: str, password: str, locale: str | None, at: datetime
) -> Agent:
    """She comes: with her own name, language and password. The link is used up when all of it is good."""
    opened = staff_links.read(session, desk, Door.INVITATION, token, at=at)
    invitation = open_one(session, opened.invitation_id or 0)
    by = session.get_one(Agent, invitation.invited_by_id)
    if not by.active or by.role is not Role.OWNER:  # nobody comes in by somebody who was shut out
        raise NotFoundError(staff_links.NOT_ANY_MORE)
    staff_links.use(session, opened, at=at)
    agent = agents.create(
        session,
        email=invitation.email,
        name=name,
        password=password,
        role=invitation.role,
        locale=locale,
        at=at,
    )
    if not _ended(session, invitation, agent_id=agent.id):
        raise NotFoundError(staff_links.NOT_ANY_MORE)
    staff_letters.drop(session, Told.INVITATION, invitation.email)
    staff_events.record(session, "joined", by=agent, about=agent, at=at)
    return agent


def open_one(session: Session, invitation_id: int) -> Invitation:
    """Raises NotFoundError when it is over."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None or invitation.agent_id is not None or invitation.withdrawn_at is not None:
        raise NotFoundError(IS_OVER)
    return invitation


def _ended(session: Session, invitation: Invitation, **end: object) -> bool:
    won = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation.id, Invitation.agent_id.is_(None), Invitation.withdrawn_at.is_(None)
        )
        .values(**end)
    )
    return bool(getattr(won, "rowcount", 0) == 1)
