"""Add an entry: the one way in which anything on a ticket changes."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import indexing, turns
from helpdesk.blobs import BlobStore
from helpdesk.models import Attachment, Entry, EntryPayload, Reminder, Ticket
from helpdesk.rules import chain, snoozing
from helpdesk.rules.reminders import SNOOZE
from helpdesk.rules.snoozing import AS_IT_WAS, Until, Woken
from helpdesk.rules.states import EntryKind, ReminderKind, ReminderState, TicketState
from mail import types

CLOCK, SERVER = "clock", "server"
WOKE = "woke"  # because of which a ticket is ours again


def agent(agent_id: int) -> str:
    """How an entry names a member of staff."""
    return f"agent:{agent_id}"


def buyer(buyer_id: int) -> str:
    """How an entry names the person who bought."""
    return f"buyer:{buyer_id}"


def record(
    session: Session,
    ticket: Ticket,
    kind: EntryKind,
    verb: str,
    *,
    actor: str,
    at: datetime,
    facts: dict[str, Any] | None = None,
    attachments: Sequence[Attachment] = (),
    came_at: datetime | None = None,
) -> Entry:
    """Append an entry to a ticket that the caller holds (`tickets.hold`), and move its head.

    The names and hashes of the files are part of the facts, so the chain covers them too. `came_at`: of mail
    from an archive, whose writer waits since then.
    """
    payload = dict(facts or {})
    if attachments:
        payload["attachments"] = [
            {"name": file.filename, "type": file.content_type, "size": file.size, "sha256": file.sha256}
            for file in attachments
        ]
    salt = secrets.token_bytes(chain.SALT_BYTES)
    link = chain.Link(
        ticket_id=ticket.id,
        seq=ticket.last_seq + 1,
        kind=kind,
        verb=verb,
        actor=actor,
        at=at,
        payload_commit=chain.commitment(salt, payload),
        prev_hash=ticket.head_hash or chain.genesis(ticket.id),
    )
    entry = Entry(
        ticket_id=ticket.id,
        seq=link.seq,
        kind=kind,
        verb=verb,
        actor=actor,
        at=at,
        payload_commit=link.payload_commit,
        prev_hash=link.prev_hash,
        hash=chain.digest(link),
        payload=EntryPayload(salt=salt, facts=payload),
        attachments=list(attachments),
    )
    session.add(entry)
    ticket.last_seq, ticket.head_hash, ticket.updated_at = entry.seq, entry.hash, at
    turns.note_entry(ticket, kind, verb, actor, at=came_at or at)
    session.flush()
    indexing.index(session, ticket, entry)
    if ticket.snoozed_until is not None:
        _wake_by(session, ticket, entry, payload, at=at)
    return entry


def wake(session: Session, ticket: Ticket, because: Woken, *, actor: str, at: datetime) -> bool:
    """A held ticket sleeps no more, and its conversation says why; who waited for others has to look: it is
    our turn, but for AS_IT_WAS. False when it did not sleep."""
    if ticket.snoozed_until is None:
        return False
    ticket.snoozed_until = None
    ends = {"state": ReminderState.WITHDRAWN, "withdrawn_because": str(because)}
    for plan in _snoozes(session, ticket):
        for name, value in ends.items():
            setattr(plan, name, value)
    record(session, ticket, EntryKind.EVENT, "woke", actor=actor, at=at, facts={"because": because})
    if ticket.state is TicketState.WAITING and because not in AS_IT_WAS:
        facts = {"before": ticket.state, "after": TicketState.OPEN, "waiting_on": None, "because": WOKE}
        ticket.state, ticket.waiting_on = TicketState.OPEN, None
        turns.note_move(ticket, TicketState.WAITING, at=at)
        record(session, ticket, EntryKind.EVENT, "moved", actor=actor, at=at, facts=facts)
    return True


def _wake_by(session: Session, ticket: Ticket, entry: Entry, facts: dict[str, Any], *, at: datetime) -> None:
    for plan in _snoozes(session, ticket):
        until, by = Until(plan.facts["until"]), str(plan.facts["by"])
        because = snoozing.woken_by(until, by, entry.kind, entry.verb, entry.actor, facts)
        if because is not None:
            wake(session, ticket, because, actor=entry.actor, at=at)


def _snoozes(session: Session, ticket: Ticket) -> list[Reminder]:
    """The plan to wake it, where it sleeps."""
    planned = session.scalars(
        select(Reminder).where(
            Reminder.ticket_id == ticket.id,
            Reminder.state == ReminderState.PLANNED,
            Reminder.kind == ReminderKind.TASK_DUE,
        )
    )
    return [plan for plan in planned if plan.facts.get("about") == SNOOZE]


def keep(blobs: BlobStore, files: Sequence[types.Attachment]) -> list[Attachment]:
    """Put the bytes of files into the blob store and make the rows that name them."""
    return [
        Attachment(
            position=position,
            filename=file.filename[:255],
            content_type=file.content_type[:255],
            size=len(file.content),
            sha256=blobs.put(file.content),
            content_id=file.content_id[:998],
            inline=file.inline,
        )
        for position, file in enumerate(files)
    ]
