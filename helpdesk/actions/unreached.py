"""Mail to somebody inside the shop did not arrive: said on the ticket and beside her name, of no buyer."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import conversation
from helpdesk.models import Agent, Entry, Inquiry, OutboxMessage, Ticket
from helpdesk.rules.states import EntryKind, OutboxState, ToldOf


def record(
    session: Session, ticket: Ticket, row: OutboxMessage, *, because: str, for_good: bool, at: datetime
) -> Entry:
    """It came back. For good: she is told nothing more by mail until she asks for it again."""
    agent = session.get_one(Agent, row.agent_id)
    agent.unreached = because[:500]
    if for_good:
        agent.told_of = ToldOf.NOTHING
    return conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "notification_returned",
        actor=conversation.SERVER,
        at=at,
        facts={
            "entry": row.entry_id,
            "message_id": row.message_id,
            "agent": agent.id,
            "recipient": row.recipient,
            "permanent": for_good,
            "text": because[:500],
        },
    )


def note_outcome(session: Session, row: OutboxMessage, state: OutboxState, *, answer: str) -> dict[str, str]:
    """What our own server said of it. Returns what the entry says besides."""
    if state is OutboxState.FAILED:
        session.get_one(Agent, row.agent_id).unreached = answer[:500] or "refused"
    return {"recipient": row.recipient, "about": "notification"}


def record_side_mail(
    session: Session, ticket: Ticket, row: OutboxMessage, *, because: str, at: datetime
) -> Entry:
    """A question or task came back: it stands unanswered, and says why."""
    inquiry = _note(session, row, because)
    return conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "side_mail_returned",
        actor=conversation.SERVER,
        at=at,
        facts={
            "entry": row.entry_id,
            "message_id": row.message_id,
            "inquiry": inquiry.id,
            "name": inquiry.contact.name,
            "recipient": row.recipient,
            "text": because[:500],
        },
    )


def note_side_mail(
    session: Session, row: OutboxMessage, state: OutboxState, *, answer: str
) -> dict[str, str]:
    """What our own server said of a side mail. Returns what the entry says besides."""
    if state is OutboxState.FAILED:
        _note(session, row, answer or "refused")
    return {"recipient": row.recipient, "about": "side_mail"}


def _note(session: Session, row: OutboxMessage, because: str) -> Inquiry:
    inquiry = session.get_one(Inquiry, row.inquiry_id)
    inquiry.problem = inquiry.contact.unreached = because[:500]
    return inquiry
