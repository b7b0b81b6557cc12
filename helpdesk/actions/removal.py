"""Take a mailbox out of use for good. What came through it stays: tickets, conversations, bytes."""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from helpdesk.actions import grants, outbox
from helpdesk.models import Mailbox, OutboxMessage
from helpdesk.rules.states import OutboxState

WAITS = (OutboxState.QUEUED, OutboxState.LEASED)
LONGEST_NAME = 60  # what is left of it beside the words that say that it was removed


def remove(session: Session, mailbox: Mailbox, *, at: datetime) -> int:
    """Read and send nothing through it any more; its secrets go, its name is free for another one.

    What still waits to be sent fails, visibly on its ticket; how many messages that were.
    """
    waiting = session.scalars(
        select(OutboxMessage.id)
        .where(OutboxMessage.mailbox_id == mailbox.id, OutboxMessage.state.in_(WAITS))
        .order_by(OutboxMessage.ticket_id, OutboxMessage.id)
    ).all()
    for row_id in waiting:
        still = and_(OutboxMessage.id == row_id, OutboxMessage.state.in_(WAITS))
        answer = "the mailbox was removed before this was sent"
        outbox.end(session, row_id, still, OutboxState.FAILED, "failed", answer=answer, at=at)
    mailbox.active, mailbox.removed_at = False, at
    mailbox.name = f"{mailbox.name[:LONGEST_NAME]} (removed {mailbox.id})"
    mailbox.password_sealed = b""
    grants.remove(session, mailbox)
    mailbox.problem, mailbox.problem_at = "", None
    mailbox.sending_problem, mailbox.sending_problem_at = "", None
    return len(waiting)
