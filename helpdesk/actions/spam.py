"""Spam stays a ticket: in a queue of its own, answered by nobody, and out of it again by one key."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import claim_timers, claims, conversation, merging, outbox, reminders, tickets
from helpdesk.errors import ConflictError
from helpdesk.models import Claim, Entry, OutboxMessage, Ticket
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import EntryKind, OutboxState


def mark(session: Session, ticket: Ticket, *, actor: str, at: datetime, because: str = "") -> Entry | None:
    """Call a ticket spam; None when it is called so already. `because` is the header or folder that said so.

    What was planned is withdrawn, and so is what waits to leave, on merged tickets too: nobody writes to a
    spammer.
    """
    tickets.check_stands_alone(ticket)
    if ticket.spam:
        return None
    ticket.spam = True
    entry = conversation.record(
        session, ticket, EntryKind.EVENT, "marked_spam", actor=actor, at=at, facts={"because": because}
    )
    for plan in reminders.planned(session, ticket):
        reminders.withdraw(session, ticket, Reason.SPAM, actor=actor, at=at, reminder_id=plan.id)
    for each in merging.held(session, ticket):
        _withdraw_what_waits(session, each, actor=actor, at=at)
    return entry


def unmark(session: Session, ticket: Ticket, *, actor: str, at: datetime) -> Entry | None:
    """It is no spam after all: the ticket stands where it stood, and the time of its claims runs anew. None
    when it was not called so."""
    tickets.check_stands_alone(ticket)
    if not ticket.spam:
        return None
    ticket.spam = False
    entry = conversation.record(session, ticket, EntryKind.EVENT, "unmarked_spam", actor=actor, at=at)
    for claim in session.scalars(select(Claim).where(Claim.ticket_id == ticket.id, Claim.live)).all():
        claim_timers.plan(session, ticket, claim, actor=claims.named(actor), at=at)
    return entry


def _withdraw_what_waits(session: Session, ticket: Ticket, *, actor: str, at: datetime) -> None:
    waiting = select(OutboxMessage.id).where(
        OutboxMessage.ticket_id == ticket.id, OutboxMessage.state == OutboxState.QUEUED
    )
    for row_id in session.scalars(waiting).all():
        with suppress(ConflictError):  # it leaves at this very moment
            outbox.withdraw(session, ticket, row_id, actor=actor, at=at)
