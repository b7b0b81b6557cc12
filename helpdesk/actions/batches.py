"""One thing done to many tickets: chosen at one moment, then done ticket by ticket, each in a transaction.

A batch is worked off by whoever has time (helpdesk/batching.py); a ticket of it is done in the transaction
that says so. Whoever is killed in between loses nothing and does nothing twice. What an agent may not do to a
ticket is listed with its reason, and the others are done.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import batch_deeds, putting_back
from helpdesk.actions.batch_deeds import Told
from helpdesk.db import first_comes
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, DeskError, InvalidError, NotFoundError
from helpdesk.models import Agent, Batch, BatchTicket, Ticket
from helpdesk.rules.batches import ENDED, MOST, BatchState, Deed, Fate
from helpdesk.rules.states import IllegalMoveError

KEPT = timedelta(days=7)
LONGEST_PROBLEM = 400
BROKEN = "something went wrong on our side: nothing was changed"


def propose(
    session: Session,
    deed: Deed,
    facts: Mapping[str, Any],
    chosen: ColumnElement[bool],
    *,
    by: Agent,
    at: datetime,
) -> Batch:
    """A batch over the tickets that the condition finds at this moment; nothing is done to them yet.

    Raises InvalidError where it finds none, or more than MOST.
    """
    batch = Batch(agent_id=by.id, deed=deed, facts=dict(facts), state=BatchState.PROPOSED, total=0)
    batch.created_at = at
    session.add(batch)
    session.flush()
    rows = select(
        literal(batch.id), Ticket.id, Ticket.last_seq, literal(Fate.WAITING.value), literal("")
    ).where(chosen)
    columns = ["batch_id", "ticket_id", "seen_seq", "fate", "problem"]
    session.execute(insert(BatchTicket).from_select(columns, rows.limit(MOST + 1)))
    batch.total = session.scalar(select(func.count()).where(BatchTicket.batch_id == batch.id)) or 0
    if not batch.total:
        raise InvalidError("choose at least one ticket", field="ticket")
    if batch.total > MOST:
        raise InvalidError(f"these are more than {MOST} tickets: search for fewer", field="all")
    return batch


def start(session: Session, batch_id: int, *, by: Agent) -> Batch:
    """Somebody has said yes; twice changes nothing. Raises NotFoundError."""
    batch = held(session, batch_id, by=by)
    if batch.state is BatchState.PROPOSED:
        batch.state = BatchState.RUNNING
    return batch


def stop(session: Session, batch_id: int, *, by: Agent, at: datetime) -> Batch:
    """No other ticket of it is done; twice changes nothing. Raises NotFoundError."""
    batch = held(session, batch_id, by=by)
    if batch.state not in ENDED:
        batch.state, batch.ended_at = BatchState.STOPPED, at
    return batch


def undo(session: Session, batch_id: int, *, by: Agent, at: datetime, hold: timedelta) -> Batch:
    """A batch that takes back what this one has done, already begun; a second press finds the same one.

    Raises ConflictError when it still runs, or its time has passed (`hold`: how long after its end).
    """
    batch = held(session, batch_id, by=by)
    before = session.scalar(select(Batch).where(Batch.undoes_id == batch.id))
    if before is not None:
        return before
    if batch.deed is Deed.UNDO or batch.state not in ENDED or batch.ended_at is None:
        raise ConflictError("this is still being done: stop it first")
    if at > batch.ended_at + hold:
        raise ConflictError("too late: there is an undo only shortly after it was done")
    back = Batch(agent_id=by.id, deed=Deed.UNDO, facts={}, state=BatchState.RUNNING, total=0)
    back.undoes_id, back.created_at = batch.id, at
    with first_comes(session, "somebody has pressed undo already"):
        session.add(back)
        session.flush()
    done = select(
        literal(back.id),
        BatchTicket.ticket_id,
        BatchTicket.done_seq,
        literal(Fate.WAITING.value),
        literal(""),
    ).where(BatchTicket.batch_id == batch.id, BatchTicket.fate == Fate.DONE)
    columns = ["batch_id", "ticket_id", "seen_seq", "fate", "problem"]
    session.execute(insert(BatchTicket).from_select(columns, done))
    back.total = session.scalar(select(func.count()).where(BatchTicket.batch_id == back.id)) or 0
    return back


def held(session: Session, batch_id: int, *, by: Agent) -> Batch:
    """One of this colleague's own, locked. Raises NotFoundError."""
    batch = session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None or batch.agent_id != by.id:
        raise NotFoundError("there is no such action")
    return batch


