"""What the row of a ticket says of its money: on which day of its way it is, and what it needs from us."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import switches
from helpdesk.db import transaction
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Agent
from helpdesk.rules.states import Role
from helpdesk.workers import payer
from tests.actions.claiming import FULL, Matter
from tests.actions.sold import payment
from tests.web.conftest import Desk, Queries, Visitor
from tests.workers.paying import Paid

pytestmark = pytest.mark.money
ALL = "/?queue=all"


@pytest.fixture
def paid(app: Flask, desk: Desk, tmp_path: Path) -> Paid:
    return Paid(app, tmp_path, payments=(payment(gateway="card"),))


def test_money_under_way_says_its_day(paid: Paid, browser: Visitor) -> None:
    paid.agreed()
    paid.pay()
    assert "money day 1 of 10" in browser.text(ALL)
    clock.shift(timedelta(days=3))
    assert "money day 3 of 10" in browser.text(ALL)
    clock.shift(timedelta(days=12))
    assert "money late: day 11 of 10" in browser.text(ALL)


def test_money_that_a_person_pays_asks_for_it(desk: Desk, browser: Visitor) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)
    payer.pay()

    assert "pay CN¥99.00 by hand" in browser.text(ALL)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Trouble.LOSE_ANSWER, "money unknown"),
        (Trouble.DECLINE, "money failed"),
        (Trouble.NEEDS_ACTION, "money stands still"),
    ],
)
def test_money_in_trouble_says_so(paid: Paid, browser: Visitor, trouble: Trouble, said: str) -> None:
    paid.bank.next(trouble)
    paid.agreed()
    paid.pay()

    page = browser.text(ALL)

    assert f'<span class="row-next">{said}</span>' in page
    assert "has-money" in page


def test_a_failure_that_was_made_good_is_over(paid: Paid, browser: Visitor) -> None:
    paid.bank.next(Trouble.DECLINE)
    paid.agreed()
    paid.pay()
    browser.get(f"/tickets/{paid.ticket}")
    assert browser.post(f"/tickets/{paid.ticket}/remedies/1/refunds").status_code == 303
    paid.pay()

    page = browser.text(ALL)

    assert "money failed" not in page
    assert "money day 1 of 10" in page


def test_stopped_money_is_said_to_everybody(paid: Paid, browser: Visitor) -> None:
    with transaction() as session:
        by = session.get_one(Agent, paid.people[Role.LEAD])
        switches.turn(session, switches.MONEY, off=True, why="audit", by=by, at=clock.now())
    assert "All money is stopped since" in browser.text("/")


def test_money_costs_a_queue_the_same_for_many_refunds(paid: Paid, browser: Visitor) -> None:
    paid.agreed()
    with Queries() as before:
        browser.get(ALL)
    paid.pay()
    with Queries() as after:
        browser.get(ALL)
    assert after.count == before.count


def test_what_we_note_of_a_silent_gateway_is_in_the_readers_language(paid: Paid, desk: Desk) -> None:
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.agreed()
    paid.pay()
    lead = desk.visitor("lead")
    lead.post("/profile", name="Lead Li", language="zh-CN")
    for page in (f"/tickets/{paid.ticket}", "/money/unknown"):
        assert "答复丢失" in lead.text(page)
        assert "the answer was lost" not in lead.text(page)


def test_a_sentence_that_begins_with_a_gateway_has_a_capital(paid: Paid, browser: Visitor) -> None:
    paid.agreed()
    paid.pay()
    assert "The demo bank has sent the refund" in browser.text(f"/tickets/{paid.ticket}")
