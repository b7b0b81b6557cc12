"""The ticket page: reading, answering, undoing, and not talking past each other."""

import re
import time
from io import BytesIO
from unittest.mock import patch

import pytest

from helpdesk import clock
from helpdesk.actions import outbox, tickets
from helpdesk.db import transaction
from helpdesk.models import Ticket
from helpdesk.queries import tickets as lookups
from helpdesk.rules.states import OutboxState, TicketState
from tests.web.conftest import Desk, Queries, Visitor, letter


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return found.group(1)


def test_the_page_shows_facts_and_words_and_folds_quotes(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("Still broken.\n\nOn Monday Shop wrote:\n> please send a photo\n"))
    page = browser.text(f"/tickets/{number}")
    new, _, folded = page.partition('<details class="quoted">')
    assert "Still broken." in new
    assert "please send a photo" not in new
    assert "please send a photo" in folded
    for fact in ("wang@qq.example", "sender not verified", "Broken cup", "Assignee"):
        assert fact in page


def test_a_reply_becomes_entry_and_outbox_row_and_rings_the_sender(desk: Desk, browser: Visitor) -> None:
    rung: list[bool] = []
    desk.app.extensions["helpdesk.wake"] = lambda: rung.append(True)
    number = desk.receive()
    seen = seen_on(browser.text(f"/tickets/{number}"))
    answer = browser.post(
        f"/tickets/{number}/entries",
        kind="reply",
        text="请放心，我们马上处理。",
        seen=seen,
        then="solved",
        files=[(BytesIO(b"%PDF-1.4"), "../../退款单.pdf"), (BytesIO(b""), "")],
    )
    assert answer.status_code == 303
    assert "replied" in desk.verbs(number)
    assert desk.outbox_states(number)[-1] is OutboxState.QUEUED
    assert desk.row(Ticket, number).state is TicketState.SOLVED
    assert rung == [True]
    page = browser.text(f"/tickets/{number}")
    assert "请放心，我们马上处理。" in page
    assert ">退款单.pdf</a>" in page


