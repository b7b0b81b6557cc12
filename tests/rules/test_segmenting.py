"""Words of a text, in both scripts, and where a phrase stands in it."""

import random

import pytest

from helpdesk.rules.segmenting import LONGEST, Phrase, folded, phrase, places, words

MIXED = "我要退货款，iPhone15壳！已refunded，退款失败"


def test_a_run_of_han_becomes_pairs_and_its_last_character() -> None:
    assert words("退货款") == ["退货", "货款", "款"]


def test_letters_and_figures_are_words_apart() -> None:
    assert words("iPhone15壳 SH-10482") == ["iphone", "15", "壳", "sh", "10482"]


@pytest.mark.parametrize(
    ("typed", "same"),
    [("ＩＰｈｏｎｅ１５", "iphone15"), ("退貨", "退货"), ("José", "jose"), ("REFUND", "refund")],
)
def test_forms_of_one_word_are_one_word(typed: str, same: str) -> None:
    assert words(typed) == words(same)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("退", ["退", "退"]),
        ("退款", ["退款"]),
        ("退货款", ["退货款"]),
        ("货款", ["货款"]),
        ("款退", []),
        ("iphone", ["iPhone"]),
        ("iPhone15壳", ["iPhone15壳"]),
        ("壳", ["壳"]),
        ("15", ["15"]),
        ("refund", ["refunded"]),
        ("re", []),
        ("已refund", ["已refunded"]),
    ],
)
def test_what_is_found_in_a_mixed_text(typed: str, found: list[str]) -> None:
    wanted = phrase(typed)
    assert wanted is not None

    assert [MIXED[start:end] for start, end in places(MIXED, wanted)] == found


def test_quotes_take_a_word_as_it_is() -> None:
    assert phrase("refund", exact=True) == Phrase(("refund",))
    assert phrase("refund") == Phrase(("refund",), begins=True)


def test_signs_alone_are_no_phrase() -> None:
    assert phrase("!? …") is None


def test_folding_keeps_every_place() -> None:
    odd = "İŞŐﬁ退𠀀e\u0301ẞǅ\ue001\x00"

    assert len(folded(odd)) == len(odd)


def test_a_stretch_of_a_text_is_found_in_it_whatever_it_is() -> None:
    chance = random.Random(7)
    for _ in range(2_000):
        text = "".join(chance.choices("退货款我a b1，Ｃ退", k=30))
        start = chance.randrange(25)
        stretch = text[start : start + chance.randint(1, 5)]
        wanted = phrase(stretch)
        if wanted is None or not stretch.strip() or wanted.words[0] not in words(text):
            continue  # it begins within a word of letters or figures
        if stretch[-1].isalnum() and stretch[-1].isascii() and text[start + len(stretch) :][:1].isascii():
            continue  # it ends within one
        if all(0x4E00 <= ord(each) < 0xA000 for each in stretch):
            assert places(text, wanted), (text, stretch)


def test_a_text_without_end_is_cut() -> None:
    assert len(words("退" * 50_000)) == LONGEST
