"""Lists of tickets: rows, counts, and the newest entry, by which a page knows that nothing has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import Session

from helpdesk.db import Moment
from helpdesk.models import (
    Agent,
    Buyer,
    BuyerAddress,
    Entry,
    OutboxMessage,
    ReceivedMessage,
    Reminder,
    Ticket,
)
from helpdesk.models.masking import Mask
from helpdesk.queries import approvals, queue_money
from helpdesk.queries.answered import is_answer
from helpdesk.queries.failed import is_stuck
from helpdesk.queries.refunds import RefundView
from helpdesk.rules.approving import Approver
from helpdesk.rules.money import Money
from helpdesk.rules.reminders import NEVER
from helpdesk.rules.states import (
    EntryKind,
    ReminderKind,
    ReminderState,
    TicketState,
    WaitingOn,
)

ROWS = 50
OURS = (TicketState.NEW, TicketState.OPEN)
ACTIVE = (*OURS, TicketState.WAITING)


class Queue(StrEnum):
    """The lists beside the page, in their order."""

    OURS = "ours"  # new and open: it is our turn; and what waits for the reader's own approval
    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"
    ALL = "all"  # but for spam
    SPAM = "spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The next thing that the clock will do on a ticket."""

    kind: ReminderKind
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    number: int
    subject: str
    preview: str
    buyer: str
    state: TicketState
    waiting_on: WaitingOn | None
    assignee_id: int | None
    assignee: str | None
    updated_at: datetime
    due: Due | None
    unanswered_since: datetime | None  # when the buyer wrote what nobody has answered
    asked: Money | None  # that the reader is to approve
    paid: RefundView | None  # what needs us of its money, else the newest refund
    trouble: bool  # a message to the buyer failed, or nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The last row of a page; the next page starts after it."""

    updated_at: datetime
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    rows: tuple[Row, ...]
    next: Position | None  # None: this was the last page


def newest_entry(session: Session) -> int:
    """The id of the newest entry of all tickets; nothing in a queue changes without one."""
    return session.scalar(select(func.max(Entry.id))) or 0


def counts(session: Session, agent_id: int, approver: Approver | None = None) -> dict[Queue, int]:
    """How many tickets stand in the queues of unfinished work; finished ones are not counted.

    `approver`: the reader, when it is somebody who approves.
    """
    rows = session.execute(
        select(
            Ticket.state,
            func.count().label("all"),
            func.count().filter(Ticket.assignee_id == agent_id).label("mine"),
            func.count().filter(Ticket.assignee_id.is_(None)).label("unassigned"),
        )
        .where(Ticket.state.in_(ACTIVE), Ticket.spam.is_(False))
        .group_by(Ticket.state)
    ).all()
    spam = session.scalar(select(func.count()).where(_is_spam(), Ticket.state.in_(OURS)))
    asked = 0
    if approver is not None:
        is_asked = approvals.is_for(approver)
        asked = session.scalar(select(func.count(Ticket.id)).where(is_asked, Ticket.spam.is_(False))) or 0
    return {
        Queue.OURS: sum(row.all for row in rows if row.state in OURS) + asked,
        Queue.MINE: sum(row.mine for row in rows),
        Queue.UNASSIGNED: sum(row.unassigned for row in rows),
        Queue.WAITING: sum(row.all for row in rows if row.state is TicketState.WAITING) - asked,
        Queue.SPAM: spam or 0,
    }


def page(
    session: Session,
    queue: Queue,
    agent_id: int,
    after: Position | None = None,
    approver: Approver | None = None,
) -> Page:
    """One page, newest first, starting after a position: no OFFSET, the same cost at any depth."""
    query = _tickets().where(_in_queue(queue, agent_id, approver))
    if after is not None:
        here = tuple_(literal(after.updated_at, Moment()), literal(after.number))
        query = query.where(tuple_(Ticket.updated_at, Ticket.id) < here)
    found = session.execute(query.limit(ROWS + 1)).all()
    shown = found[:ROWS]
    last = shown[-1] if len(found) > ROWS else None
    return Page(
        rows=_rows(session, shown, approver),
        next=Position(updated_at=last.updated_at, number=last.id) if last else None,
    )


def _tickets() -> Select[Any]:
    address = (
        select(BuyerAddress.email)
        .where(BuyerAddress.buyer_id == Ticket.buyer_id)
        .order_by(BuyerAddress.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Ticket.id,
            Ticket.subject,
            Ticket.preview,
            Ticket.state,
            Ticket.spam,
            Ticket.waiting_on,
            Ticket.assignee_id,
            Ticket.updated_at,
            Buyer.name.label("buyer"),
            address.label("address"),
            Agent.name.label("assignee"),
        )
        .join(Buyer, Buyer.id == Ticket.buyer_id)
        .outerjoin(Agent, Agent.id == Ticket.assignee_id)
        .order_by(Ticket.updated_at.desc(), Ticket.id.desc())
    )


