"""Many tickets at once: how far it has come, what was refused, whether it can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Batch, BatchTicket, Ticket
from helpdesk.models.masking import Mask
from helpdesk.queries import people, saved_replies, tags
from helpdesk.queries.people import Colleague
from helpdesk.queries.saved_replies import ReplyView
from helpdesk.rules import placeholders
from helpdesk.rules.batches import ENDED, BatchState, Deed, Fate

LISTED = 200  # refused tickets on a page
TRIED = 100  # tickets on which a saved reply is tried before anything is sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A ticket that was left as it is, and why."""

    number: int
    subject: str
    problem: str  # a sentence of the actions


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    id: int
    deed: Deed
    facts: Mapping[str, Any]
    undoes: Deed | None  # of an undo: what it takes back
    state: BatchState
    total: int
    done: int
    unchanged: int
    refused: int
    list: tuple[Refused, ...]
    left: int  # seconds in which it can be taken back, as the page counts; 0: it cannot
    only: int | None  # the number of the ticket, where it is one

    @property
    def looked_at(self) -> int:
        return self.done + self.unchanged + self.refused

    @property
    def ended(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A saved reply on the first tickets of a batch."""

    number: int  # of the ticket on which it is shown
    text: str
    looked_at: int
    lacking: tuple[tuple[int, tuple[str, ...]], ...]  # tickets and the variables that have no value there


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What the bar below a list can do it with."""

    colleagues: tuple[Colleague, ...]
    replies: tuple[ReplyView, ...]
    tags: tuple[str, ...]


def one(session: Session, batch_id: int, agent_id: int, *, at: datetime, undo: timedelta) -> BatchView:
    """Of this colleague. Raises NotFoundError for somebody else's."""
    batch = session.get(Batch, batch_id)
    if batch is None or batch.agent_id != agent_id:
        raise NotFoundError("there is no such action")
    first = session.get(Batch, batch.undoes_id) if batch.undoes_id else None
    counts = _counts(session, batch_id)
    return BatchView(
        id=batch.id,
        deed=batch.deed,
        facts=batch.facts,
        undoes=first.deed if first is not None else None,
        state=batch.state,
        total=batch.total,
        done=counts.get(Fate.DONE, 0),
        unchanged=counts.get(Fate.UNCHANGED, 0),
        refused=counts.get(Fate.REFUSED, 0),
        list=_refused(session, batch_id) if counts.get(Fate.REFUSED) else (),
        left=_left(session, batch, at=at, undo=undo) if counts.get(Fate.DONE) else 0,
        only=_only(session, batch) if batch.total == 1 else None,
    )


def offered(session: Session, agent_id: int) -> Offered:
    """Whom, with which words and which tags: one question each."""
    return Offered(
        colleagues=people.colleagues(session),
        replies=saved_replies.of_agent(session, agent_id),
        tags=tags.offered(session),
    )


def newest(session: Session, agent_id: int) -> int:
    """The last one of this colleague; 0 where there is none."""
    return session.scalar(select(func.max(Batch.id)).where(Batch.agent_id == agent_id)) or 0


def tried(session: Session, view: BatchView, *, agent: str, shop: str, zone: Any) -> Tried | None:
    """How the reply of a proposed batch would read, and where something is missing: the first tickets."""
    rows = session.scalars(
        select(Ticket)
        .join(BatchTicket, BatchTicket.ticket_id == Ticket.id)
        .where(BatchTicket.batch_id == view.id)
        .order_by(Ticket.id)
        .limit(TRIED)
    ).all()
    filled = [
        (
            ticket.id,
            placeholders.fill(
                saved_replies.text_in(view.facts["text_en"], view.facts["text_zh"], ticket.locale),
                saved_replies.values_of(session, ticket, agent=agent, shop=shop, zone=zone),
            ),
        )
        for ticket in rows
    ]
    if not filled:
        return None
    number, shown = next(((number, each) for number, each in filled if not each.missing), filled[0])
    lacking = tuple((number, each.missing) for number, each in filled if each.missing)
    return Tried(number=number, text=shown.text, looked_at=len(filled), lacking=lacking)


def _counts(session: Session, batch_id: int) -> dict[Fate, int]:
    query = select(BatchTicket.fate, func.count().label("tickets")).where(BatchTicket.batch_id == batch_id)
    return {row.fate: row.tickets for row in session.execute(query.group_by(BatchTicket.fate))}


def _left(session: Session, batch: Batch, *, at: datetime, undo: timedelta) -> int:
    if batch.deed is Deed.UNDO or batch.state not in ENDED or batch.ended_at is None:
        return 0
    if session.scalar(select(Batch.id).where(Batch.undoes_id == batch.id)) is not None:
        return 0
    return max(0, int((batch.ended_at + undo - at).total_seconds()))


def _only(session: Session, batch: Batch) -> int | None:
    return session.scalar(select(BatchTicket.ticket_id).where(BatchTicket.batch_id == batch.id).limit(1))


def _refused(session: Session, batch_id: int) -> tuple[Refused, ...]:
    rows = session.execute(
        select(Ticket.id, Ticket.subject, BatchTicket.problem)
        .join(BatchTicket, BatchTicket.ticket_id == Ticket.id)
        .where(BatchTicket.batch_id == batch_id, BatchTicket.fate == Fate.REFUSED)
        .order_by(Ticket.id)
        .limit(LISTED)
    ).all()
    mask = Mask.over(session, (row.subject for row in rows))
    return tuple(Refused(number=row.id, subject=mask(row.subject), problem=row.problem) for row in rows)
