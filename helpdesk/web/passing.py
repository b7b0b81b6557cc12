"""What the pages behind links that end have in common, and how somebody with an old link gets a new one.

An old link tells nothing but that it is old; a new one goes to the address that the old one went to. A link
that was made up shows where to ask for a real one.
"""

from flask import Blueprint, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock, links
from helpdesk.actions import asking, once
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.links import BadLinkError, ExpiredLinkError, Passing
from helpdesk.queries import claim_pages
from helpdesk.web import limits, public
from helpdesk.web.signin import public as open_to_all
from helpdesk.web.translate import _

again = Blueprint("buyers_again", __name__, url_prefix="/b/again")
MOST_AGAIN = 2  # new links for one matter within a day


def make(name: str, prefix: str, purpose: Passing | None = None) -> Blueprint:
    """A blueprint of buyers' pages: POSTs counted, nothing kept by others, old links answered kindly."""
    bp = Blueprint(name, name, url_prefix=prefix)
    guard(bp)
    if purpose is not None:
        bp.register_error_handler(ExpiredLinkError, lambda error: _expired(purpose, error))
    return bp


def guard(bp: Blueprint) -> None:
    """What every page for buyers has, with a link or without."""
    bp.before_request(_count)
    bp.after_request(public.keep_private)
    bp.register_error_handler(BadLinkError, lambda error: no_link())
    bp.register_error_handler(NotFoundError, lambda error: no_link())
    bp.register_error_handler(413, lambda error: too_large())


def subject(purpose: Passing, token: str) -> int:
    """What a link is about. Raises BadLinkError, ExpiredLinkError."""
    return links.read_passing(current_desk(), purpose, token, at=clock.now())


def fresh(purpose: Passing, subject_id: int) -> str:
    """A new token for whoever holds one for the same matter already."""
    return links.passing_token(current_desk(), purpose, subject_id, at=clock.now())


def no_link() -> ResponseReturnValue:
    """Cut, forged, or about something that is not there any more: all look the same."""
    public.speak("")
    return make_response(render_template("public/no_link.html"), 404)


@again.post("/<purpose>/<token>")
@open_to_all
def send(purpose: str, token: str) -> ResponseReturnValue:
    """Mail a new link to the address on file. The page says the same whether one went out or not."""
    if purpose not in list(Passing):
        return no_link()
    kind = Passing(purpose)
    try:
        subject_id = subject(kind, token)
    except ExpiredLinkError as error:
        subject_id = error.subject_id
    _speak(kind, subject_id)
    key = limits.key(f"new link {kind} {subject_id}")
    try:
        with transaction() as session:
            if once.count(session, key, most=MOST_AGAIN, within=once.KEPT, at=clock.now()):
                asking.send_again(session, current_desk(), kind, subject_id, at=clock.now())
    except (NotFoundError, ConflictError, InvalidError) as error:
        current_app.logger.info("no new link for %s %s: %s", kind, subject_id, error)
    return public.said(
        200,
        _("Look into your mailbox."),
        _("If this matter is still with us, a new link is on its way to the address that we have."),
    )


def _count() -> None:
    if request.method == "POST":
        limits.count_answer()


def _expired(purpose: Passing, error: ExpiredLinkError) -> ResponseReturnValue:
    _speak(purpose, error.subject_id)
    token = (request.view_args or {}).get("token", "")
    return make_response(render_template("public/expired.html", purpose=purpose, old=token), 410)


def _speak(purpose: Passing, subject_id: int) -> None:
    with reading() as session:
        if purpose.of_ticket:
            locale = claim_pages.locale_of(session, ticket_id=subject_id)
        else:
            locale = claim_pages.locale_of(session, claim_id=subject_id)
    public.speak(locale)


def too_large() -> ResponseReturnValue:
    """More than the whole desk takes in one request."""
    public.speak("")
    return public.said(
        413,
        _("That was too much in one go."),
        _(
            "All files together may have 40 MB. Go back: what you typed is still there. "
            "Send some of the files now, and the others afterwards."
        ),
    )


guard(again)
