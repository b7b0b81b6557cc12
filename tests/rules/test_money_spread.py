"""Parts of an amount add up to it, and nothing but whole minor units is money."""

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.currencies import EXPONENTS, OFFERED
from helpdesk.rules.money import AmountError, Money, read_or_nothing, spread

pytestmark = pytest.mark.money
amounts = st.integers(min_value=0, max_value=10**14)


@given(amounts, st.lists(amounts, min_size=1, max_size=40))
def test_the_parts_add_up_to_the_whole_and_none_is_negative(total: int, weights: list[int]) -> None:
    parts = spread(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    assert min(parts) >= 0


@given(amounts, st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=40))
def test_no_part_is_a_whole_unit_away_from_its_share(total: int, weights: list[int]) -> None:
    among = sum(weights)
    for part, weight in zip(spread(total, weights), weights, strict=True):
        assert abs(part * among - total * weight) < among


def test_the_remainder_goes_to_the_largest_and_then_to_the_first() -> None:
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(10, [0, 0]) == [5, 5]
    assert spread(5, [0, 7]) == [0, 5]


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [-1, 2]), (1, [])])
def test_what_cannot_be_spread_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"neg|nothing"):
        spread(total, weights)


@pytest.mark.parametrize("minor", [12.5, 12.0, True])
def test_a_float_is_no_money(minor: int) -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        Money(minor, "CNY")
    with pytest.raises(TypeError):
        spread(minor, [1])


def test_amounts_of_two_currencies_are_not_added() -> None:
    assert Money(150, "CNY") + Money(50, "CNY") - Money(300, "CNY") == Money(-100, "CNY")
    assert str(Money(-105, "CNY")) == "-1.05 CNY"
    with pytest.raises(AmountError, match="cannot be added"):
        Money(1, "CNY") + Money(1, "USD")


def test_digits_are_those_of_the_standard_and_not_those_that_people_write() -> None:
    assert {EXPONENTS["IQD"], EXPONENTS["KWD"], EXPONENTS["CLF"], EXPONENTS["JPY"]} == {3, 4, 0}
    differing = {code for code in EXPONENTS if get_currency_precision(code) != EXPONENTS[code]}
    by_habit = ("AFN", "ALL", "IQD", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SOS", "SYP", "YER")
    assert differing == set(by_habit)
    assert len(EXPONENTS) > 150
    assert set(OFFERED) < set(EXPONENTS)


def test_nothing_is_an_amount_where_something_may_be_free() -> None:
    assert read_or_nothing("0.00", "CNY") == Money(0, "CNY")
    assert read_or_nothing("12.000", "JPY") == Money(12, "JPY")
    with pytest.raises(AmountError, match="2 digits"):
        read_or_nothing("1.005", "CNY")
