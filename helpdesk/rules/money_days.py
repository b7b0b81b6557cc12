"""On which day of its way money is: business days since it left, of those that it takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class MoneyDay:
    """ "Money day 3 of 5"."""

    day: int  # from one: the day on which it left, and the first business day after it
    of: int

    @property
    def late(self) -> bool:
        """It should be there."""
        return self.day > self.of


def money_day(paid_at: datetime, expected_at: datetime, *, at: datetime) -> MoneyDay:
    """Where money is that left at `paid_at` and is expected at `expected_at`."""
    return MoneyDay(max(business_days(paid_at, at), 1), max(business_days(paid_at, expected_at), 1))


def business_days(since: datetime, until: datetime) -> int:
    """Whole days from one moment to another that are neither Saturday nor Sunday."""
    days = (until - since) // timedelta(days=1)
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    weekdays = ((since + timedelta(days=each)).weekday() for each in range(1, rest + 1))
    return weeks * 5 + sum(weekday < SATURDAY for weekday in weekdays)
