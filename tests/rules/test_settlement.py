"""What is left of an order: parts add up, none is above its line, no unit is made good twice (I5, I6)."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules import settlement
from helpdesk.rules.settlement import LineLeft, SettlementError, Shares

pytestmark = pytest.mark.money
paid = st.integers(0, 10**9)


@st.composite
def lines(draw: st.DrawFn) -> tuple[LineLeft, ...]:
    """Up to five lines as they were bought, some units of each claimed."""
    found = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        quantity = draw(st.integers(1, 7))
        found.append(
            LineLeft(line=number, quantity=quantity, paid=draw(paid), claimed=draw(st.integers(1, quantity)))
        )
    return tuple(found)


steps = st.lists(
    st.tuples(st.sampled_from(("money", "goods", "coupon")), st.integers(1, 5), st.integers(0, 10**9)),
    max_size=12,
)


def take(step: tuple[str, int, int], rows: Sequence[LineLeft]) -> Shares:
    """Money or a coupon of about this share of what is left, or units of a line."""
    kind, which, much = step
    if kind == "goods":
        line = rows[which % len(rows)]
        return settlement.of_goods([(line.line, 1 + much % line.quantity)], rows)
    left = settlement.money_left(rows)
    return settlement.of_money(left * which // 4 + much % 3, rows)


@given(lines(), steps)
def test_whatever_is_given_in_whatever_order_no_unit_is_made_good_twice(
    rows: tuple[LineLeft, ...], wanted: list[tuple[str, int, int]]
) -> None:
    for step in wanted:
        try:
            shares = take(step, rows)
        except SettlementError:
            continue
        rows = settlement.after(rows, shares)
        for line in rows:
            assert line.compensated <= line.quantity
            assert line.given * line.quantity <= line.paid * (line.quantity - line.compensated)


@given(lines(), st.integers(0, 10**10), st.integers(0, 5000), st.integers(0, 5000))
def test_the_parts_of_a_sum_add_up_and_none_is_above_its_line(
    rows: tuple[LineLeft, ...], amount: int, shipping: int, shipping_left: int
) -> None:
    most = settlement.money_left(rows, shipping_left)
    if amount > most:
        with pytest.raises(SettlementError, match="more than is left"):
            settlement.of_money(amount, rows, shipping=shipping, shipping_left=shipping_left)
        return
    shares = settlement.of_money(amount, rows, shipping=shipping, shipping_left=shipping_left)
    assert shares.money == amount
    assert 0 <= shares.shipping <= shipping_left
    left = {line.line: line.money for line in rows}
    assert all(0 < part <= left[line] for line, part in shares.lines)


@given(lines(), st.data())
def test_all_that_is_left_can_be_given_and_then_nothing_is(
    rows: tuple[LineLeft, ...], data: st.DataObject
) -> None:
    everything = settlement.money_left(rows)
    first = data.draw(st.integers(0, everything))
    rows = settlement.after(rows, settlement.of_money(first, rows))
    left = settlement.money_left(rows)
    # The odd unit of a price goes to the buyer once; whatever was given before, no more than all is left.
    assert left <= everything
    rows = settlement.after(rows, settlement.of_money(left, rows))
    for line in rows:
        assert line.given <= line.paid


@given(lines(), st.integers(1, 5), st.integers(1, 7))
def test_a_unit_whose_money_has_gone_back_is_not_replaced(
    rows: tuple[LineLeft, ...], which: int, units: int
) -> None:
    line = rows[which % len(rows)]
    whole = LineLeft(line=line.line, quantity=line.quantity, paid=line.paid + 1, claimed=line.quantity)
    spent = settlement.after([whole], settlement.of_money(whole.money, [whole]))
    with pytest.raises(SettlementError, match="compensated already"):
        settlement.of_goods([(whole.line, min(units, whole.quantity))], spent)


def test_what_was_replaced_has_no_price_left() -> None:
    cups = LineLeft(line=1, quantity=2, paid=8900, claimed=2)
    (after,) = settlement.after([cups], settlement.of_goods([(1, 1)], [cups]))
    assert (after.units, after.money) == (1, 4450)


def test_what_is_replaced_is_claimed_and_there_is_something() -> None:
    cups = LineLeft(line=1, quantity=2, paid=8900, claimed=1)
    for wanted, said in (([], "compensated"), ([(2, 1)], "not part"), ([(1, 2)], "compensated")):
        with pytest.raises(SettlementError, match=said):
            settlement.of_goods(wanted, [cups])


payments = st.lists(st.integers(0, 10**9), min_size=1, max_size=5)


@given(payments, st.integers(0, 5 * 10**9))
def test_payments_give_in_their_order_and_never_more_than_they_have(left: list[int], amount: int) -> None:
    there = list(enumerate(left, 1))
    if amount > sum(left):
        with pytest.raises(SettlementError):
            settlement.over_payments(amount, there)
        return
    taken = settlement.over_payments(amount, there)
    assert sum(part for _, part in taken) == amount
    assert all(0 < part <= dict(there)[payment] for payment, part in taken)
    emptied = [payment for payment, part in taken if part == dict(there)[payment]]
    assert len(taken) - len(emptied) <= 1  # the last one may keep something


def test_an_order_without_payments_on_file_takes_nothing_from_any() -> None:
    assert settlement.over_payments(500, []) == ()


@given(lines())
def test_shares_are_kept_as_they_are(rows: tuple[LineLeft, ...]) -> None:
    shares = settlement.of_money(settlement.money_left(rows), rows)
    assert Shares.from_json(shares.to_json()) == shares
