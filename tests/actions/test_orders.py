"""What is told of an order, once or again, by one or by several at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk import clock
from helpdesk.actions import orders
from helpdesk.actions.orders import Outcome
from helpdesk.db import reading, transaction
from helpdesk.models import Order, OrderChange, OrderLine, Payment
from helpdesk.rules.claim_terms import OrderState
from tests.actions.sold import EVERYTHING, PAID_AT, given, line, payment, sell

pytestmark = pytest.mark.money


def order() -> Order:
    with reading() as session:
        row = session.scalars(select(Order)).one()
        _ = [*row.addresses, *row.lines, *row.payments, *row.shipments]
        return row


def history() -> list[dict[str, object]]:
    with reading() as session:
        return [row.changes for row in session.scalars(select(OrderChange).order_by(OrderChange.id))]


def test_a_new_order_is_kept_with_all_its_parts(app: Flask) -> None:
    (saved,) = sell(given(" 2398471029384756102 "))
    row = order()
    assert saved.outcome is Outcome.NEW
    assert (row.external_no_norm, row.exponent, row.state) == ("2398471029384756102", 2, OrderState.PAID)
    assert [(each.position, each.quantity, each.line_paid_minor) for each in row.lines] == [(1, 2, 8900)]
    assert [each.captured_minor for each in row.payments] == [9900]
    assert [each.key for each in row.addresses] == ["li@buyer.example"]
    assert row.delivered_at is None
    with reading() as session:
        assert orders.shapes(session) == ["#" * 19]


def test_the_same_told_again_changes_nothing(app: Flask) -> None:
    sell()
    before = order()
    clock.shift(timedelta(hours=1))
    assert [each.outcome for each in sell()] == [Outcome.UNCHANGED]
    assert order().updated_at == before.updated_at
    assert history() == [{}]


def test_what_changed_is_kept_with_before_and_after(app: Flask) -> None:
    sell()
    shipped = PAID_AT + timedelta(days=1)
    (saved,) = sell(given(state=OrderState.SHIPPED, shipped_at=shipped, lines=(line(line_paid_minor=8000),)))
    assert saved.outcome is Outcome.CHANGED
    assert history()[1] == {
        "state": ["paid", "shipped"],
        "shipped_at": [None, "2026-05-21T03:00:00+00:00"],
        "lines.1.line_paid_minor": [8900, 8000],
    }


def test_what_a_source_does_not_speak_of_stays(app: Flask) -> None:
    delivered = PAID_AT + timedelta(days=3)
    sell(given(delivered_at=delivered, state=OrderState.DELIVERED))
    (saved,) = sell(given(told=EVERYTHING - {"delivered_at", "state", "lines", "payments"}, lines=()))
    assert saved.outcome is Outcome.UNCHANGED
    assert order().delivered_at == delivered


def test_an_older_telling_is_ignored(app: Flask) -> None:
    sell(given(told_at=PAID_AT, state=OrderState.SHIPPED))
    (saved,) = sell(given(told_at=PAID_AT - timedelta(seconds=1)))
    assert saved.outcome is Outcome.OLDER
    assert order().state is OrderState.SHIPPED


def test_a_line_that_is_gone_stays_with_nothing_in_it(app: Flask) -> None:
    sell(given(lines=(line(), line(sku="PLATE", title="盘子"))))
    sell(given(lines=(line(sku="PLATE", title="盘子"), line(sku="BOWL"))))
    found = [(each.position, each.sku, each.quantity, each.line_paid_minor) for each in order().lines]
    assert found == [(1, "CUP-1", 0, 0), (2, "PLATE", 2, 8900), (3, "BOWL", 2, 8900)]


def test_what_was_compensated_cannot_be_told_away(app: Flask) -> None:
    sell()
    with transaction() as session:
        session.scalars(select(OrderLine)).one().compensated_quantity = 2
        session.scalars(select(Payment)).one().refunded_minor = 5000
    assert "compensated already" in sell(given(lines=(line(quantity=1),)))[0].problem
    assert "sent back" in sell(given(payments=(payment(captured_minor=4000),)))[0].problem
    assert "cannot become USD" in sell(given(currency="USD"))[0].problem
    assert (order().currency, order().lines[0].quantity, order().payments[0].captured_minor) == (
        "CNY",
        2,
        9900,
    )


def test_a_refund_at_the_source_counts_and_never_lowers_what_we_know(app: Flask) -> None:
    sell()
    sell(given(payments=(payment(refunded_minor=3000),)))
    sell(given(payments=(payment(refunded_minor=1000),)))
    assert order().payments[0].refunded_minor == 3000


def test_a_payment_that_is_gone_gives_nothing_more_back(app: Flask) -> None:
    sell(given(payments=(payment(refunded_minor=3000),)))
    sell(given(payments=()))
    assert (order().payments[0].captured_minor, order().payments[0].refunded_minor) == (3000, 3000)


def test_one_that_is_refused_leaves_the_others_alone(app: Flask) -> None:
    saved = sell(given("1234567890123456789"), given("1234567890123456780", lines=()), given())
    assert [each.outcome for each in saved] == [Outcome.NEW, Outcome.REFUSED, Outcome.NEW]


def test_comparing_writes_nothing(app: Flask) -> None:
    sell()
    with reading() as session:
        found = orders.compare(session, [given(state=OrderState.SHIPPED), given("1234567890123456789")])
    assert [each.outcome for each in found] == [Outcome.CHANGED, Outcome.NEW]
    assert order().state is OrderState.PAID


def test_two_who_tell_of_one_new_order_at_once_make_one(app: Flask) -> None:
    def tell(number: int) -> list[Outcome]:
        with app.app_context():
            return [each.outcome for each in sell(given(), given("1234567890123456789"))]

    with ThreadPoolExecutor(4) as pool:
        outcomes = [each for found in pool.map(tell, range(8)) for each in found]
    assert outcomes.count(Outcome.NEW) == 2
    with reading() as session:
        assert session.scalar(select(func.count(Order.id))) == 2


def test_an_order_that_is_told_of_twice_in_one_go_is_one(app: Flask) -> None:
    first, second = sell(given(), given(state=OrderState.SHIPPED))
    assert (first.outcome, second.outcome) == (Outcome.NEW, Outcome.CHANGED)
    assert order().state is OrderState.SHIPPED
