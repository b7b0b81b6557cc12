"""The grammar of the search box."""

from datetime import date
from decimal import Decimal

import pytest

from helpdesk.rules.search_terms import Field, Term, TroubleKind
from helpdesk.rules.searching import parse

TODAY = date(2026, 6, 10)


def terms(typed: str) -> list[Term]:
    found = parse(typed, today=TODAY, reasons={"damaged": "damaged", "破损": "damaged"})
    assert found.troubles == ()
    return list(found.terms)


def trouble(typed: str) -> tuple[TroubleKind, str]:
    found = parse(typed, today=TODAY, reasons={"damaged": "damaged"})
    (only,) = found.troubles
    return only.kind, only.nearest


def test_words_quotes_and_what_is_left_out() -> None:
    assert terms('退款 "wrong size" -broken') == [
        Term(values=("退款",)),
        Term(values=("wrong size",), exact=True),
        Term(values=("broken",), negated=True),
    ]


@pytest.mark.parametrize(
    "typed", ["state:open,new", "状态:处理中，新".replace("，", ","), "状态：open,新", "STATE:Open,NEW"]
)
def test_fields_and_values_are_known_in_both_languages(typed: str) -> None:
    assert terms(typed) == [Term(field=Field.STATE, values=("open", "new"))]


@pytest.mark.parametrize("typed", ["“十分 破损”", "「十分 破损」", '"十分 破损'])
def test_quotes_of_an_input_method_are_quotes(typed: str) -> None:
    assert terms(typed) == [Term(values=("十分 破损",), exact=True)]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("after:2026-06-01", date(2026, 6, 1)),
        ("after:2026年6月1日", date(2026, 6, 1)),
        ("after:2026/6", date(2026, 6, 1)),
        ("after:yesterday", date(2026, 6, 9)),
        ("之后:昨天", date(2026, 6, 9)),
        ("since:7d", date(2026, 6, 3)),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, day: date) -> None:
    assert [term.day for term in terms(typed)] == [day]


@pytest.mark.parametrize(
    ("typed", "operator", "amount", "currency"),
    [
        ("amount>100", ">", "100", ""),
        ("amount:>=59.90", ">=", "59.90", ""),
        ("金额＜1,200元", "<", "1200", "CNY"),
        ("amount=€5", "=", "5", "EUR"),
        ("amount:100JPY", "=", "100", "JPY"),
    ],
)
def test_amounts_are_compared(typed: str, operator: str, amount: str, currency: str) -> None:
    (term,) = terms(typed)

    assert (term.operator, term.amount, term.currency) == (operator, Decimal(amount), currency)


@pytest.mark.parametrize("typed", ["https://shop.example/x", "10:30", "a-b", "SH-10482", "x=1", "#17"])
def test_what_only_looks_like_a_condition_is_words(typed: str) -> None:
    assert terms(typed) == [Term(values=(typed,))]


@pytest.mark.parametrize(
    ("typed", "kind", "nearest"),
    [
        ("stat:open", TroubleKind.FIELD, "state"),
        ("退款:否", TroubleKind.FIELD, ""),
        ("state:opne", TroubleKind.VALUE, "open"),
        ("reason:damagd", TroubleKind.VALUE, "damaged"),
        ("from:", TroubleKind.NOTHING, ""),
        ("before:2026-02-30", TroubleKind.DAY, ""),
        ("after:9999y", TroubleKind.DAY, ""),
        ("after:9999999d", TroubleKind.DAY, ""),
        ("amount>much", TroubleKind.AMOUNT, ""),
        ("ticket:abc", TroubleKind.NUMBER, ""),
        ("x" * 401, TroubleKind.TOO_LONG, ""),
        (" ".join("abcdefghijklmnopqrstuvwxyz"), TroubleKind.TOO_MANY, ""),
    ],
)
def test_what_is_not_understood_is_said(typed: str, kind: TroubleKind, nearest: str) -> None:
    assert trouble(typed) == (kind, nearest)


def test_nothing_typed_is_nothing_asked() -> None:
    assert terms(' - "" ') == []
