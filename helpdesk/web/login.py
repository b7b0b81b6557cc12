"""In and out."""

from contextlib import suppress

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import TooManyRequests

from helpdesk.actions import agent_sessions, agents, first_run, passkeys, second_factor
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent
from helpdesk.rules.access import SignIn
from helpdesk.web import answers, limits
from helpdesk.web import second_factor as asked_more
from helpdesk.web.signin import acting, me, public, sign_in, sign_out, who, without_factor
from helpdesk.web.translate import _

bp = Blueprint("login", __name__)


@bp.get("/login")
@public
def form() -> ResponseReturnValue:
    if who() is not None:
        return answers.see("queue.show")
    if _nobody_owns_it():
        return answers.see("first_run.show")
    by_key = bool(passkeys.party(current_desk()))
    return render_template("login.html", next=request.args.get("next", ""), by_key=by_key)


@bp.post("/login")
@public
def enter() -> ResponseReturnValue:
    email = request.form.get("email", "")[:320]
    try:
        limits.count_login(email)
    except TooManyRequests:
        wait = {"Retry-After": str(int(limits.WITHIN.total_seconds()))}
        return *_refused(email, _("Too many tries. Wait five minutes."), 429), wait
    with reading() as session:
        agent = agents.authenticate(session, email, request.form.get("password", "")[:1000])
    if agent is None:
        return _refused(email, _("This address and password do not belong together."), 422)
    limits.login_was_good(email)
    with transaction() as session:
        agent = session.get_one(Agent, agent.id)
        if second_factor.has_one(session, agent):
            return asked_more.begin(agent, request.form.get("next", ""))
        sign_in(session, agent, SignIn.PASSWORD)
    response = answers.back(url_for("queue.show"))
    limits.remember_device(response, email)
    return response


def _nobody_owns_it() -> bool:
    """False where the database cannot say: then the page stays what it is."""
    with suppress(SQLAlchemyError), reading() as session:
        return not first_run.has_owner(session)
    return False


def _refused(email: str, problem: str, status: int) -> tuple[str, int]:
    """The form again, with the address that was typed."""
    page = render_template("login.html", email=email, next=request.form.get("next", ""), problem=problem)
    return page, status


@bp.post("/logout")
@without_factor
def leave() -> Response:
    """Out, in this browser: its cookie is worth nothing any more, whoever has a copy of it."""
    with transaction() as session:
        agent_sessions.end(session, acting(session), me().session_id)
    sign_out()
    return answers.see("login.form")
