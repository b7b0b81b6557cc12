"""Queues: which tickets stand where, in which order, and how many.

Work stands in the order of what is due next (`next_due_at`), the rest newest first; either way a page starts
after a position and walks an index: no OFFSET, the same cost at any depth. What narrows an index is spelled
out here word for word as in models/tickets.py, because SQLite looks for the words.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Label,
    ScalarSelect,
    Select,
    and_,
    false,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.db import Moment
from helpdesk.models import Claim, Entry, Refund, Ticket
from helpdesk.models.spelled import spelled
from helpdesk.queries import approvals, queue_rows
from helpdesk.queries.queue_claims import awaits_proof
from helpdesk.queries.queue_rows import Row
from helpdesk.rules.approving import Approver
from helpdesk.rules.refunds import OPEN
from helpdesk.rules.states import RefundState, TicketState, WaitingOn
from helpdesk.rules.turns import ACTIVE, DONE, OURS

ROWS = 50


class Queue(StrEnum):
    """The lists beside the page, in their order."""

    OURS = "ours"  # new and open: it is our turn
    APPROVE = "approve"  # waits for a yes that the reader may give
    MINE = "mine"
    UNASSIGNED = "unassigned"
    BUYER = "buyer"  # has to answer
    EVIDENCE = "evidence"  # the buyer was asked for proof that is not there
    MONEY = "money"  # set aside, at the bank, or on its way
    OVERDUE = "overdue"
    ALL = "all"  # but for spam
    SNOOZED = "snoozed"  # sleep until a moment, or until something happens
    WAITING = "waiting"  # on a carrier, a bank, a colleague
    SOLVED = "solved"
    CLOSED = "closed"
    SPAM = "spam"


WORK = (
    Queue.OURS,
    Queue.APPROVE,
    Queue.MINE,
    Queue.UNASSIGNED,
    Queue.BUYER,
    Queue.EVIDENCE,
    Queue.MONEY,
    Queue.OVERDUE,
)
NEWEST_FIRST = (Queue.ALL, Queue.SOLVED, Queue.CLOSED, Queue.SPAM)
UNCOUNTED = (Queue.SOLVED, Queue.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who looks, and when."""

    agent_id: int
    approver: Approver | None = None  # the same person, when it is somebody who approves
    at: datetime
    stopped: bool = False  # all money is


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The last row of a page, by what its queue is ordered by; the next page starts after it."""

    at: datetime
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    rows: tuple[Row, ...]
    next: Position | None  # None: this was the last page


def newest_entry(session: Session) -> int:
    """The id of the newest entry of all tickets; nothing in a queue changes without one."""
    return session.scalar(select(func.max(Entry.id))) or 0


def counts(session: Session, reader: Reader) -> dict[Queue, int]:
    """How many tickets stand in each queue, but for the finished ones: one question."""
    counted = [queue for queue in Queue if queue not in (*UNCOUNTED, Queue.ALL)]
    rows: list[Label[int]] = [_count(queue, reader).label(queue) for queue in counted]
    in_all = select(func.count(Ticket.id)).scalar_subquery()
    found = session.execute(select(in_all.label("in_all"), _spam_in_all().label("spam_in_all"), *rows)).one()
    by_name = found._mapping
    return {
        **{queue: by_name[queue] for queue in counted},
        Queue.ALL: found.in_all - found.spam_in_all,
    }


def page(session: Session, queue: Queue, reader: Reader, after: Position | None = None) -> Page:
    """One page, starting after a position."""
    found = session.execute(page_query(queue, reader, after)).all()
    shown = found[:ROWS]
    last = shown[-1] if len(found) > ROWS else None
    return Page(
        rows=queue_rows.rows(session, shown, reader.approver, stopped=reader.stopped, at=reader.at),
        next=Position(at=last.key, number=last.id) if last else None,
    )


def page_query(queue: Queue, reader: Reader, after: Position | None = None) -> Select[*tuple[Any, ...]]:
    """The tickets of a page, and one more when there is another page."""
    key = _key(queue)
    query = queue_rows.tickets(key).where(is_in(queue, reader))
    if after is not None:
        here = tuple_(literal(after.at, Moment()), literal(after.number))
        place = tuple_(key, Ticket.id)
        query = query.where(place < here if queue in NEWEST_FIRST else place > here)
    order = (key.desc(), Ticket.id.desc()) if queue in NEWEST_FIRST else (key, Ticket.id)
    return query.order_by(*order).limit(ROWS + 1)


def _key(queue: Queue) -> InstrumentedAttribute[datetime]:
    return Ticket.updated_at if queue in NEWEST_FIRST else Ticket.next_due_at


def _count(queue: Queue, reader: Reader) -> ScalarSelect[int]:
    where = is_in(queue, reader)
    if queue is Queue.SPAM:
        where = and_(where, spelled(Ticket.state, OURS))
    return select(func.count(Ticket.id)).where(where).scalar_subquery()


def _spam_in_all() -> ScalarSelect[int]:
    return select(func.count(Ticket.id)).where(Ticket.spam == true()).scalar_subquery()


def is_in(queue: Queue, reader: Reader) -> ColumnElement[bool]:
    """What a ticket of this queue is."""
    if queue is Queue.SPAM:
        return _is_spam()
    return and_(_wanted(queue, reader), Ticket.spam == false())


def _is_spam() -> ColumnElement[bool]:
    """But for what an older version let somebody merge: that is answered where it went."""
    return and_(Ticket.spam == true(), Ticket.merged_into_id.is_(None))


def _wanted(queue: Queue, reader: Reader) -> ColumnElement[bool]:
    active, awake = spelled(Ticket.state, ACTIVE), Ticket.snoozed_until.is_(None)
    match queue:
        case Queue.OURS:
            return and_(spelled(Ticket.state, OURS), awake)
        case Queue.APPROVE:
            return approvals.is_for(reader.approver)
        case Queue.MINE:
            return and_(active, awake, Ticket.assignee_id == reader.agent_id)
        case Queue.UNASSIGNED:
            return and_(active, awake, Ticket.assignee_id.is_(None))
        case Queue.BUYER:
            waits = spelled(Ticket.state, TicketState.WAITING)
            return and_(waits, awake, Ticket.waiting_on == WaitingOn.BUYER)
        case Queue.WAITING:
            others = [each for each in WaitingOn if each is not WaitingOn.BUYER]
            return and_(spelled(Ticket.state, TicketState.WAITING), awake, Ticket.waiting_on.in_(others))
        case Queue.SNOOZED:
            return Ticket.snoozed_until.is_not(None)
        case Queue.EVIDENCE:
            return Ticket.id.in_(_awaiting_proof())
        case Queue.MONEY:
            return Ticket.id.in_(_money_under_way())
        case Queue.OVERDUE:
            return and_(active, Ticket.next_due_at < reader.at)
        case Queue.SOLVED | Queue.CLOSED:
            return and_(spelled(Ticket.state, DONE), Ticket.state == TicketState(queue.value))
        case _:
            return literal(True)


def _awaiting_proof() -> Select[Any]:
    return select(Claim.ticket_id).where(awaits_proof())


def _money_under_way() -> Select[Any]:
    """Set aside and not settled, or paid and not there yet."""
    return select(Refund.ticket_id).where(spelled(Refund.state, sorted({*OPEN, RefundState.SUCCEEDED})))