def test_a_reply_stops_when_the_conversation_has_moved_on(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    seen = seen_on(browser.text(f"/tickets/{number}"))
    desk.reply(number, "A colleague was faster.")
    before = desk.verbs(number)

    answer = browser.post(f"/tickets/{number}/entries", kind="reply", text="My own words.", seen=seen)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "The conversation has moved on" in page
    assert ">My own words.</textarea>" in page
    assert "is-unread" in page
    assert "A colleague was faster." in page
    assert desk.verbs(number) == before
    assert (
        browser.post(
            f"/tickets/{number}/entries", kind="reply", text="Now knowingly.", seen=seen_on(page)
        ).status_code
        == 303
    )


def test_a_reply_that_she_took_back_herself_is_no_news(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    seen = seen_on(browser.text(f"/tickets/{number}"))
    entry = desk.reply(number, "Sent too early.")
    assert browser.post(f"/tickets/{number}/entries/{entry}/withdrawal").status_code == 303
    words = {"kind": "reply", "text": "Now with the form.", "seen": seen}

    lead = desk.visitor("lead")
    lead.get(f"/tickets/{number}")
    assert lead.post(f"/tickets/{number}/entries", **words).status_code == 409, "news to a colleague"
    assert browser.post(f"/tickets/{number}/entries", **words).status_code == 303


def test_mail_that_was_written_long_before_it_came_here_says_when(desk: Desk, browser: Visitor) -> None:
    old = desk.receive(b"Date: Fri, 13 Mar 2026 09:00:00 +0000\r\n" + letter())
    assert "written " in browser.text(f"/tickets/{old}")
    assert "2026-03-13T09:00" in browser.text(f"/tickets/{old}")
    new = desk.receive(b"Date: Mon, 01 Jun 2026 07:59:00 +0000\r\n" + letter())
    assert "written " not in browser.text(f"/tickets/{new}")


@pytest.mark.parametrize(("text", "said"), [("  ", "Write something first"), ("x" * 100_001, "as a file")])
def test_an_impossible_reply_is_refused_with_a_sentence(
    desk: Desk, browser: Visitor, text: str, said: str
) -> None:
    number = desk.receive()
    before = desk.verbs(number)
    answer = browser.post(f"/tickets/{number}/entries", kind="reply", text=text, seen="9")
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert desk.verbs(number) == before


def test_a_reply_that_took_hours_over_https_is_taken(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    browser.client.environ_base["wsgi.url_scheme"] = "https"
    with patch("time.time", return_value=time.time() + 5 * 3600):
        answer = browser.post(f"/tickets/{number}/entries", kind="note", text="after lunch")
    assert answer.status_code == 303


def test_a_note_stays_in_the_house(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    before = desk.outbox_states(number)
    answer = browser.post(f"/tickets/{number}/entries", kind="note", text="VIP, be kind", seen="0")
    assert answer.status_code == 303
    assert desk.verbs(number)[-1] == "noted"
    assert desk.outbox_states(number) == before


def test_a_reply_can_be_taken_back_and_its_words_return(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    entry_id = desk.reply(number, "Too early")
    assert "Your reply has not left yet." in browser.text(f"/tickets/{number}")
    answer = browser.post(f"/tickets/{number}/entries/{entry_id}/withdrawal")
    assert answer.status_code == 303
    assert ">Too early</textarea>" in browser.text(answer.location)
    assert desk.outbox_states(number)[-1] is OutboxState.WITHDRAWN
    entries = len(desk.entries(number))
    again = browser.post(f"/tickets/{number}/entries/{entry_id}/withdrawal")  # a double click
    assert again.location == answer.location
    assert len(desk.entries(number)) == entries


def test_words_come_back_only_on_their_ticket_and_to_who_took_them_back(desk: Desk, browser: Visitor) -> None:
    one, other = desk.receive(), desk.receive(letter(subject="other"))
    entry_id = desk.reply(one, "Secret of one")
    browser.post(f"/tickets/{one}/entries/{entry_id}/withdrawal")
    assert ">Secret of one</textarea>" in browser.text(f"/tickets/{one}")
    assert "Secret of one" not in browser.text(f"/tickets/{other}")
    assert ">Secret of one</textarea>" not in desk.visitor("lead").text(f"/tickets/{one}")


def test_a_message_of_unknown_fate_is_settled_by_hand(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    row_id = desk.end_sending(desk.reply(number), outbox.mark_unknown)
    assert "nobody knows whether it went out" in browser.text(f"/tickets/{number}")
    path = f"/tickets/{number}/messages/{row_id}/settlement"
    assert browser.post(path, arrived="perhaps").status_code == 422
    assert browser.post(path, arrived="no").status_code == 303
    assert desk.outbox_states(number)[-1] is OutboxState.QUEUED
    assert browser.post(path, arrived="yes").status_code == 409


def test_state_and_assignee_change_at_once(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    assert browser.post(f"/tickets/{number}/state", state="waiting", waiting_on="carrier").status_code == 303
    assert browser.post(f"/tickets/{number}/assignee", assignee=str(desk.lead)).status_code == 303
    page = browser.text(f"/tickets/{number}")
    assert "waiting for the carrier" in page
    assert "gave it to Lead Li" in page
    assert browser.post(f"/tickets/{number}/assignee", assignee="").status_code == 303
    assert desk.row(Ticket, number).assignee_id is None


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"state": "waiting"}, 422),
        ({"state": "asleep"}, 422),
        ({"state": "waiting", "waiting_on": "godot"}, 422),
        ({"state": "new"}, 409),
    ],
)
def test_an_impossible_state_changes_nothing(
    desk: Desk, browser: Visitor, form: dict[str, str], status: int
) -> None:
    number = desk.receive()
    with transaction() as session:
        tickets.move(
            session, tickets.hold(session, number), TicketState.SOLVED, actor="agent:1", at=clock.now()
        )
    before = desk.verbs(number)
    assert browser.post(f"/tickets/{number}/state", **form).status_code == status
    assert desk.verbs(number) == before


@pytest.mark.parametrize(
    "path", ["/tickets/999", "/tickets/99999999999999999999", "/attachments/9", "/entries/9/raw"]
)
def test_what_is_not_there_is_404(browser: Visitor, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_a_refusal_is_said_once(browser: Visitor) -> None:
    page = browser.text("/tickets/999")
    assert page.count("There is no ticket 999") == 2, "in the title and as the heading"
    assert "There is no such page" not in page


def test_an_open_page_learns_what_is_new(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    path = f"/tickets/{number}/entries"
    first = browser.get(path)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert browser.get(path, headers=tag).status_code == 304
    desk.reply(number, "Something new")
    assert "Something new" in browser.text(path, headers=tag)
    assert "<textarea" not in browser.text(path)


def test_a_longer_conversation_costs_no_more_queries(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    desk.reply(number)
    with Queries() as few:
        browser.get(f"/tickets/{number}")
    for each in range(12):
        desk.reply(number, f"answer {each}")
    with Queries() as many:
        browser.get(f"/tickets/{number}")
    assert many.count == few.count
    assert few.count < 42  # orders, the draft, claims, evidence, side mail: each asked for once


def test_an_endless_conversation_is_shown_from_its_end(
    desk: Desk, browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "NEWEST", 3)
    number = desk.receive(letter("the very first words"))
    for each in range(3):
        desk.reply(number, f"answer {each}")
    page = browser.text(f"/tickets/{number}")
    assert page.count('class="words"') <= 3
    assert "Show the whole conversation" in page
    assert "the very first words" in browser.text(f"/tickets/{number}?whole=1")


def test_reading_changes_nothing(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(html="<p>hi</p>", file=("a.png", "image/png", b"x")))
    before = [entry.hash for entry in desk.entries(number)]
    ticket = f"/tickets/{number}"
    for path in ("/", ticket, f"{ticket}/entries", "/report", "/entries/1/html", "/entries/1/raw"):
        assert browser.get(path).status_code == 200
    assert [entry.hash for entry in desk.entries(number)] == before
