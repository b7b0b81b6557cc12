"""In and out."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.actions import agents
from helpdesk.db import reading, transaction
from helpdesk.web import answers, limits
from helpdesk.web.signin import acting, public, sign_in, sign_out, who
from helpdesk.web.translate import _

bp = Blueprint("login", __name__)


@bp.get("/login")
@public
def form() -> ResponseReturnValue:
    if who() is not None:
        return answers.see("queue.show")
    return render_template("login.html", next=request.args.get("next", ""))


@bp.post("/login")
@public
def enter() -> ResponseReturnValue:
    email = request.form.get("email", "")[:320]
    limits.count_login(email)
    with reading() as session:
        agent = agents.authenticate(session, email, request.form.get("password", "")[:1000])
        kept = (agent.id, agent.session_key) if agent else None
    if kept is None:
        problem = _("This address and password do not belong together.")
        again = render_template("login.html", email=email, next=request.form.get("next", ""), problem=problem)
        return again, 422
    limits.login_was_good(email)
    sign_in(*kept)
    response = answers.back(url_for("queue.show"))
    limits.remember_device(response, email)
    return response


@bp.post("/logout")
def leave() -> Response:
    """Out, on every device: the key in the cookie is worth nothing any more, whoever has a copy of it."""
    with transaction() as session:
        agents.end_sessions(acting(session))
    sign_out()
    return answers.see("login.form")
