"""When a message says that it was sent (RFC 5322 section 3.3): shown, never sorted by."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_GMT_OFFSET = re.compile(r"\b(?:GMT|UTC)\s?([+-])(\d{1,2}):?(\d{2})\b")


def sent_at(date: str, received: tuple[str, ...]) -> datetime | None:
    """The Date header as an aware time; when it is unusable, the newest Received date; else None."""
    for value in (date, *(each.rpartition(";")[2] for each in received[:3])):
        found = moment(value)
        if found is not None:
            return found
    return None


def days_off(date: str, received: tuple[str, ...]) -> int:
    """How many days the sender's clock is off the newest Received date; 0 up to a day, and when unknown."""
    said, came = moment(date), moment(received[0].rpartition(";")[2]) if received else None
    if said is None or came is None:
        return 0
    days = (said - came) / timedelta(days=1)
    return int(days) if abs(days) > 1 else 0


def moment(value: str) -> datetime | None:
    """The aware time of one Date value, None when it names no possible time or no zone."""
    text = _GMT_OFFSET.sub(lambda m: f"{m[1]}{int(m[2]):02}{m[3]}", value[:200].strip())
    if not text or not re.search(r"[A-Za-z]", text):
        return None  # "2026-03-05 21:14:00" says no zone: eight hours either way is worse than nothing
    try:
        fields = parsedate_tz(text)
        if fields is None:
            return None
        offset = fields[9] or 0
        if abs(offset) >= 24 * 3600:
            return None
        return datetime(*fields[:6], tzinfo=timezone(timedelta(seconds=offset)) if offset else UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
