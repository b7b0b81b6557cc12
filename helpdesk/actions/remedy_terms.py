"""The terms of an agreed remedy's money, from the rows: the decision that counts, and the goods."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import deciding
from helpdesk.models import AgreedRemedy, Claim, ReturnShipment
from helpdesk.rules import refund_terms
from helpdesk.rules.proposals import part_of
from helpdesk.rules.refund_terms import Goods, RefundTerms
from helpdesk.rules.returns import Outcome, ReturnState


def of(session: Session, remedy: AgreedRemedy) -> RefundTerms:
    """What the clause says that granted it."""
    decision = deciding.newest(session, session.get_one(Claim, remedy.claim_id))
    return refund_terms.of_clause(decision.outcome if decision else None, remedy.remedy)


def goods_of(session: Session, remedy: AgreedRemedy) -> Goods | None:
    """Its newest return that was not called off. Of money for goods that were here when it was agreed:
    theirs, and whatever the inspection found was known then."""
    back = part_of(1, remedy.remedy, remedy.amount_minor, remedy.goods).back
    if back is not None:
        return replace(as_goods(session.get_one(ReturnShipment, back.shipment)), outcome=Outcome.AS_AGREED)
    newest = session.scalar(
        select(ReturnShipment)
        .where(ReturnShipment.remedy_id == remedy.id, ReturnShipment.state != ReturnState.CANCELED)
        .order_by(ReturnShipment.id.desc())
        .limit(1)
    )
    return as_goods(newest) if newest is not None else None


def as_goods(shipment: ReturnShipment) -> Goods:
    return Goods(
        state=shipment.state,
        outcome=shipment.outcome,
        tracked_at=shipment.tracked_at,
        received_at=shipment.received_at,
        inspected_at=shipment.inspected_at,
    )


def why_money_waits(session: Session, remedy: AgreedRemedy) -> str:
    """Why its money may not leave yet, "" when it may."""
    terms = of(session, remedy)
    return refund_terms.why_money_waits(remedy.remedy, terms, goods_of(session, remedy))
