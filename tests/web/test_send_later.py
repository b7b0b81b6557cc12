"""A reply that is sent later: seen beforehand, withdrawn when the buyer answers, sent once when it is due."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from helpdesk import clock
from helpdesk.db import reading
from helpdesk.models import OutboxMessage, Reminder, Ticket
from helpdesk.rules.states import OutboxState, ReminderState, TicketState
from helpdesk.workers import chaser
from tests.web.conftest import Desk, Visitor, letter
from tests.web.reading import read
from tests.web.test_composer_files import KEPT
from tests.web.test_drafts import drafts
from tests.web.test_send_guard import INSIST, replied
from tests.web.test_ticket import seen_on

TEXT = "Has the parcel come?"


def plan(browser: Visitor, number: int, **more: Any) -> TestResponse:
    seen = seen_on(browser.text(f"/tickets/{number}"))
    form = {"kind": "reply", "text": TEXT, "seen": seen, "later": "tomorrow", **more}
    return browser.post(f"/tickets/{number}/entries", **form)


def reminder() -> Reminder:
    with reading() as session:
        row = session.scalars(select(Reminder).order_by(Reminder.id.desc())).first()
        assert row is not None
        return row


def queued(number: int) -> list[OutboxMessage]:
    """Replies that were written."""
    with reading() as session:
        query = select(OutboxMessage).where(OutboxMessage.ticket_id == number)
        return [row for row in session.scalars(query) if not row.automatic]


def message_id_of(entry_id: int) -> str:
    with reading() as session:
        query = select(OutboxMessage.message_id).where(OutboxMessage.entry_id == entry_id)
        return session.scalar(query) or ""


def test_it_stands_in_grey_and_leaves_when_it_is_due_and_once(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    answer = plan(browser, number, files=(BytesIO(b"label"), "label.txt"))
    assert answer.status_code == 303
    page = read(browser.text(f"/tickets/{number}"))
    assert TEXT in page
    assert "this reply leaves" in page
    assert queued(number) == []
    assert desk.row(Ticket, number).state is TicketState.WAITING
    assert drafts() == []

    chaser.chase()
    assert queued(number) == [], "not before its time"
    clock.shift(timedelta(days=1, hours=2))
    chaser.chase()
    chaser.chase()
    (row,) = queued(number)
    assert row.state is OutboxState.QUEUED
    assert row.due_at <= clock.now(), "the time for second thoughts is over"
    assert replied(number)["words"] == TEXT
    assert [each["name"] for each in replied(number)["attachments"]] == ["label.txt"]


def test_it_is_withdrawn_when_the_buyer_answers_and_is_a_draft_again(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    entry = desk.reply(number, "On it.")
    plan(browser, number, files=(BytesIO(b"label"), "label.txt"))
    assert desk.receive(letter("It has come.", answers=message_id_of(entry))) == number

    assert reminder().state is ReminderState.WITHDRAWN
    assert reminder().withdrawn_because == "buyer_wrote"
    page = browser.text(f"/tickets/{number}")
    assert "Not planned any more: a reply (the buyer wrote)" in read(page)
    assert f">{TEXT}</textarea>" in page
    assert [name for _, _, name in KEPT.findall(page)] == ["label.txt"]
    assert desk.row(Ticket, number).state is TicketState.OPEN
    clock.shift(timedelta(days=2))
    chaser.chase()
    assert len(queued(number)) == 1, "the first answer alone"


def test_one_that_is_meant_anyway_leaves_though_the_buyer_answered(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    entry = desk.reply(number, "On it.")
    plan(browser, number, even_if_answered="yes")
    desk.receive(letter("It has come.", answers=message_id_of(entry)))
    clock.shift(timedelta(days=2))
    chaser.chase()
    assert len(queued(number)) == 2


def test_it_is_withdrawn_by_hand_and_is_our_turn_again(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    plan(browser, number)
    answer = browser.post(f"/tickets/{number}/plans/{reminder().id}/withdrawal")
    assert answer.status_code == 303
    assert f">{TEXT}</textarea>" in browser.text(f"/tickets/{number}")
    assert desk.row(Ticket, number).state is TicketState.OPEN


def test_two_of_them_stand_beside_each_other(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    plan(browser, number)
    plan(browser, number, text="And the second?", later="monday")
    page = read(browser.text(f"/tickets/{number}"))
    assert TEXT in page
    assert "And the second?" in page


def test_the_guard_is_asked_at_once_and_one_press_plans_it(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    page = plan(browser, number, text="See attached.").text
    assert 'name="anyway" value="later:tomorrow"' in page
    form = {"text": "See attached.", "insist": INSIST.findall(page), "anyway": "later:tomorrow", "later": ""}
    assert plan(browser, number, **form).status_code == 303
    assert reminder().state is ReminderState.PLANNED
    clock.shift(timedelta(days=2))
    chaser.chase()
    assert replied(number)["insisted"][0]["stop"] == "attachment"


def test_a_moment_is_typed_and_an_impossible_one_refused(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    assert plan(browser, number, later="at", later_at="2026-06-03T10:30").status_code == 303
    for typed in ("", "2020-01-01T10:00", "2036-01-01T10:00", "soon"):
        answer = plan(browser, number, later="at", later_at=typed)
        assert answer.status_code == 422
        assert f">{TEXT}</textarea>" in answer.text


def test_one_that_is_a_week_late_is_withdrawn_and_seen(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    plan(browser, number)
    clock.shift(timedelta(days=20))
    chaser.chase()
    assert queued(number) == []
    assert reminder().withdrawn_because == "out_of_date"
    assert desk.row(Ticket, number).state is TicketState.OPEN
