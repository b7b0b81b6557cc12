"""Messages on their way out: stored with the entry that says so, handed over by whoever wins the lease.

queued -> leased -> sending -> sent
   ^         |         |-> failed        the server refused it for good
   |_________|_________|-> queued        refused for now: later again
                       '-> unknown       the sender died, or the line went dead after DATA
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, copies, mailboxes, merging, tickets, turns, undelivered, unreached
from helpdesk.db import Moment
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Entry, Mailbox, OutboxMessage, Ticket
from helpdesk.rules import retry
from helpdesk.rules.states import EntryKind, OutboxState
from mail.compose import can_be_written_to, compose
from mail.types import Outgoing

NO_ADDRESS = "the buyer has no address that can be written to"
LEASE = timedelta(minutes=5)  # longer than any hand-over may take, time-outs of every step together


def queue(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    entry: Entry,
    outgoing: Outgoing,
    *,
    reason: str,
    due_at: datetime,
    at: datetime,
    agent_id: int | None = None,
    inquiry_id: int | None = None,
) -> OutboxMessage:
    """Store the composed bytes and the row that will be handed over; in the entry's transaction.

    `agent_id` is the member of staff whom it tells something, `inquiry_id` the side mail that it is; None
    and None for all that goes to the buyer.
    """
    if not can_be_written_to(outgoing.to.email):
        raise InvalidError("this address cannot be written to" if inquiry_id else NO_ADDRESS)
    row = OutboxMessage(
        reason=reason,
        ticket_id=ticket.id,
        entry_id=entry.id,
        mailbox_id=ticket.mailbox_id,
        recipient=outgoing.to.email,
        agent_id=agent_id,
        inquiry_id=inquiry_id,
        automatic=bool(outgoing.automatic),
        message_id=outgoing.message_id,
        sha256=desk.blobs.put(compose(outgoing)),
        state=OutboxState.QUEUED,
        due_at=due_at,
        created_at=at,
    )
    session.add(row)
    return row


def behind_others(session: Session, ticket: Ticket, *, at: datetime) -> datetime:
    """When a letter may leave that is to be read after what is written already: "money has left" does not
    overtake "agreed", which waits until it cannot be taken back. What was tried and waits to be tried again
    holds nothing up.
    """
    last = session.scalar(
        select(func.max(OutboxMessage.due_at, type_=Moment)).where(
            OutboxMessage.ticket_id == ticket.id,
            OutboxMessage.agent_id.is_(None),
            OutboxMessage.inquiry_id.is_(None),
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.attempts == 0,
        )
    )
    return max(at, last) if last is not None else at


def lease_next(session: Session, mailbox_id: int, *, owner: str, at: datetime) -> OutboxMessage | None:
    """Take the next due message of a mailbox for a while; None when there is none or somebody was faster."""
    due = or_(
        and_(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.due_at <= at),
        and_(OutboxMessage.state == OutboxState.LEASED, OutboxMessage.leased_until <= at),
    )
    row = session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.mailbox_id == mailbox_id, due)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None or not moved(
        session,
        row.id,
        due,
        state=OutboxState.LEASED,
        lease_owner=owner,
        leased_until=at + LEASE,
        attempts=OutboxMessage.attempts + 1,
    ):
        return None
    session.refresh(row)
    return row


def begin_sending(session: Session, row_id: int, *, owner: str, at: datetime) -> bool:
    """The point of no return, committed just before DATA. False: it was withdrawn or taken over."""
    mine = and_(OutboxMessage.state == OutboxState.LEASED, OutboxMessage.lease_owner == owner)
    return moved(session, row_id, mine, state=OutboxState.SENDING, leased_until=at + LEASE)


def mark_sent(session: Session, row_id: int, *, owner: str, answer: str, at: datetime) -> None:
    """The server has it. That is true even when the lease ran out meanwhile and the row was given up."""
    end(session, row_id, _held_by(owner), OutboxState.SENT, "handed_over", answer=answer, at=at, sent_at=at)
    row = session.get_one(OutboxMessage, row_id, populate_existing=True)
    if row.state is OutboxState.SENT and row.agent_id is None:
        row.copy_due_at = copies.want(session.get_one(Mailbox, row.mailbox_id), at=at)


def mark_failed(session: Session, row_id: int, *, owner: str, answer: str, at: datetime) -> None:
    """The server will never take it."""
    end(session, row_id, _held_by(owner), OutboxState.FAILED, "failed", answer=answer, at=at)


def mark_unknown(session: Session, row_id: int, *, owner: str, answer: str, at: datetime) -> None:
    """Nobody can say whether the server took it."""
    end(session, row_id, _held_by(owner), OutboxState.UNKNOWN, "unknown", answer=answer, at=at)


def put_back(
    session: Session,
    row_id: int,
    *,
    owner: str,
    answer: str,
    at: datetime,
    retry_after: float | None = None,
) -> None:
    """It was not taken this time: later again, or failed when it has been tried for days.

    `retry_after` is what the server asked for, in seconds.
    """
    row = session.get_one(OutboxMessage, row_id)
    again = retry.next_send(row.attempts, at=at)
    if again is None:
        mark_failed(session, row_id, owner=owner, answer=answer, at=at)
        return
    due_at = at + retry.as_asked(again - at, retry_after)
    moved(session, row_id, _held_by(owner), state=OutboxState.QUEUED, due_at=due_at, answer=answer[:1000])


def release(session: Session, row_id: int, *, owner: str, due_at: datetime, answer: str = "") -> None:
    """Give it back untried: the account is in trouble, not the message."""
    moved(
        session,
        row_id,
        _held_by(owner),
        state=OutboxState.QUEUED,
        due_at=due_at,
        attempts=OutboxMessage.attempts - 1,
        answer=answer[:1000],
    )


def hold_back(session: Session, mailbox_id: int, *, until: datetime) -> None:
    """Let all that waits in a mailbox wait at least so long: one login in trouble is enough."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.mailbox_id == mailbox_id,
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.due_at < until,
        )
        .values(due_at=until)
    )


