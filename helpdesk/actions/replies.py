"""What an agent writes: a reply to the buyer, a note among colleagues."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import letters
from helpdesk.actions import (
    conversation,
    directory,
    drafts,
    guarding,
    merging,
    outbox,
    sending,
    tickets,
    writing,
)
from helpdesk.actions.recipients import Copies
from helpdesk.desk import Desk
from helpdesk.errors import NotFoundError
from helpdesk.models import Agent, Entry, OutboxMessage, Ticket
from helpdesk.rules import mentions
from helpdesk.rules.guard import Draft
from helpdesk.rules.states import EntryKind, OutboxState, TicketState, WaitingOn
from mail.types import Attachment

NOBODY_ELSE = Copies()


def send_reply(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    text: str,
    *,
    by: Agent,
    seen_seq: int,
    at: datetime,
    files: Sequence[Attachment] = (),
    then: TicketState = TicketState.WAITING,
    facts: Mapping[str, Any] | None = None,
    insisted: Collection[str] | None = (),
    copies: Copies = NOBODY_ELSE,
) -> Entry:
    """Answer the buyer; it leaves after the undo time. `then` is the state afterwards, `facts` are more of
    what the entry says, `insisted` the objections that she has read and overruled (see guarding.check),
    `copies` who gets it besides.

    Raises guarding.ObjectedError when somebody has spoken since entry `seen_seq`, or something else speaks
    against it; InvalidError for an empty reply.
    """
    writing.check(text, files)
    tickets.check_stands_alone(ticket)
    draft = Draft(text=text, files=len(files), recipients=copies.keys)
    overruled = guarding.check(session, ticket, draft, by=by, seen_seq=seen_seq, insisted=insisted)
    return deliver(
        session,
        desk,
        ticket,
        text,
        by=by,
        at=at,
        due_at=at + desk.hold,
        files=files,
        then=then,
        copies=copies,
        facts={**guarding.as_facts(overruled), **(facts or {})},
    )


def deliver(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    text: str,
    *,
    by: Agent,
    at: datetime,
    due_at: datetime,
    files: Sequence[Attachment] = (),
    then: TicketState = TicketState.WAITING,
    copies: Copies = NOBODY_ELSE,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Entry:
    """Write a reply that nothing speaks against, and say whose turn it is; `reason` names why it exists (""
    means its entry)."""
    letter = letters.render(
        "reply",
        ticket.locale,
        subject=ticket.subject or ticket.tag,
        text=text.strip(),
        agent=by.name,
        shop=desk.shop_name,
    )
    entry = sending.send(
        session,
        desk,
        ticket,
        letter,
        verb="replied",
        actor=conversation.agent(by.id),
        at=at,
        due_at=due_at,
        reason=reason,
        files=files,
        said=text.strip(),
        copies=copies,
        facts=facts,
    )
    if ticket.assignee_id is None:
        tickets.assign(session, ticket, by.id, by=by, at=at)
    waiting_on = WaitingOn.BUYER if then is TicketState.WAITING else None
    tickets.move(session, ticket, then, actor=conversation.agent(by.id), at=at, waiting_on=waiting_on)
    return entry


def take_back(session: Session, ticket: Ticket, entry_id: int, *, by: Agent, at: datetime) -> str:
    """Withdraw a reply within the undo time: it is a draft of this agent again, with its files. Its words
    are returned. Twice changes nothing; ConflictError when it is too late.

    Of a merged ticket it is taken back as well; it is our turn where the matter is answered now.
    """
    turn = ticket if ticket.merged_into_id is None else merging.final(session, ticket.id)
    row = session.scalar(
        select(OutboxMessage).where(
            OutboxMessage.entry_id == entry_id, OutboxMessage.ticket_id.in_(merging.numbers(turn))
        )
    )
    if row is None:
        raise NotFoundError("there is no such message on this ticket")
    if row.state is not OutboxState.WITHDRAWN:
        its_own = turn if row.ticket_id == turn.id else tickets.hold(session, row.ticket_id)
        outbox.withdraw(session, its_own, row.id, actor=conversation.agent(by.id), at=at)
        if turn.state is not TicketState.OPEN:
            tickets.move(session, turn, TicketState.OPEN, actor=conversation.agent(by.id), at=at)
        drafts.bring_back(session, turn, session.get_one(Entry, entry_id), by=by.id, at=at)
    return str(session.get_one(Entry, entry_id).facts.get("words", ""))


def add_note(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    text: str,
    *,
    by: Agent,
    at: datetime,
    files: Sequence[Attachment] = (),
) -> Entry:
    """Words for colleagues; they never leave the house."""
    writing.check(text, files)
    tickets.check_stands_alone(ticket)
    if ticket.state is TicketState.NEW:
        tickets.move(session, ticket, TicketState.OPEN, actor=conversation.agent(by.id), at=at)
    return conversation.record(
        session,
        ticket,
        EntryKind.NOTE,
        "noted",
        actor=conversation.agent(by.id),
        at=at,
        facts={"text": text.strip(), **_mentions(session, text)},
        attachments=conversation.keep(desk.blobs, files),
    )


def _mentions(session: Session, text: str) -> dict[str, Any]:
    """The colleagues whom a note names; nothing of none."""
    here = {agent.id: agent.name for agent in directory.colleagues(session).values()} if "@" in text else {}
    found = mentions.mentioned(text, here)
    return {"mentions": list(found)} if found else {}
