"""Who else has a ticket open now, and what this colleague has read of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, LastRead, Presence

ALIVE = timedelta(seconds=25)  # a page that was not heard of for so long is a ghost


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """A colleague who has the ticket open."""

    name: str
    writes: bool


def everywhere(session: Session, *, but: int, at: datetime) -> Mapping[int, Sequence[Here]]:
    """By ticket, all others who are somewhere: the table holds no more rows than pages are open."""
    rows = session.execute(
        select(Presence.ticket_id, Presence.writes, Agent.name)
        .join(Agent, Agent.id == Presence.agent_id)
        .where(Presence.at > at - ALIVE, Presence.agent_id != but, Agent.active)
        .order_by(Presence.writes.desc(), Agent.name, Agent.id)
    )
    found: dict[int, list[Here]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(Here(name=row.name, writes=row.writes))
    return found


def last_read(session: Session, number: int, agent_id: int) -> int | None:
    """The newest entry that she has seen on this page; None when she has never been here."""
    return session.scalar(
        select(LastRead.entry_id).where(LastRead.agent_id == agent_id, LastRead.ticket_id == number)
    )
