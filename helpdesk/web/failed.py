"""Messages that wait for a person, for leads and owners."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from helpdesk.actions import intake, reminders
from helpdesk.db import reading, transaction
from helpdesk.queries import failed
from helpdesk.rules.states import Role
from helpdesk.web import answers, files
from helpdesk.web.signin import needs
from helpdesk.web.translate import _

bp = Blueprint("failed", __name__)


@bp.get("/failed")
@needs(Role.LEAD)
def show() -> ResponseReturnValue:
    with reading() as session:
        return render_template(
            "failed.html",
            parked=failed.parked(session),
            stuck=failed.stuck(session),
            unwritten=failed.unwritten(session),
        )


@bp.get("/received/<key:received_id>/raw")
@needs(Role.LEAD)
def raw(received_id: int) -> ResponseReturnValue:
    """The bytes of a message that became no entry."""
    with reading() as session:
        sha256 = failed.bytes_of(session, received_id)
    return files.download(files.stored(sha256), f"message-{received_id}.eml")


@bp.post("/received/<key:received_id>/run")
@needs(Role.LEAD)
def run_again(received_id: int) -> ResponseReturnValue:
    with transaction() as session:
        intake.run_again(session, received_id)
    answers.say(_("It is in line again; the worker takes it within a minute."))
    answers.wake()
    return answers.see("failed.show")


@bp.post("/reminders/<key:reminder_id>/run")
@needs(Role.LEAD)
def write_again(reminder_id: int) -> ResponseReturnValue:
    """A plan that could not be carried out is due once more."""
    with transaction() as session:
        reminders.run_again(session, reminder_id)
    answers.say(_("It is in line again; the worker takes it within a minute."))
    return answers.see("failed.show")
