"""What a platform's buyer types is compared kindly in its spelling and strictly in everything else."""

import pytest

from helpdesk.rules.buyer_form import Typed, fits

TYPED = Typed(number="2398471029384756102", name="李小梅", last4="5678")


@pytest.mark.parametrize(
    ("typed", "on_file"),
    [
        ("李小梅", "李小梅"),
        (" 李 小梅 ", "李小梅"),
        ("ANA  maría", "Ana María"),
        ("Ａｎａ", "Ana"),
        ("李小梅", "李**"),
        ("李小梅", "李＊＊"),
        ("李小梅", "李*梅"),
        ("Jean-Luc O'Neill", "jean luc oneill"),
    ],
)
def test_two_spellings_of_one_name_are_one_name(typed: str, on_file: str) -> None:
    assert fits(Typed(number="1", name=typed, last4="5678"), name=on_file, last4="5678")


@pytest.mark.parametrize(
    ("typed", "on_file"),
    [
        ("王小梅", "李**"),
        ("李", "李**"),
        ("李**", "李**"),
        ("李小梅", "**"),
        ("李小梅", ""),
        ("", ""),
        ("李小", "李小梅"),
        ("*", "李小梅"),
    ],
)
def test_another_name_or_none_is_no_proof(typed: str, on_file: str) -> None:
    assert not fits(Typed(number="1", name=typed, last4="5678"), name=on_file, last4="5678")


@pytest.mark.parametrize("last4", ["5678", " 5678", "５６７８", "13800005678", "+86 138 0000 5678"])
def test_more_of_the_telephone_number_is_as_good(last4: str) -> None:
    assert fits(Typed(number="1", name="李小梅", last4=last4), name="李小梅", last4="5678")


@pytest.mark.parametrize(
    ("last4", "on_file"), [("5679", "5678"), ("678", "5678"), ("", ""), ("٥٦٧٨", "5678")]
)
def test_other_digits_or_none_are_no_proof(last4: str, on_file: str) -> None:
    assert not fits(Typed(number="1", name="李小梅", last4=last4), name="李小梅", last4=on_file)
