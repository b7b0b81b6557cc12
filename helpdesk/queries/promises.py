"""What was agreed on a claim, and which money of it waits for somebody to send it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import AgreedRemedy, Claim, Decision, Refund, Reminder, ReturnShipment
from helpdesk.rules import refund_terms, settlement
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.money import Money
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY, Part, part_of
from helpdesk.rules.refund_terms import Goods
from helpdesk.rules.returns import ReturnState
from helpdesk.rules.settlement import Shares, Sum
from helpdesk.rules.states import RefundState, ReminderKind, ReminderState


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyView:
    id: int
    part: Part
    money: Money
    state: RemedyState
    agreed_at: datetime
    to_pay: bool  # money that may go, and that nobody has sent yet
    waits: str  # why money may not go yet, a sentence; "" when it may
    due_by: datetime | None  # when money that has not left was promised for
    total: Sum  # how money is made up


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedView:
    """As its buyer sees it."""

    remedy: Remedy
    amount: Money | None  # None for goods
    state: RemedyState
    total: Sum
    due_by: datetime | None


def told(session: Session, claim: Claim) -> tuple[AgreedView, ...]:
    """What the buyer's page shows of what was agreed, without what was called off."""
    return tuple(
        AgreedView(
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
    begun = set(
        session.scalars(
            select(Refund.remedy_id).where(
                Refund.remedy_id.in_([row.id for row in rows]), Refund.state != RefundState.CANCELED
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
            and not waits(session, claim, row),
            waits=waits(session, claim, row) if _is_open(row) and row.id not in begun else "",
            due_by=due_by(session, row) if _is_open(row) and row.id not in begun else None,
            total=settlement.sum_of(Shares.from_json(row.shares)),
        )
        for row in rows
    )


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
