"""The buyer's page of a return: where to send it, and a form for carrier and number. No login, no JavaScript.

GET shows and records nothing; only the button's POST does. The signed link is the secret, as in public.py.
"""

from flask import Blueprint, Flask, Response, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock, links
from helpdesk.actions import conversation, returns
from helpdesk.actions.claims import Actor
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import InvalidError, NotFoundError
from helpdesk.links import Passing, Purpose
from helpdesk.queries import inside_forms as queries
from helpdesk.queries.inside_forms import PublicReturn
from helpdesk.rules import carriers
from helpdesk.rules.claims import Who
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, limits, public, refusals
from helpdesk.web.signin import public as without_login
from helpdesk.web.translate import _

bp = Blueprint("sending_back", __name__, url_prefix="/b/return")
OPEN = ("awaiting", "in_transit")


def init_app(app: Flask) -> None:
    """After the CSRF guard, as all buyers' pages."""
    app.extensions["csrf"].exempt(bp)


@bp.before_request
def _count_answers() -> None:
    if request.method == "POST":
        limits.count_answer()


@bp.after_request
def _keep_private(response: Response) -> Response:
    return public.keep_private(response)


@bp.get("/<token>")
@without_login
def show(token: str) -> ResponseReturnValue:
    """Address, number, deadline; what was said of the parcel."""
    try:
        found = _found(token)
    except (links.BadLinkError, NotFoundError):
        return public.no_such_link()
    public.speak(found.locale)
    return _page(token, found)


@bp.post("/<token>")
@without_login
def answer_show(token: str) -> ResponseReturnValue:
    """Carrier and number. The same twice is no mistake."""
    try:
        found = _found(token)
    except (links.BadLinkError, NotFoundError):
        return public.no_such_link()
    public.speak(found.locale)
    try:
        with transaction() as session:
            returns.give_tracking(
                session,
                found.id,
                carrier=request.form.get("carrier", ""),
                number=request.form.get("tracking", ""),
                actor=Actor(Who.BUYER, conversation.buyer(found.buyer_id)),
                at=clock.now(),
            )
    except InvalidError as error:
        return _page(token, found, problem=refusals.sentence(error)), 422
    except IllegalMoveError:
        return public.said(
            409,
            _("This return is not open any more."),
            _("If you have sent it all the same, please answer our mail: a colleague will look into it."),
        )
    return answers.see("sending_back.show", token=token, lang=request.args.get("lang"))


def _found(token: str) -> PublicReturn:
    return_id = links.read(current_desk(), Purpose.RETURN, token)
    with reading() as session:
        return queries.public_return(session, return_id)


def _page(token: str, found: PublicReturn, *, problem: str = "") -> str:
    return render_template(
        "public/return.html",
        token=token,
        back=found,
        is_open=found.state in OPEN,
        carrier=carriers.name(found.carrier),
        carriers=[carrier.name for carrier in carriers.CARRIERS.values()],
        typed=request.form,
        again=bool(request.args.get("again")),
        problem=problem,
        status=links.passing_token(current_desk(), Passing.STATUS, found.claim, at=clock.now()),
    )
