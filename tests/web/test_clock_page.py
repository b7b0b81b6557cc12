"""Leads see whether the clock ticks, what its jobs did, and what is late; programs are told the same."""

from datetime import timedelta
from pathlib import Path

import pytest

from helpdesk import clock
from helpdesk.workers.turns import RENEWED_EVERY, Turns
from tests.app import make_app_anew
from tests.web.conftest import Desk, Visitor

pytestmark = pytest.mark.clock
TOKEN = "t" * 32


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def tick(problem: str = "") -> None:
    """A worker was there, and chased."""
    time = Time()
    turns = Turns("shop-1:4711:a", monotonic=time)
    turns.tick()
    turns.note("chase", clock.now(), timedelta(seconds=0.25), done=2, problem=problem)
    time.now += RENEWED_EVERY.total_seconds()
    turns.tick()


def test_without_a_worker_the_page_says_how_to_start_one(desk: Desk) -> None:
    page = desk.visitor("lead").text("/settings/clock")
    assert "No worker runs" in page
    assert "helpdesk work" in page


def test_the_page_shows_worker_jobs_and_what_is_late(desk: Desk) -> None:
    desk.receive()
    tick()
    clock.shift(timedelta(seconds=20))
    page = desk.visitor("lead").text("/settings/clock")
    assert "No worker runs" not in page
    assert "shop-1" in page
    assert "4711" in page
    assert "its turn" in page or "is at work" in page
    assert "250 ms" in page
    assert "2 things done" in page


def test_a_job_that_fails_is_said_with_its_words(desk: Desk) -> None:
    tick("ValueError: no such day")
    page = desk.visitor("lead").text("/settings/clock")
    assert "failed at the last run" in page
    assert "ValueError: no such day" in page


def test_the_clock_is_no_page_of_agents(desk: Desk) -> None:
    assert desk.visitor("agent").get("/settings/clock").status_code == 403


def test_a_clock_that_stands_still_is_told_to_whoever_watches(desk: Desk, stranger: Visitor) -> None:
    assert stranger.get("/healthz/clock").status_code == 503
    tick()
    assert stranger.text("/healthz/clock") == "ticking\n"
    clock.shift(timedelta(minutes=2))
    answer = stranger.get("/healthz/clock")
    assert answer.status_code == 503
    assert "no worker has ticked since" in answer.get_data(as_text=True)


def test_there_are_no_metrics_without_a_token(stranger: Visitor) -> None:
    assert stranger.get("/metrics").status_code == 404


def test_metrics_are_told_to_whoever_has_the_token(sqlite_url: str, tmp_path: Path) -> None:
    app = make_app_anew(sqlite_url, tmp_path / "data", METRICS_TOKEN=TOKEN)
    with app.app_context():
        tick()
    program = app.test_client()
    assert program.get("/metrics").status_code == 401
    assert program.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    answer = program.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.content_type.startswith("text/plain; version=")
    told = answer.get_data(as_text=True)
    assert "helpdesk_workers 1.0" in told
    assert 'helpdesk_job_runs_total{job="chase"} 1.0' in told
    assert 'helpdesk_due{what="replies"} 0.0' in told
