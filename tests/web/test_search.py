"""The search page: what is found, shown and said; on both databases where they could differ."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import delete

from helpdesk import clock
from helpdesk.actions import conversation, indexing, tickets
from helpdesk.db import transaction
from helpdesk.models import Entry, EntryPayload, Ticket
from helpdesk.models.searching import WORDS
from helpdesk.rules.states import EntryKind
from helpdesk.workers import indexing as worker
from tests.actions.sold import given, sell
from tests.web.conftest import PNG, Desk, Queries, Visitor, letter, on

PHONE = "13812345678"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from on(database_url, tmp_path)


def found(browser: Visitor, asked: str) -> list[int]:
    """Numbers of the tickets on the page of results, in their order."""
    page = browser.get(f"/search?q={quote(asked)}").get_data(as_text=True)
    assert "search-trouble" not in page, asked
    return [int(number) for number in re.findall(r'data-key="(\d+)"', page)]


@pytest.fixture
def filled(desk: Desk) -> dict[str, int]:
    """Four tickets, the newest last."""
    words = {
        "case": ("我的iPhone15壳摔坏了，要退货款。", "手机壳", "王小明 <wang.xm@qq.example>"),
        "cup": ("Half of it was refunded, and the cup is broken.", "Broken cup", "Ann Lee <ann@ann.example>"),
        "photo": ("see the picture", "Hello", "José <jose@x.example>"),
        "phone": (f"请给我打电话 {PHONE}", "联系", "Li <li@x.example>"),
    }  # fmt: skip
    files = {"photo": ("退货单_scan.png", "image/png", PNG)}
    numbers = {
        name: desk.receive(letter(text, subject=subject, sender=sender, file=files.get(name)))
        for name, (text, subject, sender) in words.items()
    }
    desk.reply(numbers["cup"], "It leaves our warehouse tomorrow.")
    return numbers


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("退", ["photo", "case"]),
        ("退货", ["photo", "case"]),
        ("退货款", ["case"]),
        ("款退", []),
        ("iPhone壳", []),
        ("iPhone15壳", ["case"]),
        ("ｉｐｈｏｎｅ", ["case"]),
        ("refund", ["cup"]),
        ('"refund"', []),
        ("cup broken", ["cup"]),
        ('"cup broken"', []),
        ('"cup is broken"', ["cup"]),
        ("cup -warehouse", []),
        ("warehouse", ["cup"]),
        ("王小明", ["case"]),
        ("wang.xm@qq.example", ["case"]),
        ("from:小明", ["case"]),
        ("from:ann", ["cup"]),
        ("from:warehouse", []),
        ("jose", ["photo"]),
        ("file:退货单", ["photo"]),
        ("file:退货款", []),
        ("has:attachment", ["photo"]),
        ("has:photo jose", ["photo"]),
        ("state:waiting", ["cup"]),
        ("状态:新 退", ["photo", "case"]),
        ("-state:new", ["cup"]),
        ("assignee:nobody hello", ["photo"]),
        ("to:support@shop.example hello", ["photo"]),
        ("support", []),
        ("after:2026-06-01 hello", ["photo"]),
        ("before:2026-06-01", []),
        ("!?", ["cup", "phone", "photo", "case"]),
    ],
)
def test_what_is_found(filled: dict[str, int], browser: Visitor, asked: str, names: list[str]) -> None:
    assert sorted(found(browser, asked)) == sorted(filled[name] for name in names)


def test_numbers_of_tickets_and_orders_lead_to_them(
    desk: Desk, filled: dict[str, int], browser: Visitor
) -> None:
    sell(given("SH-10482", source="shop", emails=("ann@ann.example",)))
    about = desk.receive(letter("Where is SH-10482?", sender="Ann Lee <ann@ann.example>"))
    for asked in ("SH-10482", "sh-10482", "0482", "order:0482", "order:sh-10482", "订单：10482"):
        assert about in found(browser, asked), asked
    assert found(browser, "order:0483") == []
    assert filled["case"] in found(browser, str(filled["case"]))
    assert found(browser, f"ticket:{filled['case']}") == [filled["case"]]
    assert browser.get(f"/search?q=%23{filled['case']}").location == f"/tickets/{filled['case']}"
    assert found(browser, "#999") == []


def test_amounts_reasons_and_people(desk: Desk, filled: dict[str, int], browser: Visitor) -> None:
    owner = desk.visitor("owner")
    form = {"amount": "59.90", "currency": "EUR", "method": "alipay", "reference": "a"}
    assert owner.post(f"/tickets/{filled['cup']}/refunds", **form).status_code == 303
    for asked in ("amount>50", "amount<=59.90EUR", "金额=59.90", "amount>50 has:refund"):
        assert found(browser, asked) == [filled["cup"]], asked
    for asked in ("amount>59.90", "amount>50CNY", "reason:damaged cup"):
        assert found(browser, asked) == [], asked
    assert browser.post(f"/tickets/{filled['cup']}/assignee", assignee=str(desk.agent)).status_code == 303
    for asked in ("assignee:me", "assignee:agent", "处理人:我", "-assignee:nobody"):
        assert found(browser, asked) == [filled["cup"]], asked


def test_what_was_found_stands_in_its_piece_with_a_mark(filled: dict[str, int], browser: Visitor) -> None:
    page = unescape(browser.text("/search?q=" + quote("退货款 iphone")))

    assert "我的<mark>iPhone</mark>15壳摔坏了，要<mark>退货款</mark>。" in page
    assert f"/tickets/{filled['case']}#entry-1" in page


def test_a_page_keeps_the_search_and_starts_after_the_last_row(desk: Desk, browser: Visitor) -> None:
    numbers = []
    for _ in range(52):
        clock.shift(timedelta(seconds=1))
        numbers.append(desk.receive(letter("一样的话", sender=f"a{len(numbers)}@x.example")))
    first = browser.text("/search?q=" + quote("一样"))
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = browser.text(unescape(older))
    rows = [int(each) for page in (first, second) for each in re.findall(r'data-key="(\d+)"', page)]

    assert rows == sorted(numbers, reverse=True)
    assert 'value="一样"' in second


def test_what_is_masked_is_neither_found_nor_shown(filled: dict[str, int], browser: Visitor) -> None:
    assert found(browser, PHONE) == []
    assert found(browser, "打电话") == [filled["phone"]]
    page = browser.text("/search?q=" + quote("打电话"))
    assert PHONE not in page
    assert "138****5678" in page


def test_what_is_erased_has_left_the_index(filled: dict[str, int], browser: Visitor) -> None:
    with transaction() as session:
        entry = session.query(Entry).filter_by(ticket_id=filled["case"], seq=1).one()
        session.query(EntryPayload).filter_by(entry_id=entry.id).delete()
    worker.index()

    assert found(browser, "退货款") == []
    assert found(browser, "from:小明") == []


def test_what_was_changed_is_found_by_its_new_words_only(filled: dict[str, int], browser: Visitor) -> None:
    with transaction() as session:
        entry = session.query(Entry).filter_by(ticket_id=filled["case"], seq=1).one()
        assert entry.payload is not None
        entry.payload.facts = {**entry.facts, "text": "空空如也", "new": "空空如也"}
    assert worker.index() == 1

    assert found(browser, "空空如也") == [filled["case"]]
    assert found(browser, "退货款") == []


def test_a_rolled_back_mail_leaves_nothing_in_the_index(desk: Desk, browser: Visitor) -> None:
    kept = desk.receive(letter("留下来的话"))
    with transaction() as session:
        tickets.hold(session, kept)
        inside = session.begin_nested()
        ticket = session.get_one(Ticket, kept)
        conversation.record(
            session,
            ticket,
            EntryKind.NOTE,
            "noted",
            actor="agent:1",
            at=clock.now(),
            facts={"text": "消失的话"},
        )
        inside.rollback()

    assert found(browser, "消失") == []
    assert found(browser, "留下来") == [kept]


def test_old_entries_are_found_once_they_are_indexed(filled: dict[str, int], browser: Visitor) -> None:
    with transaction() as session:
        session.execute(delete(WORDS))
        waiting = indexing.put_in_line(session)
    assert "still being indexed" in browser.text("/search?q=" + quote("退货款"))
    with transaction() as session:
        assert indexing.index_waiting(session, 1_000) == waiting
        assert indexing.index_waiting(session) == 0
        indexing.settle(session)

    assert found(browser, "退货款 王小明") == [filled["case"]]
    assert found(browser, "warehouse") == [filled["cup"]]
    assert "still being indexed" not in browser.text("/search?q=" + quote("退货款"))


def test_spam_is_found_only_when_asked_for(desk: Desk, filled: dict[str, int], browser: Visitor) -> None:
    assert browser.post(f"/tickets/{filled['photo']}/spam", spam="yes").status_code == 303

    assert found(browser, "jose") == []
    assert found(browser, "jose state:spam") == [filled["photo"]]


def test_what_is_not_understood_is_said_with_what_was_perhaps_meant(browser: Visitor) -> None:
    page = unescape(browser.text("/search?q=" + quote("退款 stat:open")))

    assert "“stat:” is no field of the search" in page
    assert f"/search?q={quote('退款')}+state:open" in page.replace("%3A", ":")
    assert 'value="退款 stat:open"' in page


def test_it_asks_the_database_as_often_for_many_as_for_one(
    desk: Desk, filled: dict[str, int], browser: Visitor
) -> None:
    with Queries() as one:
        found(browser, "cup broken")
    with Queries() as many:
        found(browser, "state:new,waiting")

    assert many.count <= one.count + 3
    assert one.count <= 21  # four for tags and what can be done to many: see test_queues_of_work.py


@pytest.mark.parametrize(
    "hostile",
    [
        '" OR 1=1 --',
        "'; DROP TABLE entry; --",
        "NEAR(a b)",
        "a AND b OR *",
        '"' * 50,
        "-" * 50,
        "%_%",
        "\\",
        "from:'",
    ],
)
def test_no_sign_is_more_than_a_sign(filled: dict[str, int], browser: Visitor, hostile: str) -> None:
    assert browser.get(f"/search?q={quote(hostile)}").status_code == 200
