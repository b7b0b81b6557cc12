"""The one clock. Everything else is told the time; only the edges ask for it here.

Tests and the demo shop may set it: `shift` moves all of this process's time by a fixed amount.
"""

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """The current moment, aware, UTC."""
    return datetime.now(UTC) + _offset


def shift(by: timedelta) -> None:
    """Move the clock by `by`, on top of earlier shifts."""
    global _offset
    _offset += by


def offset() -> timedelta:
    return _offset


def reset() -> None:
    global _offset
    _offset = timedelta(0)
