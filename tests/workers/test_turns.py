"""Any number of workers may tick: what they share is done by one, and another goes on when it is gone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from helpdesk import clock
from helpdesk.db import db, reading
from helpdesk.queries import clockwork
from helpdesk.rules.jobs import GONE_AFTER, LEASE
from helpdesk.workers import chaser, schedule
from helpdesk.workers.crew import Crew
from helpdesk.workers.turns import RENEWED_EVERY, Turns
from tests.app import make_app

pytestmark = [pytest.mark.clock, pytest.mark.trust]
SECOND = timedelta(seconds=1)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = make_app(database_url, tmp_path / "data")
    with app.app_context():
        yield app
        db.engine.dispose()
    clock.reset()


class Time:
    """A clock that nobody sets, as tests set it; the desk's own goes with it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def passes(self, span: timedelta) -> None:
        self.now += span.total_seconds()
        clock.shift(span)


@pytest.fixture
def time() -> Time:
    return Time()


def worker(name: str, time: Callable[[], float]) -> Turns:
    return Turns(f"host:{name}:a", monotonic=time)


def test_of_two_workers_one_has_the_turn(app: Flask, time: Time) -> None:
    one, two = worker("1", time), worker("2", time)
    for _ in range(10):
        one.tick()
        two.tick()
        time.passes(2 * SECOND)
        assert (one.mine(), two.mine()) == (True, False)


def test_another_worker_takes_over_from_one_that_died(app: Flask, time: Time) -> None:
    one, two = worker("1", time), worker("2", time)
    one.tick()
    two.tick()
    time.passes(LEASE - SECOND)
    two.tick()
    assert not two.mine()
    time.passes(2 * SECOND)
    two.tick()
    assert (one.mine(), two.mine()) == (False, True)


def test_one_that_ends_gives_the_turn_away_at_once(app: Flask, time: Time) -> None:
    one, two = worker("1", time), worker("2", time)
    one.tick()
    two.tick()
    one.leave()
    two.tick()
    assert (one.mine(), two.mine()) == (False, True)
    with reading() as session:
        assert [each.process for each in clockwork.workers(session, at=clock.now())] == ["2"]


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(days=-3)])
def test_a_clock_that_jumps_takes_nobodys_turn_for_long(app: Flask, time: Time, jump: timedelta) -> None:
    one, two = worker("1", time), worker("2", time)
    one.tick()
    two.tick()
    clock.shift(jump)
    for _ in range(8):
        time.passes(2 * SECOND)
        one.tick()
        two.tick()
    assert one.mine() != two.mine()


def test_keeping_the_turn_writes_only_now_and_then(app: Flask, time: Time) -> None:
    one, two = worker("1", time), worker("2", time)
    one.tick()
    two.tick()
    written: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE clock_turn"):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    for _ in range(60):
        time.passes(SECOND / 2)
        one.tick()
        two.tick()
    event.remove(db.engine, "before_cursor_execute", note)
    assert one.mine()
    assert 0 < len(written) <= 2 * (30 * SECOND / RENEWED_EVERY + 1)


def test_what_a_job_did_is_written_down_with_its_last_trouble(app: Flask, time: Time) -> None:
    one = worker("1", time)
    one.tick()
    began = clock.now()
    one.note("chase", began, SECOND, done=3)
    one.note("chase", began + SECOND, 2 * SECOND, problem="ValueError: no such day")
    one.note("chase", began + 2 * SECOND, SECOND)
    time.passes(RENEWED_EVERY)
    one.tick()
    with reading() as session:
        (job,) = clockwork.jobs(session, ["chase"])
    assert (job.runs, job.failures, job.failed) == (3, 1, False)
    assert (job.problem, job.problem_at) == ("ValueError: no such day", began + SECOND)
    assert (job.done, job.done_at, job.took) == (3, began, SECOND)


def test_what_could_not_be_written_down_is_written_later(
    app: Flask, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = worker("1", time)
    one.tick()
    one.note("pay", clock.now(), SECOND)
    monkeypatch.setattr("helpdesk.actions.clockwork.be_here", lambda *args, **more: 1 // 0)
    time.passes(RENEWED_EVERY)
    with pytest.raises(ZeroDivisionError):
        one.tick()
    monkeypatch.undo()
    one.note("pay", clock.now(), SECOND)
    one.tick()
    with reading() as session:
        assert clockwork.jobs(session, ["pay"])[0].runs == 2


def test_a_worker_that_says_nothing_is_shown_as_gone_and_forgotten_after_a_day(
    app: Flask, time: Time
) -> None:
    worker("1", time).tick()
    time.passes(GONE_AFTER + SECOND)
    with reading() as session:
        assert [each.is_gone for each in clockwork.workers(session, at=clock.now())] == [True]
    time.passes(timedelta(days=2))
    worker("2", time).tick()
    with reading() as session:
        assert [each.process for each in clockwork.workers(session, at=clock.now())] == ["2"]


def test_shared_work_is_left_to_the_worker_whose_turn_it_is(
    app: Flask, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker("1", time).tick()
    ran: list[int] = []
    monkeypatch.setattr(chaser, "chase", lambda: ran.append(1))
    monkeypatch.setattr(schedule, "JOBS", (("chase", timedelta(seconds=0.02)),))
    scheduler = schedule.start(app, Crew(app, look_every=timedelta(seconds=60)))
    try:
        job = scheduler.get_job("chase")
        for _ in range(5):
            job.func()
    finally:
        scheduler.shutdown()
    assert ran == []
