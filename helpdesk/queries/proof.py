"""Is the record whole? Every chain, every payload against its commit, every blob against its hash.

And what other tables say of an entry, against the entry: its files, the message that went out, the one that
came in.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.blobs import BlobStore, MissingBlobError
from helpdesk.models import Attachment, Entry, OutboxMessage, ReceivedMessage, Ticket
from helpdesk.rules import chain
from helpdesk.rules.states import EntryKind, ReceivedState


@dataclass(frozen=True, slots=True)
class Checked:
    """One ticket or blob that was looked at; `problem` is "" when it holds."""

    what: str  # "ticket", "blob", or "message" for one that no ticket has
    name: str
    problem: str = ""


def count_tickets(session: Session) -> int:
    """How many `check_tickets` will yield, for a progress bar."""
    return session.scalar(select(func.count()).select_from(Ticket)) or 0


def check_tickets(session: Session) -> Iterator[Checked]:
    """Each ticket, with its first bad entry; then each received message that an entry should hold."""
    for ticket in session.scalars(select(Ticket).order_by(Ticket.id).execution_options(yield_per=200)):
        yield Checked("ticket", str(ticket.number), _problem_of(session, ticket) or "")
    yield from _without_entry(session)


def blob_names(session: Session) -> list[str]:
    """The hash of every blob that a row names."""
    named: set[str] = set()
    for column in (ReceivedMessage.sha256, Attachment.sha256, OutboxMessage.sha256):
        named.update(session.scalars(select(column).distinct()))
    return sorted(named - {""})


def check_blobs(names: Sequence[str], blobs: BlobStore) -> Iterator[Checked]:
    """Each blob against its hash. Needs no session: a large store takes longer than one may stay open."""
    for sha256 in names:
        try:
            blobs.get(sha256)
        except MissingBlobError as error:
            yield Checked("blob", sha256, str(error))
        else:
            yield Checked("blob", sha256)


def _problem_of(session: Session, ticket: Ticket) -> str | None:
    """What is wrong with the first bad entry of a ticket, or None."""
    entries = session.scalars(
        select(Entry)
        .where(Entry.ticket_id == ticket.id)
        .order_by(Entry.seq)
        .options(joinedload(Entry.payload), selectinload(Entry.attachments))
    ).all()
    beside = _Beside.of(session, ticket)
    coming = iter(entries)
    broken = chain.first_break(ticket.id, (entry.link for entry in coming))
    unread = len(list(coming))  # the check stops at the entry at fault; what stands before it comes first
    linked = entries[: len(entries) - unread - 1] if broken else entries
    for entry in linked:
        if problem := _problem_with(entry, beside):
            return problem.format(f"entry {entry.seq} of ticket {ticket.id}")
    if broken is not None:
        return broken
    head = entries[-1] if entries else None
    if (head.seq if head else 0, head.hash if head else "") != (ticket.last_seq, ticket.head_hash):
        return f"the newest entries of ticket {ticket.id} are missing"
    return None


@dataclass(frozen=True, slots=True)
class _Beside:
    """What other tables hold about the entries of one ticket, by entry."""

    sent: dict[int, list[OutboxMessage]]
    received: dict[int, list[ReceivedMessage]]

    @classmethod
    def of(cls, session: Session, ticket: Ticket) -> Self:
        sent = session.scalars(select(OutboxMessage).where(OutboxMessage.ticket_id == ticket.id))
        received = session.scalars(select(ReceivedMessage).where(ReceivedMessage.ticket_id == ticket.id))
        beside = cls(defaultdict(list), defaultdict(list))
        for message in sent:
            beside.sent[message.entry_id].append(message)
        for row in received:
            beside.received[row.entry_id or 0].append(row)
        return beside


def _problem_with(entry: Entry, beside: _Beside) -> str | None:
    """A sentence with a place for the name of the entry, or None."""
    if entry.payload is None:
        return "the words of {} are missing"  # the desk has no action that erases them
    if chain.commitment(entry.payload.salt, entry.facts) != entry.payload_commit:
        return "the words of {} were changed"
    if _named(entry.attachments) != entry.facts.get("attachments", []):
        return "the files of {} are not those that it names"
    if (entry.kind is EntryKind.SENT or entry.verb in ("notified", "asked")) and _ids(
        beside.sent[entry.id]
    ) != [entry.facts.get("message_id")]:
        return "the message of {} is not the one that it names"
    if any(row.sha256 != entry.facts.get("raw_sha256", row.sha256) for row in beside.received[entry.id]):
        return "the received message of {} is not the one that it names"
    return None


def _named(files: Sequence[Attachment]) -> list[dict[str, object]]:
    """As the facts of an entry name its files."""
    return [
        {"name": file.filename, "type": file.content_type, "size": file.size, "sha256": file.sha256}
        for file in files
    ]


def _ids(messages: Sequence[OutboxMessage]) -> list[str]:
    return [message.message_id for message in messages]


def _without_entry(session: Session) -> Iterator[Checked]:
    """Messages that are said to be in a conversation and stand in none."""
    rows = session.execute(
        select(ReceivedMessage.id, ReceivedMessage.state)
        .outerjoin(Entry, Entry.id == ReceivedMessage.entry_id)
        .where(
            ReceivedMessage.state.in_((ReceivedState.FILED, ReceivedState.JOINED)),
            or_(Entry.id.is_(None), ReceivedMessage.ticket_id.is_distinct_from(Entry.ticket_id)),
        )
        .order_by(ReceivedMessage.id)
    )
    for row in rows:
        yield Checked("message", str(row.id), f"received message {row.id} is {row.state} without its entry")
