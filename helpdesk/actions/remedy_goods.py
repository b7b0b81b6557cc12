"""An agreed remedy that is carried out with goods or a coupon: it moves, and the claim follows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import agreeing, claim_steps, conversation, deciding
from helpdesk.actions.claims import DESK, Actor
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import AgreedRemedy, Claim, Refund, Replacement, Ticket
from helpdesk.rules.claim_terms import Condition, Remedy
from helpdesk.rules.claims import ClaimState, Event
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.replacements import ReplacementState
from helpdesk.rules.states import EntryKind, IllegalMoveError, RefundState


def of_claim(session: Session, claim: Claim, remedy_id: int, *remedies: Remedy) -> AgreedRemedy:
    """A remedy of these kinds that is still to be carried out. Raises NotFoundError, ConflictError."""
    remedy = session.get(AgreedRemedy, remedy_id, populate_existing=True)
    if remedy is None or remedy.claim_id != claim.id or remedy.remedy not in remedies:
        raise NotFoundError("there is no such remedy on this ticket")
    if (
        remedy.state not in (RemedyState.AGREED, RemedyState.UNDER_WAY)
        or claim.state is not ClaimState.APPROVED
    ):
        raise ConflictError("this was carried out already, or is not agreed any more")
    return remedy


def move(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    remedy_id: int,
    to: RemedyState,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Move a remedy of a held claim, if it is not there yet; the claim is resolved when it was the last."""
    remedy = session.get_one(AgreedRemedy, remedy_id, populate_existing=True)
    if remedy.state is not to:
        agreeing.move(session, remedy, to, at=at)
    if not claim_steps.complete_if_done(session, ticket, claim, actor=actor, at=at):
        claim_steps.settle_ticket(session, ticket, claim, actor=actor, at=at)


def release(
    session: Session, ticket: Ticket, claim: Claim, remedy_id: int, *, actor: Actor, at: datetime
) -> None:
    """Goods that were waited for are no obstacle any more: the remedy can be carried out, unless it is being
    carried out already: an exchange that was sent, or money that left, before the old goods were back."""
    sent = session.scalar(
        select(Replacement.id).where(
            Replacement.remedy_id == remedy_id,
            Replacement.state.in_((ReplacementState.SHIPPED, ReplacementState.FAILED)),
        )
    )
    remedy = session.get_one(AgreedRemedy, remedy_id, populate_existing=True)
    waits = remedy.state is RemedyState.UNDER_WAY and sent is None and not _is_paid(session, remedy_id)
    to = RemedyState.AGREED if waits else remedy.state
    move(session, ticket, claim, remedy_id, to, actor=actor, at=at)


def decide_anew(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    remedy_id: int,
    why: str,
    *,
    actor: Actor,
    at: datetime,
    because: Sequence[str] = (),
    condition: Condition | None = None,
) -> bool:
    """What was agreed will not happen: it is free again, and the claim is decided once more.

    `why` is in a colleague's own words, `because` are words of rules/returns.py, which a page says in the
    reader's language.

    False, and nothing done, where something else of the claim has been paid or sent: then a person has to
    find what is fair by hand, and an entry says so.
    """
    try:
        with session.begin_nested():
            _cancel_and_move(
                session,
                ticket,
                claim,
                remedy_id,
                why,
                actor=actor,
                at=at,
                because=because,
                condition=condition,
            )
    except IllegalMoveError:
        session.refresh(claim)
        conversation.record(
            session,
            ticket,
            EntryKind.EVENT,
            "not_decided_anew",
            actor=actor.name,
            at=at,
            facts={"claim": claim.id, "remedy": remedy_id, "because": list(because), "why": why},
        )
        release(session, ticket, claim, remedy_id, actor=actor, at=at)  # no goods are on their way any more
        return False
    return True


def _cancel_and_move(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    remedy_id: int,
    why: str,
    *,
    actor: Actor,
    at: datetime,
    because: Sequence[str],
    condition: Condition | None,
) -> None:
    """Raises IllegalMoveError where the table of the claim, or that of the remedy, has no such move."""
    if _is_paid(session, remedy_id):
        raise IllegalMoveError("money or goods are on their way already")
    remedy = session.get_one(AgreedRemedy, remedy_id, populate_existing=True)
    agreeing.cancel(session, ticket, remedy, actor=actor.name, at=at)
    values: dict[str, object] = {"condition": condition} if condition is not None else {}
    claim_steps.move(
        session,
        ticket,
        claim,
        Event.DECIDE_ANEW,
        actor=actor,
        at=at,
        why=why or ", ".join(because),
        facts={"why": why, "because": list(because), "remedy": remedy_id},
        values=values,
    )
    claim_steps.call_off(session, ticket, claim, actor=actor, at=at)
    deciding.evaluate(session, ticket, claim, actor=DESK, at=at)  # the page shows the new answer at once


def _is_paid(session: Session, remedy_id: int) -> bool:
    """Whether its money has left."""
    paid = select(Refund.id).where(Refund.remedy_id == remedy_id, Refund.state != RefundState.CANCELED)
    return session.scalar(paid.limit(1)) is not None
