"""Tags as pages show them: on tickets, offered while somebody types, and all of them for leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Tag, Ticket, TicketTag

OFFERED = 200
SHOWN = 500  # on the page of leads


@dataclass(frozen=True, slots=True, kw_only=True)
class TagView:
    id: int
    name: str
    count: int  # of its tickets


def of(session: Session, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The tags of these tickets, by name; one question."""
    rows = session.execute(
        select(TicketTag.ticket_id, Tag.name)
        .join(Tag, Tag.id == TicketTag.tag_id)
        .where(TicketTag.ticket_id.in_(numbers))
        .order_by(Tag.folded)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row.ticket_id] = (*found.get(row.ticket_id, ()), row.name)
    return found


def offered(session: Session) -> tuple[str, ...]:
    """What somebody may mean while she types; the newest words, by name."""
    newest = select(Tag.name, Tag.folded).order_by(Tag.id.desc()).limit(OFFERED).subquery()
    return tuple(session.scalars(select(newest.c.name).order_by(newest.c.folded)))


def on_and_off(session: Session, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags of a ticket, and those that it may get, each by name; one question."""
    is_on = and_(TicketTag.tag_id == Tag.id, TicketTag.ticket_id == number)
    first = case((TicketTag.ticket_id.is_(None), 1), else_=0)
    rows = session.execute(
        select(Tag.name, Tag.folded, TicketTag.ticket_id.is_not(None).label("on"))
        .outerjoin(TicketTag, is_on)
        .order_by(first, Tag.id.desc())
        .limit(OFFERED)
    ).all()
    by_name = sorted(rows, key=lambda row: row.folded)
    return tuple(row.name for row in by_name if row.on), tuple(row.name for row in by_name if not row.on)


def counted(session: Session) -> tuple[TagView, ...]:
    """All of them by name, and how many tickets have each."""
    count = (
        select(func.count())
        .where(TicketTag.tag_id == Tag.id)
        .correlate(Tag)
        .scalar_subquery()
        .label("tickets")
    )
    rows = session.execute(select(Tag.id, Tag.name, count).order_by(Tag.folded).limit(SHOWN))
    return tuple(TagView(id=row.id, name=row.name, count=row.tickets) for row in rows)


def one(session: Session, tag_id: int) -> TagView:
    """Raises NotFoundError."""
    tag = session.get(Tag, tag_id)
    if tag is None:
        raise NotFoundError("there is no such tag")
    count = session.scalar(select(func.count()).where(TicketTag.tag_id == tag_id)) or 0
    return TagView(id=tag.id, name=tag.name, count=count)


def has(tag_id: int) -> ColumnElement[bool]:
    """A ticket has this tag."""
    return Ticket.id.in_(select(TicketTag.ticket_id).where(TicketTag.tag_id == tag_id))
