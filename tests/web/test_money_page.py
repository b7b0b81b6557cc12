"""The page of money: every figure opens its rows, leads stop money, and take what nobody asked for."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import refunds, statements, tickets
from helpdesk.actions.statements import Source
from helpdesk.db import reading, transaction
from helpdesk.gateways import sandbox
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Agent, OrderLine, Payment, Refund, StatementLine
from helpdesk.queries import money_page
from helpdesk.rules.money import Money
from helpdesk.rules.statements import Fate, Judged, Line
from helpdesk.rules.states import Role
from tests.actions.claiming import FULL, partial
from tests.web.conftest import Desk, Queries, Visitor, letter
from tests.web.reading import read
from tests.workers.paying import PAYMENT, Paid

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


def outside(paid: Paid, desk: Desk, minor: int = 2000) -> None:
    """Somebody refunds on the bank's own page, and the bank tells of it."""
    paid.bank.pay_outside(PAYMENT, Money(minor, "CNY"))
    (*_, hook) = sandbox.webhooks(paid.bank, at=clock.now())
    assert (
        desk.app.test_client().post("/webhooks/sandbox", data=hook.body, headers=hook.headers).status_code
        == 200
    )


def kept_line(*, minor: int = 2000, reference: str = "77", payment: str = "") -> int:
    """A line of a statement that waits for a lead."""
    line = Line(line=2, amount=Money(minor, "CNY"), reference=reference, payment=payment, remark="by till")
    told = Judged(fate=Fate.NOTHING, says="nobody here has asked for this")
    with transaction() as session:
        statements.keep(session, Source(name="alipay", file_sha256="0" * 64), [(line, told)], at=clock.now())
        return session.scalars(select(StatementLine.id)).one()


def external() -> list[tuple[str, int, str, str]]:
    """(key, minor units, state, reference) of what was taken."""
    with reading() as session:
        rows = session.scalars(select(Refund).where(Refund.gateway == "external").order_by(Refund.id))
        return [(row.key, row.amount_minor, str(row.state), row.reference) for row in rows]


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
    assert few.count < 16


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

    assert lead.post("/money/switch", money="on").status_code == 303
    paid.pay()
    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert "All money is stopped" not in browser.text("/")


def test_a_refund_that_nobody_asked_for_is_taken_as_external_once(
    paid: Paid, desk: Desk, lead: Visitor
) -> None:
    paid.link()
    outside(paid, desk)
    page = lead.text("/money")
    assert "the gateway says that money left" in page
    assert f'value="{paid.ticket}"' in page, "its payment says which ticket"

    taken = [lead.post("/money/notices/1", how="take", ticket=str(paid.ticket)) for _ in range(2)]

    assert [answer.status_code for answer in taken] == [303, 409]
    assert [(minor, state) for _, minor, state, _ in external()] == [(2000, "succeeded")]
    assert paid.payment() == (0, 2000)
    assert "refunded_outside" in paid.verbs()
    assert "nobody asked for 0" in read(lead.text("/money"))
    assert "went back outside the desk" in lead.text(f"/tickets/{paid.ticket}")


def test_what_is_taken_comes_off_the_claims_lines_too(paid: Paid, desk: Desk, lead: Visitor) -> None:
    paid.link()
    paid.open()
    outside(paid, desk, 9900)
    assert lead.post("/money/notices/1", how="take", ticket=str(paid.ticket)).status_code == 303
    with reading() as session:
        assert session.scalars(select(OrderLine.given_minor)).one() == 8900
        assert session.scalars(select(Payment.refunded_minor)).one() == 9900
    assert "Most refundable CN¥0.00" in read(lead.text(f"/tickets/{paid.ticket}"))


@pytest.mark.parametrize(
    ("minor", "promised", "said"),
    [
        (9901, 0, "99.01 CNY is more than is left of alipay 2026052022001: 99.00 CNY paid − 0.00 CNY"),
        (8000, 3000, "− 30.00 CNY promised = 69.00 CNY"),
    ],
)
def test_more_than_is_left_is_refused_with_the_sum(
    paid: Paid, desk: Desk, lead: Visitor, minor: int, promised: int, said: str
) -> None:
    paid.link()
    if promised:
        paid.open()
        paid.approve(partial(promised), role=Role.LEAD, why="a scratch")
    outside(paid, desk, minor)

    answer = lead.post("/money/notices/1", how="take", ticket=str(paid.ticket))

    assert answer.status_code == 422
    assert said in answer.text
    assert external() == []
    assert "nobody asked for 1" in read(lead.text("/money"))


