"""Fifty people approve one claim at one moment, and two workers pay it: one refund, whoever is killed."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk import clock
from helpdesk.db import db
from tests.app import make_app
from tests.faults.points import Point
from tests.figures import Figure
from tests.proofs.money_race import LEASE_MINUTES, Answered, Shop, racing
from tests.proofs.money_worker import PAYING
from tests.sizes import size

pytestmark = [pytest.mark.trust, pytest.mark.money, pytest.mark.slow, pytest.mark.timeout(900)]
PEOPLE = size(small=10, full=50)
ROUNDS = size(small=1, full=5)  # of the race in which nobody dies
PASSES = size(small=1, full=2)  # at which each point kills


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    data_dir = tmp_path / "data"
    app = make_app(database_url, data_dir, SANDBOX="1")
    with app.app_context():
        with racing(app, database_url, data_dir, people=PEOPLE) as shop:
            yield shop
        db.engine.dispose()
    clock.reset()


def test_of_many_approvals_one_wins_and_is_paid_once_whoever_is_killed(shop: Shop, figure: Figure) -> None:
    engine, began = db.engine.dialect.name, time.monotonic()
    for _ in range(ROUNDS):
        race(shop, None, 1)
    kills = 0
    for point in PAYING:
        for nth_pass in range(1, PASSES + 1):
            kills += race(shop, point, nth_pass)

    booked = shop.bank.refunds()
    figure(f"{engine}, approvals of one claim at once", PEOPLE)
    figure(f"{engine}, claims raced for, 2 web and 2 worker processes", len(booked))
    figure(f"{engine}, workers killed at {len(PAYING)} steps of paying", kills)
    figure(f"{engine}, refunds at the bank for each claim, at most", 1)
    figure(f"{engine}, a race, a kill and its mending", (time.monotonic() - began) / len(booked), "s")


def race(shop: Shop, point: Point | None, nth_pass: int) -> int:
    """One claim; how many workers died for it."""
    where = f"{point.name}, pass {nth_pass}" if point else "nobody dies"
    claim, version, reference = shop.new_claim()
    shop.workers.start(point.name if point else "", nth_pass)
    answers = shop.all_approve(claim, version)
    if point is None:
        assert shop.wait_until_paid(claim), f"{where}: not paid"
    else:
        shop.wait_for_a_death(claim)
    fates = shop.workers.stop()
    kills = fates["killed"]
    assert not fates["failed"], where
    assert point is None or nth_pass > 1 or kills, f"{where}: nobody died, the point is not on the road"
    if kills:
        shop.workers.minutes += LEASE_MINUTES
        shop.workers.start()
        assert shop.wait_until_paid(claim), f"{where}: not paid after all"
        assert set(shop.workers.stop()) == {"done"}

    assert_one_wins(answers, where)
    assert shop.promised(claim) == ("approved", [9900]), where
    assert [(row.key, row.state) for row in shop.refunds(claim)] == [(f"R{claim}-1", "succeeded")], where
    booked = shop.booked(reference)
    assert [(each.key, each.asked, each.amount.minor) for each in booked] == [(f"R{claim}-1", 1, 9900)], where
    assert shop.bank.paid_back(reference) == 9900, where
    return kills


def assert_one_wins(answers: list[Answered], where: str) -> None:
    """303 for one, 409 with a sentence for everybody else."""
    told = sorted((answer.status, bool(answer.said)) for answer in answers)
    assert told == [(303, False)] + [(409, True)] * (PEOPLE - 1), f"{where}: {answers}"
