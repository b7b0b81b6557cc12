"""What waits for a person, in a person's hands: run again, or put away with the reason why."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, outbox, tickets
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, Entry, OutboxMessage, ReceivedMessage, Suppression
from helpdesk.models.messages import BY_HAND, COPY_OF
from helpdesk.rules.states import EntryKind, OutboxState, ReceivedState

REPORTS = frozenset({"bounced", "complained"})  # verbs of entries that reports made
LONGEST = 150  # characters of a reason: its column has 200, with who gave it


def run_again(session: Session, received_id: int, *, by: Agent, at: datetime) -> None:
    """Put a parked message back in line, or an ignored one, or a report, as a buyer's mail.

    A copy stays a copy, whoever insists: its conversation has the mail already. Of a report that was none
    after all, the ticket says so, and it counts against no address any more. Raises ConflictError.
    """
    received = session.get_one(ReceivedMessage, received_id, with_for_update=True, populate_existing=True)
    if received.state is ReceivedState.JOINED:
        _take_report_back(session, received, by=by, at=at)
        return
    if received.state not in (ReceivedState.PARKED, ReceivedState.IGNORED):
        raise ConflictError("this message is neither parked nor ignored any more")
    if received.ignored_because.startswith(COPY_OF):
        raise ConflictError("this is a copy of a message that is in a conversation already")
    if not received.sha256:
        raise ConflictError("the server never gave us the bytes of this message: look in the mailbox itself")
    judged = received.state is ReceivedState.IGNORED and not received.ignored_because.startswith(BY_HAND)
    received.insisted = received.insisted or judged
    received.state, received.attempts = ReceivedState.STORED, 0
    received.problem = received.ignored_because = ""


def _take_report_back(session: Session, received: ReceivedMessage, *, by: Agent, at: datetime) -> None:
    entry = session.get(Entry, received.entry_id)
    if entry is None or entry.verb not in REPORTS:
        raise ConflictError("this message is neither parked nor ignored any more")
    ticket = tickets.hold(session, entry.ticket_id)
    session.execute(delete(Suppression).where(Suppression.entry_id == entry.id))
    actor, facts = (
        conversation.agent(by.id),
        {"entry": entry.id, "recipient": entry.facts.get("recipient", "")},
    )
    conversation.record(session, ticket, EntryKind.EVENT, "report_was_mail", actor=actor, at=at, facts=facts)
    received.state, received.attempts, received.insisted = ReceivedState.STORED, 0, True
    received.ticket_id = received.entry_id = None


def ignore(session: Session, received_id: int, because: str, *, by: Agent) -> None:
    """A parked message is no mail for us. It keeps bytes and place in the ledger, and can be run again.

    Raises InvalidError without a reason, ConflictError when somebody was faster.
    """
    said = _reason(because)
    received = session.get(ReceivedMessage, received_id, with_for_update=True, populate_existing=True)
    if received is None:
        raise NotFoundError("there is no such message")
    if received.state is not ReceivedState.PARKED:
        raise ConflictError("this message is not parked any more")
    received.state, received.problem = ReceivedState.IGNORED, ""
    received.ignored_because = f"{BY_HAND}{by.id}:{said}"


def put_away(session: Session, row_id: int, because: str, *, by: Agent, at: datetime) -> Entry:
    """A message to a buyer that failed has been seen to; its ticket says by whom, and how."""
    said = _reason(because)
    row = _failed(session, row_id)
    ticket = tickets.hold(session, row.ticket_id)
    still = (OutboxMessage.state == OutboxState.FAILED) & OutboxMessage.seen_at.is_(None)
    if not outbox.moved(session, row.id, still, seen_at=at):
        raise ConflictError("this message has been settled already")
    facts = {"entry": row.entry_id, "message_id": row.message_id, "because": said}
    return conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "failure_seen",
        actor=conversation.agent(by.id),
        at=at,
        facts=facts,
    )


def _failed(session: Session, row_id: int) -> OutboxMessage:
    row = session.get(OutboxMessage, row_id)
    if row is None or row.agent_id is not None:
        raise NotFoundError("there is no such message")
    return row


def _reason(because: str) -> str:
    said = " ".join(because.split())
    if not said:
        raise InvalidError("say why nothing more is to be done", field="because")
    return said[:LONGEST]
