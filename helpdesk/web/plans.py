"""Planned mail on the ticket page: another moment, own words, rest, and now."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import conversation, later, planned_mail, tickets
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.web import answers, inside_forms, refusals
from helpdesk.web import tickets as pages
from helpdesk.web.signin import me
from helpdesk.web.translate import _

bp = Blueprint("plans", __name__, url_prefix="/tickets/<key:number>/plans/<key:reminder_id>")


@bp.post("/withdrawal")
def withdraw(number: int, reminder_id: int) -> ResponseReturnValue:
    with transaction() as session:
        ticket = tickets.hold(session, number)
        later.take_back(session, ticket, reminder_id, actor=_me(), at=clock.now())
    return _back(number)


@bp.post("/change")
def change(number: int, reminder_id: int) -> ResponseReturnValue:
    """Refused: the page comes back with the words, and says why above them."""
    words = request.form.get("words", "").replace("\r\n", "\n")
    try:
        due_at = inside_forms.moment("due_at")
        if due_at is None:
            raise InvalidError("give a day and a time", field="due_at")
        with transaction() as session:
            planned_mail.edit(
                session,
                tickets.hold(session, number),
                reminder_id,
                due_at=due_at,
                words=words,
                actor=_me(),
                at=clock.now(),
            )
    except (InvalidError, ConflictError) as error:
        typed = {"id": reminder_id, "words": words[: planned_mail.LONGEST]}
        page = pages.page(number, problem=refusals.sentence(error), field="plan", plan=typed)
        return page, refusals.status_of(error)
    return _back(number)


@bp.post("/rest")
def rest(number: int, reminder_id: int) -> ResponseReturnValue:
    """Let it rest, or go on."""
    change = planned_mail.resume if request.form.get("rest") == "no" else planned_mail.pause
    with transaction() as session:
        change(session, tickets.hold(session, number), reminder_id, actor=_me(), at=clock.now())
    return _back(number)


@bp.post("/sending")
def send_now(number: int, reminder_id: int) -> ResponseReturnValue:
    with transaction() as session:
        ticket = tickets.hold(session, number)
        sent = planned_mail.send_now(
            session, current_desk(), ticket, reminder_id, actor=_me(), at=clock.now()
        )
    if not sent:
        answers.say(_("It was not sent: it had become pointless. The conversation says why."))
    answers.wake()
    return _back(number)


def _me() -> str:
    return conversation.agent(me().id)


def _back(number: int) -> ResponseReturnValue:
    return answers.see("tickets.show", number=number, _anchor="newest")
