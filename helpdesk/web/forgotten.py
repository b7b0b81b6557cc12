"""A forgotten password, for whoever has no session: ask for a link, and follow it.

The page says the same, and takes as long, whether the address works here or not: see actions/forgotten.py.
"""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from helpdesk import clock
from helpdesk.actions import forgotten
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import InvalidError
from helpdesk.web import answers, limits, refusals
from helpdesk.web.signin import public
from helpdesk.web.translate import _

bp = Blueprint("forgotten", __name__)


@bp.get("/forgotten")
@public
def form() -> ResponseReturnValue:
    return render_template("forgotten.html")


@bp.post("/forgotten")
@public
def ask() -> ResponseReturnValue:
    """A letter to this address, if it is a colleague's; the answer is the same if it is not."""
    email = request.form.get("email", "").strip()[:320]
    if email.count("@") != 1:
        problem = _("%(text)s is not an address such as help@shop.example.", text=email)
        return render_template("forgotten.html", email=email, problem=problem), 422
    try:
        limits.count_forgotten(email)
    except TooManyRequests:
        problem = _("Too many tries. Wait an hour, or ask an owner for a new password.")
        return render_template("forgotten.html", email=email, problem=problem), 429
    with transaction() as session:
        forgotten.ask(session, email, at=clock.now())
    return render_template("forgotten.html", asked=email)


@bp.get("/new-password/<token>")
@public
def choose(token: str) -> ResponseReturnValue:
    with reading() as session:
        agent = forgotten.of_link(session, current_desk(), token, at=clock.now())
    return render_template("new_password.html", token_in_link=token, email=agent.email)


@bp.post("/new-password/<token>")
@public
def set_anew(token: str) -> ResponseReturnValue:
    """The new password; whoever was signed in with the old one is not any more."""
    try:
        with transaction() as session:
            agent = forgotten.of_link(session, current_desk(), token, at=clock.now())
            email = agent.email
            password = request.form.get("password", "")[:1000]
            forgotten.set_anew(session, current_desk(), token, password, at=clock.now())
    except InvalidError as error:
        said = refusals.sentence(error)
        return render_template("new_password.html", token_in_link=token, email=email, problem=said), 422
    answers.say(_("Your password is changed. Sign in with it."))
    return answers.see("login.form")
