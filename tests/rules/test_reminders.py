"""What follows a refund: business days, then the question, then the survey."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpdesk.rules.reminders import (
    ARRIVAL_DAYS,
    TOO_LATE,
    UNLESS,
    Reason,
    arrival_check_due,
    business_days_after,
    expected_arrival,
    is_too_late,
)
from helpdesk.rules.states import ReminderKind

pytestmark = pytest.mark.clock
MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("method", "paid_in_days", "expected_in_days"),
    [
        ("alipay", 0, 1),  # Monday to Tuesday
        ("alipay", 4, 7),  # Friday to Monday
        ("alipay", 5, 7),  # Saturday to Monday
        ("alipay", 6, 7),  # Sunday to Monday
        ("bank", 3, 8),  # Thursday to Tuesday
        ("card", 0, 14),  # Monday to the Monday after the next
        ("card", 5, 18),  # Saturday to Friday
    ],
)
def test_saturdays_and_sundays_do_not_count(method: str, paid_in_days: int, expected_in_days: int) -> None:
    paid_at = MONDAY + timedelta(days=paid_in_days)

    assert expected_arrival(method, paid_at) == MONDAY + timedelta(days=expected_in_days)


@pytest.mark.parametrize("method", ARRIVAL_DAYS)
@pytest.mark.parametrize("day", range(7))
def test_money_is_never_expected_on_a_weekend_nor_before_it_was_paid(method: str, day: int) -> None:
    paid_at = MONDAY + timedelta(days=day)
    expected = expected_arrival(method, paid_at)

    assert expected.weekday() < 5
    assert expected - paid_at >= timedelta(days=ARRIVAL_DAYS[method])


def test_the_question_comes_a_day_after_or_a_day_from_now() -> None:
    assert arrival_check_due(MONDAY, at=MONDAY - timedelta(days=3)) == MONDAY + timedelta(days=1)
    assert arrival_check_due(MONDAY, at=MONDAY + timedelta(days=3)) == MONDAY + timedelta(days=4)


def test_public_holidays_of_the_shops_country_do_not_count() -> None:
    """The Dragon Boat Festival of 2026 is Friday, 19 June; in China the day before a long rest is worked."""
    thursday = datetime(2026, 6, 18, 3, tzinfo=UTC)
    assert business_days_after(thursday, 1) == datetime(2026, 6, 19, 3, tzinfo=UTC)
    assert business_days_after(thursday, 1, country="CN") == datetime(2026, 6, 22, 3, tzinfo=UTC)


def test_days_are_those_of_the_shops_own_zone() -> None:
    friday_night = datetime(2026, 6, 5, 17, tzinfo=UTC)  # Saturday in Shanghai
    assert business_days_after(friday_night, 1, zone=ZoneInfo("Asia/Shanghai")) == friday_night + timedelta(
        days=2
    )
    assert business_days_after(friday_night, 1) == friday_night + timedelta(days=3)


def test_nobody_wants_an_old_reminder() -> None:
    assert not is_too_late(MONDAY, at=MONDAY + TOO_LATE)
    assert is_too_late(MONDAY, at=MONDAY + TOO_LATE + timedelta(seconds=1))


# These are no mail: a mail of the buyer ends neither a claim's time, nor an offer, nor what we owe ourselves.
NO_MAIL = (ReminderKind.CLAIM_DUE, ReminderKind.OFFER_EXPIRY, ReminderKind.TASK_DUE)


@pytest.mark.parametrize("kind", [kind for kind in ReminderKind if kind not in NO_MAIL])
def test_a_buyer_who_writes_makes_any_planned_mail_pointless(kind: ReminderKind) -> None:
    assert Reason.BUYER_WROTE in UNLESS[kind]


def test_a_survey_survives_the_end_of_the_matter() -> None:
    assert not {Reason.ARRIVED, Reason.CLOSED} & set(UNLESS[ReminderKind.SURVEY])
