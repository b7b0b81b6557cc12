"""A ticket as plain data, for scripts: `helpdesk ticket --json` and `helpdesk export --json`.

The keys are a promise to those who script against them: add, never rename.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.errors import NotFoundError
from helpdesk.models import Agent, Buyer, Entry, OutboxMessage, Ticket

PAGE = 200


def tickets(session: Session) -> Iterator[dict[str, Any]]:
    """All tickets, oldest first, without their entries."""
    last = 0
    while True:
        page = session.scalars(
            select(Ticket)
            .where(Ticket.id > last)
            .order_by(Ticket.id)
            .limit(PAGE)
            .options(joinedload(Ticket.buyer).selectinload(Buyer.addresses), joinedload(Ticket.assignee))
        ).all()
        if not page:
            return
        for ticket in page:
            yield _ticket(ticket)
        last = page[-1].id


def ticket(session: Session, number: int) -> dict[str, Any]:
    """One ticket with all its entries. Raises NotFoundError."""
    found = session.get(Ticket, number) if number < 2**31 else None
    if found is None:
        raise NotFoundError(f"there is no ticket {number}")
    return {**_ticket(found), "entries": list(entries(session, ticket_id=number))}


def entries(session: Session, *, ticket_id: int | None = None) -> Iterator[dict[str, Any]]:
    """Every entry, ticket by ticket in order; of one ticket when it is named."""
    names = {row.id: row.name for row in session.execute(select(Agent.id, Agent.name))}
    wanted = select(Entry).options(joinedload(Entry.payload), selectinload(Entry.attachments))
    if ticket_id is not None:
        wanted = wanted.where(Entry.ticket_id == ticket_id)
    last = (0, 0)
    while True:
        page = session.scalars(
            wanted.where((Entry.ticket_id > last[0]) | ((Entry.ticket_id == last[0]) & (Entry.seq > last[1])))
            .order_by(Entry.ticket_id, Entry.seq)
            .limit(PAGE)
        ).all()
        if not page:
            return
        states = _outbox_states(session, [entry.id for entry in page])
        for entry in page:
            yield _entry(entry, names, states)
        last = (page[-1].ticket_id, page[-1].seq)


def _outbox_states(session: Session, entry_ids: list[int]) -> dict[int, str]:
    rows = session.execute(
        select(OutboxMessage.entry_id, OutboxMessage.state).where(OutboxMessage.entry_id.in_(entry_ids))
    )
    return {row.entry_id: str(row.state) for row in rows}


def _ticket(found: Ticket) -> dict[str, Any]:
    return {
        "number": found.number,
        "subject": found.subject,
        "state": str(found.state),
        "waiting_on": str(found.waiting_on) if found.waiting_on else None,
        "buyer": found.buyer.addresses[0].email,
        "buyer_name": found.buyer.name,
        "assignee": found.assignee.email if found.assignee else None,
        "locale": found.locale,
        "spam": found.spam,
        "follows": found.follows_id,
        "merged_into": found.merged_into_id,
        "created_at": found.created_at.isoformat(),
        "updated_at": found.updated_at.isoformat(),
    }


def _entry(entry: Entry, names: dict[int, str], outbox_states: dict[int, str]) -> dict[str, Any]:
    facts = entry.facts
    kind, _, number = entry.actor.partition(":")
    return {
        "ticket": entry.ticket_id,
        "seq": entry.seq,
        "kind": str(entry.kind),
        "verb": entry.verb,
        "actor": entry.actor,
        "actor_name": names.get(int(number), "") if kind == "agent" else "",
        "at": entry.at.isoformat(),
        "from": facts.get("from"),
        "to": facts.get("to"),
        "subject": facts.get("subject"),
        "text": facts.get("text"),
        "new": facts.get("new"),
        "quoted": facts.get("quoted"),
        "message_id": facts.get("message_id"),
        "references": facts.get("references"),
        "raw_sha256": facts.get("raw_sha256"),
        "outbox": outbox_states.get(entry.id),
        "attachments": [
            {
                "name": file.filename,
                "type": file.content_type,
                "size": file.size,
                "sha256": file.sha256,
                "inline": file.inline,
            }
            for file in entry.attachments
        ],
        "facts": facts,
        "hash": entry.hash,
    }
