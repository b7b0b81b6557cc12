"""Money that stands still at a gateway, on the ticket: who has which button, and what happens after it."""

from pathlib import Path

import pytest

from helpdesk.gateways.bank_book import Trouble
from tests.actions.missing import Missing
from tests.web.conftest import Desk, Visitor
from tests.web.reading import read

pytestmark = pytest.mark.money


@pytest.fixture
def li(desk: Desk, tmp_path: Path) -> Missing:
    missing = Missing(desk.app, tmp_path)
    missing.bank.next(Trouble.NEEDS_ACTION)
    missing.agreed()
    missing.pay()
    return missing


def test_an_agent_takes_it_and_is_told_to_wait_until_the_gateway_has_let_go(
    li: Missing, browser: Visitor
) -> None:
    page = read(browser.text(f"/tickets/{li.ticket}"))
    assert "stands still until somebody acts" in page
    assert "I pay this by hand" in page
    assert browser.post(f"/tickets/{li.ticket}/remedies/1/hand").status_code == 303

    page = read(browser.text(f"/tickets/{li.ticket}"))
    assert "Agent Li pays it by hand once" in page
    assert "at the latest" in page
    assert "I pay this by hand" not in page
    li.pay()
    page = read(browser.text(f"/tickets/{li.ticket}"))
    assert "Agent Li pays it, nobody else does." in page
    assert "R1-2" in page


def test_a_lead_alone_sees_what_only_a_lead_may_say(li: Missing, desk: Desk, browser: Visitor) -> None:
    assert "Nothing was paid: end it" not in browser.text(f"/tickets/{li.ticket}")
    assert "Nothing was paid: end it" in desk.visitor("lead").text(f"/tickets/{li.ticket}")
