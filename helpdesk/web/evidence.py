"""Evidence on the ticket page: what an agent finds of a file, and the letter for what is missing."""

from dataclasses import dataclass

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import asking, claims, judging_evidence
from helpdesk.actions.claims import Actor
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.letters import Letter
from helpdesk.models import Claim, Ticket
from helpdesk.queries import evidence as queries
from helpdesk.queries.evidence import Panel
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.web import answers, forms
from helpdesk.web.signin import acting

bp = Blueprint("evidence", __name__)
HERE = "evidence"  # the anchor of the panel on the ticket page


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel, and the letter that its button would send; None when there is nothing to ask."""

    panel: Panel
    letter: Letter | None


def shown(session: Session, number: int) -> tuple[Shown, ...]:
    """What the ticket page includes (ticket/_evidence.html): live claims, and those that have evidence."""
    panels = [each for each in queries.panels(session, number) if each.live or each.proofs]
    return tuple(Shown(panel, _preview(session, panel)) for panel in panels)


@bp.post("/evidence/<key:evidence_id>/kind")
def change_kind(evidence_id: int) -> ResponseReturnValue:
    wanted = request.form.get("kind", "")
    if wanted not in list(EvidenceKind):
        abort(422)
    with transaction() as session:
        kind = EvidenceKind(wanted)
        claim = judging_evidence.change_kind(session, evidence_id, kind, actor=_me(session), at=clock.now())
        number = claim.ticket_id
    return _back(number)


@bp.post("/evidence/<key:evidence_id>/acceptance")
def accept(evidence_id: int) -> ResponseReturnValue:
    with transaction() as session:
        number = judging_evidence.accept(session, evidence_id, actor=_me(session), at=clock.now()).ticket_id
    return _back(number)


@bp.post("/evidence/<key:evidence_id>/refusal")
def refuse(evidence_id: int) -> ResponseReturnValue:
    why = request.form.get("why", "")
    with transaction() as session:
        number = judging_evidence.refuse(
            session, evidence_id, why, actor=_me(session), at=clock.now()
        ).ticket_id
    return _back(number)


@bp.post("/claims/<key:claim_id>/evidence/request")
def ask(claim_id: int) -> ResponseReturnValue:
    """Write for all that is missing and was not asked for yet. A second click finds it done."""
    with transaction() as session:
        claim, ticket = claims.hold(session, claim_id)
        number = ticket.id
        if forms.is_first(session):
            asking.ask_evidence(session, current_desk(), ticket, claim, actor=_me(session), at=clock.now())
    answers.wake()
    return _back(number)


def _preview(session: Session, panel: Panel) -> Letter | None:
    if not panel.may_ask:
        return None
    wanted = asking.wanted(session, session.get_one(Claim, panel.claim))
    if not wanted.kinds:
        return None
    ticket = session.get_one(Ticket, panel.ticket)
    due_at = clock.now() + asking.ANSWER_WITHIN
    return asking.evidence_letter(
        current_desk(), ticket, wanted, link=f"{current_desk().base_url}/b/evidence/…", due_at=due_at
    )


def _me(session: Session) -> Actor:
    return claims.staff(acting(session))


def _back(number: int) -> ResponseReturnValue:
    return answers.see("tickets.show", number=number, _anchor=HERE)
