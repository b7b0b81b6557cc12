"""How fast a mailbox sends: providers close accounts that are faster than their unpublished limits.

A slot is taken with the message, in one transaction: two workers cannot both have it.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Mailbox, OutboxMessage
from helpdesk.rules.states import OutboxState
from mail.providers import Pace, pace_of

DAY = timedelta(days=1)


def pace(mailbox: Mailbox) -> Pace:
    """What a person has set, else what the provider is known to stand. 0 stands for no limit."""
    usual = pace_of(mailbox.smtp_host)
    return Pace(
        every=usual.every if mailbox.send_every is None else mailbox.send_every,
        per_day=usual.per_day if mailbox.send_per_day is None else mailbox.send_per_day,
    )


def free_at(session: Session, mailbox: Mailbox, *, at: datetime) -> datetime:
    """When the next message may go: `at`, or later."""
    limits = pace(mailbox)
    free = max(at, mailbox.next_send_at or at)
    if limits.per_day and _sent_since(session, mailbox.id, at - DAY) >= limits.per_day:
        nth_last = session.scalar(
            select(OutboxMessage.sent_at)
            .where(OutboxMessage.mailbox_id == mailbox.id, OutboxMessage.sent_at.is_not(None))
            .order_by(OutboxMessage.sent_at.desc())
            .offset(limits.per_day - 1)
            .limit(1)
        )
        free = max(free, (nth_last or at) + DAY)
    return free


def why(mailbox: Mailbox, free_at: datetime) -> str:
    """What the mailbox's page says meanwhile."""
    return (
        f"this mailbox sends at most {pace(mailbox).per_day} messages within 24 hours: "
        f"the next goes out at {free_at:%Y-%m-%d %H:%M} UTC"
    )


def something_waits(session: Session, mailbox_id: int, *, at: datetime) -> bool:
    """Whether a message is due, and so kept waiting by the pace."""
    due = select(OutboxMessage.id).where(
        OutboxMessage.mailbox_id == mailbox_id,
        OutboxMessage.state == OutboxState.QUEUED,
        OutboxMessage.due_at <= at,
    )
    return session.scalar(due.limit(1)) is not None


def take(mailbox: Mailbox, *, at: datetime) -> None:
    """A message goes now; the next one after the pause."""
    every = pace(mailbox).every
    mailbox.next_send_at = at + timedelta(seconds=every) if every else None


def _sent_since(session: Session, mailbox_id: int, since: datetime) -> int:
    count = session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.mailbox_id == mailbox_id, OutboxMessage.sent_at > since)
    )
    return count or 0
