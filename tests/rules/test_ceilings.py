"""The most that may go back is a sum that adds up, whatever was given, promised or replaced before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.ceilings import Of, Payment, explained, too_much
from helpdesk.rules.settlement import LineLeft, money_left

pytestmark = pytest.mark.money


@st.composite
def lines(draw: st.DrawFn) -> LineLeft:
    """A line as the database may hold it: its CHECK keeps what was given below what is left."""
    quantity = draw(st.integers(1, 6))
    compensated = draw(st.integers(0, quantity))
    paid = draw(st.integers(0, 50_000))
    return LineLeft(
        line=draw(st.integers(1, 10**6)),
        quantity=quantity,
        paid=paid,
        claimed=draw(st.integers(0, quantity)),
        compensated=compensated,
        given=draw(st.integers(0, paid * (quantity - compensated) // quantity)),
    )


@given(
    st.lists(lines(), max_size=5),
    st.integers(0, 5_000),
    st.integers(0, 60_000),
    st.booleans(),
)
def test_the_sum_comes_to_what_may_be_given(
    given_lines: list[LineLeft], shipping: int, promised: int, is_paid: bool
) -> None:
    payments = [Payment(name="P", captured=70_000, refunded=1_000, reserved=2_000)] if is_paid else []
    ceiling = explained(
        [("cup", line) for line in given_lines],
        (shipping, shipping // 2),
        payments,
        {line.line: promised for line in given_lines},
        promised,
    )

    left = money_left(given_lines, shipping - shipping // 2)
    assert ceiling.by_lines == left
    assert ceiling.most == (min(left, 67_000) if is_paid else left)
    assert all(
        min(part.replaced, part.refunded, part.promised, part.unclaimed, part.left) >= 0
        for part in ceiling.parts
    )


def test_every_part_says_where_its_money_is() -> None:
    cups = LineLeft(line=1, quantity=4, paid=8000, claimed=2, compensated=1, given=2500)
    ceiling = explained(
        [("cups", cups)],
        (1000, 400),
        [Payment(name="alipay", captured=9000, refunded=1500, reserved=1400)],
        {1: 1000},
        400,
    )

    assert [
        (part.of, part.paid, part.replaced, part.refunded, part.promised, part.unclaimed, part.left)
        for part in ceiling.parts
    ] == [
        (Of.LINE, 8000, 2000, 1500, 1000, 0, 3500),
        (Of.SHIPPING, 1000, 0, 0, 400, 0, 600),
        (Of.PAYMENT, 9000, 0, 1500, 1400, 0, 6100),
    ]
    assert (ceiling.by_lines, ceiling.by_payments, ceiling.most) == (4100, 6100, 4100)


def test_an_order_without_payments_on_file_is_bound_by_its_lines() -> None:
    ceiling = explained([], (1000, 0), [], {})
    assert (ceiling.by_payments, ceiling.most) == (None, 1000)


def test_a_refusal_is_the_sum_that_explains_it() -> None:
    paid = Payment(name="alipay 2026052022001", captured=9900, refunded=2000, reserved=3000)
    assert too_much(5000, "CNY", paid) == (
        "50.00 CNY is more than is left of alipay 2026052022001: "
        "99.00 CNY paid − 20.00 CNY refunded − 30.00 CNY promised = 49.00 CNY"
    )
