"""On the ticket: I pay this by hand, put it back; and what a lead takes back or ends."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.gateways.bank_book import Trouble
from tests.web.conftest import Desk, Visitor
from tests.web.reading import read
from tests.web.unasked import external, outside
from tests.workers.paying import Paid

pytestmark = pytest.mark.money


@pytest.fixture
def paid(app: Flask, desk: Desk, tmp_path: Path) -> Paid:
    return Paid(app, tmp_path)


@pytest.fixture
def lead(desk: Desk) -> Visitor:
    visitor = desk.visitor()
    visitor.sign_in("lead@shop.example")
    return visitor


def track(browser: Visitor, paid: Paid) -> str:
    return read(browser.text(f"/tickets/{paid.ticket}"))


def test_who_pays_by_hand_says_so_and_the_worker_leaves_it(paid: Paid, browser: Visitor) -> None:
    paid.agreed()
    assert "I pay this by hand" in track(browser, paid)

    assert browser.post(f"/tickets/{paid.ticket}/remedies/1/hand").status_code == 303
    paid.pay(2)

    page = track(browser, paid)
    assert "Agent Li pays it, nobody else does." in page
    assert "I pay this by hand" not in page
    assert "Agent Li pays CN¥99.00 (R1-1) by hand; no gateway is told of it" in page
    assert (paid.refunds(), paid.left()) == ([("R1-1", "needs_action", 9900)], 0)


def test_a_colleague_is_told_who_has_it_and_a_lead_puts_it_back(
    paid: Paid, browser: Visitor, lead: Visitor
) -> None:
    paid.agreed()
    track(browser, paid), track(lead, paid)
    browser.post(f"/tickets/{paid.ticket}/remedies/1/hand")

    refused = lead.post(f"/tickets/{paid.ticket}/remedies/1/hand")
    assert refused.status_code == 409
    assert "Agent Li has taken this to pay it by hand" in read(refused.get_data(as_text=True))
    assert lead.post("/refunds/1/back").status_code == 303
    paid.pay(2)

    assert paid.refunds() == [("R1-1", "canceled", 9900), ("R1-2", "succeeded", 9900)]
    assert "was not paid by hand; it is in line again" in track(lead, paid)


def test_a_lead_ends_what_no_gateway_answers_for(paid: Paid, browser: Visitor, lead: Visitor) -> None:
    paid.bank.next(Trouble.LATE)
    paid.agreed()
    paid.pay()
    clock.shift(timedelta(hours=2))
    assert "Nothing was paid: end it" in track(lead, paid)
    track(browser, paid)

    assert browser.post("/refunds/1/end", said="I think so").status_code == 409
    assert lead.post("/refunds/1/end", said="by phone").status_code == 303

    assert paid.refunds() == [("R1-1", "failed", 9900)]
    assert "of the refund of CN¥99.00 (R1-1) nothing was paid: by phone" in track(lead, paid)


def test_a_lead_takes_back_what_was_external_by_mistake(paid: Paid, desk: Desk, lead: Visitor) -> None:
    paid.link()
    outside(paid, desk)
    track(lead, paid)
    lead.post("/money/notices/1", ticket=str(paid.ticket), how="take")
    assert "Taken by mistake" in track(lead, paid)

    assert lead.post("/refunds/1/cancellation").status_code == 422
    assert lead.post("/refunds/1/cancellation", why="another ticket").status_code == 303

    assert external() == [("T1-1", 2000, "reversed", "SB000001")]
    assert "was noted by mistake: another ticket" in track(lead, paid)
    assert "SB000001" in lead.text("/money")
