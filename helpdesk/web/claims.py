"""The panel of a claim on the ticket page: look, decide, propose, agree, end. A verb is a resource."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import (
    approvals,
    claim_orders,
    claim_progress,
    claim_reasons,
    claim_steps,
    claims,
    claims_by_hand,
    deciding,
    offers,
    tickets,
)
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Agent, Claim, Order, Ticket
from helpdesk.rules.claims import ClaimState, Event
from helpdesk.rules.states import IllegalMoveError, Role, may
from helpdesk.web import answers, claim_form, forms, refusals
from helpdesk.web import tickets as pages
from helpdesk.web.signin import acting

bp = Blueprint("claims", __name__)
HERE = "claim"  # the anchor of the panel
TO_BE_ANSWERED = (ClaimState.AWAITING_DECISION, ClaimState.AWAITING_APPROVAL)
Work = Callable[[Session, Ticket, Claim, Agent, datetime], object]


@bp.post("/tickets/<key:number>/claims")
def open_claim(number: int) -> ResponseReturnValue:
    """The agent opens one, of what the buyer's mails say."""
    try:
        with transaction() as session:
            ticket, by, at = tickets.hold(session, number), acting(session), clock.now()
            tickets.check_stands_alone(ticket)
            claims_by_hand.open_for(session, current_desk(), ticket, by=by, at=at)
    except (IllegalMoveError, InvalidError, ConflictError) as error:
        return _refused(number, error)
    return answers.see("tickets.show", number=number, _anchor=HERE)


@bp.post("/claims/<key:claim_id>/reason")
def choose_reason(claim_id: int) -> ResponseReturnValue:
    def work(session: Session, ticket: Ticket, claim: Claim, by: Agent, at: datetime) -> None:
        claim_reasons.choose(
            session,
            ticket,
            claim,
            request.form.get("reason", ""),
            source=claim_reasons.AGENT,
            actor=claims.staff(by),
            at=at,
        )
        claim_progress.go_on(session, current_desk(), ticket, claim, at=at)

    return _on(claim_id, work)


@bp.post("/claims/<key:claim_id>/items")
def choose_items(claim_id: int) -> ResponseReturnValue:
    def work(session: Session, ticket: Ticket, claim: Claim, by: Agent, at: datetime) -> None:
        claim_orders.choose_lines(
            session, ticket, claim, claim_form.items(request.form), actor=claims.staff(by), at=at
        )
        claim_progress.go_on(session, current_desk(), ticket, claim, at=at)

    return _on(claim_id, work)


@bp.post("/claims/<key:claim_id>/decision")
def decide(claim_id: int) -> ResponseReturnValue:
    """Ask the policy again; a lead who says why asks today's policy, whatever it says."""

    def work(session: Session, ticket: Ticket, claim: Claim, by: Agent, at: datetime) -> None:
        why = request.form.get("why", "").strip()
        if why and not may(by.role, Role.LEAD):
            abort(403)
        deciding.check_may_be_asked(claim)
        if why:
            deciding.evaluate(session, ticket, claim, actor=claims.staff(by), at=at, why=why)
        else:
            claim_progress.go_on(session, current_desk(), ticket, claim, at=at)

    return _on(claim_id, work)


@bp.post("/claims/<key:claim_id>/proposal")
def propose(claim_id: int) -> ResponseReturnValue:
    """Offer it, grant it at once, or ask a second person for either."""

    def work(session: Session, ticket: Ticket, claim: Claim, by: Agent, at: datetime) -> None:
        desk = current_desk()
        order = session.get(Order, claim.order_id) if claim.order_id is not None else None
        decision = deciding.newest(session, claim)
        postage = int(decision.outcome["amounts"]["shipping"]) if decision else 0
        parts = claim_form.parts(request.form, currency=order.currency if order else "", postage=postage)
        said = {"words": request.form.get("words", ""), "why": request.form.get("why", "")}
        usual = deciding.offer_days(session, claim, at=at)
        until = claim_form.expires(request.form, usual=usual, at=at, zone=desk.zone)
        match request.form.get("how"):
            case "offer":
                offers.make_offer(session, desk, ticket, claim, parts, by=by, expires_at=until, at=at, **said)
            case "approve":
                approvals.approve(session, desk, ticket, claim, parts, by=by, at=at, **said)
            case "ask_offer":
                approvals.ask(session, desk, ticket, claim, parts, by=by, at=at, expires_at=until, **said)
            case "ask":
                approvals.ask(session, desk, ticket, claim, parts, by=by, at=at, expires_at=None, **said)
            case _:
                abort(422)

    return _on(claim_id, work)


