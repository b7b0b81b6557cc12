"""The demo's page `/demo/buyer`: write to the shop as a buyer, read what it sent, let time pass.

No login: it plays other people's mail programs. Only asked for from this machine, and only in the demo.
"""

import ipaddress
import re
from collections.abc import Mapping

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.datastructures import FileStorage

from helpdesk import clock
from helpdesk.demo import letterbox, passing
from helpdesk.demo.delivery import is_address
from helpdesk.demo.provider import Provider
from helpdesk.errors import InvalidError
from helpdesk.web.files import disposition
from helpdesk.web.security import FILE
from helpdesk.web.signin import public
from mail.types import Attachment

MOST_FILES = 8
SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")
# ASCII only: in Chinese text the next word follows an address without a space.
_LINK = re.compile(r"https?://[A-Za-z0-9\[][!#-;=?-\[\]_a-z~]{0,1999}")

bp = Blueprint("demo", __name__, url_prefix="/demo")


def register(app: Flask, provider: Provider) -> None:
    """Give the app the page; called by the `demo` command before anything is served."""
    app.extensions["helpdesk.demo"] = provider
    app.register_blueprint(bp)


@bp.before_request
def only_from_this_machine() -> None:
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104  (is compared)
        abort(403)


@bp.get("/buyer")
@public
def home() -> ResponseReturnValue:
    """Who to be: addresses with mail, or a new one. With ?as=, straight to that buyer."""
    wanted = request.args.get("as", "").strip().lower()
    if not wanted:
        return _page("")
    if not is_address(wanted):
        return _page("", problem=_("%(text)s is not an address such as may@example.com.", text=wanted)), 422
    return redirect(url_for(".show", buyer=wanted), code=303)


@bp.get("/buyer/<buyer>")
@public
def show(buyer: str) -> ResponseReturnValue:
    """This buyer's mail, newest first, and a sheet to write on."""
    return _page(_checked(buyer))


@bp.post("/buyer/<buyer>")
@public
def send(buyer: str) -> ResponseReturnValue:
    """Send what was written; an answer when `answers` names a message."""
    buyer, provider = _checked(buyer), _provider()
    answers = request.form.get("answers", "")
    try:
        letterbox.write(
            provider,
            buyer=buyer,
            name=request.form.get("name", ""),
            subject=request.form.get("subject", ""),
            text=request.form.get("text", ""),
            files=_attached(request.files.getlist("files")),
            answers=letterbox.message(provider, buyer, answers) if answers else None,
        )
    except InvalidError as error:
        return _page(buyer, problem=str(error)), 422
    return redirect(url_for(".show", buyer=buyer, sent=1), code=303)


@bp.errorhandler(413)
def too_large(error: Exception) -> ResponseReturnValue:
    """What was typed is lost with the request: it was never read."""
    problem = _("This is too large: the files of one mail may have 40 MB together.")
    return _page(_checked((request.view_args or {}).get("buyer", "")), problem=problem, typed={}), 413


@bp.get("/buyer/<buyer>/count")
@public
def count(buyer: str) -> ResponseReturnValue:
    """How many messages there are, for the page's look every other second."""
    return {"count": letterbox.count(_provider(), _checked(buyer))}


@bp.get("/buyer/<buyer>/<key>/<int:number>")
@public
def attachment(buyer: str, key: str, number: int) -> ResponseReturnValue:
    """One attachment; only plain pictures are shown, everything else is a download."""
    files = letterbox.message(_provider(), _checked(buyer), key).incoming.attachments
    if not number < len(files):
        abort(404)
    file = files[number]
    shown = file.content_type in SHOWN_INLINE
    response = Response(file.content, mimetype=file.content_type if shown else "application/octet-stream")
    response.headers["Content-Security-Policy"] = FILE
    response.headers["Content-Disposition"] = disposition("inline" if shown else "attachment", file.filename)
    return response


@bp.post("/time")
@public
def pass_time() -> ResponseReturnValue:
    """Let an hour, a day or three go by for the whole desk, and have it look for what is due."""
    step = passing.STEPS.get(request.form.get("step", ""))
    if step is None:
        abort(422)
    passing.let_pass(_provider().folder, step)
    current_app.extensions.get("helpdesk.wake", lambda: None)()
    buyer = request.form.get("buyer", "")
    return redirect(url_for(".show", buyer=buyer) if is_address(buyer) else url_for(".home"), code=303)


@bp.app_template_filter("demo_linked")
def linked(text: str) -> Markup:
    """The text with its http(s) addresses to click on, everything escaped."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = found[0].rstrip(".,;:!?'")
        parts.append(escape(text[end : found.start()]))
        parts.append(
            Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(address)
        )
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(text[end:])])


def _page(buyer: str, *, problem: str = "", typed: Mapping[str, str] | None = None) -> str:
    provider = _provider()
    return render_template(
        "demo/buyer.html",
        buyer=buyer,
        buyers=provider.addresses(),
        messages=letterbox.messages(provider, buyer) if buyer else (),
        shop=provider.address,
        smtp_port=provider.smtp_port,
        imap_port=provider.imap_port,
        now=clock.now(),
        passed=clock.offset(),
        problem=problem,
        typed=request.form if typed is None else typed,
        sent=request.args.get("sent", ""),
    )


def _checked(buyer: str) -> str:
    if not is_address(buyer) or buyer.lower() == _provider().address:
        abort(404)
    return buyer.lower()


def _attached(uploads: list[FileStorage]) -> tuple[Attachment, ...]:
    given = [upload for upload in uploads if upload.filename]
    if len(given) > MOST_FILES:
        raise InvalidError(_("At most %(number)s files at once.", number=MOST_FILES), field="files")
    return tuple(
        Attachment(
            filename=upload.filename or "file", content_type=upload.mimetype.lower(), content=upload.read()
        )
        for upload in given
    )


def _provider() -> Provider:
    provider: Provider = current_app.extensions["helpdesk.demo"]
    return provider
