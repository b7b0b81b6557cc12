"""People who work here: who they are, how they prove it."""

import secrets
import threading
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions import agent_sessions, directory, staff_events, staff_links
from helpdesk.db import first_comes, wait_for_names
from helpdesk.errors import ConflictError, InvalidError, together
from helpdesk.models import Agent
from helpdesk.rules.access import Door
from helpdesk.rules.states import AfterSending, Role, ToldOf
from mail.types import key_of

SHORTEST_PASSWORD = 10
LONGEST_NAME, LONGEST_ADDRESS = 120, 320
# OWASP password storage cheat sheet: argon2id with 19 MiB, t=2, p=1 at least. 64 MiB and four threads,
# the library's default, would let a handful of logins at once take a small machine's memory.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each takes those 19 MiB while it lasts; more at once than a machine has cores make nobody faster.
_hashing = threading.BoundedSemaphore(4)


def create(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    role: Role,
    at: datetime,
    locale: str | None = None,
) -> Agent:
    """A new colleague. Raises InvalidError with every complaint, ConflictError for a known address."""
    email, name = email.strip().lower(), name.strip()
    if wrong := [*_of_name(name), *complaints_of_address(session, email), *_of_password(password)]:
        raise together(wrong)
    check_new_here(session, email)
    agent = Agent(
        email=email,
        name=name,
        password_hash=_hash(password),
        role=role,
        locale=locale,
        active=True,
        session_key=secrets.token_hex(16),
        created_at=at,
    )
    with first_comes(session, _works_here(email)):  # somebody else may add the same person at this moment
        session.add(agent)
        session.flush()
    return agent


def authenticate(session: Session, email: str, password: str) -> Agent | None:
    """The colleague who knows this password, or None; as slow for an unknown address as for a known one."""
    agent = session.scalar(select(Agent).where(Agent.email == email.strip().lower()))
    stored = agent.password_hash if agent else _somebody_else()
    try:
        with _hashing:
            hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return None
    return agent if agent is not None and agent.active else None


def set_password(
    session: Session, agent: Agent, password: str, *, at: datetime, but: int | None = None
) -> None:
    """A new password; every session of this colleague ends, but for one, and so does a link for another."""
    agent.password_hash = _hash(password)
    staff_links.end(session, Door.PASSWORD, agent=agent, at=at)
    agent_sessions.end_all(session, agent, but=but)


def change_profile(agent: Agent, *, name: str, locale: str | None) -> None:
    """What colleagues may change of themselves. No locale: by the browser."""
    if wrong := list(_of_name(name.strip())):
        raise together(wrong)
    agent.name, agent.locale = name.strip(), locale


def rename(session: Session, agent: Agent, *, name: str, email: str, by: Agent | None, at: datetime) -> None:
    """Another name, or another address to sign in with and to be told at; sessions go on.

    Raises InvalidError with every complaint, ConflictError for an address that works here already.
    """
    email, name = email.strip().lower(), name.strip()
    moved = email != agent.email
    if wrong := [*_of_name(name), *(complaints_of_address(session, email) if moved else ())]:
        raise together(wrong)
    if moved:
        check_new_here(session, email)
        agent.unreached = ""  # that was of the address before
        staff_links.end(session, Door.PASSWORD, agent=agent, at=at)  # whoever reads there is somebody else
        staff_events.record(
            session, "readdressed", by=by, about=agent, at=at, before=agent.email, after=email
        )
    with first_comes(session, _works_here(email)):
        agent.name, agent.email = name, email
        session.flush()


def press_single_keys(agent: Agent, wanted: bool) -> None:
    """Whether a key alone does something on this colleague's pages."""
    agent.single_keys = wanted


def tell_of(agent: Agent, told_of: ToldOf) -> None:
    """Of what this colleague is told by mail. Whoever chooses anew is believed to be reached again."""
    agent.told_of, agent.unreached = told_of, ""


def lead_on(agent: Agent, after: AfterSending) -> None:
    """Where sending leads this colleague from now on."""
    agent.after_sending = after


def change(
    session: Session, agent: Agent, *, role: Role, active: bool, by: Agent | None, at: datetime
) -> None:
    """Role and door; either ends all sessions. The last active owner stays, or nobody could change anything.

    Two owners who take each other's role at one moment come one after the other.
    """
    wait_for_names(session, ["owners"])
    if agent.role is Role.OWNER and agent.active and (role is not Role.OWNER or not active):
        owners = session.scalar(
            select(func.count()).select_from(Agent).where(Agent.role == Role.OWNER, Agent.active)
        )
        if owners == 1:
            raise ConflictError("this is the last owner: make somebody else an owner first")
    if role is not agent.role:
        staff_events.record(session, "role_changed", by=by, about=agent, at=at, before=agent.role, after=role)
    if active is not agent.active:
        staff_events.record(session, "let_in" if active else "shut_out", by=by, about=agent, at=at)
    if role is not agent.role or active is not agent.active:
        agent_sessions.end_all(session, agent)
        staff_links.end(session, Door.PASSWORD, agent=agent, at=at)
    agent.role, agent.active = role, active


def _of_name(name: str) -> Iterator[InvalidError]:
    if not name:
        yield InvalidError("a name is needed: buyers see it under replies", field="name")
    if len(name) > LONGEST_NAME:
        yield InvalidError(f"at most {LONGEST_NAME} characters fit here", field="name")


def complaints_of_address(session: Session, email: str) -> Iterator[InvalidError]:
    """What speaks against it as a colleague's address."""
    if not email:
        yield InvalidError("the address is missing", field="email")
    elif len(email) > LONGEST_ADDRESS:
        yield InvalidError(f"at most {LONGEST_ADDRESS} characters fit here", field="email")
    elif email.count("@") != 1 or email.startswith("@") or email.endswith("@") or " " in email:
        yield InvalidError(f"{email!r} is not an address", field="email")
    elif key_of(email) in directory.all_addresses(session):
        yield InvalidError("mail to this address becomes tickets: give the colleague's own", field="email")


def _of_password(password: str) -> Iterator[InvalidError]:
    if len(password) < SHORTEST_PASSWORD:
        yield InvalidError(f"a password has at least {SHORTEST_PASSWORD} characters", field="password")


def check_new_here(session: Session, email: str) -> None:
    """Raises ConflictError for the address of somebody who works here, or did."""
    if session.scalar(select(Agent.id).where(Agent.email == email)) is not None:
        raise ConflictError(_works_here(email), field="email")


def _works_here(email: str) -> str:
    return f"{email} works here already"


def _hash(password: str) -> str:
    if wrong := list(_of_password(password)):
        raise together(wrong)
    with _hashing:
        return hasher.hash(password)


@cache
def _somebody_else() -> str:
    return hasher.hash(secrets.token_hex(16))
