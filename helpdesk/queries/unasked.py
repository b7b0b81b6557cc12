"""Money that nobody here asked for: notices of gateways and lines of statements that wait for a lead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import GatewayNotice, Order, Payment, StatementLine, Ticket, TicketOrder
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Outcome

ROWS = 20  # shown at once; the next ones come up as these are seen to


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaskedView:
    """One of either kind, as a lead sees it."""

    id: int
    source: str  # the gateway, or the map of the statement
    money: Money | None
    key: str
    reference: str
    payment: str
    said: str  # the outcome by the gateway; why the line settled nothing
    remark: str
    came_at: datetime
    happened_at: datetime | None
    can_take: bool  # money has left, as it says
    number: int | None  # the ticket that it is probably about


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    notices: tuple[UnaskedView, ...]
    lines: tuple[UnaskedView, ...]
    notice_count: int
    line_count: int


def waiting(session: Session) -> Unasked:
    """Both lists, the oldest first."""
    of_notices = GatewayNotice.refund_id.is_(None), GatewayNotice.settled_at.is_(None)
    of_lines = (StatementLine.settled_at.is_(None),)
    notices = session.scalars(
        select(GatewayNotice).where(*of_notices).order_by(GatewayNotice.id).limit(ROWS)
    ).all()
    lines = session.scalars(
        select(StatementLine).where(*of_lines).order_by(StatementLine.id).limit(ROWS)
    ).all()
    named = [*(each.payment for each in notices), *(each.payment for each in lines)]
    tickets = _tickets(session, filter(None, named))
    counts = session.execute(
        select(
            select(func.count()).select_from(GatewayNotice).where(*of_notices).scalar_subquery(),
            select(func.count()).select_from(StatementLine).where(*of_lines).scalar_subquery(),
        )
    ).one()
    return Unasked(
        notices=tuple(_notice(row, tickets.get(row.payment)) for row in notices),
        lines=tuple(_line(row, tickets.get(row.payment)) for row in lines),
        notice_count=counts[0],
        line_count=counts[1],
    )


def _notice(row: GatewayNotice, number: int | None) -> UnaskedView:
    money = Money(row.amount_minor, row.currency) if row.amount_minor is not None else None
    return UnaskedView(
        id=row.id,
        source=row.gateway,
        money=money,
        key=row.key,
        reference=row.reference,
        payment=row.payment,
        said=row.outcome,
        remark="",
        came_at=row.came_at,
        happened_at=None,
        can_take=money is not None and row.outcome == Outcome.SUCCEEDED,
        number=number,
    )


def _line(row: StatementLine, number: int | None) -> UnaskedView:
    return UnaskedView(
        id=row.id,
        source=row.source,
        money=Money(row.amount_minor, row.currency),
        key=row.key,
        reference=row.reference,
        payment=row.payment,
        said=row.says,
        remark=row.remark,
        came_at=row.came_at,
        happened_at=row.happened_at,
        can_take=True,
        number=number,
    )


def _tickets(session: Session, references: Iterable[str]) -> dict[str, int]:
    """By the gateway's reference of a payment: the newest ticket that is surely about its order."""
    wanted: Sequence[str] = sorted(set(references))
    if not wanted:
        return {}
    rows = session.execute(
        select(Payment.reference, func.max(func.coalesce(Ticket.merged_into_id, Ticket.id)))
        .join(Order, Order.id == Payment.order_id)
        .join(TicketOrder, TicketOrder.order_id == Order.id)
        .join(Ticket, Ticket.id == TicketOrder.ticket_id)
        .where(Payment.reference.in_(wanted), TicketOrder.level == LinkLevel.VERIFIED)
        .group_by(Payment.reference)
    )
    return {row[0]: row[1] for row in rows}