@bp.post("/claims/<key:claim_id>/offers/<key:offer_id>/answer")
def answer(claim_id: int, offer_id: int) -> ResponseReturnValue:
    """The buyer has answered by mail or telephone, and the agent notes it; or she takes the offer back."""

    def work(session: Session, ticket: Ticket, claim: Claim, by: Agent, at: datetime) -> None:
        desk, offer = current_desk(), offers.of_claim(session, claim, offer_id)
        actor, said = claims.staff(by), request.form.get("answer", "")
        way, _, entry = request.form.get("entry", "").partition(":")
        way = way if way in offers.PINNED else ""
        if said.startswith("accept-"):
            offers.accept(
                session,
                desk,
                ticket,
                claim,
                offer,
                claim_form.number(said.removeprefix("accept-")) or 0,
                actor=actor,
                way=way,
                digest=request.form.get("digest", ""),
                at=at,
                entry_id=claim_form.number(entry),
            )
            return
        events = {
            "counter": Event.COUNTER_OFFER,
            "decline": Event.DECLINE_OFFER,
            "withdraw": Event.WITHDRAW_OFFER,
        }
        if said not in events:
            abort(422)
        words = request.form.get("words", "")
        offers.answer_otherwise(
            session, desk, ticket, claim, offer, events[said], actor=actor, way=way, at=at, words=words
        )

    return _on(claim_id, work)


@bp.post("/claims/<key:claim_id>/approval")
def approval(claim_id: int) -> ResponseReturnValue:
    """The second person says yes or no."""

    def work(session: Session, ticket: Ticket, claim: Claim, by: Agent, at: datetime) -> None:
        desk = current_desk()
        if request.form.get("answer") == "yes":
            digest = request.form.get("digest", "")
            approvals.confirm(session, desk, ticket, claim, by=by, digest=digest, at=at)
        else:
            approvals.refuse(session, desk, ticket, claim, by=by, why=request.form.get("why", ""), at=at)

    return _on(claim_id, work)


@bp.post("/claims/<key:claim_id>/refusal")
def reject(claim_id: int) -> ResponseReturnValue:
    def work(session: Session, ticket: Ticket, claim: Claim, by: Agent, at: datetime) -> None:
        words, why = request.form.get("words", ""), request.form.get("why", "")
        claim_steps.reject(session, current_desk(), ticket, claim, by=by, at=at, said=words, why=why)

    return _on(claim_id, work)


@bp.post("/claims/<key:claim_id>/end")
def end(claim_id: int) -> ResponseReturnValue:
    """The buyer takes it back, it is closed with its cause, or opened again."""

    def work(session: Session, ticket: Ticket, claim: Claim, by: Agent, at: datetime) -> None:
        actor, desk = claims.staff(by), current_desk()
        match request.form.get("how"):
            case "withdraw":
                claim_steps.withdraw(session, desk, ticket, claim, actor=actor, at=at, way="agent")
            case "close":
                claim_steps.close(
                    session,
                    ticket,
                    claim,
                    by=by,
                    cause=request.form.get("cause", ""),
                    lesson=request.form.get("lesson", ""),
                    why=request.form.get("why", ""),
                    at=at,
                )
            case "reopen":
                claim_steps.move(session, ticket, claim, Event.REOPEN, actor=actor, by=by, at=at)
                claim_progress.go_on(session, desk, ticket, claim, at=at)
            case "decide_anew":
                why = request.form.get("why", "")
                claim_steps.decide_anew(session, ticket, claim, by=by, why=why, at=at)
            case _:
                abort(422)

    return _on(claim_id, work)


def _on(claim_id: int, work: Work) -> ResponseReturnValue:
    """Do it on the claim as the page had shown it, once; a refusal stands in the panel.

    The policy is asked first: an order that was shipped since the page was shown is another case, and then
    the page that is looked at again shows the new answer.
    """
    seen = claim_form.number(request.form.get("version", ""))
    with transaction() as session:
        claim, ticket = claims.hold(session, claim_id)
        number = ticket.id
        if claim.state in TO_BE_ANSWERED and ticket.merged_into_id is None:
            deciding.evaluate(session, ticket, claim, actor=claims.DESK, at=clock.now())
    try:
        with transaction() as session:
            claim, ticket = claims.hold(session, claim_id)
            number = ticket.id
            if forms.is_first(session):
                tickets.check_stands_alone(ticket)
                claims.check_seen(claim, seen if seen is not None else -1)
                work(session, ticket, claim, acting(session), clock.now())
    except (IllegalMoveError, InvalidError, ConflictError) as error:
        return _refused(number, error)
    answers.wake()
    return answers.see("tickets.show", number=number, _anchor=HERE)


def _refused(number: int, error: Exception) -> ResponseReturnValue:
    field = error.field if isinstance(error, InvalidError) else ""
    page = pages.page(number, problem=refusals.sentence(error), field=field or "claim", claim=request.form)
    return page, refusals.status_of(error)
