"""What gateways tell by themselves: kept once, however often it comes, and never believed by itself.

A notice about a refund of ours only says where to look; the worker asks. One that nobody here asked for, or
that says money left where the ledger says that none did, waits for a lead, and holds back what would leave
by the same payment.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import paying, refund_rows
from helpdesk.actions.refund_rows import NOTHING_LEFT
from helpdesk.db import insert_missing
from helpdesk.models import GatewayNotice, Payment, Refund
from helpdesk.rules.paying import Notice, Outcome
from helpdesk.rules.refunds import BY_HAND, LEFT, OUTSIDE
from helpdesk.rules.states import RefundState

LONGEST_KEY, LONGEST_REFERENCE = 64, 120


def keep(session: Session, gateway: str, notice: Notice, at: datetime) -> bool:
    """Note what the gateway of this name tells; False, and nothing done, when it told this before."""
    refund = _found(session, gateway, notice)
    row = {
        "gateway": gateway,
        "event": notice.event,
        "key": notice.key[:LONGEST_KEY],
        "reference": notice.gateway_ref[:LONGEST_REFERENCE],
        "payment": _payment(session, notice, refund)[:LONGEST_REFERENCE],
        "amount_minor": notice.amount.minor if notice.amount else None,
        "currency": notice.amount.currency if notice.amount else "",
        "outcome": notice.outcome,
        "refund_id": refund.id if refund is not None and not _contradicts(refund, notice) else None,
        "came_at": at,
    }
    if not insert_missing(session, GatewayNotice, [row]):
        return False
    if refund is not None:
        paying.look_now(session, refund.id, at=at)
    return True


def unsettled(session: Session) -> Sequence[GatewayNotice]:
    """What a lead has to see to, oldest first."""
    return session.scalars(
        select(GatewayNotice)
        .where(GatewayNotice.refund_id.is_(None), GatewayNotice.settled_at.is_(None))
        .order_by(GatewayNotice.id)
    ).all()


def _found(session: Session, gateway: str, notice: Notice) -> Refund | None:
    """The refund that this gateway was told of, or told us of: by our key, else by its own reference.

    Its ticket is held.
    """
    of_gateway = select(Refund.id).where(Refund.gateway == gateway)
    found = session.scalar(of_gateway.where(Refund.key == notice.key)) if notice.key else None
    if found is None and notice.gateway_ref:
        of_us = select(Refund.id).where(Refund.gateway.in_((gateway, OUTSIDE)))
        found = session.scalars(of_us.where(Refund.reference == notice.gateway_ref)).first()
    if found is None and notice.key and notice.amount:  # a person pays on this gateway's page, by our key
        by_hand = select(Refund.id).where(
            Refund.gateway == BY_HAND,
            Refund.key == notice.key,
            Refund.amount_minor == notice.amount.minor,
            Refund.currency == notice.amount.currency,
        )
        found = session.scalar(by_hand)
    return refund_rows.hold(session, found)[0] if found is not None else None


def _contradicts(refund: Refund, notice: Notice) -> bool:
    """Whether a lead has to look: money is said to have left for a refund that is over without any having
    left, or money that somebody took as external is said not to have left, or to have come back.
    """
    if refund.gateway == OUTSIDE:
        return notice.outcome in NOTHING_LEFT and refund.state in LEFT
    over = refund.state in (RefundState.FAILED, RefundState.CANCELED) or refund.mistaken
    return over and notice.outcome is Outcome.SUCCEEDED


def _payment(session: Session, notice: Notice, refund: Refund | None) -> str:
    """The reference by which an order knows the payment; else as the gateway has it."""
    told = [each for each in (notice.payment, notice.payment_too) if each]
    known = session.scalars(select(Payment.reference).where(Payment.reference.in_(told))).all()
    if refund is not None and refund.payment_id is not None and not known:
        return session.get_one(Payment, refund.payment_id).reference
    return next((each for each in told if each in known), told[0] if told else "")
