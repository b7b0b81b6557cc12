"""What was agreed on a claim, and which money of it waits for somebody to send it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk.models import AgreedRemedy, Claim, Refund, ReturnShipment
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.money import Money
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY, Part, part_of
from helpdesk.rules.refunds import BY_HAND, OVER
from helpdesk.rules.returns import Outcome, ReturnState
from helpdesk.rules.states import RefundState


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyView:
    id: int
    part: Part
    money: Money
    state: RemedyState
    agreed_at: datetime
    to_pay: bool  # money that may go, and that nobody has sent yet


def agreed(session: Session, claim: Claim) -> tuple[RemedyView, ...]:
    """Everything that was ever agreed on a claim, oldest first."""
    rows = session.scalars(
        select(AgreedRemedy).where(AgreedRemedy.claim_id == claim.id).order_by(AgreedRemedy.id)
    ).all()
    begun = set(
        session.scalars(
            select(Refund.remedy_id).where(
                Refund.remedy_id.in_([row.id for row in rows]),
                Refund.state.not_in((*OVER, RefundState.RESERVED)),
                or_(Refund.state != RefundState.NEEDS_ACTION, Refund.gateway != BY_HAND),
            )
        )
    )
    return tuple(
        RemedyView(
            id=row.id,
            part=part_of(1, row.remedy, row.amount_minor, row.goods),
            money=Money(row.amount_minor, row.currency),
            state=row.state,
            agreed_at=row.agreed_at,
            to_pay=row.remedy in MONEY
            and row.state is RemedyState.AGREED
            and row.id not in begun
            and (row.remedy is not Remedy.RETURN_REFUND or _goods_are_back(session, row)),
        )
        for row in rows
    )


def _goods_are_back(session: Session, remedy: AgreedRemedy) -> bool:
    """Inspected, and as agreed: what actions/remedy_goods.py asks for before money leaves."""
    newest = session.scalar(
        select(ReturnShipment.outcome)
        .where(ReturnShipment.remedy_id == remedy.id, ReturnShipment.state != ReturnState.CANCELED)
        .order_by(ReturnShipment.id.desc())
        .limit(1)
    )
    return newest is Outcome.AS_AGREED
