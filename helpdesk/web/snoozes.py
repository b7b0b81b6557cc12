"""Snooze on the ticket's page: until a moment, until something happens, and awake at once."""

from datetime import datetime

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import snoozes, tickets
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.rules import snoozing
from helpdesk.rules.snoozing import DAYS, EVENTS, Until
from helpdesk.web import answers, inside_forms, refusals
from helpdesk.web import tickets as pages
from helpdesk.web.signin import acting
from helpdesk.web.translate import _l

bp = Blueprint("snoozes", __name__, url_prefix="/tickets/<key:number>")
# In the order in which they are offered.
CHOICES = {
    "later": _l("later today: in three hours"),
    "tomorrow": _l("tomorrow at nine"),
    "monday": _l("next Monday at nine"),
    "at": _l("the moment below"),
    Until.BUYER: _l("the buyer writes"),
    Until.ANYBODY: _l("anybody answers: buyer or colleague"),
    Until.MONEY: _l("the money arrives"),
}


@bp.post("/snooze")
def snooze(number: int) -> ResponseReturnValue:
    """Refused: the page says why, beside the form."""
    try:
        until, due_at = typed()
        with transaction() as session:
            ticket = tickets.hold(session, number)
            snoozes.snooze(session, ticket, until, by=acting(session), at=clock.now(), due_at=due_at)
    except (InvalidError, ConflictError) as error:
        page = pages.page(number, problem=refusals.sentence(error), field="snooze")
        return page, refusals.status_of(error)
    return answers.see("tickets.show", number=number, _anchor="snooze")


@bp.post("/snooze/end")
def wake(number: int) -> ResponseReturnValue:
    with transaction() as session:
        snoozes.wake(session, tickets.hold(session, number), by=acting(session), at=clock.now())
    return answers.see("tickets.show", number=number, _anchor="snooze")


def typed() -> tuple[Until, datetime | None]:
    """Until what, and when that is a moment. Raises InvalidError."""
    wanted = request.form.get("until", "")
    if wanted in EVENTS:
        return Until(wanted), None
    if wanted in DAYS:
        return Until.DAY, snoozing.moment(wanted, at=clock.now(), zone=current_desk().zone)
    due_at = inside_forms.moment("snooze_at") if wanted == "at" else None
    if due_at is None:
        raise InvalidError("choose until when", field="snooze_at")
    return Until.DAY, due_at


def init_app(app: Flask) -> None:
    app.jinja_env.globals["snooze_choices"] = CHOICES
