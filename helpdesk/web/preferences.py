"""What somebody may set for themselves: language and look for anybody, name and password when signed in."""

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import agents, staff_events
from helpdesk.db import transaction
from helpdesk.errors import InvalidError
from helpdesk.rules.states import ToldOf
from helpdesk.web import answers, language, limits, refusals
from helpdesk.web.signin import acting, me, public, who
from helpdesk.web.translate import _

bp = Blueprint("preferences", __name__)
A_YEAR = 365 * 24 * 3600


@bp.post("/look")
@public
def look() -> Response:
    """The switches at the foot of a page; kept in cookies, and the language also on the colleague."""
    response = answers.back(url_for("login.form"))
    theme, wanted = request.form.get("theme", ""), request.form.get("language", "")
    if theme in language.THEMES:
        _keep(response, language.THEME_COOKIE, theme)
    if wanted in language.LOCALES:
        _keep(response, language.LANGUAGE_COOKIE, wanted)
        if who() is not None:
            with transaction() as session:
                agents.change_profile(acting(session), name=me().name, locale=wanted)
    return response


@bp.get("/profile")
def profile() -> ResponseReturnValue:
    return _page()


@bp.post("/profile")
def save_profile() -> ResponseReturnValue:
    wanted, told_of = request.form.get("language", ""), request.form.get("told_of", ToldOf.NOTHING)
    if (wanted and wanted not in language.LOCALES) or told_of not in list(ToldOf):
        abort(422)
    try:
        with transaction() as session:
            agent = acting(session)
            agents.change_profile(agent, name=request.form.get("name", ""), locale=wanted or None)
            if "told_of" in request.form:
                agents.tell_of(agent, ToldOf(told_of))
            if "keys" in request.form:
                agents.press_single_keys(agent, request.form["keys"] == "on")
    except InvalidError as error:
        return _page(error), 422
    answers.say(_("Saved."))
    response = answers.see("preferences.profile")
    theme = request.form.get("theme", "")
    if theme in language.THEMES:
        _keep(response, language.THEME_COOKIE, theme)
    return response


@bp.post("/profile/password")
def save_password() -> ResponseReturnValue:
    """A new password ends every session of this colleague but the one that asked for it."""
    limits.count_present(me().id)
    try:
        with transaction() as session:
            agent = acting(session)
            if agents.authenticate(session, agent.email, request.form.get("current", "")[:1000]) is None:
                raise InvalidError("this is not your present password", field="current")
            password = request.form.get("password", "")[:1000]
            agents.set_password(session, agent, password, at=clock.now(), but=me().session_id)
            staff_events.record(session, "password_changed", by=agent, about=agent, at=clock.now())
    except InvalidError as error:
        return _page(error), 422
    answers.say(_("Your password is changed. All your other sessions have ended."))
    return answers.see("preferences.profile")


def _page(error: InvalidError | None = None) -> str:
    return render_template(
        "profile.html",
        themes=language.THEMES,
        problem=refusals.sentence(error) if error else "",
        wrong_field=error.field if error else "",
    )


def _keep(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", httponly=True)
