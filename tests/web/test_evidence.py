"""Evidence on the ticket page: what an agent sees of it, and what her buttons do."""

import re

import pytest
from sqlalchemy import select

from helpdesk.db import reading
from helpdesk.links import Passing
from helpdesk.models import Attachment, Evidence
from tests import files
from tests.web.buying import address, claim, claimed, letters, post, upload, verbs
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.flows


@pytest.fixture
def made(desk: Desk, stranger: Visitor) -> int:
    """A claim about damage, with one picture so far."""
    number = claimed(desk)
    post(stranger, address(Passing.EVIDENCE), files=[upload("杯子.png", files.PNG)], once="a")
    return number


def test_the_page_shows_what_is_there_and_what_is_missing(made: int, browser: Visitor) -> None:
    page = browser.text("/tickets/1")

    assert "1/2" in page
    assert "杯子.png" in page
    assert re.search(r'<img src="/attachments/\d+/image"', page)
    assert "Ask for what is missing" in page


def test_a_ticket_without_a_claim_shows_no_evidence(desk: Desk, browser: Visitor) -> None:
    assert 'id="evidence"' not in browser.text(f"/tickets/{desk.receive()}")


def test_the_letter_is_shown_before_it_is_sent_and_sent_once(made: int, browser: Visitor) -> None:
    page = browser.text("/tickets/1")
    assert "还需要您提供 1 项凭证" in page
    assert "面单" in page
    before = len(letters())
    once = page.partition('action="/claims/1/evidence/request"')[2].partition('name="once" value="')[2]

    for _ in range(2):
        assert browser.post("/claims/1/evidence/request", once=once.partition('"')[0]).status_code == 303

    assert len(letters()) == before + 1
    assert claim()["state"] == "awaiting_buyer"
    page = browser.text("/tickets/1")
    assert "Ask for what is missing" not in page
    assert "asked for on" in page
    assert browser.post("/claims/1/evidence/request").status_code == 409


def test_a_file_is_accepted_named_and_refused_with_a_word(made: int, browser: Visitor) -> None:
    browser.get("/tickets/1")
    assert browser.post("/evidence/1/kind", kind="photo_of_parcel").status_code == 303
    assert browser.post("/evidence/1/kind", kind="poem").status_code == 422
    assert browser.post("/evidence/1/acceptance").status_code == 303
    assert browser.post("/evidence/1/refusal", why=" ").status_code == 422
    assert browser.post("/evidence/1/refusal", why="太模糊").status_code == 303
    assert browser.post("/evidence/999/refusal", why="x").status_code == 404

    page = browser.text("/tickets/1")
    assert "refused: 太模糊" in page
    assert "0/2" in page
    assert {"evidence_kind_changed", "evidence_accepted", "evidence_refused"} <= set(verbs())


def test_the_same_file_on_another_claim_leads_there(
    made: int, desk: Desk, browser: Visitor, stranger: Visitor
) -> None:
    number = desk.receive(letter("请退款", sender="eve@else.example"))
    post(
        stranger,
        address(Passing.CLAIM, number),
        order_no="A-77",
        reason="damaged",
        wish="refund",
        files=[upload("mine.png", files.PNG)],
        once="b",
    )

    for ticket, other in ((1, number), (number, 1)):
        page = browser.text(f"/tickets/{ticket}")
        assert f'href="/tickets/{other}#evidence"' in page


def test_a_file_from_a_page_is_saved_and_never_opened_as_a_page(made: int, browser: Visitor) -> None:
    with reading() as session:
        number = session.scalars(select(Attachment.id)).one()
        assert session.scalars(select(Evidence.attachment_id)).one() == number
    saved = browser.get(f"/attachments/{number}")
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert saved.headers["X-Content-Type-Options"] == "nosniff"


def test_a_reply_stops_when_the_buyer_has_sent_a_form_meanwhile(
    desk: Desk, browser: Visitor, stranger: Visitor
) -> None:
    number = claimed(desk)
    page = browser.text("/tickets/1")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    post(stranger, address(Passing.EVIDENCE), files=[upload()], words="等等", once="a")

    answer = browser.post("/tickets/1/entries", text="Done.", kind="reply", seen=seen.group(1))

    assert answer.status_code == 409
    assert number == 1
