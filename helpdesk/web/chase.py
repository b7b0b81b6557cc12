"""Money that is looked for, on the ticket page: what the bank says of it, or that it came back."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import chases, refund_rows
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import DeskError
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, forms, inside_forms, refusals
from helpdesk.web import tickets as pages
from helpdesk.web.signin import acting

bp = Blueprint("chase", __name__)
HERE = "money"  # the anchor of the panel


@bp.post("/refunds/<key:refund_id>/trace")
def answer(refund_id: int) -> ResponseReturnValue:
    """The bank has said where it is: the buyer is told, and it is on its way again."""

    def act(session: Session) -> None:
        chases.answer(
            session,
            current_desk(),
            refund_id,
            trace=request.form.get("trace", ""),
            said=request.form.get("said", ""),
            expected_on=_day_or_none("expected_on"),
            by=acting(session),
            at=clock.now(),
        )

    return _done(refund_id, act)


@bp.post("/refunds/<key:refund_id>/return")
def come_back(refund_id: int) -> ResponseReturnValue:
    """The money is with the shop again: it may be paid once more."""

    def act(session: Session) -> None:
        said = request.form.get("said", "")
        chases.come_back(session, refund_id, said=said, by=acting(session), at=clock.now())

    return _done(refund_id, act)


@bp.post("/refunds/<key:refund_id>/end")
def never_left(refund_id: int) -> ResponseReturnValue:
    """No gateway will ever say what became of it: a lead knows that nothing was paid."""

    def act(session: Session) -> None:
        said = request.form.get("said", "")
        chases.never_left(session, refund_id, said=said, by=acting(session), at=clock.now())

    return _done(refund_id, act)


def _day_or_none(name: str) -> date | None:
    return inside_forms.day(name) if request.form.get(name, "").strip() else None


def _done(refund_id: int, act: Callable[[Session], None]) -> ResponseReturnValue:
    """Back to the ticket; refused, its page says why."""
    with transaction() as session:
        number = refund_rows.hold(session, refund_id)[1].number
    try:
        with transaction() as session:
            if forms.is_first(session):
                act(session)
    except (DeskError, IllegalMoveError) as error:
        said = refusals.sentence(error)
        return pages.page(number, problem=said, field="chase"), refusals.status_of(error)
    answers.wake()
    return answers.see("tickets.show", number=number, _anchor=HERE)
