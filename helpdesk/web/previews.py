"""What a mail holds, shown when somebody asks: its PDFs, its source, and pictures on other people's servers.

A PDF is shown by the browser's own viewer, in a sandbox without scripts and without our origin (Chromium 156
shows it there). Only what begins like a PDF is called one, and no other type is guessed (nosniff).
"""

from itertools import chain

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import presence
from helpdesk.db import reading, transaction
from helpdesk.queries import entries
from helpdesk.web import answers, files, security
from helpdesk.web.signin import me

bp = Blueprint("previews", __name__)
MOST_SOURCE = 256 * 1024  # bytes that are shown; the file to save has all


@bp.get("/attachments/<key:attachment_id>/pdf")
def pdf(attachment_id: int) -> ResponseReturnValue:
    """To read in the browser, if its first bytes say that it is a PDF; else a file to save."""
    with reading() as session:
        file = entries.attachment(session, attachment_id)
    size, pieces = files.pieces(file.sha256)
    head = next(pieces, b"")
    if not head.startswith(b"%PDF-"):
        return files.download(file.sha256, file.filename)
    response = files.answer(size, chain((head,), pieces), "application/pdf")
    response.headers["Content-Security-Policy"] = security.FILE
    response.headers["Content-Disposition"] = files.disposition("inline", file.filename)
    return response


@bp.get("/entries/<key:entry_id>/source")
def source(entry_id: int) -> ResponseReturnValue:
    """Headers and body of a mail as they came, to read; the beginning of a large one."""
    with reading() as session:
        original = entries.original(session, entry_id)
    raw = files.stored(original.sha256)
    response = Response(raw[:MOST_SOURCE], content_type="text/plain; charset=utf-8")
    response.headers["Content-Security-Policy"] = security.FILE
    return response


@bp.post("/entries/<key:entry_id>/pictures")
def load_pictures(entry_id: int) -> ResponseReturnValue:
    """From now on this mail's pictures come from their own servers, for the agent who asked."""
    with transaction() as session:
        original = entries.original(session, entry_id)
        presence.show_pictures(session, entry_id, me().id, at=clock.now())
    if request.headers.get("X-Live"):
        return Response(status=204)
    return answers.see(
        "tickets.show", number=original.number, original=entry_id, _anchor=f"entry-{original.seq}"
    )
