"""What was agreed on a claim, and how far its money is: which part waits for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import AgreedRemedy, Claim, Payment, ReturnShipment
from helpdesk.queries import refunds
from helpdesk.queries.refunds import RefundView
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.money import Money
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY, Part, part_of
from helpdesk.rules.refunds import Shown
from helpdesk.rules.returns import Outcome, ReturnState
from helpdesk.rules.settlement import Shares

ENDED = (Shown.FAILED, Shown.CANCELED, Shown.REVERSED, Shown.MISTAKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPay:
    """The next part of a promise that nobody has begun to pay."""

    money: Money
    key: str  # "" while it is not set aside
    paid_by: str  # the gateway of the payment that it goes back by; "" for none
    by_hand: bool  # it was given to a person


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyView:
    id: int
    part: Part
    money: Money
    state: RemedyState
    agreed_at: datetime
    refunds: tuple[RefundView, ...]  # all that was ever instructed for it, oldest first
    to_pay: ToPay | None  # money that may go, and that nobody has sent yet
    to_try: bool  # a part of it failed or came back, and nothing stands in its place
    waits_for_goods: bool  # the money may go once they are inspected


def agreed(session: Session, claim: Claim) -> tuple[RemedyView, ...]:
    """Everything that was ever agreed on a claim, oldest first."""
    rows = session.scalars(
        select(AgreedRemedy).where(AgreedRemedy.claim_id == claim.id).order_by(AgreedRemedy.id)
    ).all()
    instructed = refunds.of_remedies(session, [row.id for row in rows]) if rows else ()
    paid_by = _paid_by(session, rows)
    return tuple(
        _view(session, row, [each for each in instructed if each.remedy_id == row.id], paid_by)
        for row in rows
    )


def _view(
    session: Session, row: AgreedRemedy, instructed: Sequence[RefundView], paid_by: Mapping[int, str]
) -> RemedyView:
    open_money = row.remedy in MONEY and row.state in (RemedyState.AGREED, RemedyState.UNDER_WAY)
    waits = open_money and row.remedy is Remedy.RETURN_REFUND and not _goods_are_back(session, row)
    return RemedyView(
        id=row.id,
        part=part_of(1, row.remedy, row.amount_minor, row.goods),
        money=Money(row.amount_minor, row.currency),
        state=row.state,
        agreed_at=row.agreed_at,
        refunds=tuple(instructed),
        to_pay=_to_pay(row, instructed, paid_by) if open_money and not waits else None,
        to_try=open_money and not waits and _has_gap(row, instructed),
        waits_for_goods=waits,
    )


def _to_pay(row: AgreedRemedy, instructed: Sequence[RefundView], paid_by: Mapping[int, str]) -> ToPay | None:
    shares = dict(enumerate(_shares(row), 1))
    for part, (payment, minor) in shares.items():
        live = [each for each in instructed if each.part == part and each.state not in ENDED]
        if not live or live[-1].to_pay or live[-1].state is Shown.RESERVED:
            return ToPay(
                money=Money(minor, row.currency),
                key=live[-1].key if live else "",
                paid_by=paid_by.get(payment or 0, ""),
                by_hand=bool(live) and live[-1].to_pay,
            )
    return None


def _has_gap(row: AgreedRemedy, instructed: Sequence[RefundView]) -> bool:
    tried = {each.part for each in instructed}
    live = {each.part for each in instructed if each.state not in ENDED}
    return bool(tried - live)


def _shares(row: AgreedRemedy) -> Sequence[tuple[int | None, int]]:
    return Shares.from_json(row.shares).payments or [(None, row.amount_minor)]


def _paid_by(session: Session, rows: Sequence[AgreedRemedy]) -> dict[int, str]:
    """The gateways of all payments that these promises go back by."""
    wanted = {payment for row in rows for payment, _ in _shares(row) if payment is not None}
    if not wanted:
        return {}
    found = session.execute(select(Payment.id, Payment.gateway).where(Payment.id.in_(wanted)))
    return {row.id: row.gateway for row in found}


def _goods_are_back(session: Session, remedy: AgreedRemedy) -> bool:
    """Inspected, and as agreed: what actions/remedy_goods.py asks for before money leaves."""
    newest = session.scalar(
        select(ReturnShipment.outcome)
        .where(ReturnShipment.remedy_id == remedy.id, ReturnShipment.state != ReturnState.CANCELED)
        .order_by(ReturnShipment.id.desc())
        .limit(1)
    )
    return newest is Outcome.AS_AGREED
