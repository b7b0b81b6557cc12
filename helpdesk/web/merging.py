"""Two tickets that are one matter: find the other one, see both, merge them, take it back or apart again."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import merging, unmerging
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, DeskError, InvalidError, NotFoundError, UnconfirmedError
from helpdesk.queries import tickets as lookups
from helpdesk.queries import two_tickets
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, refusals
from helpdesk.web.signin import acting

bp = Blueprint("merging", __name__)


@bp.get("/tickets/<key:number>/merger")
def choose(number: int) -> ResponseReturnValue:
    """Which one it may be; with a number, that one beside this one, and why it cannot be where it cannot."""
    typed = request.args.get("into", "").strip()
    if not typed:
        return _page(number)
    try:
        into = _number(typed)
        with reading() as session:
            merging.check(session, number, into, by=acting(session))
    except (InvalidError, ConflictError, NotFoundError) as error:
        return _page(number, typed, error), refusals.status_of(error)
    return _page(number, typed)


@bp.post("/tickets/<key:number>/merger")
def merge(number: int) -> ResponseReturnValue:
    """It is the same matter; of another buyer only when that was read and meant."""
    typed = request.form.get("into", "").strip()
    try:
        into = _number(typed)
        with transaction() as session:
            target = merging.merge(
                session,
                number,
                into,
                by=acting(session),
                at=clock.now(),
                of_two_buyers=request.form.get("of_two_buyers") == "yes",
            )
    except (InvalidError, ConflictError, NotFoundError, IllegalMoveError) as error:
        return _page(number, typed, error), refusals.status_of(error)
    return answers.see("tickets.show", number=target.number, merged=number, _anchor="newest")


@bp.post("/tickets/<key:number>/separation")
def separate(number: int) -> ResponseReturnValue:
    """It was not the same matter after all; pressed at once (`undo`), as if it had never been said."""
    act = unmerging.take_back if request.form.get("undo") == "yes" else merging.separate
    with transaction() as session:
        act(session, number, by=acting(session), at=clock.now())
    return answers.see("tickets.show", number=number)


def _number(typed: str) -> int:
    """As people write it: 12, #12, RF-12, [RF-12]. Raises InvalidError."""
    bare = typed.strip("#[] ").removeprefix("RF-")
    if not (bare.isascii() and bare.isdigit() and len(bare) < 10):
        raise InvalidError(f"{typed!r} is not the number of a ticket", field="into")
    return int(bare)


def _page(number: int, typed: str = "", error: DeskError | IllegalMoveError | None = None) -> str:
    """Both tickets where there are two, else the ones it may be. Raises NotFoundError without the first."""
    with reading() as session:
        lookups.version(session, number)  # a page about a ticket that is not there has nowhere to stand
        both = None
        if typed and not isinstance(error, (InvalidError, NotFoundError)):
            both = two_tickets.sides(session, number, _number(typed))
        offered = () if both else two_tickets.candidates(session, number)
    return render_template(
        "ticket/merge.html",
        number=number,
        typed=typed,
        both=both if both and both[0].number != both[1].number else None,
        offered=offered,
        problem=refusals.sentence(error) if error else "",
        possible=error is None or isinstance(error, UnconfirmedError),
    )
