"""Drafts on the server: kept, found on another device, gone when sent; two windows lose nothing."""

import re
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import merging, writing
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Draft, DraftFile
from tests.web.conftest import Desk, Visitor, letter
from tests.web.test_composer_files import KEPT
from tests.web.test_ticket import seen_on

KNEW = re.compile(r'name="knew" value="(\d+)"')
PANE = re.compile(r'name="pane" value="([^"]+)"')
AREA = re.compile(r"<textarea[^>]*>([^<]*)</textarea>")


class Window:
    """A page of a ticket with the composer, as its JavaScript uses it."""

    def __init__(self, browser: Visitor, number: int) -> None:
        self.browser, self.number = browser, number
        page = browser.text(f"/tickets/{number}")
        self.knew, self.pane, self.seen = KNEW.search(page)[1], PANE.search(page)[1], seen_on(page)
        self.text = AREA.search(page)[1]

    def save(self, text: str, **more: Any) -> dict[str, Any]:
        form = {"kind": "reply", "text": text, "knew": self.knew, "pane": self.pane, **more}
        said = self.browser.post(f"/tickets/{self.number}/draft", **form).get_json()
        self.knew = str(said["version"])
        return said

    def send(self, text: str, **more: Any) -> int:
        form = {"kind": "reply", "text": text, "knew": self.knew, "pane": self.pane, "seen": self.seen}
        return self.browser.post(f"/tickets/{self.number}/entries", **form | more).status_code


def drafts() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Draft.text).order_by(Draft.id)))


def test_a_draft_is_found_on_another_device_after_signing_out(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    Window(browser, number).save("Half a thought", kind="note")
    browser.post("/logout")
    page = desk.visitor().text(f"/tickets/{number}")
    assert ">Half a thought</textarea>" in page
    assert re.search(r'value="note" id="kind-note" checked', page)
    assert Window(desk.visitor("lead"), number).text == ""


def test_a_draft_is_gone_when_it_was_sent_and_when_it_is_given_up(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    window = Window(browser, number)
    window.save("We are on it")
    assert window.send("We are on it.") == 303
    assert drafts() == []

    Window(browser, number).save("Another")
    browser.post(f"/tickets/{number}/draft/end")
    assert drafts() == []


def test_a_save_that_comes_after_sending_brings_nothing_back(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    window = Window(browser, number)
    window.send("We are on it.")
    assert window.save("We are on it.")["version"] == 0
    assert drafts() == []


def test_of_two_windows_the_newer_words_stand_and_the_others_are_kept(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    one, two = Window(browser, number), Window(browser, number)
    one.save("Words of one")
    assert two.save("Words of two")["replaced"] == "Words of one"
    assert two.save("Words of two, longer")["replaced"] == "Words of one"

    page = browser.text(f"/tickets/{number}")
    assert ">Words of two, longer</textarea>" in page
    assert "Words of one" in page
    form = {"text": "Words of two, longer", "knew": two.knew, "pane": two.pane}
    browser.post(f"/tickets/{number}/draft/exchange", **form)
    assert Window(browser, number).text == "Words of one"


def test_sending_from_one_window_keeps_what_another_has_written_since(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    one, two = Window(browser, number), Window(browser, number)
    one.save("Words of one")
    two.save("Words of two")
    assert one.send("Words of one") == 303
    assert drafts() == ["Words of two"]


def test_files_that_were_chosen_are_there_after_a_reload_and_go_once(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    window = Window(browser, number)
    for name in ("a.txt", "b.txt"):
        said = browser.post(f"/tickets/{number}/draft/files", files=(BytesIO(b"bytes"), name))
        assert said.status_code == 200
    _, (b, _, _) = KEPT.findall(browser.text(f"/tickets/{number}"))
    window.save("See the second", keep=[b])
    assert [key for key, _, _ in KEPT.findall(browser.text(f"/tickets/{number}"))] == [b]
    assert window.send("See the second", keep=[b]) == 303
    with reading() as session:
        assert session.scalars(select(DraftFile.id)).all() == []


def test_too_many_files_are_refused_and_the_others_stay(
    desk: Desk, browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_BYTES", 100)
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    big = (BytesIO(bytes(100)), "big.bin")
    assert browser.post(f"/tickets/{number}/draft/files", files=big).status_code == 200
    said = browser.post(f"/tickets/{number}/draft/files", files=(BytesIO(b"x"), "x.txt"))
    assert said.status_code == 422
    assert "more than 20 MB together" in said.text
    assert [name for _, _, name in KEPT.findall(said.text)] == ["big.bin"]


def test_undo_keeps_what_was_begun_since(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    entry_id = desk.reply(number, "Too early")
    Window(browser, number).save("Begun since")
    path = f"/tickets/{number}/entries/{entry_id}/withdrawal"
    page = browser.text(browser.post(path).location)
    assert ">Too early</textarea>" in page
    assert "Begun since" in page
    Window(browser, number).save("Too early, changed")
    browser.post(path)  # a second press from an old page
    assert Window(browser, number).text == "Too early, changed"


def test_a_draft_of_a_merged_ticket_stands_where_it_is_answered(desk: Desk, browser: Visitor) -> None:
    number, into = desk.receive(), desk.receive(letter(subject="other"))
    Window(browser, number).save("Begun on the first")
    with transaction() as session:
        by = session.get_one(Agent, desk.agent)
        merging.merge(session, number, into, by=by, at=clock.now(), of_two_buyers=True)
    window = Window(browser, into)
    assert window.text == "Begun on the first"
    assert window.send("Begun on the first") == 303
    assert drafts() == []


def test_the_button_keeps_a_draft_without_javascript(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    form = {"kind": "note", "text": "Later", "save": "draft", "files": (BytesIO(b"x"), "x.txt")}
    assert browser.post(f"/tickets/{number}/entries", **form).status_code == 303
    page = browser.text(f"/tickets/{number}")
    assert ">Later</textarea>" in page
    assert [name for _, _, name in KEPT.findall(page)] == ["x.txt"]
    assert "noted" not in desk.verbs(number)


def test_too_long_a_draft_is_refused_and_the_older_one_stays(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    Window(browser, number).save("Short")
    said = browser.post(f"/tickets/{number}/draft", text="x" * 100_001)
    assert said.status_code == 422
    assert drafts() == ["Short"]
