"""Money on a ticket: the proof of a payment, a second try after a failure, and what the bank says."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import chases, refund_rows, remedy_money, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.queries import refunds
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, files, forms, inside_forms, refusals
from helpdesk.web import tickets as pages
from helpdesk.web.signin import acting

bp = Blueprint("money", __name__)
HERE = "money"  # the anchor of the money track
LONGEST = 500  # characters of a field that come back


@bp.get("/refunds/<key:refund_id>/proof")
def proof(refund_id: int) -> ResponseReturnValue:
    """The file that shows that it was paid: a picture to look at, anything else to save."""
    with reading() as session:
        sha256, key = refunds.proof(session, refund_id)
    return files.picture(sha256, f"proof-{key}")


@bp.post("/tickets/<key:number>/remedies/<key:remedy_id>/refunds")
def try_again(number: int, remedy_id: int) -> ResponseReturnValue:
    """What failed or came back is instructed once more, under a new key. Twice is refused."""
    try:
        with transaction() as session:
            ticket = tickets.hold(session, number)
            remedy_money.try_again(session, ticket, remedy_id, by=acting(session), at=clock.now())
    except (ConflictError, IllegalMoveError) as error:
        page = pages.page(number, problem=refusals.sentence(error), field="claim", claim={"again": "yes"})
        return page, refusals.status_of(error)
    return answers.see("tickets.show", number=number, _anchor=HERE)


@bp.post("/refunds/<key:refund_id>/chase")
def answer_chase(refund_id: int) -> ResponseReturnValue:
    """The bank has said where money is that the buyer does not have, or has sent it back."""
    typed = {name: request.form.get(name, "")[:LONGEST] for name in ("trace", "said", "expected_on")}
    how = request.form.get("how", "")
    if how not in ("found", "came_back"):
        abort(422)
    with reading() as session:
        number = refunds.ticket_of(session, refund_id)
    try:
        with transaction() as session:
            refund_rows.hold(session, refund_id)
            if forms.is_first(session):
                by, at = acting(session), clock.now()
                if how == "came_back":
                    chases.come_back(session, refund_id, said=typed["said"], by=by, at=at)
                else:
                    expected = inside_forms.day("expected_on") if typed["expected_on"] else None
                    chases.answer(
                        session,
                        current_desk(),
                        refund_id,
                        trace=typed["trace"],
                        said=typed["said"],
                        expected_on=expected,
                        by=by,
                        at=at,
                    )
    except (ConflictError, InvalidError) as error:
        said, wrong = refusals.sentence(error), refusals.by_field(error)
        page = pages.page(number, problem=said, wrong=wrong, chase={**typed, "refund": refund_id})
        return page, refusals.status_of(error)
    return answers.see("tickets.show", number=number, _anchor=HERE)
