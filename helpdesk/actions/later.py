"""A reply that is sent later, unless the buyer answers first: planned mail, in an agent's words.

It is a reminder row: the clock's one mechanism. What withdraws it gives its words back as a draft.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.actions import conversation, guarding, recipients, reminders, replies, tickets, writing
from helpdesk.actions.recipients import Copies
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Agent, Mailbox, Reminder, Ticket
from helpdesk.rules import later
from helpdesk.rules.guard import Draft
from helpdesk.rules.reminders import Reason, is_too_late
from helpdesk.rules.states import ReminderKind, TicketState, WaitingOn
from mail.compose import can_be_written_to
from mail.types import Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """When it leaves, what withdraws it, and the state afterwards."""

    due_at: datetime
    unless_answered: bool = True
    then: TicketState = TicketState.WAITING


def plan_reply(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    text: str,
    *,
    by: Agent,
    seen_seq: int,
    at: datetime,
    when: Later,
    files: Sequence[Attachment] = (),
    copies: Copies = replies.NOBODY_ELSE,
    insisted: Collection[str] = (),
) -> Reminder:
    """Plan a reply on a held ticket, which waits for the buyer until then.

    It is asked about now, while somebody is there to answer: raises guarding.ObjectedError, InvalidError for
    an empty reply and an impossible moment, ConflictError where nothing can be sent.
    """
    writing.check(text, files)
    tickets.check_stands_alone(ticket)
    _check_moment(when.due_at, at=at)
    if ticket.spam:
        raise ConflictError("this ticket is marked as spam: take the mark away first")
    draft = Draft(text=text, files=len(files), recipients=copies.keys)
    overruled = guarding.check(session, ticket, draft, by=by, seen_seq=seen_seq, insisted=insisted)
    kept = [(file, desk.blobs.put(file.content)) for file in files]
    reminder = reminders.plan(
        session,
        ticket,
        ReminderKind.REPLY_LATER,
        due_at=when.due_at,
        actor=conversation.agent(by.id),
        at=at,
        facts={
            "agent": by.id,
            "text": text.strip(),
            "cc": [str(each) for each in copies.cc],
            "bcc": [str(each) for each in copies.bcc],
            "then": when.then,
            "even_if_answered": not when.unless_answered,
            "files": [
                {
                    "name": file.filename,
                    "type": file.content_type,
                    "size": len(file.content),
                    "sha256": sha256,
                }
                for file, sha256 in kept
            ],
            **guarding.as_facts(overruled),
        },
    )
    if ticket.assignee_id is None:
        tickets.assign(session, ticket, by.id, by=by, at=at)
    actor, buyer = conversation.agent(by.id), WaitingOn.BUYER
    tickets.move(session, ticket, TicketState.WAITING, actor=actor, at=at, waiting_on=buyer)
    return reminder


def carry_out(session: Session, desk: Desk, ticket: Ticket, reminder: Reminder, *, at: datetime) -> bool:
    """Send it, as the agent's own reply; False when it has become pointless or somebody else has."""
    pointless = _pointless(session, ticket, reminder, at=at)
    if pointless is not None:
        _give_up(session, ticket, reminder, pointless, at=at)
        return False
    if not reminders.finish(session, reminder, at=at):
        return False
    facts = reminder.facts
    copies = recipients.read(session, ticket, cc=", ".join(facts["cc"]), bcc=", ".join(facts["bcc"]))
    replies.deliver(
        session,
        desk,
        ticket,
        str(facts["text"]),
        by=session.get_one(Agent, facts["agent"]),
        at=at,
        due_at=at,
        files=[_file(desk, each) for each in facts["files"]],
        then=TicketState(facts["then"]),
        copies=copies,
        reason=f"reminder:{reminder.id}",
        facts={"planned_at": reminder.created_at.isoformat(), **_insisted(facts)},
    )
    return True


def take_back(session: Session, ticket: Ticket, reminder_id: int, *, actor: str, at: datetime) -> None:
    """An agent withdraws a plan; a reply is a draft again, and it is our turn.

    Raises ConflictError, see reminders.take_back.
    """
    plan = session.get(Reminder, reminder_id)
    reminders.take_back(session, ticket, reminder_id, actor=actor, at=at)
    if plan is not None and plan.kind is ReminderKind.REPLY_LATER and ticket.waiting_on is WaitingOn.BUYER:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)


def _give_up(session: Session, ticket: Ticket, reminder: Reminder, reason: Reason, *, at: datetime) -> None:
    """It does not go: somebody has to see that, so it is our turn."""
    actor = conversation.CLOCK
    reminders.withdraw(session, ticket, reason, actor=actor, at=at, reminder_id=reminder.id)
    if ticket.state is TicketState.WAITING:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)


def _pointless(session: Session, ticket: Ticket, reminder: Reminder, *, at: datetime) -> Reason | None:
    if is_too_late(reminder.due_at, at=at):
        return Reason.OUT_OF_DATE
    if session.get_one(Mailbox, ticket.mailbox_id).removed_at is not None:
        return Reason.MAILBOX_REMOVED
    if ticket.spam:
        return Reason.SPAM
    return None if can_be_written_to(ticket.address) else Reason.SUPPRESSED


def _check_moment(due_at: datetime, *, at: datetime) -> None:
    try:
        later.check(due_at, at=at)
    except later.TooSoonError as error:
        raise InvalidError("this moment has passed: choose a later one", field="later_at") from error
    except later.TooLateError as error:
        raise InvalidError("at most a year from now", field="later_at") from error


def _file(desk: Desk, said: dict[str, Any]) -> Attachment:
    return Attachment(
        filename=str(said["name"]),
        content_type=str(said["type"]),
        content=desk.blobs.get(str(said["sha256"])),
    )


def _insisted(facts: dict[str, Any]) -> dict[str, Any]:
    return {"insisted": facts["insisted"]} if facts.get("insisted") else {}
