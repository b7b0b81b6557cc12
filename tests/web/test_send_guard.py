"""The send guard on the page: it stops, says why and what to do, keeps every word, and one press sends."""

import re
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from helpdesk.db import reading
from helpdesk.models import Entry
from helpdesk.rules.states import OutboxState
from tests.web.conftest import Desk, Visitor
from tests.web.reading import read
from tests.web.test_ticket import seen_on

INSIST = re.compile(r'name="insist" value="([^"]+)"')


def send(browser: Visitor, number: int, text: str, **more: Any) -> TestResponse:
    seen = seen_on(browser.text(f"/tickets/{number}"))
    return browser.post(f"/tickets/{number}/entries", **{"kind": "reply", "text": text, "seen": seen, **more})


def replied(number: int) -> dict[str, Any]:
    """The facts of the newest reply."""
    with reading() as session:
        query = select(Entry).where(Entry.ticket_id == number, Entry.verb == "replied")
        return session.scalars(query.order_by(Entry.id.desc())).first().facts


def press_anyway(browser: Visitor, number: int, page: str, text: str, **more: Any) -> int:
    form = {"kind": "reply", "text": text, "seen": seen_on(page), "insist": INSIST.findall(page)}
    return browser.post(f"/tickets/{number}/entries", **form, anyway="solved", **more).status_code


def test_a_promised_file_that_is_missing_stops_the_reply_and_one_press_sends_it(
    desk: Desk, browser: Visitor
) -> None:
    number = desk.receive()
    before = desk.verbs(number)
    text = "Please find attached the label."
    answer = send(browser, number, text, then="solved")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert desk.verbs(number) == before
    assert f">{text}</textarea>" in page
    assert "promises a file, and none is attached" in read(page)
    assert 'name="anyway" value="solved"' in page

    assert press_anyway(browser, number, page, text) == 303
    assert replied(number)["insisted"] == [
        {"stop": "attachment", "found": "Please find attached the label", "known": []}
    ]
    assert "Sent all the same: “Please find attached the label” promises a file" in read(
        browser.text(f"/tickets/{number}")
    )


def test_with_the_file_it_goes_at_once(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    file = (BytesIO(b"%PDF-1.4"), "label.pdf")
    assert send(browser, number, "See attached.", files=file).status_code == 303
    assert "insisted" not in replied(number)


def test_sending_again_without_the_press_is_stopped_again(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    for _ in range(2):
        assert send(browser, number, "见附件。").status_code == 409
    assert desk.outbox_states(number).count(OutboxState.QUEUED) == 1, "the acknowledgement alone"


def test_other_words_than_those_that_were_read_are_stopped_anew(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    page = send(browser, number, "See attached.").get_data(as_text=True)
    assert press_anyway(browser, number, page, "Dear [name], see attached.") == 409


@pytest.mark.parametrize("text", ["Dear {{ buyer.name }}, hello", "internal: she has done this before"])
def test_no_press_sends_what_is_never_meant(desk: Desk, browser: Visitor, text: str) -> None:
    number = desk.receive()
    page = send(browser, number, text).get_data(as_text=True)
    assert 'name="anyway"' not in page
    assert press_anyway(browser, number, page, text) == 409


def test_words_for_colleagues_become_a_note_by_one_press(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    text = "@Lead can you look at this?"
    answer = send(browser, number, text)
    page = answer.get_data(as_text=True)
    assert "is meant for colleagues" in read(page)
    form = {"kind": "reply", "as": "note", "text": text, "seen": seen_on(page)}
    assert browser.post(f"/tickets/{number}/entries", **form).status_code == 303
    assert desk.verbs(number)[-1] == "noted"


def test_a_note_is_asked_nothing(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    assert send(browser, number, "internal: see attached, @lead", kind="note").status_code == 303


def test_what_came_in_meanwhile_is_shown_in_the_box_and_the_next_press_sends(
    desk: Desk, browser: Visitor
) -> None:
    number = desk.receive()
    seen = seen_on(browser.text(f"/tickets/{number}"))
    desk.reply(number, "A colleague was faster.")
    page = browser.post(f"/tickets/{number}/entries", kind="reply", text="My own words.", seen=seen).get_data(
        as_text=True
    )
    box = page[page.index('id="guard"') : page.index("</textarea>")]
    assert "A colleague was faster." in box
    assert 'name="anyway"' not in page
    assert send(browser, number, "My own words.").status_code == 303


def test_the_box_is_said_in_chinese(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.get("/profile")
    browser.post("/profile", name="Agent Li", language="zh-CN")
    page = read(send(browser, number, "见附件。").get_data(as_text=True))
    assert "promises" not in page
    assert "Send all the same" not in page
