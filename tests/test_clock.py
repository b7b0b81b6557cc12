"""The one clock: aware, in UTC, and movable."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk import clock

pytestmark = pytest.mark.clock


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    yield
    clock.reset()


def test_it_tells_the_time_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_shifts_add_up_until_it_is_reset() -> None:
    clock.shift(timedelta(days=1))
    clock.shift(timedelta(hours=2))

    assert clock.offset() == timedelta(days=1, hours=2)
    assert clock.now() - datetime.now(UTC) > timedelta(days=1, hours=1)

    clock.reset()
    assert clock.offset() == timedelta(0)


def test_it_stands_where_it_is_put_and_goes_on_afterwards() -> None:
    then = datetime(2026, 6, 1, 8, tzinfo=UTC)
    with clock.stand_still():
        clock.put(then)
        assert clock.now() == clock.now() == then
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_a_clock_that_goes_cannot_be_put() -> None:
    with pytest.raises(RuntimeError, match="let it stand still first"):
        clock.put(datetime(2026, 6, 1, 8, tzinfo=UTC))
