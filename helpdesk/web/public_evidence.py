"""The page behind "please send us": what is needed, what is there by name, and a field for more."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import uploading
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.links import Passing
from helpdesk.queries import claim_pages
from helpdesk.queries.claim_pages import EvidenceView
from helpdesk.rules import evidence_files
from helpdesk.web import answers, forms, passing, public, refusals, uploads
from helpdesk.web.signin import public as open_to_all
from mail.types import Attachment

bp = passing.make("buyers_evidence", "/b/evidence", Passing.EVIDENCE)


@bp.get("/<token>")
@open_to_all
def show(token: str) -> ResponseReturnValue:
    return _page(token, _found(token))


@bp.post("/<token>")
@open_to_all
def answer_show(token: str) -> ResponseReturnValue:
    """Keep the files, and show what is there now."""
    found, files = _found(token), uploads.read()
    uploads.ahead(files)
    try:
        with transaction() as session:
            if forms.is_first(session):
                uploading.upload(
                    session,
                    current_desk(),
                    passing.subject(Passing.EVIDENCE, token),
                    files,
                    words=request.form.get("words", "")[:4000],
                    told=uploads.told(),
                    at=clock.now(),
                )
    except (InvalidError, ConflictError) as error:
        page = _page(token, found, problem=refusals.sentence(error), files=files)
        return page, refusals.status_of(error)
    return answers.see("buyers_evidence.show", token=token, lang=request.args.get("lang"), sent=1)


def _found(token: str) -> EvidenceView:
    claim_id = passing.subject(Passing.EVIDENCE, token)
    with reading() as session:
        found = claim_pages.evidence_of(session, claim_id)
    public.speak(found.locale)
    return found


def _page(token: str, found: EvidenceView, *, problem: str = "", files: tuple[Attachment, ...] = ()) -> str:
    return render_template(
        "public/evidence.html",
        token=token,
        found=found,
        typed=request.form,
        problem=problem,
        kept=uploads.keep(files),
        most=evidence_files.MOST_AT_ONCE,
        status=passing.fresh(Passing.STATUS, passing.subject(Passing.EVIDENCE, token)),
    )
