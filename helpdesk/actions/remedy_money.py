"""A refund that carries out what a claim was promised: the promise follows the money."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import agreeing, claim_steps, claims, compensations, refund_promises, remedy_terms
from helpdesk.actions.claims import Actor
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import AgreedRemedy, Claim, Refund, Ticket
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.money import Money
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.states import RefundState


def check(session: Session, ticket: Ticket, remedy_id: int, paid: Money) -> AgreedRemedy:
    """The promise that a refund of this sum carries out. Raises an error that says why there is none."""
    remedy = session.get(AgreedRemedy, remedy_id, populate_existing=True)
    claim = session.get(Claim, remedy.claim_id) if remedy is not None else None
    if remedy is None or claim is None or claim.ticket_id != ticket.id or remedy.remedy not in MONEY:
        raise NotFoundError("there is no such remedy on this ticket")
    waits = remedy_terms.why_money_waits(session, remedy)
    goods_run = remedy.state is RemedyState.UNDER_WAY and not refund_promises.is_made(session, remedy)
    if claim.state is not ClaimState.APPROVED or not (goods_run or remedy.state is RemedyState.AGREED):
        raise ConflictError("this was paid already, or is not agreed any more")
    if waits:
        raise ConflictError(waits)
    if remedy.state is not RemedyState.AGREED:
        raise ConflictError("this was paid already, or is not agreed any more")
    if paid != Money(remedy.amount_minor, remedy.currency):
        agreed = Money(remedy.amount_minor, remedy.currency)
        raise InvalidError(f"{agreed} was agreed: refund exactly that", field="amount")
    return remedy


def begin(session: Session, ticket: Ticket, remedy: AgreedRemedy, *, actor: Actor, at: datetime) -> None:
    """The money has left."""
    compensations.note_paid(session, remedy)
    agreeing.move(session, remedy, RemedyState.UNDER_WAY, at=at)
    _settle(session, remedy, actor=actor, at=at)


def take_back(session: Session, refund: Refund, *, actor: Actor, at: datetime) -> None:
    """The refund was noted by mistake: it is only promised again."""
    remedy = _of(session, refund)
    if remedy is None:
        return
    compensations.note_unpaid(session, remedy)
    agreeing.move(session, remedy, RemedyState.AGREED, at=at)
    _settle(session, remedy, actor=actor, at=at)


def note_answer(session: Session, refund: Refund, *, actor: Actor, at: datetime) -> None:
    """The buyer says whether it arrived: complete, or under way again."""
    remedy = _of(session, refund)
    if remedy is None:
        return
    to = RemedyState.COMPLETE if refund.state is RefundState.ARRIVED else RemedyState.UNDER_WAY
    if remedy.state is not to:
        agreeing.move(session, remedy, to, at=at)
        _settle(session, remedy, actor=actor, at=at)


def _of(session: Session, refund: Refund) -> AgreedRemedy | None:
    if refund.remedy_id is None:
        return None
    return session.scalar(
        select(AgreedRemedy)
        .where(AgreedRemedy.id == refund.remedy_id)
        .execution_options(populate_existing=True)
    )


def _settle(session: Session, remedy: AgreedRemedy, *, actor: Actor, at: datetime) -> None:
    claim, its_ticket = claims.hold(session, remedy.claim_id)
    if not claim_steps.complete_if_done(session, its_ticket, claim, actor=actor, at=at):
        claim_steps.settle_ticket(session, its_ticket, claim, actor=actor, at=at)
