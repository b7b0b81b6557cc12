"""Messages of unknown fate: their sender died, or the line went dead after DATA. Found out or asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, outbox
from helpdesk.errors import ConflictError
from helpdesk.models import Mailbox, OutboxMessage, Ticket
from helpdesk.rules.states import EntryKind, OutboxState

LOOKED_FOR = timedelta(minutes=15)


def dead(session: Session, *, at: datetime) -> list[int]:
    """Messages whose sender died between `sending` and the answer, each ticket's in their order."""
    return list(
        session.scalars(
            select(OutboxMessage.id)
            .where(OutboxMessage.state == OutboxState.SENDING, OutboxMessage.leased_until <= at)
            .order_by(OutboxMessage.ticket_id, OutboxMessage.id)
        )
    )


def settle_dead(session: Session, row_id: int, *, at: datetime) -> bool:
    """One of them becomes unknown, visibly; False when its sender was alive after all."""
    return outbox.end(
        session,
        row_id,
        and_(OutboxMessage.state == OutboxState.SENDING, OutboxMessage.leased_until <= at),
        OutboxState.UNKNOWN,
        "unknown",
        answer="the sender stopped while handing it over",
        at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A reply whose fate nobody knows."""

    row_id: int
    mailbox_id: int
    message_id: str


def unknown_replies(session: Session, *, at: datetime) -> list[Unknown]:
    """Replies that became unknown a short while ago, by mailbox: a Sent folder fills within minutes."""
    rows = session.execute(
        select(OutboxMessage.id, OutboxMessage.mailbox_id, OutboxMessage.message_id)
        .where(
            OutboxMessage.state == OutboxState.UNKNOWN,
            OutboxMessage.automatic.is_(False),
            OutboxMessage.leased_until > at - LOOKED_FOR,
        )
        .order_by(OutboxMessage.mailbox_id, OutboxMessage.id)
    )
    return [Unknown(row_id=row.id, mailbox_id=row.mailbox_id, message_id=row.message_id) for row in rows]


def settle_as_found(session: Session, unknown: Unknown, *, at: datetime) -> None:
    """It stands in the Sent folder, so it was sent."""
    still = OutboxMessage.state == OutboxState.UNKNOWN
    answer = "found in the Sent folder"
    outbox.end(
        session, unknown.row_id, still, OutboxState.SENT, "found_sent", answer=answer, at=at, sent_at=at
    )


def settle_by_hand(
    session: Session, ticket: Ticket, row_id: int, *, arrived: bool, actor: str, at: datetime
) -> None:
    """An agent has looked: an unknown message went out after all, or is handed over once more.

    One that was refused for good can only go out once more: nobody has it.
    """
    held = (OutboxState.UNKNOWN,) if arrived else (OutboxState.UNKNOWN, OutboxState.FAILED)
    unsettled = and_(
        OutboxMessage.state.in_(held), OutboxMessage.seen_at.is_(None), OutboxMessage.ticket_id == ticket.id
    )
    row = session.get_one(OutboxMessage, row_id)
    if not arrived and row.automatic:
        raise ConflictError("automatic mail is never sent a second time")
    mailbox = session.get_one(Mailbox, row.mailbox_id, with_for_update=True)
    if not arrived and mailbox.removed_at is not None:
        raise ConflictError("the mailbox of this message was removed: write your answer anew")
    values: dict[str, Any] = (
        {"state": OutboxState.SENT, "sent_at": at}
        if arrived
        else {"state": OutboxState.QUEUED, "due_at": at, "attempts": 0}
    )
    if not outbox.moved(session, row_id, unsettled, lease_owner=None, **values):
        raise ConflictError("this message has been settled already")
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "settled" if arrived else "sent_again",
        actor=actor,
        at=at,
        facts={"entry": row.entry_id, "message_id": row.message_id},
    )
