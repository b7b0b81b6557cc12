"""Files in the composer: those of a reply that was taken back stay attached, and what is lost is said."""

import re
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from helpdesk.actions import writing
from helpdesk.db import transaction
from helpdesk.models import Entry
from mail.types import Attachment
from tests.web.conftest import PNG, Desk, Visitor, letter

KEPT = re.compile(r'name="keep" value="(\d+)" data-size="(\d+)" checked> ([^<]*) <')
LABEL = Attachment(filename="<label>.pdf", content_type="application/pdf", content=b"a label")
PHOTO = Attachment(filename="photo.png", content_type="image/png", content=PNG)


def taken_back(desk: Desk, browser: Visitor, number: int) -> str:
    """The page after a reply with two files was taken back."""
    entry_id = desk.reply(number, "See the label", files=(LABEL, PHOTO))
    return browser.text(browser.post(f"/tickets/{number}/entries/{entry_id}/withdrawal").location)


def files_of_the_last(desk: Desk, number: int, verb: str) -> list[tuple[str, bytes]]:
    with transaction() as session:
        entry = session.query(Entry).filter_by(ticket_id=number, verb=verb).order_by(Entry.seq.desc()).first()
        assert entry is not None
        blobs = desk.app.extensions["helpdesk.desk"].blobs
        return [(file.filename, blobs.get(file.sha256)) for file in entry.attachments]


def reply(browser: Visitor, number: int, text: str = "Once more", **fields: Any) -> TestResponse:
    return browser.post(f"/tickets/{number}/entries", kind="reply", text=text, seen="99", **fields)


def test_files_of_a_reply_that_was_taken_back_go_with_the_next_one(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    kept = KEPT.findall(taken_back(desk, browser, number))
    assert [(size, name) for _, size, name in kept] == [("7", "&lt;label&gt;.pdf"), ("48", "photo.png")]

    more = {"keep": [kept[0][0]], "files": [(BytesIO(b"new"), "new.txt")]}
    assert reply(browser, number, **more).status_code == 303
    assert files_of_the_last(desk, number, "replied") == [("<label>.pdf", b"a label"), ("new.txt", b"new")]
    assert KEPT.findall(browser.text(f"/tickets/{number}")) == []


def test_they_stay_ticked_when_the_next_reply_is_refused(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    (first, *_), _ = KEPT.findall(taken_back(desk, browser, number))
    refused = reply(browser, number, text=" ", keep=[first]).text
    assert [key for key, _, _ in KEPT.findall(refused)] == [first]


def test_no_file_of_another_ticket_or_of_a_colleague_can_be_sent_along(desk: Desk, browser: Visitor) -> None:
    number, other = desk.receive(), desk.receive(letter(subject="other"))
    kept = [key for key, _, _ in KEPT.findall(taken_back(desk, browser, number))]
    assert reply(browser, other, keep=[*kept, "x", "99999999999"]).status_code == 303
    assert files_of_the_last(desk, other, "replied") == []

    lead = desk.visitor("lead")
    lead.get(f"/tickets/{number}")
    assert reply(lead, number, keep=kept).status_code == 303
    assert files_of_the_last(desk, number, "replied") == []


def test_files_count_together_with_those_that_were_kept(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    big = Attachment(filename="big.zip", content_type="application/zip", content=bytes(20 * 1024 * 1024))
    entry_id = desk.reply(number, "See the file", files=(big,))
    page = browser.text(browser.post(f"/tickets/{number}/entries/{entry_id}/withdrawal").location)
    ((key, _, _),) = KEPT.findall(page)
    upload = (BytesIO(b"x"), "more.txt")
    refused = reply(browser, number, keep=[key], files=[upload])
    assert refused.status_code == 422
    assert "more than 20 MB together" in refused.text


def test_files_of_a_reply_that_was_refused_stay_with_it(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    refused = reply(browser, number, text=" ", files=[(BytesIO(b"x"), "x.txt")]).text
    assert "Your words are kept." in refused
    assert "have to be chosen again" not in refused
    ((key, _, name),) = KEPT.findall(refused)
    assert name == "x.txt"
    assert reply(browser, number, keep=[key]).status_code == 303
    assert files_of_the_last(desk, number, "replied") == [("x.txt", b"x")]


def test_files_that_are_too_many_are_lost_and_that_is_said(
    desk: Desk, browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_BYTES", 100)
    number = desk.receive()
    many = [(BytesIO(bytes(60)), f"{count}.bin") for count in range(2)]
    refused = reply(browser, number, files=many)
    assert refused.status_code == 422
    assert "Files have to be chosen again." in refused.text
    assert ">Once more</textarea>" in refused.text


def test_how_much_fits_is_said_before_anything_is_sent(desk: Desk, browser: Visitor) -> None:
    page = browser.text(f"/tickets/{desk.receive()}")
    assert "20 MB together at most" in page
