"""Money on a ticket: the proof of a payment, a second try after a failure, and who pays it by hand."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import hand_payments, remedy_money, tickets, wanted_back
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

    def act(session: Session) -> None:
        ticket = tickets.hold(session, number)
        remedy_money.try_again(session, ticket, remedy_id, by=acting(session), at=clock.now())

    return _done(number, act)


@bp.post("/tickets/<key:number>/remedies/<key:remedy_id>/hand")
def take(number: int, remedy_id: int) -> ResponseReturnValue:
    """Who is signed in pays it by hand: no gateway is told of it, and no colleague pays it as well.

    What stands still at one is asked back first.
    """

    def act(session: Session) -> None:
        ticket = tickets.hold(session, number)
        by, at = acting(session), clock.now()
        standing = wanted_back.standing(session, remedy_id)
        for refund in standing:
            wanted_back.want(session, ticket, refund, by=by, at=at)
        if not standing:
            hand_payments.take(session, ticket, remedy_id, by=by, at=at)

    return _done(number, act)


@bp.post("/refunds/<key:refund_id>/back")
def put_back(refund_id: int) -> ResponseReturnValue:
    """She has not paid it after all: it is in line again."""
    with reading() as session:
        number = refunds.ticket_of(session, refund_id)

    def act(session: Session) -> None:
        hand_payments.put_back(session, refund_id, by=acting(session), at=clock.now())

    return _done(number, act)


def _done(number: int, act: Callable[[Session], None]) -> ResponseReturnValue:
    """Back to the money of the ticket; refused, its page says why."""
    try:
        with transaction() as session:
            act(session)
    except (ConflictError, IllegalMoveError) as error:
        page = pages.page(number, problem=refusals.sentence(error), field="claim", claim={"again": "yes"})
        return page, refusals.status_of(error)
    answers.wake()
    return answers.see("tickets.show", number=number, _anchor=HERE)
