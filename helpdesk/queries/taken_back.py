"""What the composer gets back of a reply that did not go out: its words, and its files, still kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Attachment, Entry, Ticket
from helpdesk.queries.entries import FileView, file_view
from helpdesk.queries.tickets import one_matter
from helpdesk.rules.states import EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """A reply that was taken back: the agent's own words, and the files that went with them."""

    words: str = ""
    files: tuple[FileView, ...] = ()


def taken_back(session: Session, number: int, entry_id: int) -> TakenBack:
    """What the composer gets of a reply that was taken back; nothing when it is none of this matter."""
    entry = session.scalar(select(Entry).join(Ticket).where(Entry.id == entry_id, one_matter(number)))
    if entry is None or entry.kind is not EntryKind.SENT:
        return TakenBack()
    files = tuple(file_view(row) for row in entry.attachments)
    return TakenBack(words=str(entry.facts.get("words", "")), files=files)


def files_sent(session: Session, number: int, ids: Sequence[int]) -> tuple[FileView, ...]:
    """Those of these files that went with a reply of this matter: they may go with another one."""
    rows = session.scalars(
        select(Attachment)
        .join(Entry, Entry.id == Attachment.entry_id)
        .join(Ticket, Ticket.id == Entry.ticket_id)
        .where(Attachment.id.in_(ids), Entry.kind == EntryKind.SENT, one_matter(number))
        .order_by(Attachment.entry_id, Attachment.position)
    )
    return tuple(file_view(row) for row in rows)
