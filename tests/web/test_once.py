"""Two clicks on one button: carried out once, and both are answered alike."""

import re
from io import BytesIO

import pytest

from helpdesk.db import transaction
from helpdesk.models import Attachment
from helpdesk.rules.states import OutboxState
from tests.web.conftest import Desk, Visitor

pytestmark = pytest.mark.trust
ONCE = re.compile(r'name="once" value="([^"]+)"')


def tokens(browser: Visitor, number: int) -> list[str]:
    """Of the composer and of the refund form, as the page has them."""
    return ONCE.findall(browser.text(f"/tickets/{number}"))


def composer(browser: Visitor, number: int) -> dict[str, str]:
    page = browser.text(f"/tickets/{number}")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    return {"once": ONCE.findall(page)[0], "seen": seen[1]}


def test_every_form_of_a_page_has_a_token_of_its_own(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    shown = tokens(browser, number) + tokens(browser, number)
    assert len(set(shown)) == len(shown) == 10


@pytest.mark.parametrize(("kind", "verb"), [("note", "noted"), ("reply", "replied")])
def test_a_double_click_writes_once(desk: Desk, browser: Visitor, kind: str, verb: str) -> None:
    number = desk.receive()
    form = composer(browser, number) | {"kind": kind, "text": "Photo please."}
    first = browser.post(f"/tickets/{number}/entries", **form)
    second = browser.post(f"/tickets/{number}/entries", **form)

    assert (second.status_code, second.location) == (first.status_code, first.location)
    assert first.status_code == 303
    assert desk.verbs(number).count(verb) == 1


def test_a_double_click_records_one_refund_without_a_word_of_refusal(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    form = {"amount": "10", "currency": "CNY", "method": "alipay", "reference": "a"}
    form["once"] = tokens(browser, number)[1]
    answers = [browser.post(f"/tickets/{number}/refunds", **form).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert desk.verbs(number).count("refunded") == 1


def test_other_words_from_a_page_out_of_the_browsers_memory_are_not_lost(
    desk: Desk, browser: Visitor
) -> None:
    number = desk.receive()
    form = composer(browser, number) | {"kind": "note"}
    for text in ("one thing", "another thing"):
        assert browser.post(f"/tickets/{number}/entries", **form, text=text).status_code == 303

    assert desk.verbs(number).count("noted") == 2


def test_what_was_refused_can_be_sent_again_from_the_same_page(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    form = composer(browser, number) | {"kind": "reply", "text": "Photo please."}
    stale = form | {"seen": "0"}
    assert browser.post(f"/tickets/{number}/entries", **stale).status_code == 409
    assert browser.post(f"/tickets/{number}/entries", **form).status_code == 303
    assert desk.outbox_states(number)[-1] is OutboxState.QUEUED


def test_a_reply_that_was_taken_back_can_be_sent_again_from_the_same_page(
    desk: Desk, browser: Visitor
) -> None:
    number = desk.receive()
    form = composer(browser, number) | {"kind": "reply", "text": "Photo please."}
    browser.post(f"/tickets/{number}/entries", **form)
    undo = re.search(r"/tickets/\d+/entries/\d+/withdrawal", browser.text(f"/tickets/{number}"))
    assert undo is not None
    assert browser.post(undo[0]).status_code == 303
    form["seen"] = composer(browser, number)["seen"]

    for _ in range(2):  # and a double click on it writes once, too
        assert browser.post(f"/tickets/{number}/entries", **form).status_code == 303
    replies = [OutboxState.WITHDRAWN, OutboxState.QUEUED]
    assert desk.outbox_states(number)[-2:] == replies
    assert desk.verbs(number).count("replied") == 2


def test_another_file_of_the_same_name_is_not_lost(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    form = composer(browser, number) | {"kind": "note", "text": "See the picture."}
    for content in (b"one", b"another", b"another"):
        file = (BytesIO(content), "picture.jpg")
        assert browser.post(f"/tickets/{number}/entries", **form, files=file).status_code == 303

    with transaction() as session:
        sizes = [file.size for file in session.query(Attachment).order_by(Attachment.id)]
    assert sizes == [3, 7]
