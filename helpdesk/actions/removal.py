"""Take a mailbox out of use for good. What came through it stays: tickets, conversations, bytes."""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, grants, outbox, reminders, tickets
from helpdesk.models import Mailbox, OutboxMessage, Reminder, Ticket
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import OutboxState, ReminderState

WAITS = (OutboxState.QUEUED, OutboxState.LEASED)
LONGEST_NAME = 60  # what is left of it beside the words that say that it was removed


def remove(session: Session, mailbox: Mailbox, *, at: datetime) -> int:
    """Read and send nothing through it any more; its secrets go, its name is free for another one.

    What still waits to be sent fails, visibly on its ticket, and what was planned is withdrawn; how many
    messages failed.
    """
    _hold_tickets(session, mailbox)
    waiting = session.scalars(
        select(OutboxMessage.id)
        .where(OutboxMessage.mailbox_id == mailbox.id, OutboxMessage.state.in_(WAITS))
        .order_by(OutboxMessage.ticket_id, OutboxMessage.id)
    ).all()
    for row_id in waiting:
        fail(session, row_id, at=at)
    _withdraw_plans(session, mailbox, at=at)
    mailbox.active, mailbox.removed_at = False, at
    mailbox.lease_owner = mailbox.leased_until = None
    mailbox.name = f"{mailbox.name[:LONGEST_NAME]} (removed {mailbox.id})"
    mailbox.password_sealed = b""
    grants.remove(session, mailbox)
    mailbox.problem, mailbox.problem_at = "", None
    mailbox.sending_problem, mailbox.sending_problem_at = "", None
    return len(waiting)


def stranded(session: Session) -> list[int]:
    """What was put in line at the very moment of the removal, by somebody who still saw the mailbox."""
    return list(
        session.scalars(
            select(OutboxMessage.id)
            .join(Mailbox, Mailbox.id == OutboxMessage.mailbox_id)
            .where(Mailbox.removed_at.is_not(None), OutboxMessage.state.in_(WAITS))
            .order_by(OutboxMessage.ticket_id, OutboxMessage.id)
        )
    )


def fail(session: Session, row_id: int, *, at: datetime) -> bool:
    """End a message that nobody can send any more, visibly; False when it has ended otherwise."""
    still = and_(OutboxMessage.id == row_id, OutboxMessage.state.in_(WAITS))
    answer = "the mailbox was removed before this was sent"
    return outbox.end(session, row_id, still, OutboxState.FAILED, "failed", answer=answer, at=at)


def _hold_tickets(session: Session, mailbox: Mailbox) -> None:
    """Tickets before their mailbox, as everybody takes them, so that nobody waits in a circle."""
    waiting = select(OutboxMessage.ticket_id).where(
        OutboxMessage.mailbox_id == mailbox.id, OutboxMessage.state.in_(WAITS)
    )
    planned = (
        select(Reminder.ticket_id)
        .join(Ticket, Ticket.id == Reminder.ticket_id)
        .where(Ticket.mailbox_id == mailbox.id, Reminder.state == ReminderState.PLANNED)
    )
    found = {*session.scalars(waiting), *session.scalars(planned)}
    ends = select(Ticket.merged_into_id).where(Ticket.id.in_(found), Ticket.merged_into_id.is_not(None))
    for ticket_id in sorted(found.union(each for each in session.scalars(ends) if each)):
        tickets.hold(session, ticket_id)
    session.refresh(mailbox, with_for_update=True)


def _withdraw_plans(session: Session, mailbox: Mailbox, *, at: datetime) -> None:
    planned = session.execute(
        select(Reminder.id, Reminder.ticket_id)
        .join(Ticket, Ticket.id == Reminder.ticket_id)
        .where(Ticket.mailbox_id == mailbox.id, Reminder.state == ReminderState.PLANNED)
        .order_by(Reminder.ticket_id, Reminder.id)
    ).all()
    for row in planned:
        reminders.withdraw(
            session,
            tickets.hold(session, row.ticket_id),
            Reason.MAILBOX_REMOVED,
            actor=conversation.CLOCK,
            at=at,
            reminder_id=row.id,
        )
