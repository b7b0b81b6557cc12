"""Identity cards, telephones and bank cards are nowhere on a page whole, and the raw mail is as it came."""

import re
from html import unescape

import pytest

from helpdesk.db import reading
from helpdesk.models import Entry, Ticket
from mail.parse import parse
from tests.actions.sold import given, sell
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.trust
IDENTITY, PHONE, CARD = "11010119900307758X", "13812345678", "6222021234567890128"
WORDS = f"我的身份证 {IDENTITY}，电话 {PHONE}，卡号 {CARD}"
SECRETS = (IDENTITY, PHONE, CARD)


def test_no_page_shows_such_a_number_whole(desk: Desk, browser: Visitor) -> None:
    html = f"<p>{WORDS}</p><blockquote>{PHONE}</blockquote>"
    number = desk.receive(letter(f"{WORDS}\n> {PHONE}", subject=f"退款 {IDENTITY}", html=html))
    desk.receive(letter("again", subject=f"电话 {PHONE}"))
    entry = desk.entries(number)[0]
    for path in (
        "/?queue=all",
        f"/tickets/{number}",
        f"/tickets/{number}/entries",
        f"/entries/{entry.id}/html",
        "/queue/rows",
    ):
        page = browser.text(path)
        assert [secret for secret in SECRETS if secret in page] == [], path
    page = browser.text(f"/tickets/{number}")
    assert "110*************8X" in page
    assert "138****5678" in page
    assert "6222***********0128" in page
    raw = browser.get(f"/entries/{entry.id}/raw").get_data()
    assert parse(raw).text.count(PHONE) == 2
    with reading() as session:
        assert PHONE in session.get_one(Entry, entry.id).facts["new"], "the entry itself stays what it was"


SPLIT = (
    "<b>138</b>12345678",
    "<span><i>1</i>38</span>1234<wbr>5678",
    "138&nbsp;1234&nbsp;5678",
    "138&#8203;1234&#8203;5678",
    "138&shy;12345678",
    "138\n1234\n5678",
    '1381234<a href="https://shop.example/">5678</a>',
    "138‑1234‑5678",
)


@pytest.mark.parametrize("split", SPLIT)
def test_tags_in_the_midst_of_a_number_do_not_hide_it(desk: Desk, browser: Visitor, split: str) -> None:
    html = f"<p>tel <b>{split}</b> &amp; 身份证 <font color=red>110101</font>19900307758X<br>ok &lt;3</p>"
    desk.receive(letter("see below", html=html))
    page = browser.text(f"/entries/{desk.entries(1)[0].id}/html")
    read = re.sub(r"<[^>]*>", "", page)
    seen = re.sub(r"[^0-9A-Za-z*<]", "", unescape(read))
    assert "138****5678" in seen
    assert "110*************8X" in seen
    assert "ok &lt;3" in page


def test_what_stands_in_two_cells_or_lines_is_two_things(desk: Desk, browser: Visitor) -> None:
    desk.receive(
        letter("x", html="<table><tr><td>138</td><td>12345678</td></tr></table><pre>a\nb 1\nc</pre>")
    )
    page = browser.text(f"/entries/{desk.entries(1)[0].id}/html")
    assert "<td>12345678</td>" in page
    assert "a\nb 1\nc" in page


def test_the_lines_of_plain_text_stay_where_a_number_is_masked(desk: Desk, browser: Visitor) -> None:
    desk.receive(letter("x", html=f"<pre>a\nb {PHONE}\nc</pre>"))
    assert "a\nb 138****5678\nc" in browser.text(f"/entries/{desk.entries(1)[0].id}/html")


def test_a_number_with_what_nobody_sees_in_it_is_masked_in_plain_text(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("tel 138\u200b1234\u200b5678 or 139\u00a01234\u00a05678"))
    page = browser.text(f"/tickets/{number}")
    assert "138\u200b****\u200b5678" in page
    assert "139\u00a0****\u00a05678" in page


def test_the_number_of_an_order_stays_readable(desk: Desk, browser: Visitor) -> None:
    sell(given(CARD))
    number = desk.receive(letter(f"订单 {CARD} 退款", subject=f"订单 {CARD}"))
    for path in ("/?queue=all", f"/tickets/{number}"):
        assert CARD in browser.text(path)


def test_a_number_at_the_end_of_a_preview_is_not_cut_into_sight(desk: Desk, browser: Visitor) -> None:
    desk.receive(letter("x" * 150 + f" {IDENTITY}"))
    assert IDENTITY[:8] not in desk.row(Ticket, 1).preview


def test_our_own_words_are_ours(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    desk.reply(number, "Call us: 010-87654321")
    assert "010-87654321" in browser.text(f"/tickets/{number}")


def test_an_ignored_mail_is_masked_too(desk: Desk) -> None:
    row = desk.ignore(letter(WORDS))
    lead = desk.visitor("lead")
    page = lead.text(f"/received/{row}")
    assert [secret for secret in SECRETS if secret in page] == []
