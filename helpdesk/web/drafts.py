"""Drafts: kept every few seconds by the page, or by a button; given up, exchanged with another window's."""

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_time

from helpdesk import clock
from helpdesk.actions import drafts, merging
from helpdesk.actions.drafts import Words
from helpdesk.actions.writing import MOST_BYTES
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import InvalidError
from helpdesk.queries import drafts as lookups
from helpdesk.queries.drafts import DraftView
from helpdesk.web import answers, refusals, uploads
from helpdesk.web.signin import me
from helpdesk.web.translate import _
from mail.attachments import safe_name
from mail.types import Attachment

bp = Blueprint("drafts", __name__)
MOST_KEPT = 100  # files of one draft
LONGEST_PANE = 40


@bp.post("/tickets/<key:number>/draft")
def save(number: int) -> ResponseReturnValue:
    """The words as they are now: {"version", "replaced", "said"}; what another window had comes back."""
    typed = words()
    with transaction() as session:
        ticket = merging.final(session, number)
        draft = drafts.save(session, ticket, typed, by=me().id, at=clock.now())
        if draft is None:
            return jsonify(version=0, replaced="", said="")
        drafts.tick(draft, kept())
        said = _("Draft kept at %(time)s", time=format_time(clock.now()))
        return jsonify(version=draft.version, replaced=draft.replaced, said=said)


@bp.get("/tickets/<key:number>/draft")
def show(number: int) -> ResponseReturnValue:
    """What stands on the server, for a window that was looked away from."""
    found = of(number)
    return jsonify(version=found.version, text=found.text, kind=found.kind, pane=found.pane)


@bp.post("/tickets/<key:number>/draft/files")
def add_files(number: int) -> ResponseReturnValue:
    """Files that were chosen, pasted or dropped: the list of all, as the composer shows it."""
    files = uploads.staffs(chosen())
    problem, status = "", 200
    try:
        with transaction() as session:
            ticket = merging.final(session, number)
            blobs = current_desk().blobs
            drafts.add_files(session, blobs, ticket, files, by=me().id, at=clock.now())
    except InvalidError as error:
        problem, status = refusals.sentence(error), 422
    page = render_template(
        "ticket/_draft_files.html",
        draft=of(number),
        problem=problem,
        most_megabytes=MOST_BYTES // 1024**2,
    )
    return page, status


@bp.post("/tickets/<key:number>/draft/end")
def give_up(number: int) -> ResponseReturnValue:
    with transaction() as session:
        drafts.end(session, merging.final(session, number), None, by=me().id)
    return answers.see("tickets.show", number=number, sent=number, _anchor="composer")


@bp.post("/tickets/<key:number>/draft/exchange")
def exchange(number: int) -> ResponseReturnValue:
    """The words of the other window come here, and these stand where they stood."""
    with transaction() as session:
        ticket = merging.final(session, number)
        drafts.save(session, ticket, words(), by=me().id, at=clock.now())
        drafts.swap(session, ticket, by=me().id, at=clock.now())
    return answers.see("tickets.show", number=number, sent=number, _anchor="composer")


def of(number: int) -> DraftView:
    """What the reader has begun to write on a ticket."""
    with reading() as session:
        return lookups.of(session, number, me().id)


def words() -> Words:
    """What the composer's form says."""
    is_note = "note" in (request.form.get("kind"), request.form.get("as"))
    knew = request.form.get("knew", "")
    return Words(
        text=request.form.get("text", "").replace("\r\n", "\n"),
        kind="note" if is_note else "reply",
        cc=request.form.get("cc", ""),
        bcc=request.form.get("bcc", ""),
        pane=request.form.get("pane", "")[:LONGEST_PANE],
        knew=int(knew) if knew.isascii() and knew.isdigit() and len(knew) < 10 else 0,
    )


def kept() -> list[int]:
    """Ids of the files of the draft that are to go."""
    given = request.form.getlist("keep")[:MOST_KEPT]
    return [int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 10]


def kept_files(number: int) -> tuple[Attachment, ...]:
    """The same with their bytes."""
    with reading() as session:
        found = lookups.files(session, number, me().id, kept())
    blobs = current_desk().blobs
    return tuple(
        Attachment(filename=file.filename, content_type=file.content_type, content=blobs.get(file.sha256))
        for file in found
    )


def chosen() -> tuple[Attachment, ...]:
    """The files of the form; a browser sends one without a name when none was chosen."""
    uploaded = [each for each in request.files.getlist("files") if each.filename]
    return tuple(
        Attachment(
            filename=safe_name(each.filename or "") or "file",
            content_type=(each.mimetype or "application/octet-stream").lower()[:255],
            content=each.read(),
        )
        for each in uploaded
    )
