"""Where sending leads, as each person likes it; and undo from wherever that is."""

import re
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import outbox
from helpdesk.db import transaction
from helpdesk.models import OutboxMessage
from helpdesk.rules.states import OutboxState
from tests.web.conftest import Desk, Visitor, letter
from tests.web.reading import read
from tests.web.test_ticket import seen_on

UNDO = re.compile(r'action="(/tickets/\d+/entries/\d+/withdrawal)"')


def send(browser: Visitor, number: int, after: str = "", **more: str) -> str:
    seen = seen_on(browser.text(f"/tickets/{number}"))
    form = {"kind": "reply", "text": "We are on it.", "seen": seen, "after": after, **more}
    answer = browser.post(f"/tickets/{number}/entries", **form)
    assert answer.status_code == 303
    return str(answer.location)


def row(number: int) -> OutboxMessage:
    """Of the newest message."""
    with transaction() as session:
        query = session.query(OutboxMessage).filter_by(ticket_id=number)
        return query.order_by(OutboxMessage.id.desc()).first()


def test_sending_stays_and_goes_on_as_was_chosen_last(desk: Desk, browser: Visitor) -> None:
    first, second, third = (desk.receive(letter(subject=each)) for each in ("one", "two", "three"))
    assert send(browser, first).startswith(f"/tickets/{first}?")
    assert send(browser, first, "next").startswith(f"/tickets/{second}?"), "the one that waits longest"
    assert send(browser, second, "next").startswith(f"/tickets/{third}?")
    assert 'value="next" selected' in browser.text(f"/tickets/{third}")
    last = send(browser, third)  # a form that says nothing: as it was chosen last
    assert last.startswith("/?")
    assert "Nothing else waits for you." in browser.text(last)
    assert send(desk.visitor("lead"), third).startswith(f"/tickets/{third}?"), "everybody for herself"


def test_a_note_leads_nowhere(desk: Desk, browser: Visitor) -> None:
    number, _ = desk.receive(), desk.receive(letter(subject="other"))
    assert send(browser, number, "next", kind="note").startswith(f"/tickets/{number}?")


@pytest.mark.parametrize("after", ["next", "back"])
def test_a_reply_can_be_taken_back_from_where_sending_has_led(
    desk: Desk, browser: Visitor, after: str
) -> None:
    number, _ = desk.receive(), desk.receive(letter(subject="other"))
    page = browser.text(send(browser, number, after))
    assert f"#{number} Your reply has not left yet." in read(page)
    address = UNDO.search(page)
    assert address
    back = browser.post(address[1])
    assert ">We are on it.</textarea>" in browser.text(back.location)
    assert row(number).state is OutboxState.WITHDRAWN


def test_nobody_else_is_offered_to_take_it_back_by_an_address(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    where = send(browser, number, "back")
    assert UNDO.search(desk.visitor("lead").text(where)) is None


def test_the_hold_is_longer_than_the_count_and_both_end(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    where = send(browser, number)
    assert row(number).due_at - clock.now() > timedelta(seconds=30)
    assert re.search(r'data-undo="(29|30)"', browser.text(where))
    clock.shift(timedelta(seconds=20))
    assert re.search(r'data-undo="(9|10)"', browser.text(where)), "a reload counts on, not anew"
    clock.shift(timedelta(seconds=11))
    assert row(number).due_at > clock.now(), "a press in the last second comes in time"
    assert 'data-undo="0"' in browser.text(where)


def test_a_press_that_comes_too_late_is_answered_on_the_ticket(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    page = browser.text(send(browser, number))
    clock.shift(timedelta(minutes=1))
    with transaction() as session:
        for _ in range(2):  # the acknowledgement, and the reply
            outbox.lease_next(session, desk.mailbox_id, owner="sender", at=clock.now())
    address = UNDO.search(page)
    assert address
    answer = browser.post(address[1])
    assert answer.status_code == 409
    assert "Too late: the message is already on its way" in read(answer.text)
    assert 'id="composer"' in answer.text
    assert row(number).state is OutboxState.LEASED