def withdraw(session: Session, ticket: Ticket, row_id: int, *, actor: str, at: datetime) -> Entry:
    """Take a message back before it is handed over. Raises ConflictError when it is too late."""
    waiting = and_(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.ticket_id == ticket.id)
    if not moved(session, row_id, waiting, state=OutboxState.WITHDRAWN):
        raise ConflictError("too late: the message is already on its way")
    row = session.get_one(OutboxMessage, row_id)
    mailboxes.note_nothing_waits(session, row.mailbox_id)
    turns.note_taken_back(session, ticket)
    return conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "withdrawn",
        actor=actor,
        at=at,
        facts={"entry": row.entry_id, "message_id": row.message_id},
    )


def domain_of(mailbox: Mailbox) -> str:
    return mailbox.address.rpartition("@")[2]


def end(
    session: Session,
    row_id: int,
    condition: Any,
    state: OutboxState,
    verb: str,
    *,
    answer: str,
    at: datetime,
    sent_at: datetime | None = None,
) -> bool:
    """Settle a row while `condition` holds, with its entry; False when somebody else has settled it."""
    row = session.get_one(OutboxMessage, row_id)
    ticket = tickets.hold(session, row.ticket_id)
    answer_lost = state is OutboxState.FAILED and row.agent_id is None
    if answer_lost:
        merging.final(session, row.ticket_id)  # tickets are held before their mailbox
    values: dict[str, Any] = {"state": state, "sent_at": sent_at, "answer": answer[:1000]}
    if state is OutboxState.UNKNOWN:
        values["leased_until"] = at  # from now on it is looked for, however long ago its sender died
    if not moved(session, row_id, condition, **values):
        return False
    mailboxes.note_nothing_waits(session, row.mailbox_id)
    facts: dict[str, Any] = {
        "entry": row.entry_id,
        "message_id": row.message_id,
        "answer": answer[:1000],
    }
    if row.agent_id is not None:
        facts |= unreached.note_outcome(session, row, state, answer=answer)
        if state is OutboxState.SENT:
            return True  # that a colleague was told is said already
    elif row.inquiry_id is not None:
        facts |= unreached.note_side_mail(session, row, state, answer=answer)
    else:
        facts["automatic"] = row.automatic
    conversation.record(session, ticket, EntryKind.EVENT, verb, actor=conversation.SERVER, at=at, facts=facts)
    if answer_lost:
        undelivered.take_turn(session, row, at=at)
    return True


def _held_by(owner: str) -> Any:
    held = OutboxMessage.state.in_((OutboxState.LEASED, OutboxState.SENDING, OutboxState.UNKNOWN))
    return and_(held, OutboxMessage.lease_owner == owner)


def moved(session: Session, row_id: int, condition: Any, **values: Any) -> bool:
    """One conditional update; True for the one who won it."""
    won = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(won, "rowcount", 0) == 1)
