"""What agents write with marks, as HTML: a few marks, no trap for plain words, and nothing dangerous."""

import time

import pytest

from mail.markdown import html_of_words
from mail.markup import html_of


def made(words: str) -> str:
    return html_of(f"{words}\n\nMira\nShop", written=words)


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("This is **bold** and *so*.", "This is <strong>bold</strong> and <em>so</em>."),
        ("请**务必**拍照", "请<strong>务必</strong>拍照"),
        ("- one\n- two", "<li>one</li>"),
        ("1. one\n2. two", "<li>two</li>"),
        ("> you asked\n\nyes", "<blockquote"),
        (
            "[our page](https://shop.example/a?b=1&c=2)",
            '<a href="https://shop.example/a?b=1&amp;c=2">our page</a>',
        ),
        ("*See* https://shop.example/a.", '<a href="https://shop.example/a">https://shop.example/a</a>.'),
        ("one\n*two*", "one<br>\n<em>two</em>"),
    ],
)
def test_marks_become_elements(words: str, html: str) -> None:
    assert html in made(words)


@pytest.mark.parametrize(
    "words",
    [
        "Order SH_10482_A costs 2 * 3 * 4.",
        "Mira\n-----\nShop",
        "# 12 is your number",
        "    indented",
        "5 < 6 & 7 > 6",
        "2026年6月1日\n我们已退款。",
        "A | B\n--|--\n1 | 2",
        "AT&amp;T",
        "Use <name> here",
    ],
)
def test_plain_words_stay_what_they_are(words: str) -> None:
    found = made(words)
    for element in ("<em", "<h", "<table", "<hr", "<pre", "<ul", "<ol"):
        assert element not in found.replace("<html", "").replace("<head", "")


def test_the_letter_around_the_words_is_not_read() -> None:
    found = html_of("*so*\n\n*Mira*\nShop", written="*so*")
    assert "<em>so</em>" in found
    assert "*Mira*<br>" in found


@pytest.mark.parametrize(
    "words",
    [
        "*x* <script>alert(1)</script>",
        "*x* <img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x) *y*",
        '[x](https://a.example/"onmouseover="alert(1))',
        "![x](https://tracker.example/x.png) *y*",
        "[x]( java\nscript:alert(1) ) *y*",
        "*x* <a href='javascript:alert(1)'>y</a>",
    ],
)
def test_nothing_dangerous_comes_through(words: str) -> None:
    found = made(words)
    for bad in (
        "<script",
        "<img",
        'href="javascript',
        'href="data',
        'href="vbscript',
        ' onmouseover="',
        "<a href='",
    ):
        assert bad not in found


def test_hostile_text_takes_no_time() -> None:
    started = time.monotonic()
    for text in ("*", "[", "> ", "- ", "`", "*a ", "[a](", "*a _b ", "- a\n"):
        html_of_words((text * 20_000)[:20_000])
    assert time.monotonic() - started < 20  # 3 s on a machine that does nothing else


def test_words_without_marks_are_left_to_the_plain_way() -> None:
    assert html_of_words("Hello, we are on it.\n\nSee https://shop.example") is None
    assert html_of_words("*" + "x" * 20_001) is None
