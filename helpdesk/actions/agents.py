"""People who work here: who they are, how they prove it."""

import secrets
import threading
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Agent
from helpdesk.rules.states import Role, ToldOf

SHORTEST_PASSWORD = 10
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
    """A new colleague. Raises InvalidError naming the field, ConflictError for a known address."""
    email = email.strip().lower()
    if email.count("@") != 1 or email.startswith("@") or email.endswith("@"):
        raise InvalidError(f"{email!r} is not an address", field="email")
    if not name.strip():
        raise InvalidError("a name is needed: buyers see it under replies", field="name")
    if session.scalar(select(Agent.id).where(Agent.email == email)) is not None:
        raise ConflictError(f"{email} works here already")
    agent = Agent(
        email=email,
        name=name.strip()[:120],
        password_hash=_hash(password),
        role=role,
        locale=locale,
        active=True,
        session_key=secrets.token_hex(16),
        created_at=at,
    )
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


def set_password(agent: Agent, password: str) -> None:
    """A new password; every session of this colleague ends."""
    agent.password_hash = _hash(password)
    end_sessions(agent)


def end_sessions(agent: Agent) -> None:
    """Whoever holds a session of this colleague, in whatever browser, is signed out."""
    agent.session_key = secrets.token_hex(16)


def change_profile(agent: Agent, *, name: str, locale: str | None) -> None:
    """What colleagues may change of themselves. No locale: by the browser."""
    if not name.strip():
        raise InvalidError("a name is needed: buyers see it under replies", field="name")
    agent.name, agent.locale = name.strip()[:120], locale


def tell_of(agent: Agent, told_of: ToldOf) -> None:
    """Of what this colleague is told by mail. Whoever chooses anew is believed to be reached again."""
    agent.told_of, agent.unreached = told_of, ""


def change(session: Session, agent: Agent, *, role: Role, active: bool) -> None:
    """Role and door. The last active owner stays, or nobody could change anything."""
    if agent.role is Role.OWNER and agent.active and (role is not Role.OWNER or not active):
        owners = session.scalar(
            select(func.count()).select_from(Agent).where(Agent.role == Role.OWNER, Agent.active)
        )
        if owners == 1:
            raise ConflictError("this is the last owner: make somebody else an owner first")
    agent.role, agent.active = role, active
    if not active:
        end_sessions(agent)


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidError(f"a password has at least {SHORTEST_PASSWORD} characters", field="password")
    with _hashing:
        return hasher.hash(password)


@cache
def _somebody_else() -> str:
    return hasher.hash(secrets.token_hex(16))
