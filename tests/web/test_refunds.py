"""Refunds that an agent notes by hand, and the mail that they plan."""

import pytest

from helpdesk import clock
from helpdesk.actions import refunds, reminders, tickets
from helpdesk.db import transaction
from helpdesk.models import Agent, Refund, Reminder
from helpdesk.rules.states import RefundState
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.money


def test_a_refund_is_recorded_once_and_plans_its_mail(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    form = {"amount": "128.50", "currency": "CNY", "method": "alipay", "reference": "2026-77"}
    assert browser.post(f"/tickets/{number}/refunds", **form).status_code == 303
    page = browser.text(f"/tickets/{number}")
    assert "recorded a refund of CN¥128.50 by Alipay, reference 2026-77" in page
    assert "the buyer is asked if the money arrived" in page
    before = desk.verbs(number)
    again = browser.post(f"/tickets/{number}/refunds", **form)
    assert again.status_code == 409
    assert "noted already" in again.get_data(as_text=True)
    assert desk.verbs(number) == before


@pytest.mark.parametrize("amount", ["", "0", "-5", "1e3", "12,5", "1.234", "NaN"])
def test_an_impossible_amount_comes_back_with_the_form(desk: Desk, browser: Visitor, amount: str) -> None:
    number = desk.receive()
    form = {"amount": amount, "currency": "CNY", "method": "alipay", "reference": "kept reference"}
    answer = browser.post(f"/tickets/{number}/refunds", **form)
    assert answer.status_code == 422
    assert 'value="kept reference"' in answer.get_data(as_text=True)
    assert "refunded" not in desk.verbs(number)


def refunded(desk: Desk, number: int) -> int:
    with transaction() as session:
        by = session.get_one(Agent, desk.agent)
        return refunds.record_refund(
            session,
            tickets.hold(session, number),
            amount="10",
            currency="EUR",
            method="bank",
            reference="R",
            by=by,
            at=clock.now(),
        ).id


def test_the_agent_notes_that_the_money_is_there(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    refund_id = refunded(desk, number)
    assert browser.post(f"/refunds/{refund_id}/answer", arrived="yes").status_code == 303
    assert desk.row(Refund, refund_id).state is RefundState.ARRIVED
    assert browser.post(f"/refunds/{refund_id}/answer", arrived="no").status_code == 409


def test_planned_mail_can_be_withdrawn_once(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    refunded(desk, number)
    with transaction() as session:
        (first, *_) = [row.id for row in session.query(Reminder).filter_by(ticket_id=number)]
    path = f"/tickets/{number}/plans/{first}/withdrawal"
    assert browser.post(path).status_code == 303
    assert desk.verbs(number)[-1] == "plan_withdrawn"
    assert browser.post(path).status_code == 409


def test_a_plan_cannot_be_withdrawn_through_another_ticket(desk: Desk, browser: Visitor) -> None:
    number, other = desk.receive(), desk.receive(letter(subject="other"))
    refunded(desk, number)
    with transaction() as session:
        at = clock.now()
        first = reminders.due(session, at=at.replace(year=2030))[0][0]
    assert browser.post(f"/tickets/{other}/plans/{first}/withdrawal").status_code == 409
