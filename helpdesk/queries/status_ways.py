"""What is on its way for a buyer, as the status page shows it: parcels, money, coupons; all that letters say.

Only for who may be told of the order (actions/telling.py): the page asks before it asks here.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.models import Claim, Coupon, Entry, OrderLine, Refund, Reminder, Replacement, ReturnShipment
from helpdesk.queries import refunds
from helpdesk.queries.refunds import RefundView
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.money import Money
from helpdesk.rules.refunds import Shown
from helpdesk.rules.replacements import CouponState, ReplacementKind, ReplacementState
from helpdesk.rules.returns import ReturnState
from helpdesk.rules.states import ReminderKind, ReminderState

UNSAID = (Shown.RESERVED, Shown.CANCELED, Shown.FAILED, Shown.MISTAKEN)  # the desk's own steps


@dataclass(frozen=True, slots=True, kw_only=True)
class BackView:
    """A parcel of the buyer to the shop."""

    id: int
    state: ReturnState
    number: str  # to be written on it
    address: str
    send_by: datetime
    buyer_pays: bool
    carrier: str
    tracking: str
    items: tuple[tuple[int, str], ...]  # how many, title

    @property
    def awaited(self) -> bool:
        """Its buyer may still say how it was sent."""
        return self.state in (ReturnState.AWAITING, ReturnState.IN_TRANSIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutView:
    """Goods on their way to the buyer, or promised."""

    kind: ReplacementKind
    state: ReplacementState
    promised_on: date
    words: str
    carrier: str
    tracking: str
    items: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponGiven:
    """Its code stands in the letter alone: whoever has it can use it."""

    face: Money
    code_end: str
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyWay:
    """One instruction to send money back, as far as it concerns its buyer."""

    refund: RefundView
    answer_by: datetime | None  # when we write of money that is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Everything of one claim, oldest first."""

    back: tuple[BackView, ...] = ()
    out: tuple[OutView, ...] = ()
    coupons: tuple[CouponGiven, ...] = ()
    money: tuple[MoneyWay, ...] = ()
    refusal: str = ""  # the newest letter that said no, while the claim is refused

    @property
    def waits_for_parcel(self) -> bool:
        return any(each.state is ReturnState.AWAITING for each in self.back)


def of(session: Session, claim: Claim, remedies: tuple[int, ...]) -> Ways:
    """`remedies` are the agreed ones that were not called off."""
    return Ways(
        back=_back(session, claim),
        out=_out(session, claim),
        coupons=_coupons(session, claim),
        money=_money(session, remedies),
        refusal=_refusal(session, claim) if claim.state is ClaimState.REJECTED else "",
    )


def _back(session: Session, claim: Claim) -> tuple[BackView, ...]:
    rows = session.scalars(
        select(ReturnShipment)
        .where(ReturnShipment.claim_id == claim.id, ReturnShipment.state != ReturnState.CANCELED)
        .options(joinedload(ReturnShipment.address), selectinload(ReturnShipment.lines))
        .order_by(ReturnShipment.id)
    ).all()
    return tuple(
        BackView(
            id=row.id,
            state=row.state,
            number=row.number,
            address=row.address.text,
            send_by=row.send_by,
            buyer_pays=row.payer == "buyer",
            carrier=row.carrier,
            tracking=row.tracking,
            items=_items(session, [(line.order_line_id, line.quantity) for line in row.lines]),
        )
        for row in rows
    )


def _out(session: Session, claim: Claim) -> tuple[OutView, ...]:
    rows = session.scalars(
        select(Replacement)
        .where(Replacement.claim_id == claim.id, Replacement.state != ReplacementState.CANCELED)
        .options(selectinload(Replacement.lines))
        .order_by(Replacement.id)
    ).all()
    return tuple(
        OutView(
            kind=row.kind,
            state=row.state,
            promised_on=row.promised_on,
            words=row.words,
            carrier=row.carrier,
            tracking=row.tracking,
            items=_items(session, [(line.order_line_id, line.quantity) for line in row.lines]),
        )
        for row in rows
    )


def _coupons(session: Session, claim: Claim) -> tuple[CouponGiven, ...]:
    rows = session.scalars(
        select(Coupon)
        .where(Coupon.claim_id == claim.id, Coupon.state != CouponState.VOID)
        .order_by(Coupon.id)
    )
    return tuple(
        CouponGiven(
            face=Money(row.face_minor, row.currency), code_end=row.code[-4:], valid_until=row.valid_until
        )
        for row in rows
    )


def _money(session: Session, remedies: tuple[int, ...]) -> tuple[MoneyWay, ...]:
    if not remedies:
        return ()
    rows = session.scalars(select(Refund).where(Refund.remedy_id.in_(remedies)).order_by(Refund.id)).all()
    return tuple(
        MoneyWay(refund=refunds.view(row), answer_by=_answer_by(session, row))
        for row in rows
        if row.shown not in UNSAID
    )


def _answer_by(session: Session, refund: Refund) -> datetime | None:
    if refund.chased_at is None:
        return None
    plans = session.scalars(
        select(Reminder).where(
            Reminder.kind == ReminderKind.TASK_DUE,
            Reminder.state == ReminderState.PLANNED,
            Reminder.facts["refund"].as_integer() == refund.id,
        )
    )
    return next((plan.due_at for plan in plans if plan.facts.get("about") == "money_chase"), None)


def _refusal(session: Session, claim: Claim) -> str:
    """The words of the letter, which holds no link."""
    rows = session.scalars(
        select(Entry)
        .where(Entry.ticket_id == claim.ticket_id, Entry.verb == "refusal_told")
        .options(joinedload(Entry.payload))
        .order_by(Entry.id.desc())
    )
    return next((str(row.facts.get("text", "")) for row in rows if row.facts.get("claim") == claim.id), "")


def _items(session: Session, units: list[tuple[int, int]]) -> tuple[tuple[int, str], ...]:
    titles = {
        row.id: row.title or row.sku
        for row in session.scalars(select(OrderLine).where(OrderLine.id.in_([line for line, _ in units])))
    }
    return tuple((count, titles.get(line, "?")) for line, count in units)
