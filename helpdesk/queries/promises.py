"""What was agreed on a claim, and how far its money is: which part waits for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
class Grounds:
    """What says whether money may leave: the newest decision of a claim, the newest return of a promise."""

    outcomes: Mapping[int, dict[str, Any]] = field(default_factory=dict)  # by claim
    goods: Mapping[int, Goods] = field(default_factory=dict)  # by promise


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
    found = grounds(session, [claim]) if any(map(_is_open, rows)) else Grounds()
    return tuple(
        _view(session, found, row, [each for each in instructed if each.remedy_id == row.id], paid_by)
        for row in rows
    )


def _view(
    session: Session,
    found: Grounds,
    row: AgreedRemedy,
    instructed: Sequence[RefundView],
    paid_by: Mapping[int, str],
) -> RemedyView:
    why = waits(found, row) if _is_open(row) else ""
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


def grounds(session: Session, claims: Sequence[Claim]) -> Grounds:
    """What all promises of these claims are judged by."""
    ids = [claim.id for claim in claims]
    decided = session.execute(
        select(Decision.claim_id, Decision.outcome).where(Decision.claim_id.in_(ids)).order_by(Decision.id)
    )
    sent_back = session.scalars(
        select(ReturnShipment)
        .where(ReturnShipment.claim_id.in_(ids), ReturnShipment.state != ReturnState.CANCELED)
        .order_by(ReturnShipment.id)
    )
    return Grounds(
        outcomes={row.claim_id: row.outcome for row in decided},
        goods={row.remedy_id: _goods(row) for row in sent_back if row.remedy_id is not None},
    )


def _goods(row: ReturnShipment) -> Goods:
    return Goods(
        state=row.state,
        outcome=row.outcome,
        tracked_at=row.tracked_at,
        received_at=row.received_at,
        inspected_at=row.inspected_at,
    )


def waits(found: Grounds, remedy: AgreedRemedy) -> str:
    """What actions/remedy_money.py asks before money leaves: why it may not yet, "" when it may."""
    if part_of(1, remedy.remedy, remedy.amount_minor, remedy.goods).back is not None:
        return ""  # the goods were here when it was agreed
    terms = refund_terms.of_clause(found.outcomes.get(remedy.claim_id), remedy.remedy)
    return refund_terms.why_money_waits(remedy.remedy, terms, found.goods.get(remedy.id))


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
