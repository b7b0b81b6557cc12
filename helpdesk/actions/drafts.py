"""What an agent has begun to write, kept on the server: saved, sent, given up, brought back by undo."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, recipients, writing
from helpdesk.blobs import BlobStore
from helpdesk.db import insert_missing
from helpdesk.models import Attachment, Draft, DraftFile, Entry, Ticket
from mail import types

NEW = 1  # the version of a draft in which nothing was written yet
LATE = timedelta(minutes=1)  # words that a page had on the way when it sent them
LONGEST_FILENAME = LONGEST_TYPE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a window holds, and which version of the draft it knew when it was written."""

    text: str
    kind: str  # "reply" or "note"
    cc: str = ""  # as typed
    bcc: str = ""
    pane: str = ""
    knew: int = 0  # the version; 0: none


def save(session: Session, ticket: Ticket, words: Words, *, by: int, at: datetime) -> Draft | None:
    """Keep what was written; the newest wins. What another window had written meanwhile is kept beside it.

    None: these very words were sent a moment ago, and came late. Raises InvalidError for a text that could
    not be sent either.
    """
    writing.check_length(words.text)
    draft = _held(session, ticket, by=by, at=at)
    if draft.version == NEW and _was_said(session, ticket, words.text, by=by, at=at):
        session.delete(draft)
        return None
    is_of_another = draft.version not in (NEW, words.knew) and draft.pane != words.pane
    if is_of_another and draft.text.strip() and draft.text != words.text:
        draft.replaced = draft.text
    draft.text, draft.kind, draft.pane = words.text, words.kind, words.pane
    draft.cc, draft.bcc = words.cc[: recipients.LONGEST], words.bcc[: recipients.LONGEST]
    draft.version, draft.updated_at = draft.version + 1, at
    session.flush()
    return draft


def tick(draft: Draft, kept: Collection[int]) -> None:
    """Which of its files go with it."""
    for file in draft.files:
        file.left_out = file.id not in kept


def add_files(
    session: Session,
    blobs: BlobStore,
    ticket: Ticket,
    files: Sequence[types.Attachment],
    *,
    by: int,
    at: datetime,
) -> Draft:
    """Keep files with the draft. Raises InvalidError when they are more than a mail may hold."""
    draft = _held(session, ticket, by=by, at=at)
    size = sum(len(file.content) for file in files) + sum(
        each.size for each in draft.files if not each.left_out
    )
    writing.check_size(size)
    draft.files.extend(
        DraftFile(
            filename=file.filename[:LONGEST_FILENAME],
            content_type=file.content_type[:LONGEST_TYPE],
            size=len(file.content),
            sha256=blobs.put(file.content),
        )
        for file in files
    )
    draft.updated_at = at
    session.flush()
    return draft


def bring_back(session: Session, ticket: Ticket, entry: Entry, *, by: int, at: datetime) -> Draft:
    """A reply that was taken back is a draft again, with its files; what she has begun to write since is
    kept beside it."""
    draft, words = _held(session, ticket, by=by, at=at), str(entry.facts.get("words", ""))
    if draft.text.strip():
        draft.replaced = draft.text
    draft.text, draft.kind, draft.pane = words, "reply", ""
    draft.cc, draft.bcc = (", ".join(entry.facts.get(name, ())) for name in ("cc", "bcc"))
    draft.version, draft.updated_at = draft.version + 1, at
    draft.files.extend(_again(file) for file in entry.attachments)
    session.flush()
    return draft


def give_back(session: Session, ticket: Ticket, planned: Mapping[str, Any], *, at: datetime) -> Draft:
    """A reply that was planned and does not leave is a draft again of who wrote it, with its files; what she
    has begun to write since is kept beside it."""
    draft = _held(session, ticket, by=int(planned["agent"]), at=at)
    if draft.text.strip():
        draft.replaced = draft.text
    draft.text, draft.kind, draft.pane = str(planned["text"]), "reply", ""
    draft.cc, draft.bcc = (", ".join(planned.get(name, ())) for name in ("cc", "bcc"))
    draft.version, draft.updated_at = draft.version + 1, at
    draft.files.extend(
        DraftFile(filename=each["name"], content_type=each["type"], size=each["size"], sha256=each["sha256"])
        for each in planned.get("files", ())
    )
    session.flush()
    return draft


def end(session: Session, ticket: Ticket, words: Words | None, *, by: int) -> None:
    """It was sent, or given up (None); of what was merged into the ticket, too. Other words that another
    window has written since stay."""
    for draft in session.scalars(_of_matter(ticket, by).with_for_update()).all():
        is_newer = words is not None and draft.version != words.knew and draft.pane != words.pane
        if words is not None and is_newer and draft.text.strip() not in ("", words.text.strip()):
            continue
        session.execute(delete(DraftFile).where(DraftFile.draft_id == draft.id))
        session.execute(delete(Draft).where(Draft.id == draft.id))


def swap(session: Session, ticket: Ticket, *, by: int, at: datetime) -> None:
    """The words of the other window take the place of these, which are kept in theirs."""
    draft = session.scalar(_of(ticket.id, by).with_for_update())
    if draft is not None and draft.replaced:
        draft.text, draft.replaced = draft.replaced, draft.text
        draft.pane, draft.version, draft.updated_at = "", draft.version + 1, at


def _held(session: Session, ticket: Ticket, *, by: int, at: datetime) -> Draft:
    """The draft of this person on this ticket, locked; a new one where there is none."""
    row = {
        "agent_id": by,
        "ticket_id": ticket.id,
        "kind": "reply",
        "text": "",
        "cc": "",
        "bcc": "",
        "replaced": "",
        "pane": "",
        "version": NEW,
        "updated_at": at,
    }
    insert_missing(session, Draft, [row])
    return session.scalars(_of(ticket.id, by).with_for_update()).one()


def _was_said(session: Session, ticket: Ticket, text: str, *, by: int, at: datetime) -> bool:
    newest = session.scalar(
        select(Entry)
        .where(
            Entry.ticket_id == ticket.id,
            Entry.actor == conversation.agent(by),
            Entry.verb.in_(("replied", "noted")),
            Entry.at >= at - LATE,
        )
        .order_by(Entry.seq.desc())
        .limit(1)
    )
    said = (newest.facts.get("words"), newest.facts.get("text")) if newest is not None else ()
    return bool(text.strip()) and text.strip() in said


def _of(ticket_id: int, by: int) -> Select[Draft]:
    return select(Draft).where(Draft.ticket_id == ticket_id, Draft.agent_id == by)


def _of_matter(ticket: Ticket, by: int) -> Select[Draft]:
    matter = select(Ticket.id).where(or_(Ticket.id == ticket.id, Ticket.merged_into_id == ticket.id))
    return select(Draft).where(Draft.ticket_id.in_(matter), Draft.agent_id == by).order_by(Draft.id)


def _again(file: Attachment) -> DraftFile:
    return DraftFile(
        filename=file.filename, content_type=file.content_type, size=file.size, sha256=file.sha256
    )
