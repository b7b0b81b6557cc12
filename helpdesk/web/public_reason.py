"""The choice of a reason: one tap on a phone, kept as what the buyer says herself."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import claim_answers
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.links import Passing
from helpdesk.queries import claim_pages
from helpdesk.queries.claim_pages import ReasonView
from helpdesk.web import answers, passing, public, public_words, refusals
from helpdesk.web.signin import public as open_to_all

bp = passing.make("buyers_reason", "/b/reason", Passing.REASON)


@bp.get("/<token>")
@open_to_all
def show(token: str) -> ResponseReturnValue:
    return _page(token, _found(token))


@bp.post("/<token>")
@open_to_all
def answer_show(token: str) -> ResponseReturnValue:
    """Keep the choice; it may be changed as long as the claim lives."""
    found, claim_id = _found(token), passing.subject(Passing.REASON, token)
    try:
        with transaction() as session:
            claim_answers.choose_reason(
                session, current_desk(), claim_id, request.form.get("reason", ""), at=clock.now()
            )
    except (InvalidError, ConflictError) as error:
        return _page(token, found, problem=refusals.sentence(error)), refusals.status_of(error)
    answers.wake()
    status = passing.fresh(Passing.STATUS, claim_id)
    return answers.see("buyers_status.show", token=status, lang=request.args.get("lang"), sent=1)


def _found(token: str) -> ReasonView:
    claim_id = passing.subject(Passing.REASON, token)
    with reading() as session:
        found = claim_pages.reason(session, claim_id)
    public.speak(found.locale)
    return found


def _page(token: str, found: ReasonView, *, problem: str = "") -> str:
    return render_template(
        "public/reason.html",
        token=token,
        found=found,
        problem=problem,
        reasons=public_words.reasons(),
        status=passing.fresh(Passing.STATUS, passing.subject(Passing.REASON, token)),
    )
