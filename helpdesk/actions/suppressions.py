"""Whom automatic mail is not written to, and how much of it an address has had."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import OutboxMessage, Suppression


def is_suppressed(session: Session, key: str) -> bool:
    return session.scalar(select(Suppression.id).where(Suppression.key == key)) is not None


def automatic_today(session: Session, recipient: str, *, at: datetime) -> int:
    """How much automatic mail an address, spelled as we write to it, was written within a day."""
    count = session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            OutboxMessage.recipient == recipient,
            OutboxMessage.automatic,
            OutboxMessage.created_at > at - timedelta(days=1),
        )
    )
    return count or 0
