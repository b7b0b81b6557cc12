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
from helpdesk.db import insert_missing
from helpdesk.models import GatewayNotice, Payment, Refund
from helpdesk.rules.paying import Notice, Outcome
from helpdesk.rules.refunds import OUTSIDE
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
        "payment": (notice.payment or _payment_of(session, refund))[:LONGEST_REFERENCE],
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
    return refund_rows.hold(session, found)[0] if found is not None else None


def _contradicts(refund: Refund, notice: Notice) -> bool:
    """Whether money is said to have left for a refund that is over without any having left."""
    over = refund.state in (RefundState.FAILED, RefundState.CANCELED)
    return over and notice.outcome is Outcome.SUCCEEDED


def _payment_of(session: Session, refund: Refund | None) -> str:
    payment = session.get(Payment, refund.payment_id) if refund and refund.payment_id is not None else None
    return payment.reference if payment else ""
