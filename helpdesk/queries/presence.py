"""Who else has a ticket open now, and what this colleague has read of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, LastRead, PicturesShown, Presence

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


def pictures_shown(session: Session, entry_ids: Collection[int], agent_id: int) -> frozenset[int]:
    """Of these mails, those whose pictures she has asked for; nothing is asked where there is none."""
    if not entry_ids:
        return frozenset()
    asked = select(PicturesShown.entry_id).where(
        PicturesShown.agent_id == agent_id, PicturesShown.entry_id.in_(entry_ids)
    )
    return frozenset(session.scalars(asked))


def are_shown(session: Session, entry_id: int, agent_id: int) -> bool:
    """Whether she has asked for the pictures of this mail."""
    return session.get(PicturesShown, (entry_id, agent_id)) is not None
