"""When machines stop writing to an address."""

from datetime import UTC, datetime

import pytest

from helpdesk.rules.suppression import (
    MEMORY,
    PERMANENT,
    STOPS_ALL,
    STOPS_PLANNED,
    TRANSIENT,
    Failure,
    score,
    weight,
)

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def make_failure(message: int = 1, weight: int = PERMANENT, at: datetime = AT) -> Failure:
    return Failure(message=message, weight=weight, at=at)


def test_one_permanent_failure_stops_planned_mail_and_two_stop_all() -> None:
    one, two = [make_failure(1)], [make_failure(1), make_failure(2)]
    assert STOPS_PLANNED <= score(one, at=AT) < STOPS_ALL
    assert score(two, at=AT) >= STOPS_ALL


def test_reports_about_one_message_count_once_at_their_worst() -> None:
    assert score([make_failure(weight=TRANSIENT), make_failure(), make_failure()], at=AT) == PERMANENT


def test_a_failure_is_forgotten_after_a_month() -> None:
    assert score([make_failure(at=AT - MEMORY)], at=AT) == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PERMANENT),
        ({"permanent": False}, TRANSIENT),
        ({"action": "delayed", "permanent": False}, TRANSIENT),
        ({"provider_limit": True, "permanent": False}, 0),
        ({"proven": False}, 0),
        ({"action": "delivered", "permanent": False}, 0),
        ({"action": "relayed", "permanent": False}, 0),
    ],
)
def test_what_a_report_weighs(changes: dict[str, bool | str], expected: int) -> None:
    usual: dict[str, bool | str] = {
        "action": "failed",
        "permanent": True,
        "provider_limit": False,
        "proven": True,
    }
    assert weight(**{**usual, **changes}) == expected  # type: ignore[arg-type]  # names and types are those above
