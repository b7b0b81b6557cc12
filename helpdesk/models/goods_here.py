"""Goods that came back and were looked at, and that nothing was given for yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from helpdesk.models.claims import Claim
from helpdesk.models.offers import AgreedRemedy
from helpdesk.models.returns import ReturnShipment
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY, Back, Part
from helpdesk.rules.returns import ReturnState


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsHere:
    """The newest return of a claim whose promise was called off. Money in minor units of the order."""

    shipment: int
    number: str
    units: tuple[tuple[int, int], ...]  # (order line, received)
    lines: tuple[tuple[int, int], ...]  # which goods the promise had named; none: all that are claimed
    deducted: int
    why: str  # of the deductions
    agreed: int  # that was promised for them; 0 where it was no money, or not all of it has come
    shipping: int  # of it

    @property
    def sum(self) -> int:
        """What was agreed, less what the inspection found; 0 where nobody can say."""
        return max(self.agreed - self.deducted, 0)

    @property
    def part(self) -> Part:
        """The promise that needs no new decision: the inspection has only lowered it."""
        back = Back(shipment=self.shipment, number=self.number, deducted=self.deducted, why=self.why)
        shipping = min(self.shipping, self.sum)
        return Part(
            option=1,
            remedy=Remedy.RETURN_REFUND,
            amount=self.sum,
            shipping=shipping,
            lines=self.lines,
            back=back,
        )


def of_claim(session: Session, claim: Claim) -> GoodsHere | None:
    """None where nothing is here, or where a promise that stands was made for it."""
    row = session.scalar(
        select(ReturnShipment)
        .where(ReturnShipment.claim_id == claim.id, ReturnShipment.state == ReturnState.INSPECTED)
        .order_by(ReturnShipment.id.desc())
        .limit(1)
    )
    remedy = session.get_one(AgreedRemedy, row.remedy_id) if row is not None else None
    if row is None or remedy is None or remedy.state is not RemedyState.CANCELED or _is_taken(session, row):
        return None
    lost = [line for line in row.lines if line.deduction_minor]
    whole = remedy.remedy in MONEY and all(line.received_quantity >= line.quantity for line in row.lines)
    return GoodsHere(
        shipment=row.id,
        number=row.number,
        units=tuple((line.order_line_id, line.received_quantity) for line in row.lines),
        lines=tuple((line, units) for line, units in remedy.goods.get("lines", ())),
        deducted=sum(line.deduction_minor for line in lost),
        why="; ".join(dict.fromkeys(line.why for line in lost)),
        agreed=remedy.amount_minor if whole else 0,
        shipping=int(remedy.goods.get("shipping", 0)),
    )


def noted(session: Session, claim: Claim, parts: Sequence[Part]) -> list[Part]:
    """The parts of a proposal; money for goods that are here already says so, and is not waited with."""
    here = of_claim(session, claim) if any(part.remedy in MONEY for part in parts) else None
    if here is None:
        return list(parts)
    claimed = tuple((line.order_line_id, line.quantity) for line in claim.lines)
    return [_noted(part, here, claimed) for part in parts]


def _noted(part: Part, here: GoodsHere, claimed: Sequence[tuple[int, int]]) -> Part:
    units = dict(here.units)
    covered = all(units.get(line, 0) >= wanted for line, wanted in part.lines or here.lines or claimed)
    if part.remedy not in MONEY or part.back is not None or not covered:
        return part
    back = replace(here.part, option=part.option)
    if part.remedy is Remedy.RETURN_REFUND and part.amount == here.sum and part.lines in ((), here.lines):
        return replace(back, words=part.words)
    return replace(part, back=Back(shipment=here.shipment, number=here.number))


def _is_taken(session: Session, row: ReturnShipment) -> bool:
    promised = exists().where(
        AgreedRemedy.claim_id == row.claim_id,
        AgreedRemedy.state != RemedyState.CANCELED,
        AgreedRemedy.goods["returned"].as_integer() == row.id,
    )
    return bool(session.scalar(select(promised)))
