"""What a buyer sends from a page: as good as a mail, an entry of her own with her words and files."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    claim_evidence,
    claim_progress,
    claims,
    conversation,
    reminders,
    sending,
    tickets,
)
from helpdesk.desk import Desk
from helpdesk.errors import InvalidError
from helpdesk.models import Attachment, Entry, Evidence, Ticket
from helpdesk.rules import evidence_files, matching
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import EntryKind, TicketState
from mail import types


def upload(
    session: Session,
    desk: Desk,
    claim_id: int,
    files: Sequence[types.Attachment],
    *,
    words: str = "",
    told: Mapping[str, EvidenceKind] | None = None,
    at: datetime,
) -> list[Evidence]:
    """The buyer has sent files, and perhaps words, from her page. What is there already is not kept twice.

    `told` is what she says that they show, by SHA-256; also of a file that is there.

    Raises InvalidError when nothing was sent, when there are too many or one cannot be evidence.
    """
    claim, ticket = claims.hold(session, claim_id)
    check_files(files)
    if not files and not words.strip():
        raise InvalidError("choose at least one file", field="files")
    there = set(session.scalars(select(Evidence.sha256).where(Evidence.claim_id == claim.id)))
    if len(there) + len(files) > evidence_files.MOST_OF_A_CLAIM:
        raise InvalidError("there are very many files here already: answer our mail instead", field="files")
    kept = conversation.keep(desk.blobs, files)
    rows = [row for row in kept if row.sha256 not in there]
    news = claim_evidence.note_told(session, ticket, claim, told or {}, at=at)
    if not rows and not words.strip():
        if news:
            claim_progress.go_on(session, desk, ticket, claim, at=at)
        return []
    entry = record(session, ticket, "files_sent", rows, words=words, facts={"claim": claim.id}, at=at)
    contents = {row.sha256: file.content for row, file in zip(kept, files, strict=True)}
    taken = claim_evidence.take(
        session, ticket, claim, entry, contents, way=claim_evidence.PAGE, at=at, told=told
    )
    claim_evidence.note_answer(session, ticket, claim, at=at)
    claim_progress.go_on(session, desk, ticket, claim, at=at)
    return taken


def record(
    session: Session,
    ticket: Ticket,
    verb: str,
    files: Sequence[Attachment],
    *,
    words: str,
    facts: Mapping[str, object],
    at: datetime,
) -> Entry:
    """The entry of what a buyer sent from a page: as good as a mail. It makes it our turn."""
    for position, row in enumerate(files):
        row.position = position
    said = words.strip()
    sending.show_words(session, ticket, said)
    actor = conversation.buyer(ticket.buyer_id)
    entry = conversation.record(
        session,
        ticket,
        EntryKind.RECEIVED,
        verb,
        actor=actor,
        at=at,
        facts={"new": said, "text": said, **facts},
        attachments=files,
    )
    its_our_turn(session, ticket, at=at)
    return entry


def once_each(files: Sequence[types.Attachment]) -> list[types.Attachment]:
    """A phone's gallery lets one choose the same picture twice."""
    return list({file.content: file for file in files}.values())


def its_our_turn(session: Session, ticket: Ticket, *, at: datetime) -> None:
    """The buyer has answered on a page: as good as a mail."""
    actor = conversation.buyer(ticket.buyer_id)
    reminders.withdraw(session, ticket, Reason.BUYER_WROTE, actor=actor, at=at)
    if matching.reopens(ticket.state):
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)


def check_files(files: Sequence[types.Attachment]) -> None:
    """Raises InvalidError naming the first file that cannot be evidence."""
    if len(files) > evidence_files.MOST_AT_ONCE:
        raise InvalidError(
            f"at most {evidence_files.MOST_AT_ONCE} files in one go: send the others afterwards",
            field="files",
        )
    for file in files:
        why = evidence_files.refused(file.filename, file.content)
        if why is not None:
            raise InvalidError(why.sentence, field="files")
