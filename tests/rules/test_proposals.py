"""Proposals: what makes no sense is refused, what is left bounds each option, a digest binds all of it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules import proposals, settlement
from helpdesk.rules.claim_terms import Remedy, Wish
from helpdesk.rules.proposals import GOODS, MONEY, Part, ProposalError
from helpdesk.rules.settlement import LineLeft

pytestmark = pytest.mark.money
CUPS = LineLeft(line=1, quantity=2, paid=8900, claimed=2)
FULL = Part(option=1, remedy=Remedy.FULL_REFUND, amount=9900, shipping=1000)
DAY = date(2026, 6, 30)


@st.composite
def parts(draw: st.DrawFn) -> list[Part]:
    """What a form could hold, sensible or not."""
    return [
        Part(
            option=draw(st.integers(1, 3)),
            remedy=draw(st.sampled_from(Remedy)),
            amount=draw(st.sampled_from((0, 1, 3333, 8900, 9900, 20000))),
            shipping=draw(st.sampled_from((0, 1000))),
            lines=draw(st.sampled_from(((), ((1, 1),), ((1, 2),)))),
            words=draw(st.sampled_from(("", "in blue"))),
            by=draw(st.sampled_from((None, DAY))),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "choose what the buyer gets"),
        ([replace(FULL, option=2)], "options count from one"),
        ([replace(FULL, option=number) for number in range(1, 8)], "at most 6 options"),
        ([replace(FULL, amount=0)], "say how much"),
        ([Part(option=1, remedy=Remedy.COUPON)], "say how much"),
        ([Part(option=1, remedy=Remedy.EXCHANGE, amount=1)], "no amount of money"),
        ([Part(option=1, remedy=Remedy.WAIT_WITH_DATE)], "until which day"),
        ([FULL, FULL], "each remedy once"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: list[Part], said: str) -> None:
    with pytest.raises(ProposalError, match=said):
        proposals.check(wrong)


def test_what_makes_sense_passes() -> None:
    proposals.check([FULL, Part(option=2, remedy=Remedy.WAIT_WITH_DATE, by=DAY)])
    proposals.check([Part(option=1, remedy=Remedy.EXCHANGE), Part(option=1, remedy=Remedy.COUPON, amount=1)])


def test_only_what_was_offered_can_be_taken() -> None:
    with pytest.raises(ProposalError, match="this was not offered"):
        proposals.option_of([FULL], 2)


@given(parts())
def test_a_part_is_kept_as_it_is(given_parts: list[Part]) -> None:
    for part in given_parts:
        assert proposals.part_of(part.option, part.remedy, part.amount, part.goods()) == part


@given(parts(), st.integers(0, 1000), st.integers(0, 30))
def test_what_the_order_can_bear_can_be_taken_part_by_part(
    given_parts: list[Part], shipping_left: int, bonus: int
) -> None:
    """A promise that passes is kept: no unit is made good twice by the parts of one option."""
    if proposals.why_not(given_parts, [CUPS], shipping_left, coupon_bonus_percent=bonus):
        return
    for option in {part.option for part in given_parts}:
        lines: tuple[LineLeft, ...] = (CUPS,)
        for part in proposals.option_of(given_parts, option):
            if part.remedy in MONEY:
                shares = settlement.of_money(
                    part.amount, lines, shipping=part.shipping, shipping_left=shipping_left
                )
                shipping_left -= shares.shipping
            elif part.remedy is Remedy.COUPON:
                shares = settlement.of_money(proposals.cash_value(part.amount, bonus), lines)
            elif part.remedy in GOODS:
                shares = settlement.of_goods(proposals.units_of(part, lines), lines)
            else:
                continue
            lines = settlement.after(lines, shares)
        (line,) = lines
        assert line.given * line.quantity <= line.paid * (line.quantity - line.compensated)
        break  # the options are alternatives: each is taken from the same order


def test_goods_and_money_for_one_unit_are_not_promised_together() -> None:
    both = [Part(option=1, remedy=Remedy.EXCHANGE), Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=1)]
    assert proposals.why_not(both, [CUPS], 0) == "this is more than is left to refund on this order"
    either = [both[0], replace(both[1], option=2)]
    assert proposals.why_not(either, [CUPS], 0) == ""


def test_the_dearest_option_counts() -> None:
    cheap, exchange = replace(FULL, option=2, amount=100), Part(option=3, remedy=Remedy.EXCHANGE)
    assert proposals.worth([FULL, cheap, exchange], [CUPS]) == 9900
    assert proposals.worth([exchange], [CUPS]) == 8900
    one_of_three = Part(option=1, remedy=Remedy.REDELIVERY, lines=((1, 1),))
    assert proposals.worth([one_of_three], [replace(CUPS, quantity=3, claimed=3)]) == 2967  # rounded up


@given(st.integers(1, 10**9), st.integers(0, 100))
def test_a_coupon_counts_without_its_bonus_and_never_as_less(face: int, bonus: int) -> None:
    value = proposals.cash_value(face, bonus)
    assert value <= face <= value * (100 + bonus) / 100 + 1
    assert (
        proposals.worth(
            [Part(option=1, remedy=Remedy.COUPON, amount=face)], [CUPS], coupon_bonus_percent=bonus
        )
        == value
    )


@given(parts(), parts(), st.integers(1, 3), st.integers(1, 3))
def test_a_digest_is_of_exactly_these_promises(
    one: list[Part], other: list[Part], claim: int, second: int
) -> None:
    same = (claim, one) == (second, other)
    assert (proposals.digest(claim, one, "CNY") == proposals.digest(second, other, "CNY")) is same
    assert proposals.digest(claim, one, "CNY") != proposals.digest(claim, one, "EUR")


@pytest.mark.parametrize(
    ("wish", "first"),
    [
        (Wish.PARTIAL, Remedy.PARTIAL_REFUND),
        (Wish.EXCHANGE, Remedy.EXCHANGE),
        (Wish.REFUND, Remedy.RETURN_REFUND),
        (Wish.RESEND, Remedy.COUPON),
        ("", Remedy.COUPON),
    ],
)
def test_what_she_asks_for_stands_first_if_it_is_granted_at_all(wish: str, first: Remedy) -> None:
    granted = (Remedy.COUPON, Remedy.RETURN_REFUND, Remedy.PARTIAL_REFUND, Remedy.EXCHANGE)
    found = proposals.as_wished(granted, wish)
    assert found[0] is first
    assert sorted(found) == sorted(granted)
