"""Money for leads: what waits for whom, by group with its sums, each with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from helpdesk.models import AgreedRemedy, Approval, Buyer, Claim, Refund, Ticket
from helpdesk.models.masking import Mask
from helpdesk.queries import refunds
from helpdesk.queries.refunds import RefundView
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.money import Money
from helpdesk.rules.offers import ApprovalState, RemedyState
from helpdesk.rules.refunds import LEFT, OVER
from helpdesk.rules.states import RefundState

ROWS = 50


class Group(StrEnum):
    """What a figure of the page counts, and its rows show."""

    HELD = "held"  # set aside, and handed to nobody: money is stopped, or a notice has to be seen to first
    APPROVALS = "approvals"  # a second person is asked
    BY_HAND = "by_hand"  # somebody pays it, or acts at the gateway
    UNKNOWN = "unknown"
    FAILED = "failed"  # and nothing stands in its place
    OVERDUE = "overdue"  # it should be there, and nobody has said so
    CHASED = "chased"  # the buyer says that it is not there
    CAME_BACK = "came_back"  # and nothing stands in its place
    PAID = "paid"  # on one day
    ARRIVED = "arrived"  # on one day: by an answer


NOW = tuple(group for group in Group if group not in (Group.PAID, Group.ARRIVED))
OF_REFUNDS = tuple(group for group in NOW if group is not Group.APPROVALS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many, and how much in each currency."""

    count: int
    sums: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRow:
    """One refund, or one approval that is waited for, with its ticket."""

    id: int
    number: int
    subject: str
    buyer: str
    money: Money
    since: datetime
    refund: RefundView | None  # None: nothing is instructed before it is approved


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    rows: tuple[MoneyRow, ...]
    next: int | None  # the next page has those after this id


def figures(session: Session, *, at: datetime) -> dict[Group, Figure]:
    """All groups in one question."""
    of_refunds = (
        select(
            literal(group.value).label("name"),
            Refund.currency,
            func.count().label("many"),
            func.sum(Refund.amount_minor).label("minor"),
        )
        .where(_is(group, at))
        .group_by(Refund.currency)
        for group in OF_REFUNDS
    )
    approvals = (
        select(
            literal(Group.APPROVALS.value),
            Approval.currency,
            func.count(),
            func.sum(Approval.amount_minor),
        )
        .where(Approval.state == ApprovalState.ASKED)
        .group_by(Approval.currency)
    )
    rows = session.execute(union_all(*of_refunds, approvals)).all()
    return {
        group: Figure(
            count=sum(row.many for row in rows if row.name == group),
            sums=tuple(
                Money(int(row.minor), row.currency)
                for row in sorted(rows, key=lambda row: str(row.currency))
                if row.name == group
            ),
        )
        for group in NOW
    }


def page(
    session: Session,
    group: Group,
    *,
    at: datetime,
    after: int = 0,
    within: tuple[datetime, datetime] | None = None,
    currency: str = "",
) -> Page:
    """The rows behind a figure, the longest waiting first. `within` is the day of PAID and ARRIVED."""
    if group is Group.APPROVALS:
        return _approvals(session, after)
    wanted = [_is(group, at), Refund.id > after]
    if within is not None:
        moment = Refund.answered_at if group is Group.ARRIVED else Refund.paid_at
        wanted += [moment >= within[0], moment < within[1]]
    if currency:
        wanted.append(Refund.currency == currency)
    found = session.execute(
        select(Refund, Ticket.subject, Buyer.name)
        .join(Ticket, Ticket.id == Refund.ticket_id)
        .join(Buyer, Buyer.id == Ticket.buyer_id)
        .where(*wanted)
        .order_by(Refund.id)
        .limit(ROWS + 1)
    ).all()
    return _page(
        session,
        [
            (
                row.id,
                row.ticket_id,
                subject,
                buyer,
                Money(row.amount_minor, row.currency),
                _since(group, row),
                refunds.view(row),
            )
            for row, subject, buyer in found
        ],
    )


def _approvals(session: Session, after: int) -> Page:
    found = session.execute(
        select(Approval, Ticket.id, Ticket.subject, Buyer.name)
        .join(Claim, Claim.id == Approval.claim_id)
        .join(Ticket, Ticket.id == Claim.ticket_id)
        .join(Buyer, Buyer.id == Ticket.buyer_id)
        .where(Approval.state == ApprovalState.ASKED, Approval.id > after)
        .order_by(Approval.id)
        .limit(ROWS + 1)
    ).all()
    return _page(
        session,
        [
            (
                row.id,
                number,
                subject,
                buyer,
                Money(row.amount_minor, row.currency),
                row.asked_at,
                None,
            )
            for row, number, subject, buyer in found
        ],
    )


def _page(session: Session, found: Sequence[tuple[Any, ...]]) -> Page:
    shown = found[:ROWS]
    mask = Mask.over(session, (subject for _, _, subject, *_ in shown))
    return Page(
        rows=tuple(
            MoneyRow(
                id=row_id,
                number=number,
                subject=mask(subject),
                buyer=buyer,
                money=money,
                since=since,
                refund=refund,
            )
            for row_id, number, subject, buyer, money, since, refund in shown
        ),
        next=shown[-1][0] if len(found) > ROWS else None,
    )


def _is(group: Group, at: datetime) -> ColumnElement[bool]:
    match group:
        case Group.HELD:
            return and_(Refund.state == RefundState.RESERVED, _is_agreed())
        case Group.BY_HAND:
            return Refund.state == RefundState.NEEDS_ACTION
        case Group.UNKNOWN:
            return Refund.state == RefundState.UNKNOWN
        case Group.FAILED:
            return and_(Refund.state == RefundState.FAILED, _is_open())
        case Group.CAME_BACK:
            return and_(Refund.state == RefundState.REVERSED, Refund.mistaken.is_(False), _is_open())
        case Group.OVERDUE:
            return and_(
                Refund.state == RefundState.SUCCEEDED, Refund.chased_at.is_(None), Refund.expected_at < at
            )
        case Group.CHASED:
            return and_(Refund.state.in_(LEFT), Refund.chased_at.is_not(None))
        case Group.ARRIVED:
            return has_arrived()
        case _:
            return Refund.state.in_(LEFT)


def has_arrived() -> ColumnElement[bool]:
    return and_(Refund.state == RefundState.ARRIVED, Refund.chased_at.is_(None))


def _is_agreed() -> ColumnElement[bool]:
    """It would leave at the next step, if nothing held it: as actions/paying.due asks it."""
    return exists().where(
        AgreedRemedy.id == Refund.remedy_id,
        AgreedRemedy.claim_id == Claim.id,
        Claim.state == ClaimState.APPROVED,
    )


def _is_open() -> ColumnElement[bool]:
    """Still promised, and no later refund stands for the same part."""
    other = aliased(Refund)
    open_remedy = exists().where(
        AgreedRemedy.id == Refund.remedy_id,
        AgreedRemedy.state.in_((RemedyState.AGREED, RemedyState.UNDER_WAY)),
    )
    again = exists().where(
        other.remedy_id == Refund.remedy_id,
        other.part == Refund.part,
        or_(other.state.not_in(OVER), other.id > Refund.id),
    )
    return and_(open_remedy, ~again)


def _since(group: Group, row: Refund) -> datetime:
    moments = {
        Group.OVERDUE: row.expected_at,
        Group.CHASED: row.chased_at,
        Group.PAID: row.paid_at,
        Group.ARRIVED: row.answered_at,
        Group.CAME_BACK: row.paid_at,
    }
    return moments.get(group, row.submitted_at) or row.recorded_at
