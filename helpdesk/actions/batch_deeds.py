"""What a batch does to one of its tickets: the same actions that a colleague has on its page.

Each deed returns what stood there before, so that an undo can put it back; None when nothing had to be done.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.actions import conversation, merging, putting_back, replies, snoozes, spam, tags, tickets
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, Batch, BatchTicket, Ticket
from helpdesk.rules.batches import Deed
from helpdesk.rules.snoozing import Until
from helpdesk.rules.states import TicketState, WaitingOn

HIDES = (Deed.MOVE, Deed.SPAM, Deed.SNOOZE)  # not over words that came after the tickets were chosen
# The words of the batch's saved reply on a ticket, with its variables put in.
Told = Callable[[Session, Mapping[str, Any], Ticket, Agent], str]


def do(
    session: Session,
    desk: Desk,
    batch: Batch,
    row: BatchTicket,
    told: Told,
    *,
    by: Agent,
    at: datetime,
) -> dict[str, Any] | None:
    """Raises what the action itself raises: it is this ticket that is refused, not the batch."""
    facts = batch.facts
    if batch.deed is Deed.MERGE:  # it holds both tickets itself, in their order
        merging.merge(session, row.ticket_id, int(facts["into"]), by=by, at=at)
        return {"into": facts["into"]}
    ticket = tickets.hold(session, row.ticket_id)
    if batch.deed in HIDES and tickets.has_moved_on(session, ticket, row.seen_seq, by=by):
        raise ConflictError("the conversation has moved on: it stays as it is")
    if batch.deed is Deed.REPLY:
        return _reply(session, desk, ticket, row, told(session, facts, ticket, by), facts, by=by, at=at)
    return DEEDS[batch.deed](session, ticket, facts, by=by, at=at)


def _assign(
    session: Session, ticket: Ticket, facts: Mapping[str, Any], *, by: Agent, at: datetime
) -> dict[str, Any] | None:
    before = ticket.assignee_id
    entry = tickets.assign(session, ticket, facts["assignee"], by=by, at=at)
    return {"assignee": before} if entry else None


def _move(
    session: Session, ticket: Ticket, facts: Mapping[str, Any], *, by: Agent, at: datetime
) -> dict[str, Any] | None:
    before = putting_back.standing(session, ticket)
    entry = tickets.move(
        session,
        ticket,
        TicketState(facts["state"]),
        actor=conversation.agent(by.id),
        at=at,
        waiting_on=WaitingOn(facts["waiting_on"]) if facts.get("waiting_on") else None,
    )
    return before if entry else None


def _mark(
    session: Session, ticket: Ticket, facts: Mapping[str, Any], *, by: Agent, at: datetime
) -> dict[str, Any] | None:
    before = {**putting_back.standing(session, ticket), "spam": ticket.spam}
    change = spam.mark if facts["spam"] else spam.unmark
    return before if change(session, ticket, actor=conversation.agent(by.id), at=at) else None


def _tag(
    session: Session, ticket: Ticket, facts: Mapping[str, Any], *, by: Agent, at: datetime
) -> dict[str, Any] | None:
    """New tags, and perhaps others off in their place."""
    actor = conversation.agent(by.id)
    off = tags.take_off(session, ticket, facts.get("off", ()), actor=actor, at=at)
    new = tags.add(session, ticket, facts["tags"], actor=actor, at=at)
    return {"tags": new, "off": off} if new or off else None


def _snooze(
    session: Session, ticket: Ticket, facts: Mapping[str, Any], *, by: Agent, at: datetime
) -> dict[str, Any]:
    before = putting_back.standing(session, ticket)
    due_at = datetime.fromisoformat(facts["due_at"]) if facts.get("due_at") else None
    snoozes.snooze(session, ticket, Until(facts["until"]), by=by, at=at, due_at=due_at)
    return before


def _wake(
    session: Session, ticket: Ticket, facts: Mapping[str, Any], *, by: Agent, at: datetime
) -> dict[str, Any] | None:
    before = putting_back.standing(session, ticket)
    return before if snoozes.wake(session, ticket, by=by, at=at) else None


def _untag(
    session: Session, ticket: Ticket, facts: Mapping[str, Any], *, by: Agent, at: datetime
) -> dict[str, Any] | None:
    gone = tags.take_off(session, ticket, facts["tags"], actor=conversation.agent(by.id), at=at)
    return {"tags": gone} if gone else None


def _reply(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    row: BatchTicket,
    text: str,
    facts: Mapping[str, Any],
    *,
    by: Agent,
    at: datetime,
) -> dict[str, Any]:
    """Through the send guard, which nobody overrules here; it waits for the undo time like any other."""
    if not text:
        raise ConflictError("this saved reply says nothing")
    before = {**putting_back.standing(session, ticket), "assignee": ticket.assignee_id}
    entry = replies.send_reply(
        session,
        desk,
        ticket,
        text,
        by=by,
        seen_seq=row.seen_seq,
        at=at,
        then=TicketState(facts["then"]),
    )
    return {**before, "entry": entry.id}


DEEDS: Mapping[Deed, Callable[..., dict[str, Any] | None]] = {
    Deed.ASSIGN: _assign,
    Deed.MOVE: _move,
    Deed.SPAM: _mark,
    Deed.TAG: _tag,
    Deed.UNTAG: _untag,
    Deed.SNOOZE: _snooze,
    Deed.WAKE: _wake,
}
