"""Money that is looked for, on the ticket page and on the buyer's: what is said there, and what it does."""

import pytest

from helpdesk import clock, links
from helpdesk.actions import refund_arrivals, refund_rows, refunds, tickets
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.links import Purpose
from helpdesk.models import Agent, Refund
from helpdesk.rules.refunds import Shown
from helpdesk.rules.states import TicketState
from tests.web.conftest import Desk, Visitor

pytestmark = pytest.mark.money


@pytest.fixture
def missing(desk: Desk) -> int:
    """A refund of ticket 1 that has not arrived."""
    number = desk.receive()
    with transaction() as session:
        refund = refunds.record_refund(
            session,
            tickets.hold(session, number),
            amount="10",
            currency="EUR",
            method="bank",
            reference="R",
            by=session.get_one(Agent, desk.agent),
            at=clock.now(),
        ).id
        refunds.answer_arrival(session, refund, arrived=False, actor="buyer:1", at=clock.now())
        return refund


def shown(desk: Desk, refund: int) -> Shown:
    word: Shown = desk.row(Refund, refund).shown
    return word


def test_the_agent_enters_what_the_bank_says_and_it_is_on_its_way_again(
    desk: Desk, browser: Visitor, missing: int
) -> None:
    page = browser.text("/tickets/1")
    assert f'action="/refunds/{missing}/trace"' in page
    assert browser.post(f"/refunds/{missing}/trace", trace="ARN-9", said="on its way").status_code == 303

    assert shown(desk, missing) is Shown.SUCCEEDED
    page = browser.text("/tickets/1")
    assert "has found out about €10.00: on its way. The bank traces it by ARN-9" in page
    assert f'action="/refunds/{missing}/trace"' not in page
    assert browser.post(f"/refunds/{missing}/trace", trace="ARN-9").status_code == 409


def test_what_is_refused_stands_beside_its_form_with_what_was_typed(
    desk: Desk, browser: Visitor, missing: int
) -> None:
    answer = browser.post(f"/refunds/{missing}/trace", said="soon", expected_on="2020-01-01")
    assert answer.status_code == 422
    assert answer.text.count("This day has passed already") == 1
    assert 'value="soon"' in answer.text
    assert browser.post(f"/refunds/{missing}/trace", said="soon", expected_on="x").status_code == 422
    assert shown(desk, missing) is Shown.NOT_ARRIVED


def test_money_that_came_back_may_be_noted_again(desk: Desk, browser: Visitor, missing: int) -> None:
    assert browser.post(f"/refunds/{missing}/return", said="wrong account").status_code == 303
    assert shown(desk, missing) is Shown.REVERSED
    assert "came back: wrong account" in browser.text("/tickets/1")
    assert browser.post("/refunds/999/return", said="x").status_code == 404


def test_what_was_assumed_can_be_denied_on_the_buyers_page(desk: Desk, missing: int) -> None:
    with transaction() as session:
        refund, ticket = refund_rows.hold(session, missing)
        refund.chased_at = None
        tickets.move(session, ticket, TicketState.CLOSED, actor="agent:1", at=clock.now())
        refund_arrivals.end_silence(session, ticket, refund, still_gone=True, at=clock.now())
    assert shown(desk, missing) is Shown.ASSUMED
    buyer = Visitor(desk.app.test_client())
    path = links.url(current_desk(), Purpose.ARRIVAL, missing).partition("8000")[2] or links.url(
        current_desk(), Purpose.ARRIVAL, missing
    )
    page = buyer.text(path)
    assert "assumed that it has" in page or "因此视为已到账" in page

    assert buyer.post(path, arrived="no").status_code == 303
    assert shown(desk, missing) is Shown.NOT_ARRIVED


def test_a_refusal_whose_form_is_gone_is_said_all_the_same(browser: Visitor, missing: int) -> None:
    assert browser.post(f"/refunds/{missing}/return", said="wrong account").status_code == 303
    answer = browser.post(f"/refunds/{missing}/trace", trace="ARN-9")
    assert answer.status_code == 409
    assert answer.text.count("obody looks for this refund any more") == 1
