"""Who else is on a ticket, seen on its page and in the list; and where the unread begins."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.db import reading
from helpdesk.models import Entry, LastRead, Presence
from tests.web.conftest import Desk, Queries, Visitor, letter, on


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from on(database_url, tmp_path)


@pytest.fixture
def number(desk: Desk) -> int:
    return desk.receive()


@pytest.fixture
def lead(desk: Desk) -> Visitor:
    return desk.visitor("lead")


def tell(visitor: Visitor, number: int, **form: object) -> None:
    assert visitor.post(f"/tickets/{number}/presence", **form).status_code == 204


def test_who_has_it_open_stands_on_the_ticket_and_in_the_list(
    desk: Desk, browser: Visitor, lead: Visitor, number: int
) -> None:
    tell(lead, number)
    assert "Lead Li is looking" in browser.text(f"/tickets/{number}")
    tell(lead, number, writes="yes")
    assert "Lead Li is writing" in browser.text(f"/tickets/{number}")
    assert "Lead Li is writing" in browser.text("/queue/rows?queue=all")
    assert "is writing" not in lead.text(f"/tickets/{number}"), "nobody is told of himself"


def test_an_open_page_and_an_open_list_hear_of_it_at_once(
    browser: Visitor, lead: Visitor, number: int
) -> None:
    for path in (f"/tickets/{number}/entries", "/queue/rows?queue=all"):
        first = browser.get(path)
        known = {"If-None-Match": first.headers["ETag"]}
        assert browser.get(path, headers=known).status_code == 304
        tell(lead, number, writes="yes")
        assert "Lead Li is writing" in browser.text(path, headers=known)
        tell(lead, number, left="yes")
        assert "Lead Li is" not in browser.text(path)


def test_a_ghost_is_gone_within_half_a_minute(browser: Visitor, lead: Visitor, number: int) -> None:
    tell(lead, number, writes="yes")
    clock.shift(timedelta(seconds=27))
    assert "Lead Li is" not in browser.text(f"/tickets/{number}")
    tell(lead, number)
    assert "Lead Li is looking" in browser.text(f"/tickets/{number}")


def test_rows_that_nobody_took_away_are_swept(desk: Desk, lead: Visitor, number: int) -> None:
    tell(lead, number)
    clock.shift(timedelta(hours=2))
    tell(lead, desk.receive())
    with reading() as session:
        assert session.query(Presence).count() == 1


def test_it_is_no_entry_and_costs_one_small_write(desk: Desk, lead: Visitor, number: int) -> None:
    tell(lead, number)
    before = desk.verbs(number)
    with Queries() as queries:
        tell(lead, number, writes="yes")
    assert desk.verbs(number) == before
    assert queries.count <= 10


def test_nobody_is_on_a_ticket_that_is_not_there(browser: Visitor) -> None:
    browser.get("/profile")
    assert browser.post("/tickets/999/presence", writes="yes", read="1").status_code == 404
    assert browser.post("/tickets/999/presence", left="yes", read="1").status_code == 204


def test_a_stranger_is_nowhere(desk: Desk, number: int) -> None:
    stranger = Visitor(desk.app.test_client())
    stranger.get("/login")
    assert stranger.post(f"/tickets/{number}/presence").status_code == 401


def test_the_unread_begins_where_this_agent_stopped(
    desk: Desk, browser: Visitor, lead: Visitor, number: int
) -> None:
    with reading() as session:
        (first,) = session.query(Entry.id).filter_by(ticket_id=number, verb="received").one()
    assert "first-unread" not in browser.text(f"/tickets/{number}"), "who was never here has read nothing"
    tell(browser, number, read=first)
    assert "first-unread" not in browser.text(f"/tickets/{number}")

    desk.hear(number, "And one more thing.")
    desk.reply(number, "I have written this myself.")

    page = browser.text(f"/tickets/{number}")
    assert "1 new since you were here" in page
    assert page.index('id="first-unread"') < page.index("And one more thing.")
    assert "first-unread" not in lead.text(f"/tickets/{number}")


def test_what_was_read_never_goes_back_nor_to_another_ticket(
    desk: Desk, browser: Visitor, number: int
) -> None:
    other = desk.receive()
    with reading() as session:
        first = session.query(Entry.id).filter_by(ticket_id=number).order_by(Entry.id).first()
        foreign = session.query(Entry.id).filter_by(ticket_id=other).order_by(Entry.id).first()
        newest = session.query(Entry.id).filter_by(ticket_id=number).order_by(Entry.id.desc()).first()
    assert first
    assert foreign
    assert newest
    for said in (newest[0], first[0], foreign[0], 999_999, "x"):
        tell(browser, number, read=said)
    with reading() as session:
        assert [row.entry_id for row in session.query(LastRead)] == [newest[0]]


def test_the_middle_of_a_long_conversation_waits_behind_a_link(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("the very first words"))
    for turn in range(30):
        desk.reply(number, f"answer {turn}.")
    page = browser.text(f"/tickets/{number}")
    assert "the very first words" in page
    assert "answer 29." in page
    assert "answer 9." not in page
    assert "lines in between" in page
    assert "answer 9." in browser.text(f"/tickets/{number}?whole=1")


def test_what_is_unread_is_never_left_out(desk: Desk, browser: Visitor, lead: Visitor) -> None:
    number = desk.receive(letter("the very first words"))
    with reading() as session:
        first = session.query(Entry.id).filter_by(ticket_id=number).order_by(Entry.id).first()
    assert first
    tell(lead, number, read=first[0])
    for turn in range(30):
        desk.reply(number, f"answer {turn}.")
    assert "answer 1." in lead.text(f"/tickets/{number}")
    assert "answer 9." in lead.text(f"/tickets/{number}")
