"""What may still go back on a claim, as the sum that explains it: from order, promises and payments."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import AgreedRemedy, Claim, Order, Payment, Refund
from helpdesk.rules import ceilings
from helpdesk.rules.ceilings import Ceiling
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.refunds import LEFT
from helpdesk.rules.settlement import LineLeft, Shares


def of_claim(session: Session, claim: Claim, order: Order) -> Ceiling:
    """The sum for what this claim is about; no money goes back by a payment in another currency."""
    promised, postage = _promised(session, order.id)
    return ceilings.explained(
        _lines(claim, order),
        (order.shipping_paid_minor, order.shipping_given_minor),
        [_payment(row) for row in order.payments if row.currency == order.currency],
        promised,
        postage,
    )


def _payment(row: Payment) -> ceilings.Payment:
    return ceilings.Payment(
        name=" ".join(each for each in (row.method or row.gateway, row.reference) if each),
        captured=row.captured_minor,
        refunded=row.refunded_minor,
        reserved=row.reserved_minor,
    )


def _lines(claim: Claim, order: Order) -> list[tuple[str, LineLeft]]:
    claimed = {each.order_line_id: each.quantity for each in claim.lines}
    return [
        (
            line.title or line.sku,
            LineLeft(
                line=line.id,
                quantity=line.quantity,
                paid=line.line_paid_minor,
                claimed=claimed[line.id],
                compensated=line.compensated_quantity,
                given=line.given_minor,
            ),
        )
        for line in order.lines
        if line.id in claimed
    ]


def _promised(session: Session, order_id: int) -> tuple[Counter[int], int]:
    """What of each line, and of postage, is promised and has not left: it counts until all of it has."""
    left = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .where(Refund.remedy_id == AgreedRemedy.id, Refund.state.in_(LEFT))
        .scalar_subquery()
    )
    rows = session.scalars(
        select(AgreedRemedy.shares)
        .join(Claim, Claim.id == AgreedRemedy.claim_id)
        .where(
            Claim.order_id == order_id,
            AgreedRemedy.remedy.in_(MONEY),
            AgreedRemedy.state.in_((RemedyState.AGREED, RemedyState.UNDER_WAY)),
            left < AgreedRemedy.amount_minor,
        )
    )
    lines: Counter[int] = Counter()
    postage = 0
    for kept in rows:
        shares = Shares.from_json(kept)
        lines.update(dict(shares.lines))
        postage += shares.shipping
    return lines, postage
