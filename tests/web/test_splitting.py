"""The page's way to give a mail a ticket of its own."""

import pytest

from helpdesk.models import Ticket
from tests.web.conftest import PNG, Desk, Visitor, letter


@pytest.fixture
def entry_id(desk: Desk) -> int:
    """Ticket 1 has two mails; the second is about another cup, and has a picture."""
    number = desk.receive()
    desk.reply(number)
    desk.hear(number, "By the way: my other cup never came.", file=("cup.png", "image/png", PNG))
    return next(each.id for each in reversed(desk.entries(1)) if each.verb == "received")


def test_a_mail_gets_a_ticket_of_its_own_by_two_clicks(desk: Desk, browser: Visitor, entry_id: int) -> None:
    page = browser.text("/tickets/1")
    assert f"/tickets/1/entries/{entry_id}/split" in page
    asked = browser.text(f"/tickets/1/entries/{entry_id}/split")
    assert "my other cup never came" in asked
    assert "cup.png" in asked

    answer = browser.post(f"/tickets/1/entries/{entry_id}/split", subject="The other cup", once="a")
    assert (answer.status_code, answer.location) == (303, "/tickets/2")
    new = browser.text("/tickets/2")
    assert "The other cup" in new
    assert "my other cup never came" in new
    assert "cup.png" in new
    assert "It came on #1" in new
    assert 'Set apart from <a href="/tickets/1">#1' in new
    old = browser.text("/tickets/1")
    assert 'answered in <a href="/tickets/2">#2</a>' in old
    assert f"/entries/{entry_id}/split" not in old


def test_a_double_click_makes_one_ticket(desk: Desk, browser: Visitor, entry_id: int) -> None:
    browser.get(f"/tickets/1/entries/{entry_id}/split")
    for _ in range(2):
        answer = browser.post(f"/tickets/1/entries/{entry_id}/split", subject="", once="b")
        assert answer.status_code == 303
    assert desk.row(Ticket, 2).subject == "Broken cup"
    assert browser.get("/tickets/3").status_code == 404


def test_the_only_mail_of_a_ticket_offers_no_way_out(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("Only this"))
    assert "/split" not in browser.text(f"/tickets/{number}")
    entry = desk.entries(number)[0].id
    answer = browser.get(f"/tickets/{number}/entries/{entry}/split")
    assert answer.status_code == 409
    assert "nothing would be left of it" in answer.get_data(as_text=True)