def do_next(session: Session, desk: Desk, batch_id: int, told: Told, *, at: datetime) -> int | None:
    """Do the next ticket of a batch that runs; its number. None when nothing is left: then it is done.

    `told` gives the words of a reply on a ticket. What an action refuses is written beside the ticket.
    """
    batch = session.get(Batch, batch_id, with_for_update={"read": True})  # stop and undo wait for it
    if batch is None or batch.state is not BatchState.RUNNING:
        return None
    by = session.get_one(Agent, batch.agent_id)
    if not by.active:  # nothing more is done in the name of somebody who was shut out
        batch.state, batch.ended_at = BatchState.STOPPED, at
        return None
    row = session.scalar(
        select(BatchTicket)
        .where(BatchTicket.batch_id == batch_id, BatchTicket.fate == Fate.WAITING)
        .order_by(BatchTicket.ticket_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        end(session, batch_id, at=at)
        return None
    try:
        with session.begin_nested():
            row.before = _do(session, desk, batch, row, told, by=by, at=at)
            row.fate = Fate.UNCHANGED if row.before is None else Fate.DONE
            row.done_seq = session.get_one(Ticket, row.ticket_id).last_seq
    except (DeskError, IllegalMoveError) as error:
        row.fate, row.problem = Fate.REFUSED, str(error)[:LONGEST_PROBLEM]
    return row.ticket_id


def end(session: Session, batch_id: int, *, at: datetime) -> None:
    """It is done, unless a ticket of it waits, or another worker has one in hand."""
    session.execute(
        update(Batch)
        .where(
            Batch.id == batch_id,
            Batch.state == BatchState.RUNNING,
            ~exists().where(BatchTicket.batch_id == batch_id, BatchTicket.fate == Fate.WAITING),
        )
        .values(state=BatchState.DONE, ended_at=at)
    )


def note_failure(session: Session, batch_id: int, number: int) -> None:
    """What nobody foresaw happened on this ticket: it is listed, and the next one is done."""
    row = session.get_one(BatchTicket, (batch_id, number), with_for_update=True)
    if row.fate is Fate.WAITING:
        row.fate, row.problem = Fate.REFUSED, BROKEN


def next_of(session: Session, batch_id: int) -> int | None:
    """The ticket that would be done next."""
    return session.scalar(
        select(BatchTicket.ticket_id)
        .where(BatchTicket.batch_id == batch_id, BatchTicket.fate == Fate.WAITING)
        .order_by(BatchTicket.ticket_id)
        .limit(1)
    )


def running(session: Session) -> list[int]:
    """Batches with something left to do, the oldest first."""
    query = select(Batch.id).where(Batch.state == BatchState.RUNNING).order_by(Batch.id)
    return list(session.scalars(query))


def forget(session: Session, *, at: datetime) -> int:
    """Delete what ended, or was never begun, a week ago: the tickets say what was done to them."""
    over = (
        select(Batch.id)
        .where(Batch.state != BatchState.RUNNING, Batch.created_at < at - KEPT)
        .order_by(Batch.id)
        .limit(100)
    )
    numbers = session.scalars(over).all()
    session.execute(delete(BatchTicket).where(BatchTicket.batch_id.in_(numbers)))
    session.execute(update(Batch).where(Batch.undoes_id.in_(numbers)).values(undoes_id=None))
    session.execute(delete(Batch).where(Batch.id.in_(numbers)))
    return len(numbers)


def _do(
    session: Session,
    desk: Desk,
    batch: Batch,
    row: BatchTicket,
    told: Told,
    *,
    by: Agent,
    at: datetime,
) -> dict[str, Any] | None:
    """What stood there before, for an undo; None when nothing had to be done."""
    if batch.deed is not Deed.UNDO:
        return batch_deeds.do(session, desk, batch, row, told, by=by, at=at)
    first = session.get_one(Batch, batch.undoes_id)
    return putting_back.put_back(session, first.deed, row, _before(session, first, row), by=by, at=at)


def _before(session: Session, first: Batch, row: BatchTicket) -> dict[str, Any]:
    return session.get_one(BatchTicket, (first.id, row.ticket_id)).before or {}
