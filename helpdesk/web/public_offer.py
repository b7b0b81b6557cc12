"""What the shop proposes, on a page of the buyer's own: GET shows, POST takes one, counters or declines."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock, links
from helpdesk.actions import claims, offers
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.links import Passing
from helpdesk.queries import offer_pages
from helpdesk.queries.offer_pages import OfferPage
from helpdesk.rules.claims import Event
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, claim_form, claim_shown, passing, public, refusals
from helpdesk.web.signin import public as open_to_all

bp = passing.make("buyers_offer", "/b/offer")


@bp.get("/<token>")
@open_to_all
def show(token: str) -> ResponseReturnValue:
    return _page(token, _found(token))


@bp.post("/<token>")
@open_to_all
def answer_show(token: str) -> ResponseReturnValue:
    """One option, a counter-offer or no. Whatever happens at once, the first answer counts."""
    found = _found(token)
    said, words = request.form.get("answer", ""), request.form.get("words", "")
    try:
        with transaction() as session:
            claim, ticket = claims.hold(session, found.claim)
            offer = offers.of_claim(session, claim, found.offer)
            session.refresh(offer)
            actor, at, desk = claims.buyer(ticket), clock.now(), current_desk()
            if said.startswith("accept-"):
                offers.accept(
                    session,
                    desk,
                    ticket,
                    claim,
                    offer,
                    claim_form.number(said.removeprefix("accept-")) or 0,
                    actor=actor,
                    way="page",
                    digest=request.form.get("digest", ""),
                    at=at,
                )
            else:
                event = Event.DECLINE_OFFER if said == "decline" else Event.COUNTER_OFFER
                offers.answer_otherwise(
                    session, desk, ticket, claim, offer, event, actor=actor, way="page", at=at, words=words
                )
    except (IllegalMoveError, ConflictError, InvalidError) as error:
        now = _found(token)
        problem = refusals.sentence(error) if now.is_open else ""
        return _page(token, now, problem=problem, words=words), refusals.status_of(error)
    answers.wake()
    return answers.see("buyers_offer.show", token=token, lang=request.args.get("lang"))


def _found(token: str) -> OfferPage:
    offer_id = links.read(current_desk(), links.Purpose.OFFER, token)
    with reading() as session:
        found = offer_pages.one(session, offer_id, at=clock.now())
    public.speak(found.locale)
    return found


def _page(token: str, found: OfferPage, *, problem: str = "", words: str = "") -> str:
    return render_template(
        "public/offer.html",
        token=token,
        offer=found,
        options=claim_shown.options(found.parts, found.currency),
        status=passing.fresh(Passing.STATUS, found.claim),
        problem=problem,
        words=words,
    )
