"""On which days people work: as the policy in force says, and on weekdays where nobody has said."""

import logging
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpdesk.actions import policies
from helpdesk.rules.policy_terms import MoneyLimits
from helpdesk.rules.reminders import ARRIVAL_DAYS, business_days_after

log = logging.getLogger(__name__)


def expected_arrival(session: Session, method: str, paid_at: datetime) -> datetime:
    """When money that left then, by a way of ARRIVAL_DAYS, should be with the buyer."""
    return working_days_after(session, paid_at, ARRIVAL_DAYS[method])


def chase_until(session: Session, at: datetime) -> datetime:
    """By when somebody is to know more of money that has not arrived: as the policy in force says."""
    version = policies.in_force(session, at=at)
    money = policies.read(version).money if version is not None else MoneyLimits()
    return working_days_after(session, at, money.chase_days)


def working_days_after(session: Session, start: datetime, days: int) -> datetime:
    """So many working days of the shop later."""
    country, zone = _shops(session, at=start)
    try:
        return business_days_after(start, days, country=country, zone=zone)
    except Exception as error:  # a calendar is somebody else's code: no money waits for it
        log.warning(
            "the holidays of %s cannot be loaded, only weekends are left out: %s: %s",
            country,
            type(error).__name__,
            error,
        )
        return business_days_after(start, days, zone=zone)


def _shops(session: Session, *, at: datetime) -> tuple[str, tzinfo]:
    version = policies.in_force(session, at=at)
    if version is None:
        return "", UTC
    policy = policies.read(version)
    return policy.count.holidays, ZoneInfo(policy.timezone)
