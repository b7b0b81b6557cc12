"""Put a tag on a ticket and take it off; rename one, which is the same word on all of its tickets."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, tickets
from helpdesk.db import first_comes, insert_missing
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Tag, Ticket, TicketTag
from helpdesk.rules import tags
from helpdesk.rules.states import EntryKind
from helpdesk.rules.tags import LONGEST, MOST_ON_A_TICKET, OddTagError


def read(text: str) -> tuple[str, ...]:
    """The tags that somebody typed. Raises InvalidError."""
    try:
        return tags.typed(text)
    except OddTagError as error:
        raise InvalidError(
            f"a tag is a word or a few, of at most {LONGEST} characters", field="tags"
        ) from error


def add(session: Session, ticket: Ticket, names: Sequence[str], *, actor: str, at: datetime) -> list[str]:
    """Tag a held ticket; which of them are new on it, as they are called. Raises InvalidError for too many,
    ConflictError for a merged ticket."""
    tickets.check_stands_alone(ticket)
    words = _known(session, names, at=at)
    there = set(session.scalars(select(TicketTag.tag_id).where(TicketTag.ticket_id == ticket.id)))
    new = [each for each in words if each.id not in there]
    if new and len(there) + len(new) > MOST_ON_A_TICKET:
        raise InvalidError(f"at most {MOST_ON_A_TICKET} tags fit on a ticket", field="tags")
    session.add_all(TicketTag(ticket_id=ticket.id, tag_id=each.id) for each in new)
    return _say(session, ticket, "tagged", new, actor=actor, at=at)


def take_off(
    session: Session, ticket: Ticket, names: Sequence[str], *, actor: str, at: datetime
) -> list[str]:
    """Those of them that were on the held ticket are not any more; which that were."""
    tickets.check_stands_alone(ticket)
    if not names:
        return []
    query = (
        select(Tag)
        .join(TicketTag, TicketTag.tag_id == Tag.id)
        .where(TicketTag.ticket_id == ticket.id, Tag.folded.in_([tags.folded(name) for name in names]))
    )
    gone = session.scalars(query.order_by(Tag.id)).all()
    session.execute(
        delete(TicketTag).where(
            TicketTag.ticket_id == ticket.id, TicketTag.tag_id.in_([each.id for each in gone])
        )
    )
    return _say(session, ticket, "untagged", gone, actor=actor, at=at)


def rename(session: Session, tag_id: int, text: str) -> Tag:
    """Another word for it, on all of its tickets. Raises NotFoundError, InvalidError, ConflictError where
    there is another tag of this name."""
    tag = _held(session, tag_id)
    named = read(text)
    if len(named) > 1:
        raise InvalidError("give it one name", field="tags")
    with first_comes(session, "there is a tag of this name: put the two together instead"):
        tag.name, tag.folded = named[0], tags.folded(named[0])
        session.flush()
    return tag


def forget(session: Session, tag_id: int) -> None:
    """Nobody is offered it any more. Raises ConflictError while a ticket has it."""
    tag = _held(session, tag_id)
    if session.scalar(select(func.count()).where(TicketTag.tag_id == tag.id)):
        raise ConflictError("tickets have this tag: take it off them first")
    session.delete(tag)


def _held(session: Session, tag_id: int) -> Tag:
    tag = session.get(Tag, tag_id, with_for_update=True)
    if tag is None:
        raise NotFoundError("there is no such tag")
    return tag


def _known(session: Session, names: Sequence[str], *, at: datetime) -> list[Tag]:
    """Their rows, made where there are none, in the order given."""
    by_folded = {tags.folded(name): name for name in reversed(names)}
    rows = [{"name": name, "folded": folded, "created_at": at} for folded, name in sorted(by_folded.items())]
    insert_missing(session, Tag, rows)
    found = {each.folded: each for each in session.scalars(select(Tag).where(Tag.folded.in_(by_folded)))}
    return [found[folded] for folded in reversed(by_folded)]


def _say(
    session: Session, ticket: Ticket, verb: str, words: Sequence[Tag], *, actor: str, at: datetime
) -> list[str]:
    names = [each.name for each in words]
    if names:
        facts = {"tags": names}
        conversation.record(session, ticket, EntryKind.EVENT, verb, actor=actor, at=at, facts=facts)
    return names
