"""Where somebody is signed in: one's own browsers in a list, each of which can be signed out."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from helpdesk.actions import agent_sessions
from helpdesk.db import reading, transaction
from helpdesk.queries import access
from helpdesk.web import answers
from helpdesk.web.signin import acting, me, sign_out
from helpdesk.web.translate import _

bp = Blueprint("sessions", __name__, url_prefix="/profile/sessions")


@bp.get("")
def show() -> ResponseReturnValue:
    with reading() as session:
        mine = access.sessions(session, me().id)
    return render_template("sessions.html", sessions=mine)


@bp.post("/<key:session_id>/end")
def end(session_id: int) -> ResponseReturnValue:
    """One of one's own: for another's number nothing happens."""
    with transaction() as session:
        agent_sessions.end(session, acting(session), session_id)
    if session_id == me().session_id:
        sign_out()
        return answers.see("login.form")
    answers.say(_("That browser is signed out."))
    return answers.see("sessions.show")


@bp.post("/others/end")
def end_others() -> ResponseReturnValue:
    with transaction() as session:
        agent_sessions.end_all(session, acting(session), but=me().session_id)
    answers.say(_("All your other browsers are signed out."))
    return answers.see("sessions.show")
