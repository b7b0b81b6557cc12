"""The rows of refunds: found, held, and moved by the table, each move once and with an entry."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, tickets
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import Agent, AgreedRemedy, Claim, Entry, GatewayNotice, Payment, Refund, Ticket
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.paying import Outcome
from helpdesk.rules.refunds import BY_HAND, OVER, Part, check_refund_move, payable, remedy_state
from helpdesk.rules.settlement import Shares
from helpdesk.rules.states import EntryKind, RefundState

VERBS = {
    RefundState.RESERVED: "refund_reserved",
    RefundState.SUBMITTED: "refund_submitted",
    RefundState.PENDING: "refund_pending",
    RefundState.UNKNOWN: "refund_unknown",
    RefundState.NEEDS_ACTION: "refund_needs_action",
    RefundState.SUCCEEDED: "refunded",
    RefundState.ARRIVED: "arrived",
    RefundState.FAILED: "refund_failed",
    RefundState.CANCELED: "refund_withdrawn",
    RefundState.REVERSED: "refund_reversed",
}
MOVED_ON = "this refund has moved on: look again"
TOLD_OTHERWISE = "the gateway tells of money that the ledger does not know: a lead has to look at it first"
NOTHING_LEFT = (Outcome.FAILED, Outcome.CANCELED, Outcome.REVERSED)


def hold(session: Session, refund_id: int) -> tuple[Refund, Ticket]:
    """The refund as it is once its ticket is held; it may change tickets meanwhile. Raises NotFoundError."""
    refund = session.get(Refund, refund_id)
    if refund is None:
        raise NotFoundError("there is no such refund")
    ticket = tickets.hold(session, refund.ticket_id)
    session.refresh(refund)
    while refund.ticket_id != ticket.id:
        ticket = tickets.hold(session, refund.ticket_id)
        session.refresh(refund)
    return refund, ticket


def of_remedy(session: Session, remedy_id: int) -> Sequence[Refund]:
    """All that was ever instructed for a promise, oldest first."""
    return session.scalars(
        select(Refund)
        .where(Refund.remedy_id == remedy_id)
        .order_by(Refund.id)
        .execution_options(populate_existing=True)
    ).all()


def claim_of(session: Session, refund: Refund) -> Claim | None:
    """The claim whose promise it carries out; None for what was paid without one."""
    if refund.remedy_id is None:
        return None
    return session.get_one(Claim, session.get_one(AgreedRemedy, refund.remedy_id).claim_id)


def live_of_claim(session: Session, claim: Claim) -> Sequence[Refund]:
    """What has been instructed for a claim and is not over."""
    return session.scalars(
        select(Refund)
        .join(AgreedRemedy, AgreedRemedy.id == Refund.remedy_id)
        .where(AgreedRemedy.claim_id == claim.id, Refund.state.not_in(OVER))
        .order_by(Refund.id)
    ).all()


def new_key(session: Session, ticket: Ticket, claim_id: int | None) -> str:
    """A key that nobody has been told yet. The UNIQUE over keys stands behind it, for who comes at once."""
    stem = f"R{claim_id}-" if claim_id is not None else f"T{ticket.id}-"
    used = session.scalar(select(func.count(Refund.id)).where(Refund.key.like(f"{stem}%"))) or 0
    return f"{stem}{used + 1}"


def is_held(refund: Refund) -> bool:
    """Whether somebody has taken it, and may be paying it by hand at this moment."""
    return refund.held_by_id is not None and refund.state is RefundState.NEEDS_ACTION


def may_be_called_off(refund: Refund) -> bool:
    """Whether nobody was told of it, and nobody may be paying it at this moment."""
    return payable(refund.state, by_hand=refund.gateway == BY_HAND) and not is_held(refund)


def check_is_free_for(session: Session, refund: Refund, by: Agent) -> None:
    """Raises ConflictError when a colleague has taken it to pay it by hand."""
    if refund.held_by_id in (None, by.id):
        return
    name = session.get_one(Agent, refund.held_by_id).name
    raise ConflictError(f"{name} has taken this to pay it by hand: ask first, or a lead puts it back")


def told_otherwise(session: Session, payment_ids: Iterable[int | None]) -> bool:
    """Whether a gateway told of money going back by one of these payments that nobody here has asked for, and
    no lead has seen to it yet.
    """
    told = (
        select(GatewayNotice.id)
        .join(Payment, Payment.reference == GatewayNotice.payment)
        .where(
            Payment.id.in_([each for each in payment_ids if each is not None]),
            GatewayNotice.refund_id.is_(None),
            GatewayNotice.settled_at.is_(None),
            GatewayNotice.outcome.not_in(NOTHING_LEFT),
        )
    )
    return session.scalar(told.limit(1)) is not None


def remedy_state_of(session: Session, remedy: AgreedRemedy) -> RemedyState:
    """What becomes of a promise of money, by its refunds."""
    parts = len(Shares.from_json(remedy.shares).payments) or 1
    rows = of_remedy(session, remedy.id)
    return remedy_state(
        parts,
        [
            Part(
                state=row.state,
                by_hand=row.gateway == BY_HAND,
                held=is_held(row),
                chased=row.chased_at is not None,
            )
            for row in rows
        ],
    )


def move(
    session: Session,
    ticket: Ticket,
    refund: Refund,
    to: RefundState,
    *,
    actor: str,
    at: datetime,
    facts: Mapping[str, object] | None = None,
    verb: str = "",
    values: Mapping[str, Any] | None = None,
) -> Entry:
    """One move of a refund whose ticket is held. Raises IllegalMoveError, ConflictError."""
    check_refund_move(refund.state, to)
    before = refund.state
    won = session.execute(
        update(Refund)
        .where(Refund.id == refund.id, Refund.state == before)
        .values(state=to, **(values or {}))
        .execution_options(synchronize_session=False)
    )
    if getattr(won, "rowcount", 0) != 1:
        raise ConflictError(MOVED_ON)
    session.refresh(refund)
    return conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        verb or VERBS[to],
        actor=actor,
        at=at,
        facts={**facts_of(refund), "before": before, "after": to, **(facts or {})},
    )


def facts_of(refund: Refund) -> dict[str, object]:
    """What every entry about a refund says."""
    return {
        "refund": refund.id,
        "key": refund.key,
        "amount_minor": refund.amount_minor,
        "currency": refund.currency,
        "method": refund.method,
        "gateway": refund.gateway,
        "reference": refund.reference,
        "remedy": refund.remedy_id,
    }
