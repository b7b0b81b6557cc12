"""How a claim stands, and the button that takes it back."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock, links
from helpdesk.actions import claim_answers, telling
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.links import Passing, Purpose
from helpdesk.models import Claim, Ticket
from helpdesk.queries import claim_pages
from helpdesk.queries.claim_pages import StatusView
from helpdesk.rules.refunds import Shown
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, passing, public, public_words, refusals, status_said
from helpdesk.web.signin import public as open_to_all

# The buyer may say of these whether they are there.
ANSWERABLE = (Shown.SUCCEEDED, Shown.ASSUMED, Shown.NOT_ARRIVED)

bp = passing.make("buyers_status", "/b/status", Passing.STATUS)


@bp.get("/<token>")
@open_to_all
def show(token: str) -> ResponseReturnValue:
    return _page(token, _found(token))


@bp.get("/<token>/withdrawal")
@open_to_all
def withdrawal(token: str) -> ResponseReturnValue:
    """Are you sure?"""
    found = _found(token)
    if not found.may_withdraw:
        return answers.see("buyers_status.show", token=token, lang=request.args.get("lang"))
    return render_template("public/take_back.html", token=token, claim=found)


@bp.post("/<token>/withdrawal")
@open_to_all
def answer_withdrawal(token: str) -> ResponseReturnValue:
    """Yes. Too late is said on the page itself."""
    found = _found(token)
    try:
        with transaction() as session:
            claim_answers.take_back(
                session, current_desk(), passing.subject(Passing.STATUS, token), at=clock.now()
            )
    except (IllegalMoveError, ConflictError) as error:
        return _page(token, found, problem=refusals.sentence(error)), refusals.status_of(error)
    answers.wake()
    return answers.see("buyers_status.show", token=token, lang=request.args.get("lang"))


def _found(token: str) -> StatusView:
    claim_id = passing.subject(Passing.STATUS, token)
    with reading() as session:
        claim = session.get(Claim, claim_id)
        ticket = session.get(Ticket, claim.ticket_id) if claim else None
        tells = claim is not None and ticket is not None and telling.may(session, ticket, claim.order_id)
        found = claim_pages.status(session, claim_id, tells=tells)
    public.speak(found.locale)
    return found


def _page(token: str, found: StatusView, *, problem: str = "") -> str:
    claim_id = passing.subject(Passing.STATUS, token)
    return render_template(
        "public/status.html",
        token=token,
        claim=found,
        now=public_words.STATES[found.state][0],
        then=status_said.steps(found, clock.now()),
        until=public_words.until(found.state),
        problem=problem,
        form=passing.fresh(Passing.CLAIM, found.ticket) if found.needs_order else "",
        upload=passing.fresh(Passing.EVIDENCE, claim_id),
        offer=links.url(current_desk(), Purpose.OFFER, found.offer) if found.offer else "",
        parcel={
            each.id: links.url(current_desk(), Purpose.RETURN, each.id)
            for each in found.ways.back
            if each.awaited
        },
        arrival={
            way.refund.id: links.url(current_desk(), Purpose.ARRIVAL, way.refund.id)
            for way in found.ways.money
            if way.refund.state in ANSWERABLE
        },
    )
