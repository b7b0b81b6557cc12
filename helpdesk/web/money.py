"""Money on a ticket: the proof of a payment, and a second try after a failure."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import remedy_money, tickets
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.queries import refunds
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, files, refusals
from helpdesk.web import tickets as pages
from helpdesk.web.signin import acting

bp = Blueprint("money", __name__)
HERE = "money"  # the anchor of the money track


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
