"""The form by which a platform's buyer shows that an order is theirs: name, four digits, number.

Whatever was typed, the answer is one page, and takes as long.
"""

import time

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import buyer_forms
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.links import BadLinkError, Passing
from helpdesk.queries import claim_pages
from helpdesk.rules import buyer_form
from helpdesk.rules.buyer_form import Typed
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, passing, public
from helpdesk.web.signin import public as open_to_all
from helpdesk.web.translate import _

bp = passing.make("buyers_proof", "/b/proof", Passing.PROOF)


@bp.get("/<token>")
@open_to_all
def form(token: str) -> ResponseReturnValue:
    _speak(token)
    return _page(token)


@bp.post("/<token>")
@open_to_all
def answer_form(token: str) -> ResponseReturnValue:
    """Count the try, then look; the words are the same for what fits and what does not."""
    began, ticket_id = time.monotonic(), _speak(token)
    typed = _typed()
    if not typed.number or not typed.name or not buyer_form.digits(typed.last4):
        return _page(
            token, problem=_("Fill in all three; of the telephone number the last four digits.")
        ), 422
    with transaction() as session:
        tries = buyer_forms.count_try(session, current_desk(), ticket_id, typed, at=clock.now())
    if tries:
        _look(ticket_id, typed, tries)
    answers.wake()
    public.answer_evenly(began)
    if not tries:
        return public.said(
            429,
            _("That was tried often enough for today."),
            _("Please answer our mail instead: a colleague asks you through the chat of the platform."),
        )
    return public.said(
        200,
        _("Thank you. We compare it."),
        _(
            "If all three fit an order, we go on with it and you hear from us by mail. If you hear nothing "
            "within a day, look whether something was mistyped, or answer our mail."
        ),
    )


def _look(ticket_id: int, typed: Typed, tries: int) -> None:
    """What stands in the way is for the house to see, not for whoever typed."""
    try:
        with transaction() as session:
            buyer_forms.prove(session, current_desk(), ticket_id, typed, tries=tries, at=clock.now())
    except (ConflictError, IllegalMoveError) as error:
        current_app.logger.info("ticket %s was not linked by its form: %s", ticket_id, error)


def _typed() -> Typed:
    number, name, last4 = (request.form.get(key, "").strip()[:200] for key in ("order_no", "name", "last4"))
    return Typed(number=number, name=name, last4=last4)


def _speak(token: str) -> int:
    """The ticket of the link. Raises BadLinkError."""
    ticket_id = passing.subject(Passing.PROOF, token)
    with reading() as session:
        locale = claim_pages.locale_of(session, ticket_id=ticket_id)
    if not locale:
        raise BadLinkError("the ticket of this link is not there")
    public.speak(locale)
    return ticket_id


def _page(token: str, *, problem: str = "") -> str:
    return render_template("public/proof.html", token=token, typed=request.form, problem=problem)
