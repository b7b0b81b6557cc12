"""A message of ours came back: tie the bounce to it, say so on the ticket, learn from it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, tickets
from helpdesk.db import insert_missing
from helpdesk.models import Entry, OutboxMessage, Suppression
from helpdesk.rules.states import EntryKind, TicketState
from mail.types import Bounce

FAILED = frozenset({"failed", "delayed"})


def record_bounce(
    session: Session, bounces: tuple[Bounce, ...], *, mailbox_id: int, at: datetime
) -> Entry | None:
    """The entry on the ticket of the message that came back, or None when it was not one of ours.

    Only a permanent failure of the very address that we wrote to suppresses it.
    """
    for bounce in bounces:
        if bounce.action not in FAILED or not bounce.message_id:
            continue
        row = session.scalar(
            select(OutboxMessage).where(
                OutboxMessage.message_id == bounce.message_id, OutboxMessage.mailbox_id == mailbox_id
            )
        )
        if row is not None:
            return _on_ticket(session, row, bounce, at=at)
    return None


def _on_ticket(session: Session, row: OutboxMessage, bounce: Bounce, *, at: datetime) -> Entry:
    ticket = tickets.hold(session, row.ticket_id)
    permanent = bounce.permanent and bounce.action == "failed"
    entry = conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "bounced",
        actor=conversation.SERVER,
        at=at,
        facts={
            "entry": row.entry_id,
            "message_id": row.message_id,
            "recipient": bounce.recipient or row.recipient,
            "status": bounce.status,
            "permanent": permanent,
            "text": bounce.diagnostic,
        },
    )
    same_address = not bounce.recipient or bounce.recipient.casefold() == row.recipient.casefold()
    if permanent and same_address:
        suppression = {
            "key": row.recipient.casefold(),
            "because": bounce.diagnostic[:500] or bounce.status or "bounced",
            "entry_id": entry.id,
            "created_at": at,
        }
        insert_missing(session, Suppression, [suppression])
    if bounce.action == "failed" and ticket.state is TicketState.WAITING:
        tickets.move(session, ticket, TicketState.OPEN, actor=conversation.SERVER, at=at)
    return entry
