"""What was agreed on a claim, and how far its money is: which part waits for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import AgreedRemedy, Claim, Decision, Payment, Reminder, ReturnShipment
from helpdesk.queries import refunds
from helpdesk.queries.refunds import RefundView
from helpdesk.rules import refund_terms, settlement
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.money import Money
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY, Part, part_of
from helpdesk.rules.refund_terms import Goods
from helpdesk.rules.refunds import Shown
from helpdesk.rules.returns import ReturnState
from helpdesk.rules.settlement import Shares, Sum
from helpdesk.rules.states import ReminderKind, ReminderState

ENDED = (Shown.FAILED, Shown.CANCELED, Shown.REVERSED, Shown.MISTAKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPay:
    """The next part of a promise that nobody has begun to pay."""

    money: Money
    key: str  # "" while it is not set aside
    paid_by: str  # the gateway of the payment that it goes back by; "" for none
    by_hand: bool  # it was given to a person
    held: bool = False  # a colleague has taken it, and may be paying it


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
    waits: str  # why money may not go yet, a sentence; "" when it may
    needs_address: bool  # it waits for goods whose buyer was not told where to
    due_by: datetime | None  # when money that has not left was promised for
    total: Sum  # how money is made up


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedView:
    """As its buyer sees it."""

    id: int
    remedy: Remedy
    amount: Money | None  # None for goods
    state: RemedyState
    total: Sum
    due_by: datetime | None


def told(session: Session, claim: Claim) -> tuple[AgreedView, ...]:
    """What the buyer's page shows of what was agreed, without what was called off."""
    return tuple(
        AgreedView(
            id=each.id,
            remedy=each.part.remedy,
            amount=each.money if each.money.minor else None,
            state=each.state,
            total=each.total,
            due_by=each.due_by,
        )
        for each in agreed(session, claim)
        if each.state is not RemedyState.CANCELED
    )


def agreed(session: Session, claim: Claim) -> tuple[RemedyView, ...]:
    """Everything that was ever agreed on a claim, oldest first."""
    rows = session.scalars(
        select(AgreedRemedy).where(AgreedRemedy.claim_id == claim.id).order_by(AgreedRemedy.id)
    ).all()
    instructed = refunds.of_remedies(session, [row.id for row in rows]) if rows else ()
    paid_by = _paid_by(session, rows)
    return tuple(
        _view(session, claim, row, [each for each in instructed if each.remedy_id == row.id], paid_by)
        for row in rows
    )


def _view(
    session: Session,
    claim: Claim,
    row: AgreedRemedy,
    instructed: Sequence[RefundView],
    paid_by: Mapping[int, str],
) -> RemedyView:
    why = waits(session, claim, row) if _is_open(row) else ""
    to_pay = _to_pay(row, instructed, paid_by) if _is_open(row) and not why else None
    begun = any(each.state not in (*ENDED, Shown.RESERVED) and not each.to_pay for each in instructed)
    return RemedyView(
        id=row.id,
        part=part_of(1, row.remedy, row.amount_minor, row.goods),
        money=Money(row.amount_minor, row.currency),
        state=row.state,
        agreed_at=row.agreed_at,
        refunds=tuple(instructed),
        to_pay=to_pay,
        to_try=to_pay is not None and _has_gap(row, instructed),
        waits="" if begun else why,
        needs_address=not begun and why == refund_terms.NO_ADDRESS,
        due_by=due_by(session, row) if _is_open(row) and not begun else None,
        total=settlement.sum_of(Shares.from_json(row.shares)),
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
                held=bool(live) and bool(live[-1].held_by),
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


def waits(session: Session, claim: Claim, remedy: AgreedRemedy) -> str:
    """What actions/remedy_money.py asks before money leaves: why it may not yet, "" when it may."""
    outcome = session.scalar(
        select(Decision.outcome).where(Decision.claim_id == claim.id).order_by(Decision.id.desc()).limit(1)
    )
    newest = session.scalar(
        select(ReturnShipment)
        .where(ReturnShipment.remedy_id == remedy.id, ReturnShipment.state != ReturnState.CANCELED)
        .order_by(ReturnShipment.id.desc())
        .limit(1)
    )
    goods = None
    if newest is not None:
        goods = Goods(
            state=newest.state,
            outcome=newest.outcome,
            tracked_at=newest.tracked_at,
            received_at=newest.received_at,
            inspected_at=newest.inspected_at,
        )
    terms = refund_terms.of_clause(outcome, remedy.remedy)
    return refund_terms.why_money_waits(remedy.remedy, terms, goods)


def due_by(session: Session, remedy: AgreedRemedy) -> datetime | None:
    """The day that its plan names; None where none runs or has come."""
    plans = session.scalars(
        select(Reminder.facts)
        .where(
            Reminder.claim_id == remedy.claim_id,
            Reminder.kind == ReminderKind.TASK_DUE,
            Reminder.state != ReminderState.WITHDRAWN,
        )
        .order_by(Reminder.id.desc())
    )
    found = (facts for facts in plans if facts.get("about") == "refund_due" and facts["id"] == remedy.id)
    facts = next(found, None)
    return datetime.fromisoformat(facts["due"]) if facts is not None else None


def _is_open(row: AgreedRemedy) -> bool:
    return row.remedy in MONEY and row.state in (RemedyState.AGREED, RemedyState.UNDER_WAY)


def any_begun(session: Session, claim: Claim) -> bool:
    """Whether money or goods of a claim are on their way, or there: then it cannot be taken back."""
    begun = select(AgreedRemedy.id).where(
        AgreedRemedy.claim_id == claim.id,
        AgreedRemedy.state.in_((RemedyState.UNDER_WAY, RemedyState.COMPLETE)),
    )
    return session.scalar(begun.limit(1)) is not None
