"""The second step of signing in: a code of the app, one on paper, or a passkey.

Between the two steps stands a half sign-in in the signed cookie. It opens nothing but this step, lasts ten
minutes, and dies with the password that it was made with.
"""

from datetime import datetime, timedelta

from flask import Blueprint, Response, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from helpdesk import clock
from helpdesk.actions import passkeys, second_factor
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent
from helpdesk.rules import one_time_codes
from helpdesk.rules.access import SignIn
from helpdesk.web import answers, limits
from helpdesk.web.signin import public, sign_in
from helpdesk.web.translate import _

bp = Blueprint("second", __name__, url_prefix="/login/second")
HALF, LASTS = "half", timedelta(minutes=10)


def begin(agent: Agent, wanted: str) -> Response:
    """The password was right: ask for the rest. `wanted` is where to go afterwards."""
    cookie[HALF] = [agent.id, agent.session_key, answers.way_back(wanted, ""), clock.now().isoformat()]
    return answers.see("second.form")


def half_signed_in(session: Session) -> Agent | None:
    """Who has shown the password a moment ago."""
    agent_id, session_key, _wanted, begun = cookie.get(HALF) or (0, "", "", "")
    if not agent_id or clock.now() - datetime.fromisoformat(begun) > LASTS:
        return None
    agent = session.get(Agent, agent_id)
    return agent if agent is not None and agent.active and agent.session_key == session_key else None


def finish(session: Session, agent: Agent, how: SignIn) -> str:
    """She is signed in; where she wanted to go."""
    wanted = (cookie.get(HALF) or ["", "", "", ""])[2]
    sign_in(session, agent, how)
    return str(wanted) or url_for("queue.show")


@bp.get("")
@public
def form() -> ResponseReturnValue:
    return _page()


@bp.post("")
@public
def enter() -> ResponseReturnValue:
    """A code: six digits of the app, or one on paper. Tries are counted before anything is looked at."""
    code, at = one_time_codes.plain(request.form.get("code", "")), clock.now()
    with reading() as session:
        agent = half_signed_in(session)
    if agent is None:
        return answers.see("login.form")
    try:
        limits.count_code(agent.id)
    except TooManyRequests:
        return _page(_("Too many tries. Wait five minutes."), 429)
    with transaction() as session:
        agent = session.get_one(Agent, agent.id)
        on_paper = not one_time_codes.DIGITS.fullmatch(code)
        asked = second_factor.recover if on_paper else second_factor.is_right
        right = asked(session, current_desk(), agent, code, at=at)
        wanted = finish(session, agent, SignIn.RECOVERY if on_paper else SignIn.CODE) if right else ""
    if not right:
        return _page(_("This code is not right, or was used before."), 422)
    limits.code_was_good(agent.id)
    response = answers.back_to(wanted)
    limits.remember_device(response, agent.email)
    return response


def _page(problem: str = "", status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        agent = half_signed_in(session)
        if agent is None:
            return answers.see("login.form")
        keys = passkeys.of(session, agent.id)
        left = second_factor.codes_left(session, agent.id)
    has_key = bool(keys) and bool(passkeys.party(current_desk()))
    page = render_template(
        "second_factor.html", email=agent.email, has_key=has_key, left=left, problem=problem
    )
    return page, status
