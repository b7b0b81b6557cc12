"""A fresh mail says that money has not arrived: the ticket shows which refund, and begins nothing itself."""

import html

import pytest

from helpdesk import clock
from helpdesk.actions import refunds, tickets
from helpdesk.db import transaction
from helpdesk.models import Agent, Refund
from helpdesk.rules.refunds import Shown
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.money


@pytest.fixture
def refund(desk: Desk) -> int:
    """€10.00 that Li is to have, noted on ticket 1."""
    number = desk.receive()
    with transaction() as session:
        return refunds.record_refund(
            session,
            tickets.hold(session, number),
            amount="10",
            currency="EUR",
            method="bank",
            reference="R",
            by=session.get_one(Agent, desk.agent),
            at=clock.now(),
        ).id


def strip(browser: Visitor, number: int) -> str:
    page = html.unescape(browser.text(f"/tickets/{number}"))
    return page.partition('<header class="facts"')[2].partition("</header>")[0]


@pytest.mark.parametrize("words", ["The money has not arrived.", "退款还没到账", "还没到账，请查一下"])
def test_a_fresh_mail_is_tied_to_the_refund_and_the_chase_is_one_press_away(
    desk: Desk, browser: Visitor, refund: int, words: str
) -> None:
    number = desk.receive(letter(words, subject="Hello"))
    assert number != 1
    shown = strip(browser, number)
    assert "€10.00" in shown
    assert "#1</a>" in shown
    assert "Not arrived: open the chase" in shown
    assert desk.row(Refund, refund).shown is Shown.SUCCEEDED  # nothing by itself

    assert browser.post(f"/refunds/{refund}/answer", arrived="no").status_code == 303
    assert desk.row(Refund, refund).shown is Shown.NOT_ARRIVED
    assert "Not arrived: open the chase" not in strip(browser, number)


def test_it_says_when_nobody_has_checked_who_writes(desk: Desk, browser: Visitor, refund: int) -> None:
    number = desk.receive(letter("My refund has not arrived.", subject="Hello"))
    assert "The sender is not verified" in strip(browser, number)


def test_a_stranger_is_shown_no_refund_of_others(desk: Desk, browser: Visitor, refund: int) -> None:
    number = desk.receive(letter("My refund has not arrived.", subject="x", sender="eve@else.example"))
    assert 'id="missed"' not in strip(browser, number)


def test_a_parcel_that_has_not_arrived_is_no_money(desk: Desk, browser: Visitor, refund: int) -> None:
    number = desk.receive(letter("The parcel has not arrived.", subject="x"))
    assert 'id="missed"' not in strip(browser, number)
