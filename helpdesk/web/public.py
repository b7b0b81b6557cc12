"""The pages behind a buyer's links: has the money arrived, and how was it. No login, no JavaScript.

GET and HEAD show and record nothing, because mail scanners open every link; only the button's POST records.
These forms carry no CSRF token on purpose: there is no session whose rights another site could borrow. The
signed link itself is the secret; who knows it may answer, and a site that does not know it cannot post to it.
"""

import time

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from helpdesk import clock, links
from helpdesk.actions import conversation, refunds, surveys
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.links import Purpose
from helpdesk.queries import public as queries
from helpdesk.rules.refunds import Shown
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, limits, refusals
from helpdesk.web.language import LOCALES
from helpdesk.web.signin import public

bp = Blueprint("buyers", __name__, url_prefix="/b")
ANSWERED_AFTER = 0.3  # seconds: longer than it takes to find an order, or to write a letter


@bp.before_request
def _count_answers() -> None:
    if request.method == "POST":
        limits.count_answer()


@bp.after_request
def keep_private(response: Response) -> Response:
    """No search engine, and no way for the link to leave by a Referer."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/arrival/<token>")
@public
def arrival(token: str) -> ResponseReturnValue:
    """The question, or what was answered."""
    try:
        found = _arrival(token)
    except (links.BadLinkError, NotFoundError):
        return no_such_link()
    speak(found.locale)
    return render_template("public/arrival.html", token=token, refund=found, again=request.args.get("again"))


@bp.post("/arrival/<token>")
@public
def answer_arrival(token: str) -> ResponseReturnValue:
    """Yes or no. Saying the same twice is no mistake; taking a yes back is for a mail to the shop."""
    try:
        found = _arrival(token)
    except (links.BadLinkError, NotFoundError):
        return no_such_link()
    speak(found.locale)
    wanted = request.form.get("arrived", "")
    if wanted not in ("yes", "no"):
        page = render_template(
            "public/arrival.html", token=token, refund=found, problem=_("Choose one of the two answers.")
        )
        return page, 422
    try:
        with transaction() as session:
            refunds.answer_arrival(
                session,
                links.read(current_desk(), Purpose.ARRIVAL, token),
                arrived=wanted == "yes",
                actor=conversation.buyer(found.buyer_id),
                at=clock.now(),
            )
    except (ConflictError, IllegalMoveError):
        if _arrival(token).state is Shown.MISTAKEN:
            return answers.see("buyers.arrival", token=token, lang=request.args.get("lang"))
        return said(
            409,
            _("You have told us already that it arrived."),
            _("If that is not so, please answer our mail: a colleague will look into it."),
        )
    return answers.see("buyers.arrival", token=token, lang=request.args.get("lang"))


@bp.get("/survey/<token>")
@public
def survey(token: str) -> ResponseReturnValue:
    """Five marks and a field, or what became of it."""
    try:
        found = _survey(token)
    except (links.BadLinkError, NotFoundError):
        return no_such_link()
    speak(found.locale)
    if found.score is None and clock.now() > found.expires_at:
        return _survey_ended(410)
    return _survey_page(token, found)


@bp.post("/survey/<token>")
@public
def answer_survey(token: str) -> ResponseReturnValue:
    """Record score and comment, once."""
    try:
        found = _survey(token)
    except (links.BadLinkError, NotFoundError):
        return no_such_link()
    speak(found.locale)
    score = request.form.get("score", "")
    try:
        with transaction() as session:
            surveys.answer(
                session,
                links.read(current_desk(), Purpose.SURVEY, token),
                score=int(score) if score in ("1", "2", "3", "4", "5") else 0,
                comment=request.form.get("comment", ""),
                at=clock.now(),
            )
    except InvalidError as error:
        return _survey_page(token, found, problem=refusals.sentence(error)), 422
    except ConflictError:
        if found.score is None and clock.now() > found.expires_at:
            return _survey_ended(409)
        return said(
            409,
            _("You have answered already. Thank you."),
            _("The first answer counts. If something is still wrong, please answer our mail."),
        )
    return answers.see("buyers.survey", token=token, lang=request.args.get("lang"))


def _arrival(token: str) -> queries.ArrivalView:
    refund_id = links.read(current_desk(), Purpose.ARRIVAL, token)
    with reading() as session:
        return queries.arrival(session, refund_id)


def _survey(token: str) -> queries.SurveyView:
    survey_id = links.read(current_desk(), Purpose.SURVEY, token)
    with reading() as session:
        return queries.survey(session, survey_id)


def _survey_page(token: str, found: queries.SurveyView, *, problem: str = "") -> str:
    marks = ((5, _("very good")), (4, _("good")), (3, _("so-so")), (2, _("bad")), (1, _("very bad")))
    return render_template(
        "public/survey.html",
        token=token,
        survey=found,
        marks=marks,
        problem=problem,
        typed=request.form,
        longest=surveys.LONGEST_COMMENT,
    )


def _survey_ended(status: int) -> ResponseReturnValue:
    return said(
        status,
        _("This survey has ended."),
        _("Thank you for opening it. If something is still wrong, please answer our mail."),
    )


def no_such_link() -> ResponseReturnValue:
    """What a cut or forged link shows."""
    speak("")
    return said(
        404,
        _("This link is not complete."),
        _("Perhaps a part was lost when it was copied. Please open it from our mail, or answer the mail."),
    )


def said(status: int, title: str, text: str) -> ResponseReturnValue:
    """A page of two sentences."""
    return make_response(render_template("public/said.html", title=title, text=text), status)


def answer_evenly(began: float) -> None:
    """Wait until nobody can tell from the time whether something was found. `began` is of time.monotonic."""
    time.sleep(max(0.0, ANSWERED_AFTER - (time.monotonic() - began)))


def speak(locale: str) -> None:
    """The language that we write to this buyer in, unless the page was asked for another one."""
    wanted = request.args.get("lang", "")
    chosen = wanted if wanted in LOCALES else locale
    if chosen in LOCALES:
        g.language = chosen
        refresh()


@bp.app_template_global("public_in")
def public_in(token: str | None, language: str) -> str:
    """This page in another language."""
    return url_for(
        request.endpoint.replace("answer_", "").removesuffix("_confirmed") if request.endpoint else "",
        token=token,
        lang=language,
    )
