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


@pytest.mark.parametrize("amount", ["", "0", "-5", "1e3", "12,5,0", "1.234", "NaN"])
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


def test_all_that_is_wrong_with_a_refund_is_said_at_once_and_beside_its_field(
    desk: Desk, browser: Visitor
) -> None:
    number = desk.receive()
    form = {"amount": "9" * 10_000, "currency": "", "method": "", "reference": "r" * 121}
    page = browser.post(f"/tickets/{number}/refunds", **form).text
    assert "Choose a currency" in page
    assert "Choose how it was paid" in page
    assert "At most 120 characters fit here" in page
    assert "9" * 300 not in page
    form = {"amount": "x" * 10_000, "currency": "EUR", "method": "card", "reference": "R"}
    page = browser.post(f"/tickets/{number}/refunds", **form).text
    assert f"{'x' * 24}…&#39; is not an amount" in page
    assert "x" * 300 not in page


def test_a_decimal_comma_is_understood(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    form = {"amount": "14,90", "currency": "EUR", "method": "paypal", "reference": "R"}
    assert browser.post(f"/tickets/{number}/refunds", **form).status_code == 303
    assert "€14.90" in browser.text(f"/tickets/{number}")


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("I paid 14,90 EUR for it.", "<option selected>EUR</option>"),
        ("我付了128元", "<option selected>CNY</option>"),
        ("It cost HK$99, please refund.", "<option selected>HKD</option>"),
        ("Please refund it.", '<option value="">–</option>'),
    ],
)
def test_the_form_begins_with_the_currency_that_the_buyer_names(
    desk: Desk, browser: Visitor, text: str, chosen: str
) -> None:
    page = browser.text(f"/tickets/{desk.receive(letter(text))}")
    assert chosen in page
    assert ('<option value="alipay" selected>' in page) == ("CNY" in chosen)


def test_the_form_begins_like_the_last_refund(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("128 CNY please"))
    refunded(desk, number)
    page = browser.text(f"/tickets/{number}")
    assert "<option selected>EUR</option>" in page
    assert '<option value="bank" selected>' in page


def test_a_mistake_takes_a_second_press(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    refund_id = refunded(desk, number)
    page = browser.text(f"/tickets/{number}")
    folded = page[page.index(f'<details class="sure" id="mistake-{refund_id}">') :]
    folded = folded[: folded.index("</details>")]
    assert f'action="/refunds/{refund_id}/cancellation"' in folded
    assert page.count(f'action="/refunds/{refund_id}/cancellation"') == 1
