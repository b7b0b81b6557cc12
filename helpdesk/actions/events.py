"""Events of force majeure: declared by a lead, ended by a lead or by their own date.

An event opens the clauses that speak of it for orders to its regions; what the law gives stays.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import affected, conversation
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, ForceMajeureEvent
from helpdesk.rules.policy_gathering import DeclaredEvent

REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")  # ISO 3166-1 or 3166-2
LONGEST_NAME = 200
LONGEST_SOURCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForm:
    """An event as somebody declares it; the names as they stand in a letter: "the typhoon in Guangdong"."""

    name_zh: str
    name_en: str
    regions: Sequence[str] = ()  # none: everywhere
    starts_at: datetime
    ends_at: datetime | None = None
    source: str = ""  # a link to whoever reported it


def declare(session: Session, form: EventForm, *, by: Agent, at: datetime) -> ForceMajeureEvent:
    """Note an event, and which open claims it gives time. Raises InvalidError naming the field."""
    _check(form)
    event = ForceMajeureEvent(
        name_zh=form.name_zh.strip(),
        name_en=form.name_en.strip(),
        regions=sorted(set(form.regions)),
        starts_at=form.starts_at,
        ends_at=form.ends_at,
        source=form.source.strip(),
        declared_by=conversation.agent(by.id),
        declared_at=at,
    )
    session.add(event)
    session.flush()
    affected.line_up(session, event, at=at)
    return event


def end(session: Session, event_id: int, *, by: Agent, at: datetime) -> ForceMajeureEvent:
    """It is over from now on. Raises NotFoundError; ConflictError when it is over, or has not begun."""
    event = session.get(ForceMajeureEvent, event_id, with_for_update=True)
    if event is None:
        raise NotFoundError("there is no such event")
    if event.ends_at is not None and event.ends_at <= at:
        raise ConflictError("this event is over already")
    if event.starts_at >= at:
        affected.forget(session, event.id)
        session.delete(event)  # it touched nothing
        return event
    event.ends_at, event.ended_by = at, conversation.agent(by.id)
    return event


def at_moment(session: Session, *, at: datetime) -> tuple[DeclaredEvent, ...]:
    """The events that last at that moment, for `facts_of`."""
    lasting = select(ForceMajeureEvent).where(
        ForceMajeureEvent.starts_at <= at,
        or_(ForceMajeureEvent.ends_at.is_(None), ForceMajeureEvent.ends_at > at),
    )
    return tuple(
        DeclaredEvent(
            zh=event.name_zh,
            en=event.name_en,
            regions=frozenset(event.regions),
            since=event.starts_at,
            until=event.ends_at,
        )
        for event in session.scalars(lasting.order_by(ForceMajeureEvent.starts_at, ForceMajeureEvent.id))
    )


def _check(form: EventForm) -> None:
    for field, name in (("name_zh", form.name_zh), ("name_en", form.name_en)):
        if not name.strip():
            raise InvalidError("name the event in both languages: buyers read it in theirs", field=field)
        if len(name.strip()) > LONGEST_NAME:
            raise InvalidError(f"at most {LONGEST_NAME} characters fit here", field=field)
    for region in form.regions:
        if not REGION.fullmatch(region):
            raise InvalidError(f"{region!r} is not a country or region like DE or CN-GD", field="regions")
    if form.ends_at is not None and form.ends_at <= form.starts_at:
        raise InvalidError("the event ends before it begins", field="ends_on")
    if len(form.source) > LONGEST_SOURCE:
        raise InvalidError(f"at most {LONGEST_SOURCE} characters fit here", field="source")
    if form.source.strip() and not form.source.strip().startswith(("https://", "http://")):
        raise InvalidError("the source is a link that begins with https://", field="source")
