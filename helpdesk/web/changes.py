"""Changes beside the conversation: state, assignee, refunds, messages of unknown fate."""

from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import (
    conversation,
    readdressing,
    refunds,
    spam,
    suppressions,
    tickets,
    unknown,
)
from helpdesk.db import transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.rules.states import TicketState, WaitingOn
from helpdesk.web import answers, claim_form, forms, proofs, refusals
from helpdesk.web import tickets as pages
from helpdesk.web.signin import acting, me
from helpdesk.web.translate import _

bp = Blueprint("changes", __name__)
LONGEST = 200  # characters of a field that come back


@bp.post("/tickets/<key:number>/state")
def move(number: int) -> ResponseReturnValue:
    to, waiting_on = request.form.get("state", ""), request.form.get("waiting_on", "")
    if to not in list(TicketState) or (waiting_on and waiting_on not in list(WaitingOn)):
        abort(422)
    with transaction() as session:
        tickets.move(
            session,
            tickets.hold(session, number),
            TicketState(to),
            actor=conversation.agent(me().id),
            at=clock.now(),
            waiting_on=WaitingOn(waiting_on) if waiting_on else None,
        )
    return answers.see("tickets.show", number=number)


@bp.post("/tickets/<key:number>/assignee")
def assign(number: int) -> ResponseReturnValue:
    wanted = request.form.get("assignee", "")
    if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        abort(422)
    with transaction() as session:
        tickets.assign(
            session,
            tickets.hold(session, number),
            int(wanted) if wanted else None,
            by=acting(session),
            at=clock.now(),
        )
    return answers.see("tickets.show", number=number)


@bp.post("/tickets/<key:number>/spam")
def mark_spam(number: int) -> ResponseReturnValue:
    """It is spam, or it is not."""
    said = request.form.get("spam", "")
    if said not in ("yes", "no"):
        abort(422)
    change = spam.mark if said == "yes" else spam.unmark
    with transaction() as session:
        change(session, tickets.hold(session, number), actor=conversation.agent(me().id), at=clock.now())
    return answers.see("tickets.show", number=number)


@bp.post("/tickets/<key:number>/suppression/end")
def lift_suppression(number: int) -> ResponseReturnValue:
    """The buyer's address takes mail again."""
    with transaction() as session:
        ticket = tickets.hold(session, number)
        suppressions.lift(session, ticket, actor=conversation.agent(me().id), at=clock.now())
    return answers.see("tickets.show", number=number)


@bp.post("/tickets/<key:number>/address")
def correct_address(number: int) -> ResponseReturnValue:
    """What we wrote came back: the agent knows the address that is right."""
    with transaction() as session:
        readdressing.correct(
            session, number, request.form.get("address", ""), by=acting(session), at=clock.now()
        )
    answers.say(_("The next letter goes there."))
    return answers.see("tickets.show", number=number)


@bp.post("/tickets/<key:number>/refunds")
def record_refund(number: int) -> ResponseReturnValue:
    typed: dict[str, Any] = {
        name: request.form.get(name, "")[:LONGEST] for name in ("amount", "currency", "method", "reference")
    }
    remedy = request.form.get("remedy", "")[:LONGEST]
    try:
        kept = proofs.keep(request.files.get("proof"))  # before the row that names it
        with transaction() as session:
            if forms.is_first(session):
                ticket = tickets.hold(session, number)
                refunds.record_refund(
                    session,
                    ticket,
                    **typed,
                    remedy=claim_form.number(remedy),
                    proof_sha256=kept,
                    by=acting(session),
                    at=clock.now(),
                )
    except (InvalidError, ConflictError) as error:
        said, wrong = refusals.sentence(error), refusals.by_field(error)
        page = pages.page(number, problem=said, wrong=wrong, refund={**typed, "remedy": remedy})
        return page, refusals.status_of(error)
    return answers.see("tickets.show", number=number, _anchor="newest")


@bp.post("/refunds/<key:refund_id>/answer")
def answer_arrival(refund_id: int) -> ResponseReturnValue:
    """The agent has learnt whether the money is there."""
    said = request.form.get("arrived", "")
    if said not in ("yes", "no"):
        abort(422)
    with transaction() as session:
        ticket = refunds.answer_arrival(
            session,
            refund_id,
            arrived=said == "yes",
            actor=conversation.agent(me().id),
            at=clock.now(),
        )
    return answers.see("tickets.show", number=ticket.number, _anchor="newest")


@bp.post("/refunds/<key:refund_id>/cancellation")
def cancel_refund(refund_id: int) -> ResponseReturnValue:
    """It was noted by mistake."""
    with transaction() as session:
        why = request.form.get("why", "")
        ticket = refunds.cancel(session, refund_id, by=acting(session), at=clock.now(), why=why)
    return answers.see("tickets.show", number=ticket.number, _anchor="newest")


@bp.post("/tickets/<key:number>/messages/<key:row_id>/settlement")
def settle(number: int, row_id: int) -> ResponseReturnValue:
    """A message of unknown fate went out after all, or is handed over once more."""
    said = request.form.get("arrived", "")
    if said not in ("yes", "no"):
        abort(422)
    with transaction() as session:
        unknown.settle_by_hand(
            session,
            tickets.hold(session, number),
            row_id,
            arrived=said == "yes",
            actor=conversation.agent(me().id),
            at=clock.now(),
        )
    answers.wake()
    return answers.back(f"/tickets/{number}")
