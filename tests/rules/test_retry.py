"""How long to wait: longer each time, never for ever, and at least as long as the server asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.rules import retry

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def test_a_message_is_tried_again_after_longer_and_longer_pauses() -> None:
    minutes = []
    for attempts in range(1, 10):
        again = retry.next_send(attempts, at=AT)
        assert again is not None
        minutes.append((again - AT) // timedelta(minutes=1))

    assert minutes == [1, 5, 15, 60, 180, 360, 720, 720, 720]


def test_a_message_is_given_up_after_three_days_of_trying() -> None:
    waited, attempts = timedelta(0), 1
    while (again := retry.next_send(attempts, at=AT)) is not None:
        waited, attempts = waited + (again - AT), attempts + 1

    assert timedelta(days=3) < waited < timedelta(days=4)


def test_a_server_is_called_again_after_longer_and_longer_pauses() -> None:
    assert [retry.reconnect_after(failures).total_seconds() for failures in range(1, 8)] == [
        2, 5, 15, 60, 300, 300, 300,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(None, 60), (0, 60), (-5, 60), (30, 60), (290.452, 290.452), (10**9, 3600), (float("inf"), 3600)],
)
def test_a_server_that_asks_for_patience_gets_it_within_reason(asked: float | None, seconds: float) -> None:
    assert retry.as_asked(timedelta(seconds=60), asked).total_seconds() == seconds


def test_our_own_pause_may_be_longer_than_what_a_server_may_ask_for() -> None:
    assert retry.as_asked(timedelta(hours=12), 10**9) == timedelta(hours=12)


def test_a_message_without_bytes_is_fetched_again_a_few_times() -> None:
    assert retry.fetch_again(0, stored_at=AT) == AT + timedelta(minutes=1)
    assert retry.fetch_again(3, stored_at=AT) == AT + timedelta(hours=6)
    assert retry.fetch_again(4, stored_at=AT) is None
