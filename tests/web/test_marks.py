"""Marks in a reply: the plain text as written, the HTML with elements, the preview the same."""

from sqlalchemy import select

from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.models import OutboxMessage
from mail.parse import parse
from tests.web.conftest import Desk, Visitor

WORDS = "Please send **one** photo.\n\n- front\n- back"


def test_the_mail_has_both_and_the_signature_is_not_read(desk: Desk, browser: Visitor) -> None:
    entry_id = desk.reply(desk.receive(), WORDS)
    with reading() as session:
        row = session.scalars(select(OutboxMessage).where(OutboxMessage.entry_id == entry_id)).one()
        mail = parse(current_desk().blobs.get(row.sha256))
    assert mail.text.startswith(WORDS)
    assert "<strong>one</strong>" in mail.html
    assert ">front</li>" in mail.html.replace("\n", "")
    assert "Agent Li<br>" in mail.html


def test_the_preview_is_what_the_mail_becomes_in_a_frame_of_its_own(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    before = len(desk.entries(number))
    answer = browser.post(f"/tickets/{number}/preview", text=f"{WORDS}\n\n<script>alert(1)</script>")
    assert "<strong>one</strong>" in answer.text
    assert "<script" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert len(desk.entries(number)) == before
    assert ">Please send" not in browser.text(f"/tickets/{number}"), "nothing is kept"
