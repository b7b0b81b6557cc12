"""Once, and not too often: kept in the database, so it holds for all web processes together."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import once
from helpdesk.db import transaction

pytestmark = pytest.mark.trust
KEY, OTHER = "a" * 64, "b" * 64
SPAN = timedelta(minutes=5)


def first(key: str = KEY) -> bool:
    with transaction() as session:
        return once.is_first(session, key, at=clock.now())


def counted(key: str = KEY, most: int = 3) -> bool:
    with transaction() as session:
        return once.count(session, key, most=most, within=SPAN, at=clock.now())


def at_once(app: Flask, work: Callable[[], bool], threads: int = 6) -> list[bool]:
    together, found = threading.Barrier(threads), []

    def run() -> None:
        with app.app_context():
            together.wait(20)
            found.append(work())

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
    return found


def test_of_many_at_the_same_moment_one_is_the_first(app: Flask) -> None:
    assert sorted(at_once(app, first)) == [False] * 5 + [True]
    assert first(OTHER)


def test_what_was_given_up_was_not_the_first(app: Flask) -> None:
    def give_up() -> None:
        with transaction() as session:
            assert once.is_first(session, KEY, at=clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    assert first()


def test_tries_at_the_same_moment_are_counted_exactly(app: Flask) -> None:
    assert sum(at_once(app, counted)) == 3


def test_a_span_later_the_count_begins_anew(app: Flask) -> None:
    assert [counted() for _ in range(4)] == [True, True, True, False]
    assert counted(OTHER)
    clock.shift(SPAN)
    assert counted()


def test_a_try_that_was_good_is_taken_off(app: Flask) -> None:
    for _ in range(5):
        assert counted()
        with transaction() as session:
            once.take_off(session, KEY)


def test_a_day_later_nothing_is_known_of_it(app: Flask) -> None:
    first()
    counted()
    with transaction() as session:
        assert once.forget(session, at=clock.now()) == 0
    clock.shift(once.KEPT + timedelta(seconds=1))
    with transaction() as session:
        assert once.forget(session, at=clock.now()) == 2
    assert first()