def _in_queue(queue: Queue, agent_id: int, approver: Approver | None) -> ColumnElement[bool]:
    if queue is Queue.SPAM:
        return _is_spam()
    return and_(Ticket.spam.is_(False), _wanted(queue, agent_id, approver))


def _is_spam() -> ColumnElement[bool]:
    """But for what an older version let somebody merge: that is answered where it went."""
    return and_(Ticket.spam == true(), Ticket.merged_into_id.is_(None))


def _wanted(queue: Queue, agent_id: int, approver: Approver | None) -> ColumnElement[bool]:
    match queue:
        case Queue.OURS if approver is not None:
            return or_(Ticket.state.in_(OURS), approvals.is_for(approver))
        case Queue.OURS:
            return Ticket.state.in_(OURS)
        case Queue.WAITING if approver is not None:
            return and_(Ticket.state == TicketState.WAITING, ~approvals.is_for(approver))
        case Queue.MINE:
            return and_(Ticket.state.in_(ACTIVE), Ticket.assignee_id == agent_id)
        case Queue.UNASSIGNED:
            return and_(Ticket.state.in_(ACTIVE), Ticket.assignee_id.is_(None))
        case Queue.WAITING | Queue.SOLVED | Queue.CLOSED:
            return Ticket.state == TicketState(queue.value)
        case _:
            return literal(True)


def _rows(session: Session, found: Sequence[Any], approver: Approver | None) -> tuple[Row, ...]:
    numbers = [row.id for row in found]
    due, paid = _due(session, numbers), queue_money.telling(session, numbers)
    asked = approvals.asked_of(session, approver, numbers)
    unanswered, trouble = _unanswered(session, numbers), _trouble(session, numbers)
    mask = Mask.over(session, (text for row in found for text in (row.subject, row.preview)))
    return tuple(
        Row(
            number=row.id,
            subject=mask(row.subject),
            preview=mask(row.preview),
            buyer=row.buyer or row.address or "",
            state=row.state,
            waiting_on=row.waiting_on,
            assignee_id=row.assignee_id,
            assignee=row.assignee,
            updated_at=row.updated_at,
            due=due.get(row.id),
            unanswered_since=unanswered.get(row.id) if row.state in OURS and not row.spam else None,
            asked=asked.get(row.id),
            paid=paid.get(row.id),
            trouble=row.id in trouble,
        )
        for row in found
    )


def _due(session: Session, numbers: list[int]) -> dict[int, Due]:
    rows = session.execute(
        select(Reminder.ticket_id, Reminder.kind, Reminder.due_at)
        .where(
            Reminder.ticket_id.in_(numbers),
            Reminder.state == ReminderState.PLANNED,
            Reminder.due_at < NEVER,  # what rests is no next thing
        )
        .order_by(Reminder.due_at.desc())
    )
    return {row.ticket_id: Due(kind=row.kind, at=row.due_at) for row in rows}  # the earliest is kept


def _unanswered(session: Session, numbers: list[int]) -> dict[int, datetime]:
    """When the first mail came in that stands after our last answer.

    An entry is from when it was written; mail from an archive came before that.
    """
    answered = (
        select(Entry.ticket_id, func.max(Entry.seq).label("seq"))
        .where(Entry.ticket_id.in_(numbers), is_answer())
        .group_by(Entry.ticket_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Entry.ticket_id,
            func.min(func.coalesce(ReceivedMessage.came_at, Entry.at), type_=Moment).label("at"),
        )
        .outerjoin(answered, answered.c.ticket_id == Entry.ticket_id)
        .outerjoin(
            ReceivedMessage,
            and_(ReceivedMessage.ticket_id == Entry.ticket_id, ReceivedMessage.entry_id == Entry.id),
        )
        .where(
            Entry.ticket_id.in_(numbers),
            or_(Entry.kind == EntryKind.RECEIVED, Entry.verb == "wrote_there", _answered_an_offer()),
            or_(answered.c.seq.is_(None), Entry.seq > answered.c.seq),
        )
        .group_by(Entry.ticket_id)
    )
    return {row.ticket_id: row.at for row in rows}


def _answered_an_offer() -> ColumnElement[bool]:
    """On its page, where no mail was needed: it is as good as one."""
    said = Entry.verb.in_(("claim_counter_offer", "claim_decline_offer"))
    return and_(said, Entry.actor.startswith("buyer:"))


def _trouble(session: Session, numbers: list[int]) -> set[int]:
    return set(
        session.scalars(
            select(OutboxMessage.ticket_id).where(
                OutboxMessage.ticket_id.in_(numbers),
                is_stuck(),
            )
        )
    )
