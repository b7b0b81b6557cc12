"""Save a search under a name, change it, remove it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.db import first_comes
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, SavedQueue
from helpdesk.rules.search_terms import Search
from helpdesk.rules.states import Role

LONGEST_NAME = 60
MOST = 50  # of one colleague
TWICE = "you have a queue of this name already"


def save(
    session: Session, search: Search, *, query: str, name: str, shared: bool, by: Agent, at: datetime
) -> SavedQueue:
    """A new one; `search` is what `query` was understood as. Raises InvalidError, ConflictError."""
    _check(search, name)
    count = session.scalar(select(func.count()).where(SavedQueue.owner_id == by.id)) or 0
    if count >= MOST:
        raise ConflictError(f"these are more than {MOST} saved queues: remove one first")
    row = SavedQueue(owner_id=by.id, name=name.strip(), query=query, shared=shared, created_at=at)
    with first_comes(session, TWICE):
        session.add(row)
        session.flush()
    return row


def change(
    session: Session, saved_id: int, search: Search, *, query: str, name: str, shared: bool, by: Agent
) -> SavedQueue:
    """Another name, search or readership. Raises NotFoundError, InvalidError, ConflictError."""
    row = of(session, saved_id, by)
    _check(search, name)
    with first_comes(session, TWICE):
        row.name, row.query, row.shared = name.strip(), query, shared
        session.flush()
    return row


def remove(session: Session, saved_id: int, *, by: Agent) -> None:
    """Raises NotFoundError."""
    session.delete(of(session, saved_id, by))


def of(session: Session, saved_id: int, by: Agent) -> SavedQueue:
    """One that this colleague may change: her own, or a shared one of a lead. Raises NotFoundError."""
    row = session.get(SavedQueue, saved_id)
    if row is None or not may_change(row, by.id, by.role):
        raise NotFoundError("there is no such saved queue")
    return row


def may_change(row: SavedQueue, agent_id: int, role: Role) -> bool:
    """Whoever made it; leads look after what is shared."""
    return row.owner_id == agent_id or (row.shared and role is not Role.AGENT)


def _check(search: Search, name: str) -> None:
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise InvalidError(f"give the queue a name of at most {LONGEST_NAME} characters", field="name")
    if not search.terms or search.troubles:
        raise InvalidError("search for something first: what is not understood cannot be saved", field="q")
