"""Is the record whole? Every chain, every payload against its commit, every blob against its hash."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.blobs import BlobStore, MissingBlobError
from helpdesk.models import Attachment, Entry, OutboxMessage, ReceivedMessage, Ticket
from helpdesk.rules import chain


@dataclass(frozen=True, slots=True)
class Checked:
    """One ticket or blob that was looked at; `problem` is "" when it holds."""

    what: str  # "ticket" or "blob"
    name: str
    problem: str = ""


def count_tickets(session: Session) -> int:
    """How many `check_tickets` will yield, for a progress bar."""
    return session.scalar(select(func.count()).select_from(Ticket)) or 0


def check_tickets(session: Session) -> Iterator[Checked]:
    """Each ticket's chain, and its payloads against what the chain promises of them."""
    for ticket in session.scalars(select(Ticket).order_by(Ticket.id).execution_options(yield_per=200)):
        yield Checked("ticket", str(ticket.number), _problem_of(session, ticket) or "")


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
    entries = session.scalars(
        select(Entry)
        .where(Entry.ticket_id == ticket.id)
        .order_by(Entry.seq)
        .options(joinedload(Entry.payload))
    ).all()
    broken = chain.first_break(ticket.id, (entry.link for entry in entries))
    if broken is not None:
        return broken
    head = entries[-1] if entries else None
    if (head.seq if head else 0, head.hash if head else "") != (ticket.last_seq, ticket.head_hash):
        return f"the newest entries of ticket {ticket.id} are missing"
    for entry in entries:
        if (
            entry.payload
            and chain.commitment(entry.payload.salt, entry.payload.facts) != entry.payload_commit
        ):
            return f"the words of entry {entry.seq} of ticket {ticket.id} were changed"
    return None
