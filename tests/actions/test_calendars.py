"""On which days people work: as the policy in force says, else on weekdays."""

import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.actions import calendars
from helpdesk.db import transaction
from helpdesk.rules import policy_counting
from helpdesk.rules.policy_shipped import preset_text
from tests.actions.bare import activate

pytestmark = pytest.mark.clock

THURSDAY = datetime(2026, 6, 18, 3, tzinfo=UTC)  # the Dragon Boat Festival is the day after
FRIDAY, MONDAY = THURSDAY.replace(day=19), THURSDAY.replace(day=22)


def with_holidays(country: str) -> str:
    return preset_text("cn-shop").replace(
        "transit_days = 5 }", f'transit_days = 5, holidays = "{country}" }}'
    )


def arrives() -> datetime:
    with transaction() as session:
        return calendars.expected_arrival(session, "alipay", THURSDAY)


def test_without_a_policy_only_weekends_are_left_out(app: Any) -> None:
    assert arrives() == FRIDAY


@pytest.mark.parametrize(("country", "expected"), [("CN", MONDAY), ("DE", FRIDAY)])
def test_the_holidays_are_those_of_the_policy_in_force(app: Any, country: str, expected: datetime) -> None:
    with transaction() as session:
        activate(session, with_holidays(country))

    assert arrives() == expected


def test_a_calendar_that_cannot_be_loaded_leaves_weekends_and_says_so(
    app: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(country: str) -> Any:
        if country:
            raise NotImplementedError("no such country")

    monkeypatch.setattr(policy_counting, "_days_off", broken)
    with transaction() as session:
        activate(session, with_holidays("CN"))

    with caplog.at_level(logging.WARNING):
        assert arrives() == FRIDAY
    assert "the holidays of CN cannot be loaded" in caplog.text
