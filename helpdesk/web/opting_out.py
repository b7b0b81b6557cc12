"""No more surveys: the page behind a letter's link, and the one click of a mail program (RFC 8058).

The mail provider posts without a cookie or a form token, so none is asked for; the signed link is the secret.
It posts for many people from few addresses, so it is not counted either. GET shows a button and records
nothing: mail scanners open every link.
"""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock, links
from helpdesk.actions import opting_out
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import NotFoundError
from helpdesk.links import Purpose
from helpdesk.queries import public as queries
from helpdesk.web import public as pages
from helpdesk.web.signin import public
from helpdesk.web.translate import _

bp = Blueprint("opting_out", __name__, url_prefix="/b/stop")


@bp.after_request
def _keep_private(response: Response) -> Response:
    return pages.keep_private(response)


@bp.get("/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    """One button, or the news that it is done already."""
    try:
        found = _found(token)
    except (links.BadLinkError, NotFoundError):
        return pages.no_such_link()
    pages.speak(found.locale)
    if found.stopped:
        return _stopped()
    return render_template("public/stop.html", token=token)


@bp.post("/<token>")
@public
def stop(token: str) -> ResponseReturnValue:
    """Stop the surveys; for a person's browser with a page, for a mail provider with a short word."""
    try:
        found = _found(token)
        with transaction() as session:
            opting_out.stop(session, links.read(current_desk(), Purpose.STOP, token), at=clock.now())
    except (links.BadLinkError, NotFoundError):
        return pages.no_such_link()
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response("unsubscribed\n", mimetype="text/plain")
    pages.speak(found.locale)
    return _stopped()


def _found(token: str) -> queries.StopView:
    survey_id = links.read(current_desk(), Purpose.STOP, token)
    with reading() as session:
        return queries.stop(session, survey_id)


def _stopped() -> ResponseReturnValue:
    return pages.said(
        200,
        _("No more surveys."),
        _("We ask you nothing more of this kind. Answers to your mails still come."),
    )
