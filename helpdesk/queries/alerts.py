"""What somebody was told of: for the bell, its page, and the notices of the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Alert, Entry, Ticket
from helpdesk.rules.alerts import AlertEvent
from helpdesk.rules.masking import masked

MOST = 100  # on the page, the newest
COUNTED = 99  # by the bell: more than these are "99+"
FRESH = timedelta(minutes=10)  # older ones make no notice of the browser any more
AT_ONCE = 5  # notices of the browser


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    id: int
    event: AlertEvent
    number: int | None  # of the ticket; None: it is about a mailbox
    subject: str
    seq: int | None  # of the entry
    by: str  # a colleague's name; "" for the desk or the buyer
    words: str
    at: datetime
    unread: bool


def counting() -> ScalarSelect[int]:
    """How many the Agent of the larger question has not read, `COUNTED` + 1 at most: a short walk."""
    hers = select(Alert.id).where(Alert.agent_id == Agent.id, Alert.read_at.is_(None)).correlate(Agent)
    some = hers.limit(COUNTED + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def listed(session: Session, agent_id: int) -> tuple[AlertView, ...]:
    """The newest of the page, those that are read among them."""
    of_the_page = or_(Alert.read_at.is_(None), Alert.read_at > Alert.at)
    return _views(session, _hers(session, agent_id, of_the_page, most=MOST))


def news(session: Session, agent_id: int, *, after: int, at: datetime) -> tuple[AlertView, ...]:
    """What the browser says now, the oldest first: it came a moment ago, after the one that was said last."""
    wanted = (Alert.id > after) & Alert.by_browser & (Alert.at > at - FRESH)
    return tuple(reversed(_views(session, _hers(session, agent_id, wanted, most=AT_ONCE))))


def newest(session: Session, agent_id: int) -> int:
    """The id of her newest; 0 before there is one."""
    return session.scalar(select(func.max(Alert.id)).where(Alert.agent_id == agent_id)) or 0


def _hers(
    session: Session, agent_id: int, wanted: ColumnElement[bool], *, most: int
) -> Sequence[tuple[Alert, str, int]]:
    rows = session.execute(
        select(Alert, Ticket.subject, Entry.seq)
        .outerjoin(Ticket, Ticket.id == Alert.ticket_id)
        .outerjoin(Entry, Entry.id == Alert.entry_id)
        .where(Alert.agent_id == agent_id, wanted)
        .order_by(Alert.id.desc())
        .limit(most)
    )
    return [(row[0], row[1] or "", row[2]) for row in rows]


def _views(session: Session, rows: Sequence[tuple[Alert, str, int]]) -> tuple[AlertView, ...]:
    if not rows:
        return ()
    names = {f"agent:{row.id}": row.name for row in session.execute(select(Agent.id, Agent.name))}
    return tuple(
        AlertView(
            id=alert.id,
            event=alert.event,
            number=alert.ticket_id,
            subject=masked(subject, cards=False),
            seq=seq,
            by=names.get(alert.by, ""),
            words=alert.words,
            at=alert.at,
            unread=alert.read_at is None,
        )
        for alert, subject, seq in rows
    )
