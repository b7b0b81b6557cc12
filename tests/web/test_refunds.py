"""Refunds that an agent notes by hand, and the mail that they plan."""

import pytest

from helpdesk import clock
from helpdesk.actions import refunds, reminders, tickets
from helpdesk.db import transaction
from helpdesk.models import Agent, Refund, Reminder, Ticket
from helpdesk.rules.states import RefundState, TicketState
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.money


def test_a_refund_is_recorded_once_and_plans_its_mail(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    form = {"amount": "128.50", "currency": "CNY", "method": "alipay", "reference": "2026-77"}
    assert browser.post(f"/tickets/{number}/refunds", **form).status_code == 303
    page = browser.text(f"/tickets/{number}")
    assert "recorded a refund of CN¥128.50 by Alipay, reference 2026-77" in page
    assert page.count("the buyer is asked if the money arrived") == 1
    assert "Planned for" not in page, "it stands there already, as what is planned"
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
    assert browser.text(f"/tickets/{number}").count("Planned for") == 1, "history again, the other one is not"
    assert browser.post(path).status_code == 409


def test_a_plan_cannot_be_withdrawn_through_another_ticket(desk: Desk, browser: Visitor) -> None:
    number, other = desk.receive(), desk.receive(letter(subject="other"))
    refunded(desk, number)
    with transaction() as session:
        at = clock.now()
        first = reminders.due(session, at=at.replace(year=2030))[0][0]
    assert browser.post(f"/tickets/{other}/plans/{first}/withdrawal").status_code == 409


def test_a_refund_noted_by_mistake_asks_nobody_and_leaves_its_reference(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    refund_id = refunded(desk, number)
    assert "Noted by mistake" in browser.text(f"/tickets/{number}")
    assert browser.post(f"/refunds/{refund_id}/cancellation").status_code == 303
    page = browser.text(f"/tickets/{number}")
    assert "the refund of €10.00, reference R, was noted by mistake" in page
    assert "<s>€10.00</s>" in page
    assert "the buyer is asked" not in page
    assert desk.row(Ticket, number).state is TicketState.OPEN
    assert "€10.00" not in browser.text("/report")
    assert "€10.00" not in browser.text("/")
    form = {"amount": "12", "currency": "EUR", "method": "bank", "reference": "R"}
    assert browser.post(f"/tickets/{number}/refunds", **form).status_code == 303
    assert browser.post(f"/tickets/{number}/refunds", **form).status_code == 409
    assert "€12.00" in browser.text("/report")
    with transaction() as session:
        planned = reminders.planned(session, tickets.hold(session, number))
    assert {reminder.facts["refund"] for reminder in planned} == {refund_id + 1}


def test_a_mistake_is_said_once_and_never_of_money_that_arrived(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    refund_id = refunded(desk, number)
    browser.post(f"/refunds/{refund_id}/cancellation")
    before = desk.verbs(number)
    assert browser.post(f"/refunds/{refund_id}/cancellation").status_code == 303
    assert desk.verbs(number) == before
    assert browser.post(f"/refunds/{refund_id}/answer", arrived="yes").status_code == 409
    again = refunded(desk, number)
    browser.post(f"/refunds/{again}/answer", arrived="yes")
    assert browser.post(f"/refunds/{again}/cancellation").status_code == 409
    assert browser.post("/refunds/999/cancellation").status_code == 404


def test_the_mail_of_another_refund_stays_planned(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    wrong = refunded(desk, number)
    form = {"amount": "12", "currency": "EUR", "method": "bank", "reference": "right"}
    browser.post(f"/tickets/{number}/refunds", **form)
    browser.post(f"/refunds/{wrong}/cancellation")
    assert "the buyer is asked if the money arrived" in browser.text(f"/tickets/{number}")
