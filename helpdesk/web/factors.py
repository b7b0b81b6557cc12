"""One's own second factor: set up, looked at, taken away.

Whoever has signed in a while ago types the password again: a browser that was left open gives nobody a key.
"""

import io
from datetime import timedelta

import segno
from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from helpdesk import clock
from helpdesk.actions import agent_sessions, agents, passkeys, second_factor
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, InvalidError
from helpdesk.models import Agent, Authenticator
from helpdesk.rules import one_time_codes
from helpdesk.web import answers, limits, refusals, security
from helpdesk.web.signin import acting, me, without_factor
from helpdesk.web.translate import _

bp = Blueprint("factors", __name__, url_prefix="/profile/second-factor")
FRESH = timedelta(minutes=10)  # since the sign-in


@bp.before_request
def count_typed() -> None:
    """Before any transaction: what is typed as the present password is counted."""
    typed = request.form.get("current") or (request.get_json(silent=True) or {}).get("current")
    if request.method == "POST" and typed:
        limits.count_present(me().id)


@bp.get("")
@without_factor
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/qr.svg")
@without_factor
def qr() -> Response:
    """The secret as a picture; a file of its own, as the page may hold none."""
    with reading() as session:
        secret = second_factor.shown_secret(session, current_desk(), me().id, at=clock.now())
    if secret is None:
        abort(404)
    drawn = io.BytesIO()
    told = one_time_codes.address(secret, email=me().email, shop=current_desk().shop_name)
    segno.make(told, error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
    response = Response(drawn.getvalue(), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = security.FILE
    return response


@bp.post("/app")
@without_factor
def begin() -> ResponseReturnValue:
    """A new secret, shown until its first code was right."""
    try:
        with transaction() as session:
            agent = acting(session)
            check_present(session, agent, request.form.get("current", "")[:1000])
            second_factor.begin_app(session, current_desk(), agent, at=clock.now())
    except DeskError as error:
        return _page(error, about="app"), refusals.status_of(error)
    return answers.see("factors.show")


@bp.post("/app/code")
@without_factor
def confirm() -> ResponseReturnValue:
    """The first code: the app counts from now on. Codes on paper come with the first factor."""
    try:
        limits.count_code(me().id)
    except TooManyRequests:
        return _page(InvalidError(_("Too many tries. Wait five minutes."), field="code"), about="code"), 429
    try:
        with transaction() as session:
            agent = acting(session)
            second_factor.confirm_app(
                session, current_desk(), agent, request.form.get("code", ""), at=clock.now()
            )
            end_others_at_first(session, agent)
            has_codes = second_factor.codes_left(session, agent.id) > 0
            codes = () if has_codes else _codes(session, agent)
    except DeskError as error:
        return _page(error, about="code"), refusals.status_of(error)
    limits.code_was_good(me().id)
    if codes:
        return render_template("recovery_codes.html", codes=codes)
    answers.say(_("The app is set up."))
    return answers.see("factors.show")


@bp.post("/app/removal")
def remove_app() -> ResponseReturnValue:
    try:
        with transaction() as session:
            agent = acting(session)
            check_present(session, agent, request.form.get("current", "")[:1000])
            second_factor.remove_app(session, agent, at=clock.now())
    except DeskError as error:
        return _page(error, about="app"), refusals.status_of(error)
    answers.say(_("The app is taken away."))
    return answers.see("factors.show")


@bp.post("/passkeys/<key:passkey_id>/removal")
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            agent = acting(session)
            check_present(session, agent, request.form.get("current", "")[:1000])
            name = passkeys.remove(session, agent, passkey_id, at=clock.now())
    except DeskError as error:
        return _page(error, about="passkeys"), refusals.status_of(error)
    answers.say(_("The passkey “%(name)s” is taken away.", name=name))
    return answers.see("factors.show")


@bp.post("/codes")
def new_codes() -> ResponseReturnValue:
    """Ten new codes on paper, shown in this answer and never again."""
    try:
        with transaction() as session:
            agent = acting(session)
            check_present(session, agent, request.form.get("current", "")[:1000])
            codes = _codes(session, agent)
    except DeskError as error:
        return _page(error, about="codes"), refusals.status_of(error)
    return render_template("recovery_codes.html", codes=codes)


def check_present(session: Session, agent: Agent, typed: str) -> None:
    """Raises InvalidError unless she has signed in just now, or types the present password."""
    if _is_fresh():
        return
    if agents.authenticate(session, agent.email, typed) is None:
        raise InvalidError("this is not your present password", field="current")


def end_others_at_first(session: Session, agent: Agent) -> None:
    """Whoever is signed in elsewhere has shown no second factor: signed out when there is a first one."""
    agent_sessions.end_all(session, agent, but=me().session_id)


def _is_fresh() -> bool:
    return clock.now() - me().signed_in_at < FRESH


def _codes(session: Session, agent: Agent) -> tuple[str, ...]:
    return second_factor.new_codes(session, current_desk(), agent, at=clock.now())


def _page(error: DeskError | None = None, *, about: str = "") -> str:
    with reading() as session:
        app = session.get(Authenticator, me().id)
        secret = second_factor.shown_secret(session, current_desk(), me().id, at=clock.now())
        keys = passkeys.of(session, me().id)
        left = second_factor.codes_left(session, me().id)
    return render_template(
        "factors.html",
        app=app,
        secret=one_time_codes.spaced(secret) if secret else "",
        passkeys=keys,
        can_have_passkeys=bool(passkeys.party(current_desk())),
        left=left,
        fresh=_is_fresh(),
        about=about,
        wrong=refusals.by_field(error),
    )
