"""The claim form behind a buyer's link: order, items, reason, wish, words and files in one plain page."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import claim_forms
from helpdesk.actions.claim_forms import Filled
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.links import Passing
from helpdesk.queries import claim_pages
from helpdesk.queries.claim_pages import FormView
from helpdesk.rules import evidence_files
from helpdesk.rules.claim_terms import Wish
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, forms, passing, public, public_words, refusals, uploads
from helpdesk.web.signin import public as open_to_all
from mail.types import Attachment

bp = passing.make("buyers_claim", "/b/claim", Passing.CLAIM)


@bp.get("/<token>")
@open_to_all
def form(token: str) -> ResponseReturnValue:
    found = _found(token)
    return _page(token, found)


@bp.post("/<token>")
@open_to_all
def answer_form(token: str) -> ResponseReturnValue:
    """Open or join the claim, once; then show how it stands."""
    ticket_id = passing.subject(Passing.CLAIM, token)
    found = _found(token)
    files = uploads.read()
    uploads.ahead(files)
    try:
        claim_id = _submit(ticket_id, files)
    except (InvalidError, ConflictError, IllegalMoveError) as error:
        field = error.field if isinstance(error, InvalidError) else ""
        page = _page(token, found, problem=refusals.sentence(error), field=field, files=files)
        return page, refusals.status_of(error)
    answers.wake()
    status = passing.fresh(Passing.STATUS, claim_id)
    return answers.see("buyers_status.show", token=status, lang=request.args.get("lang"), sent=1)


def _submit(ticket_id: int, files: tuple[Attachment, ...]) -> int:
    """The claim; that of the first click for the second one."""
    with transaction() as session:
        if not forms.is_first(session):
            claim_id = claim_pages.newest_claim(session, ticket_id)
            if claim_id is not None:
                return claim_id
        claim, entry = claim_forms.submit(
            session, current_desk(), ticket_id, _filled(), files, at=clock.now()
        )
        forms.note_entry(session, entry)
        return claim.id


def _filled() -> Filled:
    typed = request.form
    wish = typed.get("wish", "")
    return Filled(
        order_id=_number(typed.get("order", "")),
        order_no=typed.get("order_no", "")[:64],
        lines={
            number: quantity
            for name, text in typed.items()
            if name.startswith("line-")
            and (number := _number(name.removeprefix("line-")))
            and (quantity := _number(text))
        },
        reason=typed.get("reason", ""),
        wish=Wish(wish) if wish in public_words.OFFERED else None,
        words=typed.get("words", "").replace("\r\n", "\n"),
        told=uploads.told(),
    )


def _found(token: str) -> FormView:
    ticket_id = passing.subject(Passing.CLAIM, token)
    with reading() as session:
        orders = claim_forms.own_orders(session, claim_forms.still_hers(session, ticket_id))
        found = claim_pages.form(session, ticket_id, orders)
    public.speak(found.locale)
    return found


def _page(
    token: str, found: FormView, *, problem: str = "", field: str = "", files: tuple[Attachment, ...] = ()
) -> str:
    return render_template(
        "public/claim.html",
        token=token,
        form=found,
        proof=passing.fresh(Passing.PROOF, passing.subject(Passing.CLAIM, token)),
        typed=request.form,
        problem=problem,
        field=field,
        kept=uploads.keep(files),
        reasons=public_words.reasons(),
        wishes=[(wish, public_words.wish(wish)) for wish in public_words.OFFERED],
        longest=claim_forms.LONGEST,
        most=evidence_files.MOST_AT_ONCE,
    )


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
