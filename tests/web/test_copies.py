"""Cc and Bcc: typed in the composer, asked about when new, in the mail and its envelope as RFC 5322 says."""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.models import OutboxMessage
from mail.parse import parse
from mail.types import Incoming
from tests.web.conftest import Desk, Visitor, letter
from tests.web.reading import read
from tests.web.test_send_guard import INSIST, replied
from tests.web.test_ticket import seen_on


def send(browser: Visitor, number: int, **more: Any) -> TestResponse:
    seen = seen_on(browser.text(f"/tickets/{number}"))
    form = {"kind": "reply", "text": "We are on it.", "seen": seen, **more}
    return browser.post(f"/tickets/{number}/entries", **form)


def knowingly(browser: Visitor, number: int, **more: Any) -> TestResponse:
    """Pressed all the same, after the page has asked."""
    page = send(browser, number, **more).text
    return send(browser, number, insist=INSIST.findall(page), anyway="waiting", **more)


def newest(number: int) -> tuple[OutboxMessage, Incoming]:
    with reading() as session:
        query = select(OutboxMessage).where(OutboxMessage.ticket_id == number)
        row = session.scalars(query.order_by(OutboxMessage.id.desc())).first()
        assert row is not None
        return row, parse(current_desk().blobs.get(row.sha256))


def heard_with(cc: str) -> bytes:
    return f"Cc: {cc}\n".encode() + letter()


def test_a_new_address_is_asked_about_and_then_gets_its_copy(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    copies = {"cc": "Sister <sis@else.example>", "bcc": "boss@else.example"}
    page = send(browser, number, **copies)
    assert page.status_code == 409
    assert "sis@else.example has not been in this conversation" in read(page.text)
    assert "boss@else.example has not been in this conversation" in read(page.text)
    assert 'value="Sister &lt;sis@else.example&gt;"' in page.text, "what was typed comes back"

    assert knowingly(browser, number, **copies).status_code == 303
    row, mail = newest(number)
    assert row.recipient == "wang@qq.example"
    assert row.also_to == ["sis@else.example", "boss@else.example"]
    assert [str(each) for each in mail.to] == ["Wang <wang@qq.example>"]
    assert [str(each) for each in mail.cc] == ["Sister <sis@else.example>"]
    assert "boss@else.example" not in repr(mail.headers)
    assert replied(number)["bcc"] == ["boss@else.example"]
    assert "Cc: sis@else.example · Bcc: boss@else.example" in read(browser.text(f"/tickets/{number}"))


def test_who_stood_in_the_buyers_mail_is_not_asked_about(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(heard_with("sis@else.example"))
    assert '<option value="sis@else.example">' in browser.text(f"/tickets/{number}")
    assert send(browser, number, cc="SIS@else.example, wang@qq.example").status_code == 303
    row, _ = newest(number)
    assert row.also_to == ["SIS@else.example"], "the buyer gets it once"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nobody", "not an address that mail can be sent to"),
        ("support@shop.example", "This is an address of our own"),
        (", ".join(f"{each}@else.example" for each in range(11)), "At most 10 others can get a copy"),
        ("a@else.example\r\nBcc: b@else.example", "not an address that mail can be sent to"),
    ],
)
def test_an_impossible_copy_is_refused_and_nothing_is_lost(
    desk: Desk, browser: Visitor, typed: str, said: str
) -> None:
    number = desk.receive()
    answer = send(browser, number, cc=typed)
    assert answer.status_code == 422
    assert said in read(answer.text)
    assert ">We are on it.</textarea>" in answer.text


def test_undo_brings_the_copies_back(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(heard_with("sis@else.example"))
    send(browser, number, cc="sis@else.example")
    row, _ = newest(number)
    page = browser.text(browser.post(f"/tickets/{number}/entries/{row.entry_id}/withdrawal").location)
    assert 'name="cc" value="sis@else.example"' in page
