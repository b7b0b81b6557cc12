"""How a policy counts days: from which day, to which end, and over which days off. Days only, never money.

Public holidays come from the package `holidays`; a country that it does not know is refused when the file is
read, and weekends are days off wherever no country is named.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from helpdesk.rules.policy_terms import Count, Duration, Timer

DAY = timedelta(days=1)
LONGEST_REST = 30  # days off in a row; more are a mistake in the data
SATURDAY = 5


def days_between(
    count: Count, zone: ZoneInfo, since: date | datetime, until: datetime, *, rolls: bool = False
) -> int:
    """Days from an event to a moment, as the policy counts them; 0 when the event lies after it.

    With `rolls`, a window that ended on a day off counts as still open on the next working day: a claim on
    Monday is as old as one on the Saturday before.
    """
    first, last = _day(since, zone), until.astimezone(zone).date()
    extra = 1 if count.start == "same_day" else 0
    if count.end == "exact" and isinstance(since, datetime):
        passed = until - since
        return max(-(-passed // DAY), 0) + extra if passed > timedelta(0) else extra
    if rolls and count.roll_to_working_day:
        last = _start_of_rest(last, count.holidays)
    return max((last - first).days, 0) + extra


def hours_between(since: datetime, until: datetime) -> int:
    """Whole hours begun: 24 h and one second are 25."""
    return max(-(-(until - since) // timedelta(hours=1)), 0)


def last_day(count: Count, first: date | None, days: int | None) -> date | None:
    """The last day of a window of so many days; on a day off it may roll to the next working day."""
    if first is None or days is None:
        return None
    end = first + timedelta(days=days - (1 if count.start == "same_day" else 0))
    if not count.roll_to_working_day:
        return end
    for _ in range(LONGEST_REST):
        if is_working_day(end, count.holidays):
            return end
        end += DAY
    return end


def after(duration: Duration, start: datetime, count: Count, zone: ZoneInfo) -> datetime:
    """The moment that a deadline falls on. Business days end with the working day itself."""
    if duration.unit == "h":
        return start + timedelta(hours=duration.count)
    if duration.unit == "d":
        return start + timedelta(days=duration.count)
    day = start.astimezone(zone).date()
    left = duration.count
    while left:
        day += DAY
        left -= is_working_day(day, count.holidays)
    return datetime.combine(day + DAY, datetime.min.time(), zone)


def due(timer: Timer, start: datetime, count: Count, zone: ZoneInfo) -> tuple[datetime, tuple[datetime, ...]]:
    """When a timer that begins now runs out, and when to warn before."""
    ends = after(timer.due, start, count, zone)
    return ends, tuple(ends - span(warning) for warning in timer.warn)


def is_working_day(day: date, country: str) -> bool:
    """Whether people work on that day. Make-up Saturdays of China are working days."""
    known = _days_off(country)
    return day.weekday() < SATURDAY if known is None else bool(known.is_working_day(day))


def knows_country(country: str) -> bool:
    """Whether there are public holidays for "DE" or "DE-BY"."""
    code, _, part = country.partition("-")
    known = holidays.list_supported_countries()
    return code in known and (not part or part in known[code])


def span(warning: Duration) -> timedelta:
    """How long before the end a warning goes out; a business day counts as a day."""
    return timedelta(hours=warning.count) if warning.unit == "h" else timedelta(days=warning.count)


def _day(moment: date | datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def _start_of_rest(day: date, country: str) -> date:
    """The first of the days off right before this day; the day itself when it follows a working day."""
    for _ in range(LONGEST_REST):
        if is_working_day(day - DAY, country):
            return day
        day -= DAY
    return day


@lru_cache(maxsize=64)
def _days_off(country: str) -> Any:
    if not country:
        return None
    code, _, part = country.partition("-")
    return holidays.country_holidays(code, subdiv=part or None)
