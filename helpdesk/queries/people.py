"""Who is signed in, and who works here."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Mailbox, ReceivedMessage, Reminder
from helpdesk.queries import alerts
from helpdesk.queries.failed import is_aside, is_stuck, is_unwritten
from helpdesk.rules.states import AfterSending, ReceivedState, Role, ToldOf, may


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The colleague behind a request; `session_key` changes when all sessions shall end."""

    id: int
    email: str
    name: str
    role: Role
    locale: str | None
    told_of: ToldOf
    unreached: str  # why the last notification did not arrive, "" when all is well
    after_sending: AfterSending
    single_keys: bool  # whether a key alone does something
    session_key: str
    unread: int  # of what she was told of in the page
    failed: int  # messages that wait for a person; 0 for those who may not see them
    in_trouble: int  # mailboxes whose mail is not read or not sent; 0 for those who may not look after them

    def may(self, needed: Role) -> bool:
        return may(self.role, needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody a ticket can be given to."""

    id: int
    name: str


def signed_in(session: Session, agent_id: int, session_key: str) -> SignedIn | None:
    """The active colleague with this id, unless the session was ended since."""
    # What she was told of comes with her: it is asked with every page.
    found = session.execute(select(Agent, alerts.counting(agent_id)).where(Agent.id == agent_id)).first()
    agent, unread = found if found is not None else (None, 0)
    if agent is None or not agent.active or agent.session_key != session_key:
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
        session_key=agent.session_key,
        unread=unread,
        failed=failed,
        in_trouble=in_trouble,
    )


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
