"""What may be an order's number in a mail, and what never is."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.masking import MOBILE, is_card, is_identity, masked, perhaps_cards
from helpdesk.rules.order_numbers import MOST, Place, candidates, normal, shape

IDENTITY = "11010119900307758X"  # made up; date and check digit fit
CARD = "6222021234567890128"


def numbers(text: str, *shapes: str) -> list[str]:
    return [each.number for each in candidates(body=text, shapes=shapes)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("订单号：2398471029384756102，请退款", ["2398471029384756102"]),
        ("订单２３９８４７１０２９３８４７５６１０２", ["2398471029384756102"]),
        ("拼多多 230614-123456789012345 少发", ["230614-123456789012345"]),
        ("Amazon 112-1234567-7654321 arrived broken", ["112-1234567-7654321"]),
        ("ebay 12-34567-89012!", ["12-34567-89012"]),
        ("京东 245678901234 没收到", ["245678901234"]),
        ("my order #1001 please", ["1001"]),
        ("order no. 10482", ["10482"]),
        ("10482 是我的订单", []),
        ("订单 10482 的毛衣", ["10482"]),
    ],
)
def test_the_forms_of_the_platforms_are_seen(text: str, found: list[str]) -> None:
    assert numbers(text) == found


def test_the_shops_own_form_is_learnt_from_its_numbers() -> None:
    assert shape(normal("sh-10482")) == "SH-#####"
    assert numbers("wrong size: sh-10482, again", "SH-#####") == ["SH-10482"]
    assert numbers("order 2026-10482 / 20261107-3391", "####-#####", "########-####") == [
        "20261107-3391",
        "2026-10482",
    ]
    assert numbers("wrong size: sh-10482") == [], "another shop's form is none here"


@pytest.mark.parametrize(
    "text",
    [
        f"身份证 {IDENTITY}",
        "订单电话 13812345678",
        "订单 138 1234 5678",
        "order, call +44 7700 900123",
        "下单时间 2026年，价格 1299 元",
        "postcode 20095, I paid 4500 for it",
        "快递 SF1390000000001",
        "YT2817263549182 已签收",
        "1Z999AA10123456784",
        "¥1299.00",
    ],
)
def test_people_prices_years_and_parcels_are_no_candidates(text: str) -> None:
    assert numbers(text) == []


def test_the_subject_counts_before_the_body_and_that_before_the_quote() -> None:
    found = candidates(
        subject="Re: order #1003",
        body="it is order 1002",
        quoted="> order 1001\n> order 1002",
        file_names=["order-1004.png"],
        earlier=["order 1005"],
    )
    assert [(each.number, each.place) for each in found] == [
        ("1003", Place.SUBJECT),
        ("1002", Place.BODY),
        ("1001", Place.QUOTED),
        ("1004", Place.FILE_NAME),
        ("1005", Place.EARLIER),
    ]


def test_a_list_of_numbers_is_cut_off() -> None:
    assert len(numbers(" ".join(f"order {number}" for number in range(1000, 1100)))) == MOST


def test_an_identity_number_is_told_by_its_date_and_its_check_digit() -> None:
    assert is_identity(IDENTITY)
    assert not is_identity("110101199003077580")
    assert not is_identity("11010119901307758X"), "there is no month 13"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"我的身份证{IDENTITY}。", "我的身份证110*************8X。"),
        ("电话13812345678，谢谢", "电话138****5678，谢谢"),
        ("电话１３８１２３４５６７８", "电话１３８****５６７８"),
        ("+86 138-1234-5678", "+86 138-****-5678"),
        ("call +44 7700 900123", "call +44 **** ****23"),
        ("010-87654321", "010-******21"),
        (f"卡号 {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}", "卡号 6222 **** **** ***0128"),
        (f"card {CARD}", "card 6222***********0128"),
        ("订单 20261107-3391 与 SF1381234567890 不变", "订单 20261107-3391 与 SF1381234567890 不变"),
        ("no digits at all", "no digits at all"),
    ],
)
def test_numbers_of_people_are_shown_with_a_hole(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_the_number_of_an_order_is_no_bank_card_and_an_identity_card_is_never_an_order() -> None:
    assert is_card(CARD)
    assert perhaps_cards(f"a {CARD} b") == {CARD}
    assert masked(f"订单 {CARD}", known={CARD}) == f"订单 {CARD}"
    assert IDENTITY not in masked(IDENTITY, known={IDENTITY})


@given(st.text(alphabet="0123456789 -+Xx#a订单１\n", max_size=200))
def test_masking_keeps_every_other_character_and_is_done_once(text: str) -> None:
    shown = masked(text)
    assert len(shown) == len(text)
    assert all(after in (before, "*") for before, after in zip(text, shown, strict=True))
    assert masked(shown) == shown


@given(st.text(alphabet="0123456789-#订单 order", max_size=300))
def test_no_candidate_is_a_telephone(text: str) -> None:
    for each in candidates(body=text):
        assert not MOBILE.fullmatch(each.written)


@pytest.mark.parametrize("piece", ["13812345678 ", "1", "order 1001 ", "+1((", "1-", "6222 0212 3456 7890 "])
def test_a_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    text = (piece * 200_000)[:200_000]
    begun = perf_counter()
    candidates(body=text, shapes=["####-#####"])
    masked(text)
    assert perf_counter() - begun < 10, "seconds: a quadratic search takes minutes"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+86-138-1234-5678", "+86-138-****-5678"),
        ("+86-13812345678", "+86-138****5678"),
        ("Tel.13812345678", "Tel.138****5678"),
        ("138\u00a01234\u00a05678", "138\u00a0****\u00a05678"),
        ("138\u20111234\u20115678", "138\u2011****\u20115678"),
        ("（010）87654321", "（010）******21"),
        ("6222 0212 3456 7890 128", "6222 **** **** ***0 128"),
        ("0.13812345678", "0.13812345678"),
        ("1.13812345678", "1.13812345678"),
        ("12-13812345678", "12-13812345678"),
    ],
)
def test_however_a_telephone_or_a_card_is_written(text: str, shown: str) -> None:
    assert masked(text) == shown
