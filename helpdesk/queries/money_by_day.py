"""What left and what arrived, day by day of the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from helpdesk.models import Refund
from helpdesk.queries.money_page import has_arrived
from helpdesk.rules.money import Money
from helpdesk.rules.refunds import LEFT

DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What left and what arrived on one day; by currency, in the order of their codes."""

    begins: datetime
    paid: tuple[tuple[Money, int], ...]  # and how many refunds
    arrived: tuple[tuple[Money, int], ...]


def days(session: Session, zone: ZoneInfo, *, at: datetime) -> tuple[Day, ...]:
    """The last days, this one first; a day without money is there too."""
    begins = [_midnight(at, zone, back) for back in range(DAYS)]
    paid = _by_day(session, Refund.paid_at, begins, Refund.state.in_(LEFT))
    arrived = _by_day(session, Refund.answered_at, begins, has_arrived())
    return tuple(
        Day(begins=begin, paid=paid.get(back, ()), arrived=arrived.get(back, ()))
        for back, begin in enumerate(begins)
    )


def day_of(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The day of the shop that holds this moment: from, until."""
    return _midnight(at, zone, 0), _midnight(at, zone, -1)


def _by_day(
    session: Session,
    moment: Any,
    begins: Sequence[datetime],
    wanted: ColumnElement[bool],
) -> dict[int, tuple[tuple[Money, int], ...]]:
    """By how many days ago."""
    ago = case(*((moment >= begin, back) for back, begin in enumerate(begins))).label("ago")
    inner = select(ago, Refund.currency, Refund.amount_minor).where(wanted, moment >= begins[-1]).subquery()
    rows = session.execute(
        select(inner.c.ago, inner.c.currency, func.sum(inner.c.amount_minor).label("minor"), func.count())
        .group_by(inner.c.ago, inner.c.currency)
        .order_by(inner.c.currency)
    )
    found: dict[int, list[tuple[Money, int]]] = {}
    for back, currency, minor, count in rows:
        found.setdefault(back, []).append((Money(int(minor), currency), count))
    return {back: tuple(each) for back, each in found.items()}


def _midnight(at: datetime, zone: ZoneInfo, back: int) -> datetime:
    day = at.astimezone(zone).date() - timedelta(days=back)
    return datetime.combine(day, datetime.min.time(), zone)
