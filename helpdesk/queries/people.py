"""Who is signed in, and who works here."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import (
    Agent,
    AgentSession,
    Authenticator,
    Mailbox,
    Passkey,
    ReceivedMessage,
    Reminder,
    Shop,
)
from helpdesk.models.shop import ONLY
from helpdesk.queries.failed import is_aside, is_stuck, is_unwritten
from helpdesk.rules.access import needs_second_factor
from helpdesk.rules.states import AfterSending, ReceivedState, Role, ToldOf, may


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The colleague behind a request, and the session that it came in."""

    id: int
    email: str
    name: str
    role: Role
    locale: str | None
    told_of: ToldOf
    unreached: str  # why the last notification did not arrive, "" when all is well
    after_sending: AfterSending
    single_keys: bool  # whether a key alone does something
    session_id: int
    signed_in_at: datetime
    lacks_factor: bool  # the shop wants a second factor of her, and there is none yet
    setting_up: bool  # an owner, and the first run in the browser is not done
    seen_at: datetime  # when this session was used before, within some minutes
    failed: int  # messages that wait for a person; 0 for those who may not see them
    in_trouble: int  # mailboxes whose mail is not read or not sent; 0 for those who may not look after them

    def may(self, needed: Role) -> bool:
        return may(self.role, needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody a ticket can be given to."""

    id: int
    name: str


def signed_in(session: Session, session_id: int, secret: str) -> SignedIn | None:
    """The active colleague whose session this is, unless it has ended. Its cookie is signed with its time."""
    found = session.execute(
        select(Agent, AgentSession, has_factor(), Shop.second_factor_forced, _setting_up())
        .join(AgentSession, AgentSession.agent_id == Agent.id)
        .outerjoin(Shop, Shop.id == ONLY)
        .where(AgentSession.id == session_id)
    ).one_or_none()
    if found is None:
        return None
    agent, row, has_one, forced, setting_up = found
    known = hmac.compare_digest(row.token_sha256, hashlib.sha256(secret.encode()).hexdigest())
    if not known or not agent.active:
        return None
    failed, in_trouble = _alarms(session) if may(agent.role, Role.LEAD) else (0, 0)
    return SignedIn(
        id=agent.id,
        email=agent.email,
        name=agent.name,
        role=agent.role,
        locale=agent.locale,
        told_of=agent.told_of,
        single_keys=agent.single_keys,
        unreached=agent.unreached,
        after_sending=agent.after_sending,
        session_id=row.id,
        seen_at=row.seen_at,
        setting_up=bool(setting_up) and may(agent.role, Role.OWNER),
        signed_in_at=row.created_at,
        lacks_factor=not has_one and needs_second_factor(agent.role, forced=bool(forced)),
        failed=failed,
        in_trouble=in_trouble,
    )


def _setting_up() -> ColumnElement[bool]:
    return Shop.begun_at.is_not(None) & Shop.set_up_at.is_(None)


def has_factor() -> ColumnElement[bool]:
    """Whether more than the password is asked of a colleague."""
    app = exists().where(Authenticator.agent_id == Agent.id, Authenticator.confirmed_at.is_not(None))
    return or_(app, exists().where(Passkey.agent_id == Agent.id))


def colleagues(session: Session) -> tuple[Colleague, ...]:
    """Everybody who works here now, by name."""
    rows = session.execute(select(Agent.id, Agent.name).where(Agent.active).order_by(Agent.name, Agent.id))
    return tuple(Colleague(id=row.id, name=row.name) for row in rows)


def leads(session: Session) -> tuple[str, ...]:
    """The names of those who may do what a lead may, now."""
    roles = [role for role in Role if may(role, Role.LEAD)]
    names = select(Agent.name).where(Agent.active, Agent.role.in_(roles))
    return tuple(session.scalars(names.order_by(Agent.name, Agent.id)))


def _alarms(session: Session) -> tuple[int, int]:
    """Failed messages and mailboxes in trouble, in one question: it is asked with every page."""
    parked = (
        select(func.count())
        .where(is_aside(), ReceivedMessage.state == ReceivedState.PARKED)
        .scalar_subquery()
    )
    stuck = (
        select(func.count())
        .where(
            is_stuck(),
        )
        .scalar_subquery()
    )
    troubled = (
        select(func.count())
        .where(Mailbox.active, or_(Mailbox.problem != "", Mailbox.sending_problem != ""))
        .scalar_subquery()
    )
    unwritten = select(func.count()).select_from(Reminder).where(is_unwritten()).scalar_subquery()
    failed, in_trouble = session.execute(select(parked + stuck + unwritten, troubled)).one()
    return failed, in_trouble
