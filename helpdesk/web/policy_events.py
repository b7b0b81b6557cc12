"""Events of force majeure: read by everybody, declared and ended by leads."""

import logging
import re
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpdesk import clock
from helpdesk.actions import affected, events
from helpdesk.actions.events import EventForm
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, InvalidError
from helpdesk.models import ForceMajeureEvent
from helpdesk.queries import policies as kept
from helpdesk.rules.states import IllegalMoveError, Role
from helpdesk.web import answers, refusals
from helpdesk.web.signin import acting, needs

log = logging.getLogger(__name__)
bp = Blueprint("events", __name__, url_prefix="/settings/policy/events")


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("")
@needs(Role.LEAD)
def declare() -> ResponseReturnValue:
    try:
        with transaction() as session:
            events.declare(session, _form(), by=acting(session), at=clock.now())
    except DeskError as error:
        return _page(error), refusals.status_of(error)
    _give_time()
    answers.wake()
    answers.say(_("The event is declared: its clauses count from its first day on."))
    return answers.see("events.show")


@bp.post("/<key:event_id>/end")
@needs(Role.LEAD)
def end(event_id: int) -> ResponseReturnValue:
    with transaction() as session:
        events.end(session, event_id, by=acting(session), at=clock.now())
    answers.say(_("The event is over."))
    return answers.see("events.show")


@bp.post("/<key:event_id>/time")
@needs(Role.LEAD)
def give_time(event_id: int) -> ResponseReturnValue:
    """Once more, to the claims that have not got their time."""
    with transaction() as session:
        affected.run_again(session, event_id)
    _give_time()
    answers.wake()
    return answers.see("events.show")


@bp.post("/<key:event_id>/offers")
@needs(Role.LEAD)
def offer(event_id: int) -> ResponseReturnValue:
    """The choice that the clause grants, to every claim of the event that waits for us."""
    made, left = 0, 0
    for claim_id, _ticket in _affected(event_id):
        try:
            with transaction() as session:
                affected.offer_choice(
                    session, current_desk(), claim_id, event_id, by=acting(session), at=clock.now()
                )
            made += 1
        except (DeskError, IllegalMoveError):
            left += 1
    answers.wake()
    answers.say(
        _("%(made)s offers are on their way; %(left)s claims need a look of their own.", made=made, left=left)
    )
    return answers.see("events.show")


def _affected(event_id: int) -> list[tuple[int, int]]:
    with reading() as session:
        event = session.get(ForceMajeureEvent, event_id)
        return affected.claims_of(session, event) if event is not None else []


def _give_time() -> None:
    """At once, so that the choice can be offered at once. What fails here the clock does a moment later."""
    while True:
        with reading() as session:
            rows = affected.due(session, at=clock.now())
        done = 0
        for row_id, claim_id in rows:
            try:
                with transaction() as session:
                    done += affected.carry_out(session, current_desk(), row_id, claim_id, at=clock.now())
            except (DeskError, IllegalMoveError) as error:
                log.warning("event claim %s is left to the clock: %s", row_id, error)
        if not done:
            return


def _form() -> EventForm:
    """Days are days of the shop: the first from its midnight on, the last to its end."""
    form = request.form
    starts, ends = _day("starts_on"), _day("ends_on")
    if starts is None:
        raise InvalidError("say on which day the event begins", field="starts_on")
    return EventForm(
        name_zh=form.get("name_zh", ""),
        name_en=form.get("name_en", ""),
        regions=tuple(word.upper() for word in re.split(r"[\s,，、]+", form.get("regions", "")) if word),
        starts_at=starts,
        ends_at=ends + timedelta(days=1) if ends else None,
        source=form.get("source", ""),
    )


def _day(field: str) -> datetime | None:
    text = request.form.get(field, "").strip()
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=current_desk().zone)
    except ValueError:
        raise InvalidError(f"{text!r} is not a day like 2026-11-01", field=field) from None


def _page(error: DeskError | None = None) -> str:
    with reading() as session:
        found = kept.events(session, at=clock.now())
        late = {event.id: kept.without_time(session, event.id, at=clock.now()) for event in found}
    touched = {event.id: _affected(event.id) for event in found if event.state != "over"}
    return render_template(
        "settings/policy_events.html",
        events=found,
        affected=touched,
        late=late,
        typed=request.form,
        today=clock.now().astimezone(current_desk().zone).date(),
        problem=refusals.sentence(error) if error else "",
        wrong=error.field if isinstance(error, InvalidError) else "",
    )
