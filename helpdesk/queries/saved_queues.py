"""Saved queues beside the others, with how many tickets stand in each: counted up to a hundred."""

from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Agent, SavedQueue, Ticket
from helpdesk.queries import search_conditions
from helpdesk.rules.search_terms import Search
from helpdesk.rules.states import Role

COUNTED = 100  # more are "99+"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    id: int
    name: str
    query: str
    shared: bool
    owner: str  # who made it
    is_mine: bool
    may_change: bool


def of_reader(session: Session, reader_id: int, role: Role) -> tuple[SavedView, ...]:
    """The reader's own and the shared ones, by name; one question."""
    return tuple(_views(session, reader_id, role))


def one(session: Session, saved_id: int, reader_id: int, role: Role) -> SavedView:
    """Raises NotFoundError, also for somebody else's that is not shared."""
    found = next((each for each in _views(session, reader_id, role) if each.id == saved_id), None)
    if found is None:
        raise NotFoundError("there is no such saved queue")
    return found


def count(session: Session, search: Search, *, reader_id: int, zone: tzinfo) -> int:
    """How many tickets it finds, but no more than COUNTED."""
    if search.troubles or not search.terms:
        return 0
    wanted = search_conditions.of(session, search, reader_id=reader_id, zone=zone)
    return (
        session.scalar(
            select(func.count()).select_from(select(Ticket.id).where(wanted).limit(COUNTED).subquery())
        )
        or 0
    )


def _views(session: Session, reader_id: int, role: Role) -> list[SavedView]:
    rows = session.execute(
        select(SavedQueue, Agent.name)
        .join(Agent, Agent.id == SavedQueue.owner_id)
        .where(or_(SavedQueue.owner_id == reader_id, SavedQueue.shared))
        .order_by(SavedQueue.shared, SavedQueue.name, SavedQueue.id)
    )
    return [
        SavedView(
            id=row.id,
            name=row.name,
            query=row.query,
            shared=row.shared,
            owner=owner,
            is_mine=row.owner_id == reader_id,
            may_change=row.owner_id == reader_id or (row.shared and role is not Role.AGENT),
        )
        for row, owner in rows
    ]
