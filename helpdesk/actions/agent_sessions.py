"""Sessions: one row for each browser that somebody is signed in with. No row, no session."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from helpdesk.models import Agent, AgentSession
from helpdesk.rules.access import SESSION_LASTS, SignIn

SEEN_EVERY = timedelta(minutes=10)  # how exactly `seen_at` is kept: no write for each request


def begin(
    session: Session, agent: Agent, how: SignIn, *, address: str, user_agent: str, at: datetime
) -> tuple[int, str]:
    """A new session: its number, and the secret of its cookie, which stands nowhere else."""
    secret = secrets.token_urlsafe(32)
    row = AgentSession(
        agent_id=agent.id,
        token_sha256=digest(secret),
        how=how,
        address=address[:64],
        user_agent=user_agent[:300],
        created_at=at,
        seen_at=at,
    )
    session.add(row)
    session.flush()
    return row.id, secret


def note_use(session: Session, session_id: int, *, address: str, at: datetime) -> None:
    """Remember within some minutes when and from where it was used."""
    session.execute(
        update(AgentSession)
        .where(AgentSession.id == session_id, AgentSession.seen_at < at - SEEN_EVERY)
        .values(seen_at=at, address=address[:64])
    )


def end(session: Session, agent: Agent, session_id: int) -> None:
    """End one of them. Of somebody else's, or one that has ended, nothing changes."""
    session.execute(
        delete(AgentSession).where(AgentSession.id == session_id, AgentSession.agent_id == agent.id)
    )


def end_all(session: Session, agent: Agent, *, but: int | None = None) -> None:
    """End all of them, but for one, and every sign-in of hers that is half done."""
    agent.session_key = secrets.token_hex(16)
    session.execute(
        delete(AgentSession).where(AgentSession.agent_id == agent.id, AgentSession.id != (but or 0))
    )


def forget(session: Session, *, at: datetime) -> int:
    """Delete those whose time is over; how many."""
    gone = session.execute(delete(AgentSession).where(AgentSession.created_at < at - SESSION_LASTS))
    return int(getattr(gone, "rowcount", 0))


def digest(secret: str) -> str:
    """Of 256 random bits: nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
