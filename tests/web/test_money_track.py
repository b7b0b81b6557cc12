"""The money track on a ticket: what was promised, what became of it, and what an agent has to do by hand."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import switches
from helpdesk.db import transaction
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Agent, Payment, Refund
from helpdesk.rules.states import Role
from helpdesk.workers import payer
from tests.actions.claiming import FULL, Matter, partial
from tests.web.conftest import PNG, Desk, Visitor
from tests.web.reading import read
from tests.workers.paying import Paid

pytestmark = pytest.mark.money
BY_HAND = {"currency": "CNY", "method": "alipay", "reference": "A-77"}


@pytest.fixture
def paid(app: Flask, desk: Desk, tmp_path: Path) -> Paid:
    """Li's matter, with a bank that pays by itself."""
    return Paid(app, tmp_path)


def track(browser: Visitor, matter: Matter) -> str:
    return read(browser.text(f"/tickets/{matter.ticket}"))


def test_the_most_refundable_is_a_sum_line_by_line(browser: Visitor) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(partial(2500), role=Role.LEAD, why="a scratch")

    page = track(browser, matter)

    assert "Most refundable CN¥74.00" in page
    assert "杯子 CN¥89.00 − CN¥25.00 promised = CN¥64.00" in page
    assert "delivery CN¥10.00 CN¥10.00" in page
    assert "alipay 2026052022001 CN¥99.00 − CN¥25.00 promised = CN¥74.00" in page


def test_a_refund_shows_its_key_gateway_reference_and_day(paid: Paid, browser: Visitor) -> None:
    paid.agreed()
    paid.pay()
    with transaction() as session:
        reference = session.query(Refund).one().reference
    clock.shift(timedelta(days=2))

    page = track(browser, paid)

    assert f"Alipay · the demo bank · R1-1 · {reference}" in page
    assert "paid, on its way" in page
    assert "money late: day 2 of 1" in page


def test_what_nobody_knows_says_so_and_when_it_is_looked_at_again(paid: Paid, browser: Visitor) -> None:
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.agreed()
    paid.pay()

    page = track(browser, paid)

    assert "unknown, being asked" in page
    assert "looked at again now" in page
    assert "the answer was lost" in page


def test_money_that_a_gateway_pays_is_not_asked_of_an_agent(paid: Paid, browser: Visitor) -> None:
    paid.agreed()
    page = browser.text(f"/tickets/{paid.ticket}")
    assert "handed to the demo bank" in page
    assert 'href="#refund"' not in page


def test_the_row_of_what_is_paid_by_hand_says_which_key_to_write(desk: Desk, browser: Visitor) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)
    payer.pay()

    page = track(browser, matter)

    assert "to be paid by hand" in page
    assert "write this key into its remark: R1-1" in page
    assert "Write R1-1 into the remark" in page


def test_a_proof_is_kept_and_shown(desk: Desk, browser: Visitor) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)
    browser.get(f"/tickets/{matter.ticket}")
    form = {**BY_HAND, "amount": "99", "remedy": "1"}

    odd = browser.post(f"/tickets/{matter.ticket}/refunds", **form, proof=(io.BytesIO(b"MZ odd"), "paid.exe"))
    good = browser.post(f"/tickets/{matter.ticket}/refunds", **form, proof=(io.BytesIO(PNG), "paid.png"))

    assert (odd.status_code, good.status_code) == (422, 303)
    assert "is a program" in odd.text
    assert "proof of the payment" in track(browser, matter)
    assert browser.get("/refunds/1/proof").data == PNG
    assert browser.get("/refunds/2/proof").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "99.01"}, "99.01 CNY is more than is left of alipay 2026052022001: 99.00 CNY paid"),
        ({"amount": "10", "currency": "EUR"}, "This order was paid in CNY, so nothing goes back in EUR"),
        ({"amount": "-5"}, "is not an amount: write it like 128.50"),
        ({"amount": "1.234"}, "CNY has 2 digits after the point"),
        ({"amount": "0"}, "An amount of nothing is no refund"),
    ],
)
def test_money_beside_every_claim_is_bound_by_the_payment(
    browser: Visitor, typed: dict[str, str], said: str
) -> None:
    matter = Matter()
    matter.link()
    browser.get(f"/tickets/{matter.ticket}")

    answer = browser.post(f"/tickets/{matter.ticket}/refunds", **BY_HAND | typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert "refunded" not in matter.verbs()


def test_money_beside_every_claim_comes_off_the_payment_and_goes_back_when_it_was_a_mistake(
    browser: Visitor,
) -> None:
    matter = Matter()
    matter.link()
    browser.get(f"/tickets/{matter.ticket}")

    assert browser.post(f"/tickets/{matter.ticket}/refunds", **BY_HAND, amount="60").status_code == 303
    again = browser.post(f"/tickets/{matter.ticket}/refunds", **BY_HAND | {"reference": "B"}, amount="40")
    assert "99.00 CNY paid − 60.00 CNY refunded − 0.00 CNY promised = 39.00 CNY" in again.text
    assert browser.post("/refunds/1/cancellation").status_code == 303

    with transaction() as session:
        payment = session.query(Payment).one()
        assert (payment.refunded_minor, payment.reserved_minor) == (0, 0)


def test_stopped_money_says_why_and_by_whom(desk: Desk, browser: Visitor, paid: Paid) -> None:
    paid.agreed()
    with transaction() as session:
        by = session.get_one(Agent, paid.people[Role.LEAD])
        switches.turn(session, switches.MONEY, off=True, why="audit", by=by, at=clock.now())

    page = track(browser, paid)

    assert "All money is stopped since" in page
    assert "audit" in page


def test_what_failed_is_tried_again_under_a_new_key_and_only_once(paid: Paid, browser: Visitor) -> None:
    paid.bank.next(Trouble.DECLINE)
    paid.agreed()
    paid.pay(2)
    page = browser.text(f"/tickets/{paid.ticket}")
    assert "failed, nothing was paid" in page
    assert "Try again" in page

    path = f"/tickets/{paid.ticket}/remedies/1/refunds"
    again = [browser.post(path).status_code for _ in range(2)]
    paid.pay()

    assert again == [303, 409]
    assert paid.refunds() == [("R1-1", "failed", 9900), ("R1-2", "succeeded", 9900)]
    assert "Try again" not in browser.text(f"/tickets/{paid.ticket}")
    assert paid.left() == 9900
