"""Money that nobody here asked for: a lead takes it as external once, or puts it away; statements too."""

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.db import reading
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import OrderLine, Payment
from helpdesk.rules.states import Role
from tests.actions.claiming import partial
from tests.web.conftest import Desk, Visitor
from tests.web.reading import read
from tests.web.unasked import external, kept_line, outside
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
