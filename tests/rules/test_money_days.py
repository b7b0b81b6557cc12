"""The day of money on its way, counted in business days."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.rules.money_days import MoneyDay, business_days, money_day
from helpdesk.rules.reminders import ARRIVAL_DAYS, expected_arrival

pytestmark = pytest.mark.money
MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, MoneyDay(1, 5)),
        (1, MoneyDay(1, 5)),
        (2, MoneyDay(2, 5)),
        (4, MoneyDay(4, 5)),
        (5, MoneyDay(4, 5)),  # Saturday
        (6, MoneyDay(4, 5)),
        (7, MoneyDay(5, 5)),
        (8, MoneyDay(6, 5)),
    ],
)
def test_money_by_paypal_takes_five_business_days(days: int, said: MoneyDay) -> None:
    expected = expected_arrival("paypal", MONDAY)
    assert money_day(MONDAY, expected, at=MONDAY + timedelta(days=days)) == said


def test_money_is_late_after_the_day_on_which_it_was_expected() -> None:
    expected = expected_arrival("alipay", MONDAY)
    assert not money_day(MONDAY, expected, at=expected).late
    assert money_day(MONDAY, expected, at=expected + timedelta(days=1)).late


@pytest.mark.parametrize("method", ARRIVAL_DAYS)
@pytest.mark.parametrize("weekday", range(7))
def test_it_takes_as_long_as_its_method_says(method: str, weekday: int) -> None:
    paid_at = MONDAY + timedelta(days=weekday)
    assert business_days(paid_at, expected_arrival(method, paid_at)) == ARRIVAL_DAYS[method]


def test_no_day_passes_backwards() -> None:
    assert business_days(MONDAY, MONDAY - timedelta(days=3)) == 0