def test_only_a_lead_takes_it(paid: Paid, desk: Desk, browser: Visitor) -> None:
    paid.link()
    outside(paid, desk)
    assert browser.post("/money/notices/1", how="take", ticket=str(paid.ticket)).status_code == 403
    assert external() == []


def test_a_ticket_without_the_order_takes_nothing(paid: Paid, desk: Desk, lead: Visitor) -> None:
    outside(paid, desk)
    answer = lead.post("/money/notices/1", how="take", ticket=str(paid.ticket))
    assert answer.status_code == 422
    assert "Link the order first" in answer.text
    assert lead.post("/money/notices/1", how="take", ticket="x").status_code == 422
    assert lead.post("/money/notices/1", how="take", ticket="999").status_code == 404
    assert lead.post("/money/notices/999", how="put_away").status_code == 404


def test_what_is_none_of_ours_is_put_away(paid: Paid, desk: Desk, lead: Visitor) -> None:
    outside(paid, desk)
    assert lead.post("/money/notices/1", how="put_away").status_code == 303
    assert "nobody asked for 0" in read(lead.text("/money"))
    assert lead.post("/money/notices/1", how="put_away").status_code == 409


def test_a_line_of_a_statement_is_taken_as_external(paid: Paid, lead: Visitor) -> None:
    paid.link()
    line = kept_line(payment=PAYMENT)
    assert "by till" in lead.text("/money")
    assert lead.post(f"/money/lines/{line}", how="take", ticket=str(paid.ticket)).status_code == 303
    assert [(minor, reference) for _, minor, _, reference in external()] == [(2000, "77")]
    assert lead.post(f"/money/lines/{line}", how="take", ticket=str(paid.ticket)).status_code == 409


def test_the_same_refund_told_twice_is_taken_once(paid: Paid, desk: Desk, lead: Visitor) -> None:
    paid.link()
    outside(paid, desk)
    lead.post("/money/notices/1", how="take", ticket=str(paid.ticket))
    (taken,) = external()
    line = kept_line(reference=taken[3])

    answer = lead.post(f"/money/lines/{line}", how="take", ticket=str(paid.ticket))

    assert answer.status_code == 409
    assert "is noted already" in answer.text
    assert paid.payment() == (0, 2000)


def test_a_line_may_be_the_payment_of_one_of_our_refunds(paid: Paid, lead: Visitor) -> None:
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.agreed()
    paid.pay()
    line = kept_line(minor=9900, reference="77")

    assert lead.post(f"/money/lines/{line}", how="take", ticket="r1-1").status_code == 303

    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert external() == []


def test_a_line_with_another_sum_is_not_the_payment_of_our_refund(paid: Paid, lead: Visitor) -> None:
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.agreed()
    paid.pay()
    line = kept_line(minor=9800)
    answer = lead.post(f"/money/lines/{line}", how="take", ticket="R1-1")
    assert answer.status_code == 409
    assert "R1-1 is 99.00 CNY, the line says 98.00 CNY" in answer.text
    assert paid.refunds() == [("R1-1", "unknown", 9900)]


def test_a_statement_is_uploaded_on_the_page(paid: Paid, lead: Visitor) -> None:
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.agreed()
    paid.pay()
    content = "key,reference,amount,date\nR1-1,77,99.00,2026-06-01\n,88,1.00,2026-06-01\n,9,x,2026-06-01\n"

    answers = [
        lead.post("/money/statements", map="generic", statement=(io.BytesIO(content.encode()), "s.csv"))
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "1 settled, 0 known already, 1 to be looked at" in read(answers[0].text)
    assert "0 settled, 1 known already, 1 to be looked at" in read(answers[1].text)
    assert "line 4:" in answers[0].text
    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert "nobody asked for 1" in read(lead.text("/money"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose the file of the statement"),
        (b"PK\x03\x04 a workbook", "This is a workbook of Excel"),
        (b"a,b\n1,2\n", "is it another kind of statement?"),
    ],
)
def test_a_file_that_is_no_statement_is_refused(lead: Visitor, content: bytes, said: str) -> None:
    answer = lead.post("/money/statements", map="alipay", statement=(io.BytesIO(content), "s.csv"))
    assert answer.status_code == 422
    assert said in answer.text
    assert lead.post("/money/statements", map="../x").status_code == 422
