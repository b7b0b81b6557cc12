"""Variables of saved replies: a fixed list, looked up and never run."""

import time

import pytest

from helpdesk.rules.placeholders import NAMES, fill, unknown


def test_each_variable_is_put_in_however_it_is_spaced() -> None:
    filled = fill(
        "{{buyer.name}}, {{ buyer.name }}: {{  order.number }}", {"buyer.name": "李梅", "order.number": "7"}
    )
    assert filled.text == "李梅, 李梅: 7"
    assert filled.missing == ()


def test_what_has_no_value_stays_and_is_named_once() -> None:
    filled = fill(
        "{{ claim.amount }} {{ claim.amount }} {{ shop.name }}", {"shop.name": "S", "claim.amount": ""}
    )
    assert filled.text == "{{ claim.amount }} {{ claim.amount }} S"
    assert filled.missing == ("claim.amount",)


def test_a_value_that_looks_like_a_variable_is_not_read_again() -> None:
    values = {"buyer.name": "{{ shop.name }}", "shop.name": "secret"}
    assert fill("Dear {{ buyer.name }}", values).text == "Dear {{ shop.name }}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ order.secret }}",
        "{{ 'a' * 10**9 }}",
        "{{ buyer.__class__ }}",
        "{% for x in y %}",
        "{{ buyer.name | upper }}",
        "{{ buyer.name",
        "buyer.name }}",
        "{{ Buyer.Name }}",
        "{{}}",
    ],
)
def test_what_is_no_variable_of_ours_is_named(text: str) -> None:
    assert unknown(text)
    assert fill(text, dict.fromkeys(NAMES, "x")).text == text


def test_a_text_with_variables_only_of_ours_is_fine() -> None:
    assert unknown(" ".join(f"{{{{ {name} }}}}" for name in NAMES) + " { a } }") == ()


def test_braces_without_end_take_no_time() -> None:
    started = time.monotonic()
    for text in ("{{ " * 7_000, "{" * 20_000, "{{ a" * 5_000, "{{" + "a" * 20_000):
        fill(text, {})
        unknown(text)
    assert time.monotonic() - started < 2
