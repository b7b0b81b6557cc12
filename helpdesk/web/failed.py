"""Messages that wait for a person, for leads and owners."""

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import by_hand, reminders
from helpdesk.db import reading, transaction
from helpdesk.models.masking import Mask
from helpdesk.queries import failed
from helpdesk.queries.failed import SetAside
from helpdesk.rules.states import Role
from helpdesk.web import answers, files
from helpdesk.web.signin import acting, needs
from helpdesk.web.translate import _
from mail.parse import parse

bp = Blueprint("failed", __name__)
MOST_SHOWN = 200_000  # bytes of a message's source on a page; all of them can be saved


@bp.get("/failed")
@needs(Role.LEAD)
def show() -> ResponseReturnValue:
    typed = request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    with reading() as session:
        found = {
            "parked": failed.parked(session),
            "stuck": failed.stuck(session),
            "unwritten": failed.unwritten(session),
            "ignored": failed.ignored(session, before),
        }
    return render_template("failed.html", first=before is None, **found)


@bp.get("/received/<key:received_id>")
@needs(Role.LEAD)
def read(received_id: int) -> ResponseReturnValue:
    """A message that became no entry: as we understood it, if we did, and as it came."""
    with reading() as session:
        message = failed.one(session, received_id)
    return _shown(message)


@bp.get("/entries/<key:entry_id>/report")
@needs(Role.LEAD)
def report(entry_id: int) -> ResponseReturnValue:
    """A message that was taken for a report on one of ours: it can be run as a buyer's mail."""
    with reading() as session:
        message = failed.report(session, entry_id)
    return _shown(message)


def _shown(message: SetAside) -> str:
    content = files.stored(message.sha256) if message.sha256 else b""
    # What was parked may have stopped a worker while it was parsed: it is shown as it came.
    letter = parse(content) if message.because else None
    source = content[:MOST_SHOWN].decode("utf-8", "replace")
    with reading() as session:
        mask = Mask.over(session, [letter.text, letter.subject, source] if letter else [source])
    if letter is not None:
        letter = replace(letter, text=mask(letter.text), subject=mask(letter.subject))
    return render_template(
        "received.html", message=message, letter=letter, source=mask(source), cut=len(content) > MOST_SHOWN
    )


@bp.get("/received/<key:received_id>/raw")
@needs(Role.LEAD)
def raw(received_id: int) -> ResponseReturnValue:
    """The bytes of a message that became no entry."""
    with reading() as session:
        sha256 = failed.bytes_of(session, received_id)
    return files.download(sha256, f"message-{received_id}.eml")


@bp.post("/received/<key:received_id>/run")
@needs(Role.LEAD)
def run_again(received_id: int) -> ResponseReturnValue:
    with transaction() as session:
        by_hand.run_again(session, received_id, by=acting(session), at=clock.now())
    answers.say(_("It is in line again; the worker takes it within a minute."))
    answers.wake()
    return answers.see("failed.show")


@bp.post("/received/<key:received_id>/ignoring")
@needs(Role.LEAD)
def ignore(received_id: int) -> ResponseReturnValue:
    """What was parked is no mail for us, says a person."""
    with transaction() as session:
        by_hand.ignore(session, received_id, request.form.get("because", ""), by=acting(session))
    return answers.see("failed.show")


@bp.post("/messages/<key:row_id>/seen")
@needs(Role.LEAD)
def put_away(row_id: int) -> ResponseReturnValue:
    """A message to a buyer failed, and a person has seen to it."""
    because = request.form.get("because", "")
    with transaction() as session:
        by_hand.put_away(session, row_id, because, by=acting(session), at=clock.now())
    return answers.see("failed.show")


@bp.post("/reminders/<key:reminder_id>/run")
@needs(Role.LEAD)
def write_again(reminder_id: int) -> ResponseReturnValue:
    """A plan that could not be carried out is due once more."""
    with transaction() as session:
        reminders.run_again(session, reminder_id)
    answers.say(_("It is in line again; the worker takes it within a minute."))
    return answers.see("failed.show")
