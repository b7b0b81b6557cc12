"""The one clock. Everything else is told the time; only the edges ask for it here.

Tests and the demo shop may set it: `shift` moves all of this process's time by a fixed amount. What has to
come out the same whenever it is run lets it stand: `stand_still`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_offset = timedelta(0)
_standing: datetime | None = None


def now() -> datetime:
    """The current moment, aware, UTC."""
    return _standing or datetime.now(UTC) + _offset


def shift(by: timedelta) -> None:
    """Move the clock by `by`, on top of earlier shifts."""
    global _offset
    _offset += by


def offset() -> timedelta:
    return _offset


def reset() -> None:
    global _offset
    _offset = timedelta(0)


@contextmanager
def stand_still() -> Iterator[None]:
    """Inside, it shows what `put` says and nothing else; afterwards it goes on as if nothing had been."""
    global _standing
    before, _standing = _standing, now()
    try:
        yield
    finally:
        _standing = before


def put(to: datetime) -> None:
    """Where a clock that stands still stands from now on."""
    global _standing
    if _standing is None:
        raise RuntimeError("the clock goes: let it stand still first")
    _standing = to
