"""Goods on their way back, for agents: begin a return, note its parcel, count and inspect what came."""

from collections.abc import Callable
from datetime import timedelta

from babel.lists import format_list
from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import claim_waits, claims, return_outcomes, returns
from helpdesk.actions.return_outcomes import Looked
from helpdesk.actions.returns import Counted
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, InvalidError
from helpdesk.models import Claim
from helpdesk.queries import inside, people
from helpdesk.queries import inside_forms as queries
from helpdesk.queries.inside_views import ReturnView
from helpdesk.rules import carriers, money
from helpdesk.rules import returns as rules
from helpdesk.rules.claim_terms import Condition
from helpdesk.rules.claims import Who
from helpdesk.rules.returns import USUAL_TIME, Payer, Reception, ReturnEvent
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, forms, inside_forms, refusals
from helpdesk.web.signin import acting, me

bp = Blueprint("returns", __name__)
Change = Callable[[Session, int], object]  # an action of a return, at the version that the page showed
CHOSEN = {"received": Reception.RECEIVED, "wrong_item": Reception.WRONG_ITEM, "damaged": Reception.DAMAGED}


@bp.get("/remedies/<key:remedy_id>/return")
def form(remedy_id: int) -> ResponseReturnValue:
    return _start_page(remedy_id)


@bp.post("/remedies/<key:remedy_id>/return")
def start(remedy_id: int) -> ResponseReturnValue:
    """Send the buyer address, deadline and number."""
    try:
        label = inside_forms.files("label")
        with reading() as session:
            asked = queries.returnable(session, remedy_id)
        units = [(line, inside_forms.number(f"quantity-{line}")) for line, _, _ in asked.lines]
        with transaction() as session:
            claim, ticket = claims.hold(session, asked.claim)
            number = ticket.number
            if forms.is_first(session):
                returns.start(
                    session,
                    current_desk(),
                    ticket,
                    claim,
                    remedy_id,
                    address_id=inside_forms.number("address"),
                    units=[each for each in units if each[1]],
                    payer=Payer.SELLER if request.form.get("payer") == "seller" else Payer.BUYER,
                    send_by=inside_forms.end_of_day("send_by"),
                    by=acting(session),
                    at=clock.now(),
                    label=label,
                    note=request.form.get("note", "").strip()[:2000],
                )
    except (DeskError, IllegalMoveError) as error:
        return _start_page(remedy_id, error), refusals.status_of(error)
    answers.wake()
    return answers.see("tickets.show", number=number, _anchor="newest")


@bp.get("/returns/<key:return_id>")
def show(return_id: int) -> ResponseReturnValue:
    return _page(return_id)


@bp.post("/returns/<key:return_id>/tracking")
def give_tracking(return_id: int) -> ResponseReturnValue:
    def act(session: Session, seen: int) -> object:
        return returns.give_tracking(
            session,
            return_id,
            carrier=request.form.get("carrier", ""),
            number=request.form.get("tracking", ""),
            actor=claims.staff(acting(session)),
            at=clock.now(),
            seen=seen,
        )

    return _changed(return_id, act)


@bp.post("/returns/<key:return_id>/deadline")
def prolong(return_id: int) -> ResponseReturnValue:
    return _changed(
        return_id,
        lambda session, seen: returns.prolong(
            session,
            return_id,
            send_by=inside_forms.end_of_day("send_by"),
            by=acting(session),
            at=clock.now(),
            seen=seen,
        ),
    )


@bp.post("/returns/<key:return_id>/receipt")
def receive(return_id: int) -> ResponseReturnValue:
    """So many of each have arrived by now."""
    with reading() as session:
        found = inside.one_return(session, return_id)
    counted = {
        line.id: Counted(
            quantity=inside_forms.number(f"received-{line.id}"),
            reception=CHOSEN.get(request.form.get(f"reception-{line.id}", ""), Reception.RECEIVED),
            why=request.form.get(f"why-{line.id}", ""),
        )
        for line in found.lines
    }
    return _changed(
        return_id,
        lambda session, seen: returns.receive(
            session, current_desk(), return_id, counted, by=acting(session), at=clock.now(), seen=seen
        ),
    )


@bp.post("/returns/<key:return_id>/inspection")
def inspect(return_id: int) -> ResponseReturnValue:
    """How each line is; what it means for the money is said on the ticket."""
    with reading() as session:
        found = inside.one_return(session, return_id)

    def act(session: Session, seen: int) -> object:
        looked = {line.id: _looked(line.id, found.currency) for line in found.lines}
        return return_outcomes.inspect(
            session, current_desk(), return_id, looked, by=acting(session), at=clock.now(), seen=seen
        )

    return _changed(return_id, act)


@bp.post("/returns/<key:return_id>/end")
def end(return_id: int) -> ResponseReturnValue:
    """Called off, or lost by the carrier."""
    how = {"cancel": returns.cancel, "lose": returns.lose}.get(request.form.get("how", ""))
    if how is None:
        abort(inside_forms.REFUSED)
    return _changed(
        return_id,
        lambda session, seen: how(
            session,
            return_id,
            why=request.form.get("why", ""),
            by=acting(session),
            at=clock.now(),
            seen=seen,
        ),
    )


def _changed(return_id: int, act: Change) -> ResponseReturnValue:
    try:
        with transaction() as session:
            act(session, inside_forms.number("seen"))
    except (DeskError, IllegalMoveError) as error:
        if refusals.status_of(error) == 404:
            raise
        return _page(return_id, error), refusals.status_of(error)
    answers.wake()
    return answers.see("returns.show", return_id=return_id)


def _looked(line: int, currency: str) -> Looked:
    condition = request.form.get(f"condition-{line}", "")
    resellable = request.form.get(f"resellable-{line}", "")
    typed = request.form.get(f"deduction-{line}", "").strip()
    try:
        deduction = money.read(typed, currency).minor if typed and typed.strip("0.") else 0
    except money.AmountError as error:
        raise InvalidError(str(error), field=f"deduction-{line}") from error
    return Looked(
        condition=Condition(condition) if condition in list(Condition) else None,
        resellable={"yes": True, "no": False}.get(resellable),
        deduction=deduction,
        why=request.form.get(f"why-{line}", ""),
        photos=inside_forms.files(f"photos-{line}"),
    )


def _page(return_id: int, error: Exception | None = None) -> str:
    with reading() as session:
        found: ReturnView = inside.one_return(session, return_id)
    return render_template(
        "inside/return.html",
        back=found,
        possible=rules.possible(found.state, Who(me().role)),
        Event=ReturnEvent,
        conditions=tuple(Condition),
        carriers=[carrier.name for carrier in carriers.CARRIERS.values()],
        now=clock.now(),
        typed=request.form,
        problem=refusals.sentence(error) if error else "",
        wrong=error.field if isinstance(error, InvalidError) else "",
    )


def _start_page(remedy_id: int, error: Exception | None = None) -> str:
    with reading() as session:
        asked = queries.returnable(session, remedy_id)
        claim = session.get_one(Claim, asked.claim)
        send_by = claim_waits.look_at(session, claim, "awaiting_return", USUAL_TIME, since=clock.now())
        return render_template(
            "inside/return_start.html",
            asked=asked,
            addresses=queries.addresses(session),
            leads=format_list(people.leads(session), style="or", locale=get_locale()),
            send_by=(send_by - timedelta(seconds=1)).date(),  # business days end at midnight
            typed=request.form,
            problem=refusals.sentence(error) if error else "",
            wrong=error.field if isinstance(error, InvalidError) else "",
        )
