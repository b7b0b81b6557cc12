"""When a reply leaves that is sent later: chosen by a word, or given as a moment."""

from datetime import datetime, time, timedelta, tzinfo

SOONEST = timedelta(minutes=1)
LATEST = timedelta(days=366)
MORNING = time(9)
CHOICES = ("hour", "tomorrow", "monday")


class TooSoonError(ValueError):
    """The moment has passed, or nearly."""


class TooLateError(ValueError):
    """Nobody plans so far ahead."""


def chosen(choice: str, *, at: datetime, zone: tzinfo) -> datetime:
    """In an hour; tomorrow, or next Monday, at nine in the morning where the shop is. KeyError for others."""
    today = at.astimezone(zone).date()
    if choice == "hour":
        return at + timedelta(hours=1)
    days = {"tomorrow": 1, "monday": 7 - today.weekday()}[choice]
    return datetime.combine(today + timedelta(days=days), MORNING, tzinfo=zone).astimezone(at.tzinfo)


def check(due_at: datetime, *, at: datetime) -> None:
    """Raises TooSoonError or TooLateError."""
    if due_at < at + SOONEST:
        raise TooSoonError
    if due_at > at + LATEST:
        raise TooLateError
