"""When a reply leaves that is sent later."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpdesk.rules import later

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("choice", "at", "zone", "leaves"),
    [
        ("hour", datetime(2026, 6, 1, 8, tzinfo=UTC), SHANGHAI, datetime(2026, 6, 1, 9, tzinfo=UTC)),
        # 22:00 on the first in London is the second in Shanghai
        ("tomorrow", datetime(2026, 6, 1, 22, tzinfo=UTC), SHANGHAI, datetime(2026, 6, 3, 1, tzinfo=UTC)),
        ("tomorrow", datetime(2026, 6, 1, 8, tzinfo=UTC), BERLIN, datetime(2026, 6, 2, 7, tzinfo=UTC)),
        # over the end of summer time nine stays nine
        ("tomorrow", datetime(2026, 10, 24, 8, tzinfo=UTC), BERLIN, datetime(2026, 10, 25, 8, tzinfo=UTC)),
        ("monday", datetime(2026, 6, 1, 8, tzinfo=UTC), BERLIN, datetime(2026, 6, 8, 7, tzinfo=UTC)),
        ("monday", datetime(2026, 6, 7, 8, tzinfo=UTC), BERLIN, datetime(2026, 6, 8, 7, tzinfo=UTC)),
    ],
)
def test_a_word_names_a_moment_where_the_shop_is(
    choice: str, at: datetime, zone: ZoneInfo, leaves: datetime
) -> None:
    assert later.chosen(choice, at=at, zone=zone) == leaves


def test_a_moment_lies_ahead_and_within_a_year() -> None:
    at = datetime(2026, 6, 1, 8, tzinfo=UTC)
    later.check(at + timedelta(minutes=5), at=at)
    with pytest.raises(later.TooSoonError):
        later.check(at + timedelta(seconds=30), at=at)
    with pytest.raises(later.TooLateError):
        later.check(at + timedelta(days=400), at=at)
