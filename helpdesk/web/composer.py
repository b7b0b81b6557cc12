"""What an agent writes: a reply or a note, and taking a reply back."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from helpdesk import clock
from helpdesk.actions import merging, replies, tickets
from helpdesk.actions.guarding import ObjectedError
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, InvalidError
from helpdesk.models import Entry, Ticket
from helpdesk.queries.entries import FileView
from helpdesk.queries.taken_back import files_sent
from helpdesk.rules.states import IllegalMoveError, TicketState
from helpdesk.web import answers, forms, guard_said, refusals, uploads
from helpdesk.web import tickets as pages
from helpdesk.web.signin import acting
from mail.attachments import safe_name
from mail.types import Attachment

bp = Blueprint("composer", __name__)
MOST_OBJECTIONS = 50  # that one press overrules
MOST_KEPT = 100  # files of a reply that was taken back
AFTERWARDS = {"waiting": TicketState.WAITING, "solved": TicketState.SOLVED}


@bp.post("/tickets/<key:number>/entries")
def write(number: int) -> ResponseReturnValue:
    """A reply or a note. Refused: the page comes back with the words, and with what came in meanwhile.

    `sent` in the address that follows tells the page that its draft is kept here now.
    """
    text = request.form.get("text", "").replace("\r\n", "\n")
    kind = "note" if "note" in (request.form.get("kind"), request.form.get("as")) else "reply"
    seen = _number(request.form.get("seen", ""))
    try:
        _write(number, text, kind, seen)
    except (DeskError, IllegalMoveError) as error:
        status = refusals.status_of(error)
        if status == 404:
            raise
        field = error.field if isinstance(error, InvalidError) else ""
        said = refusals.sentence(error)
        chose_files = any(upload.filename for upload in request.files.getlist("files"))
        page = pages.page(
            number,
            text=text,
            kind=kind,
            problem=said,
            guarded=guard_said.of(error, seen=seen, then=_then())
            if isinstance(error, ObjectedError)
            else None,
            field=field or "text",
            seen=seen,
            kept=_kept(number),
            lost_files=chose_files,
        )
        return page, status
    answers.wake()
    return answers.see("tickets.show", number=number, sent=1, _anchor="newest")


@bp.post("/tickets/<key:number>/entries/<key:entry_id>/withdrawal")
def take_back(number: int, entry_id: int) -> ResponseReturnValue:
    """Stop a reply that has not left; its words come back into the composer."""
    with transaction() as session:
        ticket = merging.final(session, number)
        replies.take_back(session, ticket, entry_id, by=acting(session), at=clock.now())
    return answers.see("tickets.show", number=ticket.number, again=entry_id, _anchor="composer")


def _write(number: int, text: str, kind: str, seen: int) -> None:
    """Once, however often the button was clicked. The files are read before anything is locked."""
    files = (*_sent_before(number), *uploads.staffs(_files()))
    with transaction() as session:
        if not forms.is_first(session):
            return
        ticket = tickets.hold(session, number)
        if kind == "note":
            entry = _note(session, ticket, text, files)
        else:
            entry = _reply(session, ticket, text, files, seen)
        forms.note_entry(session, entry)


def _reply(session: Session, ticket: Ticket, text: str, files: tuple[Attachment, ...], seen: int) -> Entry:
    return replies.send_reply(
        session,
        current_desk(),
        ticket,
        text,
        by=acting(session),
        seen_seq=seen,
        at=clock.now(),
        files=files,
        then=AFTERWARDS[_then()],
        insisted=request.form.getlist("insist")[:MOST_OBJECTIONS] if "anyway" in request.form else (),
    )


def _then() -> str:
    """The state afterwards, by whichever button."""
    wanted = request.form.get("anyway") or request.form.get("then", "")
    return wanted if wanted in AFTERWARDS else "waiting"


def _note(session: Session, ticket: Ticket, text: str, files: tuple[Attachment, ...]) -> Entry:
    by = acting(session)
    return replies.add_note(session, current_desk(), ticket, text, by=by, at=clock.now(), files=files)


def _files() -> tuple[Attachment, ...]:
    """The files of the form; a browser sends one without a name when none was chosen."""
    return tuple(_file(upload) for upload in request.files.getlist("files") if upload.filename)


def _kept(number: int) -> tuple[FileView, ...]:
    """Files of a reply that was taken back, ticked to go with this one."""
    ids = [_number(given) for given in request.form.getlist("keep")[:MOST_KEPT]]
    with reading() as session:
        return files_sent(session, number, ids)


def _sent_before(number: int) -> tuple[Attachment, ...]:
    """The same with their bytes."""
    blobs = current_desk().blobs
    return tuple(
        Attachment(filename=file.filename, content_type=file.content_type, content=blobs.get(file.sha256))
        for file in _kept(number)
    )


def _file(upload: FileStorage) -> Attachment:
    return Attachment(
        filename=safe_name(upload.filename or "") or "file",
        content_type=(upload.mimetype or "application/octet-stream").lower()[:255],
        content=upload.read(),
    )


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
