"""The clock only ticks: every job has work, a job that fails comes again, and double ticks change nothing."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from helpdesk import clock
from helpdesk.actions import followups, reminders
from helpdesk.db import reading, transaction
from helpdesk.models import Buyer, BuyerAddress, Suppression
from helpdesk.queries import failed
from helpdesk.rules import retry
from helpdesk.workers import chaser, schedule
from helpdesk.workers.crew import Crew
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.clock]


@pytest.fixture
def due(shop: Shop) -> Shop:
    """A shop with one reminder that is due."""
    shop.receive(mail())
    shop.refund()
    shop.let_pass(days=2)
    return shop


def wait_for(found: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def test_every_job_has_work(shop: Shop) -> None:
    scheduler = schedule.start(shop.app, Crew(shop.app, look_every=timedelta(seconds=7)))
    try:
        jobs = {job.id: job for job in scheduler.get_jobs()}
    finally:
        scheduler.shutdown()

    assert set(jobs) == {name for name, _ in schedule.JOBS}
    assert jobs["poll"].trigger.interval == timedelta(seconds=7)
    assert {(job.max_instances, job.coalesce, job.misfire_grace_time) for job in jobs.values()} == {
        (1, True, None)
    }


def test_a_job_that_raises_is_logged_and_comes_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticks: list[int] = []

    def fail() -> None:
        ticks.append(1)
        raise RuntimeError("the database is away")

    monkeypatch.setattr(chaser, "chase", fail)
    monkeypatch.setattr(schedule, "JOBS", (("chase", timedelta(seconds=0.05)),))
    scheduler = schedule.start(shop.app, Crew(shop.app, look_every=timedelta(seconds=60)))
    try:
        wait_for(lambda: len(ticks) >= 3)
    finally:
        scheduler.shutdown()

    assert "the database is away" in caplog.text


def test_two_clocks_that_tick_at_once_write_one_letter(due: Shop) -> None:
    together = threading.Barrier(2)
    written: list[int] = []

    def tick() -> None:
        with due.app.app_context():
            together.wait(10)
            written.append(chaser.chase())

    ticking = [threading.Thread(target=tick) for _ in range(2)]
    for thread in ticking:
        thread.start()
    for thread in ticking:
        thread.join(30)

    assert sorted(written) == [0, 1]
    assert due.verbs().count("arrival_check") == 1


def test_a_reminder_that_fails_is_tried_again_and_stops_no_other(
    due: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followups, "carry_out", lambda *args, **more: 1 // 0)
    assert due.chase() == 0

    monkeypatch.undo()
    assert due.chase() == 0, "again before its time"
    due.let_pass(minutes=2)
    assert due.chase() == 1


def test_a_reminder_that_always_fails_waits_for_a_person_who_can_run_it_again(
    due: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followups, "carry_out", lambda *args, **more: 1 // 0)
    for _ in range(2 * len(retry.PLAN_AGAIN)):
        due.chase()
        due.let_pass(hours=3)
    with reading() as session:
        (parked,) = failed.unwritten(session)
    assert (parked.number, parked.attempts) == (1, len(retry.PLAN_AGAIN) + 1)
    assert "ZeroDivisionError" in parked.problem

    monkeypatch.undo()
    assert due.chase() == 0
    with transaction() as session:
        reminders.run_again(session, parked.id)
    assert due.chase() == 1


def test_others_in_the_way_are_no_fault_of_a_reminder(due: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def deadlock(*args: object, **more: object) -> None:
        raise OperationalError("", {}, DeadlockError())

    monkeypatch.setattr(followups, "carry_out", deadlock)
    assert due.chase() == 0

    monkeypatch.undo()
    assert due.chase() == 1


class DeadlockError(Exception):
    """What PostgreSQL's driver says of one."""

    sqlstate = "40P01"


def test_a_suppressed_address_gets_no_reminder_and_the_ticket_says_why(due: Shop) -> None:
    with transaction() as session:
        session.add(Suppression(key="li@buyer.example", because="bounced", created_at=clock.now()))

    assert due.chase() == 0
    assert because(due) == "suppressed"


def test_an_address_that_cannot_be_written_to_gets_no_reminder(due: Shop) -> None:
    with transaction() as session:
        session.get_one(BuyerAddress, 1).email = "jörg@buyer.example"

    assert due.chase() == 0
    assert because(due) == "suppressed"


def test_a_buyer_without_any_address_is_still_a_buyer(shop: Shop) -> None:
    shop.receive(b"Subject: who am I\r\n\r\nhello")
    with reading() as session:
        assert [address.email for address in session.get_one(Buyer, 1).addresses] == [""]


def because(shop: Shop) -> str:
    (withdrawn,) = (entry for entry in shop.ticket()["entries"] if entry["verb"] == "plan_withdrawn")
    return str(withdrawn["facts"]["because"])
