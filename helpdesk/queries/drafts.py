"""What the composer shows of a draft: words, files, and what another window had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.models import Draft, DraftFile, Ticket
from helpdesk.queries.tickets import one_matter


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFileView:
    id: int
    filename: str
    content_type: str
    size: int
    sha256: str
    left_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft; an empty one where nothing was begun."""

    text: str = ""
    kind: str = "reply"
    cc: str = ""
    bcc: str = ""
    replaced: str = ""  # words of another window
    pane: str = ""
    version: int = 0
    updated_at: datetime | None = None
    files: tuple[DraftFileView, ...] = ()


def of(session: Session, number: int, agent_id: int) -> DraftView:
    """What this person has begun to write on a ticket, or on one that was merged into it since."""
    rows = session.scalars(
        select(Draft)
        .join(Ticket, Ticket.id == Draft.ticket_id)
        .where(one_matter(number), Draft.agent_id == agent_id)
        .options(selectinload(Draft.files))
        .order_by(Draft.ticket_id == number, Draft.updated_at)
    ).all()
    return view(rows[-1]) if rows else DraftView()


def view(row: Draft) -> DraftView:
    return DraftView(
        text=row.text,
        kind=row.kind,
        cc=row.cc,
        bcc=row.bcc,
        replaced=row.replaced,
        pane=row.pane,
        version=row.version,
        updated_at=row.updated_at,
        files=tuple(_file(each) for each in row.files),
    )


def files(session: Session, number: int, agent_id: int, ids: Sequence[int]) -> tuple[DraftFileView, ...]:
    """Those of these files that are of her own draft on this ticket."""
    rows = session.scalars(
        select(DraftFile)
        .join(Draft, Draft.id == DraftFile.draft_id)
        .join(Ticket, Ticket.id == Draft.ticket_id)
        .where(DraftFile.id.in_(ids), one_matter(number), Draft.agent_id == agent_id)
        .order_by(DraftFile.id)
    )
    return tuple(_file(row) for row in rows)


def _file(row: DraftFile) -> DraftFileView:
    return DraftFileView(
        id=row.id,
        filename=row.filename,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        left_out=row.left_out,
    )
