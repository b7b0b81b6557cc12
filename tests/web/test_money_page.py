"""The page of money: every figure opens its rows, and leads stop money."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import refunds, tickets
from helpdesk.db import transaction
from helpdesk.gateways import sandbox
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Agent
from helpdesk.queries import money_page
from tests.actions.claiming import FULL
from tests.web.conftest import Desk, Queries, Visitor, letter
from tests.web.reading import read
from tests.web.unasked import outside
from tests.workers.paying import Paid

pytestmark = pytest.mark.money


@pytest.fixture
def paid(app: Flask, desk: Desk, tmp_path: Path) -> Paid:
    return Paid(app, tmp_path)


@pytest.fixture
def lead(desk: Desk) -> Visitor:
    visitor = desk.visitor("lead")
    visitor.get("/money")
    return visitor


def note(desk: Desk, number: int, *, amount: str = "10", reference: str = "R", currency: str = "EUR") -> int:
    with transaction() as session:
        return refunds.record_refund(
            session,
            tickets.hold(session, number),
            amount=amount,
            currency=currency,
            method="bank",
            reference=reference,
            by=session.get_one(Agent, desk.agent),
            at=clock.now(),
        ).id


def test_it_is_for_leads_and_stands_in_their_navigation(desk: Desk, browser: Visitor, lead: Visitor) -> None:
    assert browser.get("/money").status_code == 403
    assert browser.post("/money/switch", money="off", why="x").status_code == 403
    assert 'href="/money"' not in browser.text("/")
    assert 'href="/money"' in lead.text("/")


def test_an_empty_desk_has_only_noughts(lead: Visitor) -> None:
    page = read(lead.text("/money"))
    for said in ("approvals waiting 0", "to be paid by hand 0", "unknown now 0", "nobody asked for 0"):
        assert said in page
    assert "Money moves" in page


@pytest.mark.parametrize(
    ("trouble", "group", "label"),
    [
        (Trouble.LOSE_ANSWER, "unknown", "unknown now 1 CN¥99.00"),
        (Trouble.DECLINE, "failed", "failed 1 CN¥99.00"),
        (Trouble.NEEDS_ACTION, "by_hand", "to be paid by hand 1 CN¥99.00"),
    ],
)
def test_a_figure_opens_its_rows(paid: Paid, lead: Visitor, trouble: Trouble, group: str, label: str) -> None:
    paid.bank.next(trouble)
    paid.agreed()
    paid.pay()

    page = lead.text("/money")
    rows = lead.text(f"/money/{group}")

    assert label in read(page)
    assert f'href="/money/{group}"' in page
    assert f'href="/tickets/{paid.ticket}#money"' in rows
    assert "R1-1" in rows


def test_an_approval_that_waits_is_counted_and_opens_its_claim(paid: Paid, lead: Visitor) -> None:
    paid.link()
    paid.open()
    paid.ask_approval(FULL)
    assert "approvals waiting 1 CN¥99.00" in read(lead.text("/money"))
    assert f'href="/tickets/{paid.ticket}#claim"' in lead.text("/money/approvals")


def test_money_that_should_be_there_is_overdue_until_somebody_looks_for_it(desk: Desk, lead: Visitor) -> None:
    number = desk.receive()
    refund = note(desk, number)
    assert "overdue arrivals 0" in read(lead.text("/money"))
    clock.shift(timedelta(days=8))
    assert "overdue arrivals 1 €10.00" in read(lead.text("/money"))
    lead.post(f"/refunds/{refund}/answer", arrived="no")
    page = read(lead.text("/money"))
    assert "overdue arrivals 0" in page
    assert "being looked for 1 €10.00" in page


def test_money_that_came_back_waits_until_it_is_paid_again(paid: Paid, lead: Visitor) -> None:
    paid.agreed()
    paid.pay()
    paid.bank.reverse("R1-1")
    for hook in sandbox.webhooks(paid.bank, at=clock.now()):
        lead.client.post("/webhooks/sandbox", data=hook.body, headers=hook.headers)
    paid.pay()
    assert "came back 1 CN¥99.00" in read(lead.text("/money"))
    assert lead.post(f"/tickets/{paid.ticket}/remedies/1/refunds").status_code == 303
    assert "came back 0" in read(lead.text("/money"))


def test_days_are_rows_with_what_was_paid_and_what_arrived(desk: Desk, lead: Visitor) -> None:
    number = desk.receive()
    first = note(desk, number)
    note(desk, number, amount="5", reference="S")
    note(desk, number, amount="7", reference="T", currency="CNY")
    clock.shift(timedelta(days=1))
    lead.post(f"/refunds/{first}/answer", arrived="yes")

    page = read(lead.text("/money"))

    assert "2 Jun – €10.00 1 refund" in page
    assert "1 Jun CN¥7.00 1 refund €15.00 2 refunds –" in page
    rows = read(lead.text("/money/paid?day=2026-06-01&currency=EUR"))
    assert "€10.00" in rows
    assert "€5.00" in rows
    assert "CN¥7.00" not in rows
    assert "€10.00" in read(lead.text("/money/arrived?day=2026-06-02&currency=EUR"))


@pytest.mark.parametrize("path", ["/money/everything", "/money/paid", "/money/paid?day=never"])
def test_what_is_no_group_and_no_day_is_not_found(lead: Visitor, path: str) -> None:
    assert lead.get(path).status_code == 404


def test_rows_follow_each_other_without_gap_or_double(
    desk: Desk, lead: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(money_page, "ROWS", 3)
    number = desk.receive()
    for each in range(8):
        note(desk, number, reference=f"ref-{each}-")
    clock.shift(timedelta(days=8))
    seen: list[int] = []
    path = "/money/overdue"
    for _ in range(3):
        page = lead.text(path)
        seen += [each for each in range(8) if f"ref-{each}-" in page]
        older = [part.split('"')[0] for part in page.split('rel="next" href="')[1:]]
        path = older[0].replace("&amp;", "&") if older else ""
    assert seen == list(range(8))
    assert path == ""


def test_more_money_costs_no_more_queries(desk: Desk, lead: Visitor, paid: Paid) -> None:
    note(desk, desk.receive())
    outside(paid, desk)
    with Queries() as few:
        lead.get("/money")
    for each in range(6):
        note(desk, desk.receive(letter(sender=f"b{each}@buyer.example")), reference=f"R{each}")
    outside(paid, desk, 3000)
    with Queries() as many:
        lead.get("/money")
    assert many.count == few.count
    assert few.count < 18


def test_a_lead_stops_money_with_a_reason_and_lets_it_move_again(
    paid: Paid, desk: Desk, browser: Visitor, lead: Visitor
) -> None:
    assert lead.post("/money/switch", money="off", why=" ").status_code == 422
    assert lead.post("/money/switch", money="off", why="the books do not add up").status_code == 303
    paid.agreed()
    paid.pay(2)
    assert paid.refunds() == [("R1-1", "reserved", 9900)]
    assert "by Lead Li: the books do not add up" in read(browser.text("/"))
    assert "by Lead Li: the books do not add up" in read(lead.text("/money"))

    page = lead.text("/money")
    assert "held by the stop 1 CN¥99.00" in read(page)
    assert 'href="/money/held"' in page
    assert "R1-1" in lead.text("/money/held")

    assert lead.post("/money/switch", money="on").status_code == 303
    paid.pay()
    assert "held" not in read(lead.text("/money"))
    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert "All money is stopped" not in browser.text("/")
