"""Orders for agents: the list, one order, and which order a ticket is about."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import claim_progress, order_links, order_proofs, parcels, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import InvalidError
from helpdesk.queries import orders as queries
from helpdesk.web import answers, forms, refusals
from helpdesk.web import tickets as pages
from helpdesk.web.signin import acting

bp = Blueprint("orders", __name__)
LONGEST_QUERY = 320


@bp.get("/orders")
def show() -> ResponseReturnValue:
    """The newest orders, or those that are asked for."""
    wanted = request.args.get("q", "")[:LONGEST_QUERY]
    with reading() as session:
        found = queries.find(session, wanted)
    return render_template("orders/list.html", orders=found, wanted=wanted, most=queries.ROWS)


@bp.get("/orders/<key:order_id>")
def one(order_id: int) -> ResponseReturnValue:
    """One order with its tickets and its history."""
    with reading() as session:
        order, about, changes = queries.one(session, order_id)
    return render_template("orders/one.html", order=order, tickets=about, changes=changes)


@bp.post("/tickets/<key:number>/orders")
def link(number: int) -> ResponseReturnValue:
    """The agent knows which order it is about, and says how."""
    typed = {name: request.form.get(name, "")[:LONGEST_QUERY] for name in ("order", "reason", "words")}
    typed["order"] = request.form.get("pick", "") or typed["order"]
    reason = ": ".join(text for text in (typed["reason"], typed["words"].strip()) if text)
    try:
        with transaction() as session:
            at = clock.now()
            order_links.link_by_hand(
                session, number, typed["order"], reason=reason, by=acting(session), at=at
            )
            ticket = tickets.hold(session, number)
            claim_progress.order_was_linked(session, current_desk(), ticket, at=at)
    except InvalidError as error:
        said = refusals.sentence(error)
        return pages.page(number, problem=said, field=error.field, order=typed), refusals.status_of(error)
    return answers.see("tickets.show", number=number, _anchor="orders")


@bp.post("/tickets/<key:number>/orders/<key:link_id>/removal")
def unlink(number: int, link_id: int) -> ResponseReturnValue:
    """It is about something else."""
    with transaction() as session:
        order_links.unlink(session, number, link_id, by=acting(session), at=clock.now())
    return answers.see("tickets.show", number=number, _anchor="orders")


@bp.post("/tickets/<key:number>/orders/<key:order_id>/stop")
def stop(number: int, order_id: int) -> ResponseReturnValue:
    """Its parcel will not leave the house."""
    with transaction() as session:
        parcels.note_stopped(session, number, order_id, by=acting(session), at=clock.now())
    return answers.see("tickets.show", number=number, _anchor="orders")


@bp.post("/tickets/<key:number>/orders/<key:link_id>/question")
def ask(number: int, link_id: int) -> ResponseReturnValue:
    """Ask the address on file once more, by a one-time link."""
    with transaction() as session:
        ticket = tickets.hold(session, number)
        order = order_links.linked(session, ticket, link_id)
        if forms.is_first(session):
            order_proofs.ask_by_hand(session, current_desk(), ticket, order, at=clock.now())
    answers.wake()
    return answers.see("tickets.show", number=number, _anchor="newest")
