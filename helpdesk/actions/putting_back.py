"""Take back what a batch did to a ticket that nobody has touched since: state, plans, assignee, tags, spam.

It is an undo and no move of the day: a ticket may become "new" again, and its buyer waits since when she has
waited. The entry says what stands there now, so that whoever reads the conversation comes to the same end.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    claim_timers,
    conversation,
    merging,
    outbox,
    reminders,
    spam,
    tags,
    tickets,
    turns,
)
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, BatchTicket, OutboxMessage, Reminder, Ticket
from helpdesk.rules.batches import Deed
from helpdesk.rules.reminders import SNOOZE
from helpdesk.rules.snoozing import Woken
from helpdesk.rules.states import EntryKind, ReminderKind, ReminderState, TicketState, WaitingOn
from helpdesk.rules.turns import DONE

UNDONE = "undone"  # because of which a ticket has moved: see turns.told


def standing(session: Session, ticket: Ticket) -> dict[str, Any]:
    """How a held ticket stands: state, since when its buyer waits, and what is planned."""
    return {
        "state": ticket.state,
        "waiting_on": ticket.waiting_on,
        "waits": turns.as_facts(ticket),
        "done_at": ticket.done_at.isoformat() if ticket.done_at else None,
        "snoozed": ticket.snoozed_until is not None,
        "plans": [plan.id for plan in reminders.planned(session, ticket)],
    }


def put_back(
    session: Session, deed: Deed, row: BatchTicket, before: Mapping[str, Any], *, by: Agent, at: datetime
) -> dict[str, Any]:
    """Raises ConflictError for a ticket with an entry since; a message that has left is too late."""
    ticket = tickets.hold(session, row.ticket_id)
    is_as_left = ticket.last_seq == row.seen_seq
    if deed is Deed.REPLY:
        _take_message_back(session, ticket, int(before["entry"]), by=by, at=at)
        if not is_as_left:  # whose turn it is, is a matter of what came since; nobody answered, so it is ours
            if ticket.state in (TicketState.WAITING, *DONE) and ticket.merged_into_id is None:
                actor = conversation.agent(by.id)
                tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
            return {}
    elif not is_as_left:
        raise ConflictError("something has happened here since: it stays as it is")
    if deed is Deed.MERGE:
        merging.separate(session, row.ticket_id, by=by, at=at)
    else:
        BACK[deed](session, ticket, before, by=by, at=at)
    return {}


def _move_back(
    session: Session, ticket: Ticket, before: Mapping[str, Any], *, by: Agent, at: datetime
) -> None:
    now = ticket.state, ticket.waiting_on
    then = TicketState(before["state"]), WaitingOn(before["waiting_on"]) if before["waiting_on"] else None
    actor = conversation.agent(by.id)
    if now != then:
        ticket.state, ticket.waiting_on = then
        conversation.record(
            session,
            ticket,
            EntryKind.EVENT,
            "moved",
            actor=actor,
            at=at,
            facts={
                "before": now[0],
                "after": then[0],
                "waiting_on": then[1],
                "because": UNDONE,
                "waits": before["waits"],
            },
        )
    turns.put_back(ticket, before["waits"])
    ticket.done_at = datetime.fromisoformat(before["done_at"]) if before["done_at"] else None
    _plan_again(session, ticket, before["plans"], actor=actor, at=at)
    if not before["snoozed"]:
        conversation.wake(session, ticket, Woken.UNDONE, actor=actor, at=at)


def _plan_again(session: Session, ticket: Ticket, plans: list[int], *, actor: str, at: datetime) -> None:
    """What was planned and is not any more. A reply of a colleague is a draft by now, and hers to send."""
    ended = session.scalars(
        select(Reminder)
        .where(Reminder.id.in_(plans), Reminder.state == ReminderState.WITHDRAWN)
        .order_by(Reminder.id)
    ).all()
    for plan in ended:
        if plan.kind is ReminderKind.REPLY_LATER or _is_planned_anew(session, ticket, plan):
            continue
        again = reminders.plan(
            session,
            ticket,
            plan.kind,
            due_at=plan.due_at,
            actor=actor,
            at=at,
            facts=dict(plan.facts),
            claim_id=plan.claim_id,
        )
        again.resting_due_at = plan.resting_due_at
        if plan.facts.get("about") == SNOOZE:
            ticket.snoozed_until = plan.due_at


def _is_planned_anew(session: Session, ticket: Ticket, plan: Reminder) -> bool:
    """The timers of a claim begin again when a ticket is no spam any more."""
    return plan.kind in claim_timers.OURS and any(
        each.kind is plan.kind and each.claim_id == plan.claim_id
        for each in reminders.planned(session, ticket)
    )


def _assign_back(
    session: Session, ticket: Ticket, before: Mapping[str, Any], *, by: Agent, at: datetime
) -> None:
    tickets.assign(session, ticket, before["assignee"], by=by, at=at)


def _mark_back(
    session: Session, ticket: Ticket, before: Mapping[str, Any], *, by: Agent, at: datetime
) -> None:
    change = spam.mark if before["spam"] else spam.unmark
    change(session, ticket, actor=conversation.agent(by.id), at=at)
    _move_back(session, ticket, before, by=by, at=at)


def _untag(session: Session, ticket: Ticket, before: Mapping[str, Any], *, by: Agent, at: datetime) -> None:
    actor = conversation.agent(by.id)
    tags.take_off(session, ticket, before["tags"], actor=actor, at=at)
    if before["off"]:
        tags.add(session, ticket, before["off"], actor=actor, at=at)


def _tag_again(
    session: Session, ticket: Ticket, before: Mapping[str, Any], *, by: Agent, at: datetime
) -> None:
    tags.add(session, ticket, before["tags"], actor=conversation.agent(by.id), at=at)


def _answer_back(
    session: Session, ticket: Ticket, before: Mapping[str, Any], *, by: Agent, at: datetime
) -> None:
    _assign_back(session, ticket, before, by=by, at=at)
    _move_back(session, ticket, before, by=by, at=at)


def _take_message_back(session: Session, ticket: Ticket, entry_id: int, *, by: Agent, at: datetime) -> None:
    """Its words are in the saved reply: no draft is made of them."""
    row_id = session.scalar(select(OutboxMessage.id).where(OutboxMessage.entry_id == entry_id))
    outbox.withdraw(session, ticket, row_id or 0, actor=conversation.agent(by.id), at=at)


BACK: Mapping[Deed, Callable[..., None]] = {
    Deed.ASSIGN: _assign_back,
    Deed.MOVE: _move_back,
    Deed.SPAM: _mark_back,
    Deed.TAG: _untag,
    Deed.UNTAG: _tag_again,
    Deed.REPLY: _answer_back,
    Deed.SNOOZE: _move_back,
    Deed.WAKE: _move_back,
}
