"""Keep on a ticket since when its buyer waits, when she was first answered, and by when she is to be."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpdesk.models import Entry, OutboxMessage, ReceivedMessage, Ticket
from helpdesk.rules import turns
from helpdesk.rules.states import EntryKind, OutboxState, TicketState
from helpdesk.rules.turns import ANSWER_WITHIN, DONE, Waits

MOMENTS = ("unanswered_since", "first_answer_at", "answer_by")


def note_entry(ticket: Ticket, kind: EntryKind, verb: str, actor: str, *, at: datetime) -> None:
    """An entry was added at this moment; mail of an archive: when it had come."""
    _keep(ticket, turns.after_entry(_waits(ticket), kind, verb, actor, at=at))


def note_move(ticket: Ticket, was: TicketState, *, at: datetime) -> None:
    """Its state has changed."""
    _keep(ticket, turns.after_move(_waits(ticket), was, ticket.state, at=at))
    if ticket.state not in DONE:
        ticket.done_at = None
    elif was not in DONE:
        ticket.done_at = at


def as_facts(ticket: Ticket) -> dict[str, str | None]:
    """What it keeps of it, for an entry that puts it back."""
    kept = _waits(ticket)
    return {name: at.isoformat() if (at := getattr(kept, name)) else None for name in MOMENTS}


def put_back(ticket: Ticket, said: Mapping[str, str | None]) -> None:
    """An undo: it is as it was, as `as_facts` told it."""
    _keep(ticket, _read(said))


def note_taken_back(session: Session, ticket: Ticket) -> None:
    """An answer never left: what the conversation says without it."""
    _keep(ticket, told(session, ticket))


def told(session: Session, ticket: Ticket) -> Waits:
    """What the conversation says of it, read from its first entry on."""
    never_left = set(
        session.scalars(
            select(OutboxMessage.entry_id).where(
                OutboxMessage.ticket_id == ticket.id, OutboxMessage.state == OutboxState.WITHDRAWN
            )
        )
    )
    query = select(ReceivedMessage.entry_id, ReceivedMessage.came_at)
    came = {
        row.entry_id: row.came_at
        for row in session.execute(query.where(ReceivedMessage.ticket_id == ticket.id))
    }
    entries = session.scalars(
        select(Entry)
        .where(Entry.ticket_id == ticket.id)
        .options(joinedload(Entry.payload))
        .order_by(Entry.seq)
    )
    found = Waits(answer_by=ticket.created_at + ANSWER_WITHIN)
    for entry in entries:
        if entry.verb == "moved" and "waits" in entry.facts:  # an undo
            found = _read(entry.facts["waits"])
        elif entry.verb == "moved" and entry.facts:
            before, after = (TicketState(entry.facts[name]) for name in ("before", "after"))
            found = turns.after_move(found, before, after, at=entry.at)
        elif entry.id not in never_left:
            at = came.get(entry.id) or entry.at
            found = turns.after_entry(found, entry.kind, entry.verb, entry.actor, at=at)
    return found


def _read(said: Mapping[str, str | None]) -> Waits:
    return Waits(*(datetime.fromisoformat(at) if (at := said[name]) else None for name in MOMENTS))


def _waits(ticket: Ticket) -> Waits:
    return Waits(ticket.unanswered_since, ticket.first_answer_at, ticket.answer_by)


def _keep(ticket: Ticket, found: Waits) -> None:
    ticket.unanswered_since = found.unanswered_since
    ticket.first_answer_at = found.first_answer_at
    ticket.answer_by = found.answer_by
