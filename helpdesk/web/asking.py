"""Buttons that write to the buyer: the form, the order, the reason. For evidence see web/evidence.py."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import asking, claims, tickets
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.models import Entry
from helpdesk.web import answers, forms
from helpdesk.web.signin import acting

bp = Blueprint("asking", __name__)


@bp.post("/tickets/<key:number>/form")
def form(number: int) -> ResponseReturnValue:
    """Mail the link to the claim form."""
    return _write(number, asking.invite)


@bp.post("/tickets/<key:number>/order/request")
def order(number: int) -> ResponseReturnValue:
    """Ask which order it is about."""
    return _write(number, asking.ask_order)


@bp.post("/claims/<key:claim_id>/reason/request")
def reason(claim_id: int) -> ResponseReturnValue:
    """Ask what happened, by a page of reasons."""
    with transaction() as session:
        claim, ticket = claims.hold(session, claim_id)
        number = ticket.id
        if forms.is_first(session):
            actor = claims.staff(acting(session))
            forms.note_entry(
                session,
                asking.ask_reason(session, current_desk(), ticket, claim, actor=actor, at=clock.now()),
            )
    return _back(number)


def _write(number: int, ask: Callable[..., Entry]) -> ResponseReturnValue:
    """Once, however often the button was clicked."""
    with transaction() as session:
        if forms.is_first(session):
            ticket = tickets.hold(session, number)
            tickets.check_stands_alone(ticket)
            actor = claims.staff(acting(session))
            forms.note_entry(session, ask(session, current_desk(), ticket, actor=actor, at=clock.now()))
    return _back(number)


def _back(number: int) -> ResponseReturnValue:
    answers.wake()
    return answers.see("tickets.show", number=number, _anchor="newest")
