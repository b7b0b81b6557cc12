"""A database that goes away and comes back: the worker waits for it, and says so once each time."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from helpdesk import clock
from helpdesk.actions import mailboxes
from helpdesk.current import current_desk
from helpdesk.db import db, transaction
from helpdesk.workers import schedule
from helpdesk.workers.crew import Crew
from helpdesk.workers.outage import Outage
from tests.app import make_app
from tests.servers.postgres import PostgresServer
from tests.web.conftest import FORM

pytestmark = pytest.mark.trust
AWAY = OperationalError("SELECT 1", {}, Exception("connection refused"))


class Seconds:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def fail(outage: Outage, error: SQLAlchemyError = AWAY) -> None:
    with outage.survived():
        raise error


def test_the_pauses_grow_and_one_line_says_it_for_all(caplog: pytest.LogCaptureFixture) -> None:
    seconds = Seconds()
    outage = Outage(seconds)

    pauses = []
    for _ in range(3):
        fail(outage)
        fail(outage)  # another thread, at the same moment
        pauses.append(outage.pause())
        seconds.now += outage.pause()

    assert pauses == [2, 5, 15]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "connection refused" in caplog.text


def test_its_return_is_said_and_the_next_outage_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    seconds = Seconds()
    outage = Outage(seconds)
    fail(outage)
    seconds.now += 2
    for _ in range(2):
        with outage.survived():
            pass
    assert "back after 1 failed tries" in caplog.records[-1].message
    assert outage.pause() == 0

    fail(outage)

    assert outage.pause() == 2
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING", "ERROR"]


def test_a_mistake_of_ours_is_no_outage() -> None:
    outage = Outage()

    with pytest.raises(IntegrityError):
        fail(outage, IntegrityError("INSERT", {}, Exception("a row twice")))

    assert outage.pause() == 0


@pytest.mark.flows
def test_a_running_worker_survives_a_database_that_goes_and_comes_back(
    postgresql_databases: PostgresServer,
    postgresql_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(schedule, "JOBS", tuple((name, timedelta(seconds=0.2)) for name, _ in schedule.JOBS))
    app = make_app(postgresql_url, tmp_path_factory.mktemp("data"))
    with app.app_context():
        with transaction() as session:
            mailboxes.add(session, current_desk(), FORM, at=clock.now())
        crew = Crew(app, look_every=timedelta(seconds=1))
        scheduler = schedule.start(app, crew)
        try:
            with caplog.at_level(logging.WARNING), postgresql_databases.taken_away(postgresql_url):
                wait_for(lambda: "The worker waits for it" in caplog.text)
                time.sleep(1)
                assert [record for record in caplog.records if record.exc_info] == []
                assert caplog.text.count("The worker waits for it") == 1
            wait_for(lambda: "the database is back" in caplog.text)
        finally:
            scheduler.shutdown()
            crew.stop()
            db.engine.dispose()
    assert [record for record in caplog.records if record.exc_info] == []


def wait_for(found: Callable[[], object], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
