"""Bytes that came from strangers: files, the mail as it came, and its HTML in a frame of its own."""

from collections.abc import Iterator, Mapping
from itertools import chain
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from helpdesk.blobs import MissingBlobError
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.models.masking import Mask
from helpdesk.queries import entries
from helpdesk.queries import presence as pictures
from helpdesk.queries.entries import FileView, Original
from helpdesk.web import images, mail_html, security
from helpdesk.web.signin import me, quick
from mail import html_quotes
from mail.parse import parse

bp = Blueprint("files", __name__)
FRAME_LASTS = 3600  # seconds in which the images of an opened frame can be fetched


@bp.get("/attachments/<key:attachment_id>")
def attachment(attachment_id: int) -> ResponseReturnValue:
    """A file to save. Its type is never the sender's claim, so no browser opens it as a page of ours."""
    with reading() as session:
        file = entries.attachment(session, attachment_id)
    return download(file.sha256, file.filename)


@bp.get("/attachments/<key:attachment_id>/image")
def image(attachment_id: int) -> ResponseReturnValue:
    """A picture to look at, if its first bytes say that it is one; anything else is a file to save."""
    with reading() as session:
        file = entries.attachment(session, attachment_id)
    return _picture(file)


@bp.get("/entries/<key:entry_id>/raw")
def raw(entry_id: int) -> ResponseReturnValue:
    """The mail exactly as the server gave it."""
    with reading() as session:
        original = entries.original(session, entry_id)
    return download(original.sha256, f"ticket-{original.number}-{original.seq}.eml")


@bp.get("/entries/<key:entry_id>/html")
def html(entry_id: int) -> ResponseReturnValue:
    """The mail's own HTML, read again from its bytes and cleaned; its text when that cannot be done."""
    with reading() as session:
        original = entries.original(session, entry_id)
        remote = pictures.are_shown(session, entry_id, me().id)
    incoming = parse(stored(original.sha256))
    try:
        cleaned = mail_html.clean(
            incoming.html,
            address_of=_images_of(original).get,
            fold=html_quotes.fold(incoming),
            remote=remote,
        )
    except mail_html.TooLargeError:
        cleaned = None
    read = [mail_html.words(part) for part in (cleaned.html, cleaned.quoted)] if cleaned else []
    with reading() as session:
        mask = Mask.over(session, [incoming.text, *read])
    shown = mail_html.masked(cleaned, mask) if cleaned is not None else None
    response = make_response(render_template("frame.html", cleaned=shown, text=mask(incoming.text)))
    response.headers["Content-Security-Policy"] = (
        security.MAIL_FRAME_WITH_PICTURES if remote else security.MAIL_FRAME
    )
    return response


@bp.get(f"{mail_html.IMAGE_HERE}<token>")
@quick
def frame_image(token: str) -> ResponseReturnValue:
    """An image inside a frame. A sandboxed frame sends no cookie, so the address itself is the permission."""
    try:
        attachment_id = _signer().loads(token, max_age=FRAME_LASTS)
    except BadSignature:
        abort(404)
    with reading() as session:
        file = entries.attachment(session, int(attachment_id))
    response = _picture(file)
    # The frame has an origin of its own, so to it this image is a stranger's.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _images_of(original: Original) -> Mapping[str, str]:
    """Content-ID to address, for the files that came with this mail."""
    return {
        file.content_id: url_for("files.frame_image", token=_signer().dumps(file.id))
        for file in original.files
        if file.content_id
    }


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_desk().secret, salt="helpdesk-frame-image")


def _picture(file: FileView) -> Response:
    return picture(file.sha256, file.filename)


def picture(sha256: str, name: str) -> Response:
    """The bytes of this hash to look at, if they are a picture; else a file to save."""
    size, rest = pieces(sha256)
    head = b""
    while len(head) < images.HEAD and (piece := next(rest, b"")):
        head += piece
    kind = images.kind(head)
    if kind is None or images.is_too_large(head):
        return download(sha256, name)
    response = answer(size, chain((head,), rest), kind)
    response.headers["Content-Security-Policy"] = security.FILE
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = "private, max-age=3600, immutable"  # named by id, never changed
    return response


def download(sha256: str, name: str) -> Response:
    """The bytes of this hash, as a file to save."""
    response = answer(*pieces(sha256), "application/octet-stream")
    response.headers["Content-Disposition"] = disposition("attachment", name)
    response.headers["Content-Security-Policy"] = security.FILE
    return response


def disposition(kind: str, name: str) -> str:
    """Content-Disposition in ASCII, which is all that a server may send (RFC 6266, RFC 8187).

    `filename*` carries the name in any script; `filename` what is left of it without one.
    """
    name = "".join(char for char in name if char.isprintable()).strip() or "file"
    plain = "".join(char if char.isascii() and char not in '"\\%' else "_" for char in name)
    encoded = quote(name, safe="", errors="replace")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def answer(size: int, pieces: Iterator[bytes], content_type: str) -> Response:
    response = current_app.response_class(pieces, content_type=content_type)
    response.content_length = size
    return response


def pieces(sha256: str) -> tuple[int, Iterator[bytes]]:
    try:
        return current_desk().blobs.pieces(sha256)
    except MissingBlobError as error:
        current_app.logger.error("%s", error)
        abort(404)


def stored(sha256: str) -> bytes:
    try:
        return current_desk().blobs.get(sha256)
    except MissingBlobError as error:
        current_app.logger.error("%s", error)
        abort(404)
