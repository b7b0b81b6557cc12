"""Snooze: what leaves which queue, what wakes it and says why, and that no promise is hidden."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import outbox, refunds
from helpdesk.db import reading, transaction
from helpdesk.models import Reminder, Ticket
from helpdesk.queries import next_ticket
from helpdesk.queries.queue import Queue
from helpdesk.rules.states import ReminderState, TicketState
from helpdesk.workers import chaser
from tests.web.conftest import Desk, Visitor, letter, on
from tests.web.many import do, said, undo
from tests.web.reading import read

PASSED = ("ours", "unassigned", "overdue", "all", "snoozed")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from on(database_url, tmp_path)


@pytest.fixture
def number(desk: Desk) -> int:
    return desk.receive()


def snooze(visitor: Visitor, number: int, until: str, **form: str) -> None:
    visitor.get(f"/tickets/{number}")
    assert visitor.post(f"/tickets/{number}/snooze", until=until, **form).status_code == 303


def where(visitor: Visitor, number: int) -> set[str]:
    """The queues in which it stands, of all there are."""
    return {name for name in Queue if f'data-key="{number}"' in visitor.text(f"/?queue={name}")}


def sleeps(desk: Desk, number: int) -> bool:
    return desk.row(Ticket, number).snoozed_until is not None


def page(visitor: Visitor, number: int) -> str:
    return read(visitor.text(f"/tickets/{number}"))


def note(visitor: Visitor, number: int) -> None:
    visitor.get(f"/tickets/{number}")
    visitor.post(f"/tickets/{number}/entries", kind="note", text="I know more", seen="99")


def test_a_snoozed_ticket_leaves_the_queues_that_wait_and_wakes_at_its_moment(
    desk: Desk, browser: Visitor, number: int
) -> None:
    desk.reply(number)
    assert where(browser, number) == {"mine", "buyer", "all"}

    snooze(browser, number, "tomorrow")

    assert where(browser, number) == {"all", "snoozed"}
    assert "Agent Li snoozed it until" in page(browser, number)
    assert "wakes in" in read(browser.text("/?queue=snoozed"))
    assert f'data-key="{number}"' in browser.text("/search?q=state:snoozed")
    clock.shift(timedelta(hours=30))
    chaser.chase()
    assert where(browser, number) == {"ours", "mine", "all"}
    assert "It woke: its time has come" in page(browser, number)
    assert "It is our turn again" in page(browser, number)


def test_what_is_overdue_is_never_hidden(desk: Desk, browser: Visitor, number: int) -> None:
    snooze(browser, number, "monday")
    assert where(browser, number) == {"all", "snoozed"}

    clock.shift(timedelta(hours=25))

    assert where(browser, number) == {"all", "snoozed", "overdue"}
    for queue in ("overdue", "snoozed"):
        assert re.search(r"overdue 1 hr", read(browser.text(f"/?queue={queue}")))
    assert "What is overdue stays in “Overdue”" in page(browser, number)


@pytest.mark.parametrize("until", ["monday", "buyer", "anybody", "money"])
def test_the_buyers_words_always_wake_it(desk: Desk, browser: Visitor, number: int, until: str) -> None:
    desk.reply(number)
    snooze(browser, number, until)

    desk.hear(number, "Any news?")

    assert "ours" in where(browser, number)
    assert "It woke: the buyer wrote" in page(browser, number)
    with reading() as session:
        planned = session.query(Reminder).filter_by(ticket_id=number, state=ReminderState.PLANNED)
        assert planned.count() == 0, "nothing wakes it a second time"


def test_a_colleague_wakes_what_waits_for_anybody_and_not_what_waits_for_a_day(
    desk: Desk, browser: Visitor, number: int
) -> None:
    lead = desk.visitor("lead")
    snooze(browser, number, "monday")
    note(lead, number)
    assert sleeps(desk, number)

    snooze(browser, number, "anybody")
    note(browser, number)
    assert sleeps(desk, number), "who snoozed it is nobody new"
    note(lead, number)

    assert not sleeps(desk, number)
    assert "It woke: somebody has answered" in page(browser, number)


def test_money_that_arrives_wakes_what_waits_for_it(desk: Desk, browser: Visitor, number: int) -> None:
    browser.post(f"/tickets/{number}/refunds", amount="10", currency="CNY", method="alipay", reference="a1")
    snooze(browser, number, "money")
    note(desk.visitor("lead"), number)
    assert sleeps(desk, number)

    with transaction() as session:
        refunds.answer_arrival(session, 1, arrived=True, actor=f"agent:{desk.agent}", at=clock.now())

    assert not sleeps(desk, number)
    assert "It woke: there is news of the money" in page(browser, number)


def test_mail_that_does_not_get_through_wakes_it(desk: Desk, browser: Visitor, number: int) -> None:
    entry_id = desk.reply(number)
    snooze(browser, number, "monday")
    desk.end_sending(entry_id, outbox.mark_failed)
    assert not sleeps(desk, number)
    assert desk.row(Ticket, number).state is TicketState.OPEN


@pytest.mark.parametrize("state", ["open", "solved", "closed"])
def test_who_moves_it_wakes_it(desk: Desk, browser: Visitor, number: int, state: str) -> None:
    desk.reply(number)
    snooze(browser, number, "monday")
    assert browser.post(f"/tickets/{number}/state", state=state).status_code == 303
    assert not sleeps(desk, number)
    assert desk.row(Ticket, number).state == state
    assert desk.verbs(number).count("moved") == 2, "to the buyer, and this one"


def test_spam_and_mergers_wake_it(desk: Desk, browser: Visitor, number: int) -> None:
    other = desk.receive(letter(subject="another"))
    snooze(browser, number, "monday")
    snooze(browser, other, "monday")
    assert browser.post(f"/tickets/{other}/merger", into=str(number)).status_code == 303
    assert not sleeps(desk, number)
    assert not sleeps(desk, other)
    snooze(browser, number, "monday")
    browser.post(f"/tickets/{number}/spam", spam="yes")
    assert not sleeps(desk, number)
    assert where(browser, number) == {"spam"}


def test_a_button_wakes_it_at_once_and_another_snooze_takes_its_place(
    desk: Desk, browser: Visitor, number: int
) -> None:
    snooze(browser, number, "monday")
    snooze(browser, number, "at", snooze_at="2026-06-20T10:30")
    with reading() as session:
        planned = session.query(Reminder).filter_by(ticket_id=number, state=ReminderState.PLANNED)
        assert [each.due_at for each in planned] == [session.get_one(Ticket, number).snoozed_until]
    assert "20 Jun 2026, 10:30" in page(browser, number)

    browser.post(f"/tickets/{number}/snooze/end")

    assert "Agent Li woke it" in page(browser, number)
    assert where(browser, number) >= {"ours", "unassigned"}
    assert browser.post(f"/tickets/{number}/snooze/end").status_code == 303
    assert desk.verbs(number).count("woke") == 1


def test_until_something_happens_lasts_a_month_at_most(desk: Desk, browser: Visitor, number: int) -> None:
    desk.reply(number)
    snooze(browser, number, "money")
    clock.shift(timedelta(days=31))
    chaser.chase()
    assert "It woke: its time has come" in page(browser, number)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"until": "some day"}, 422),
        ({"until": "at"}, 422),
        ({"until": "at", "snooze_at": "2020-01-01T10:00"}, 422),
        ({"until": "at", "snooze_at": "2099-01-01T10:00"}, 422),
        ({"until": "at", "snooze_at": "soon"}, 422),
    ],
)
def test_an_impossible_moment_is_said_beside_the_form(
    desk: Desk, browser: Visitor, number: int, form: dict[str, str], status: int
) -> None:
    answer = browser.post(f"/tickets/{number}/snooze", **form)
    assert answer.status_code == status
    assert 'class="problem" role="alert"' in answer.get_data(as_text=True)
    assert not sleeps(desk, number)


def test_what_is_done_does_not_sleep(desk: Desk, browser: Visitor, number: int) -> None:
    browser.post(f"/tickets/{number}/state", state="solved")
    assert browser.post(f"/tickets/{number}/snooze", until="monday").status_code == 409


def test_the_next_ticket_is_none_that_sleeps(desk: Desk, browser: Visitor, number: int) -> None:
    other = desk.receive(letter(sender="b@qq.example"))
    snooze(browser, other, "monday")
    with reading() as session:
        assert next_ticket.after(session, number, desk.agent) is None


def test_many_are_snoozed_and_woken_and_undone(desk: Desk, browser: Visitor, number: int) -> None:
    desk.reply(number)
    more = [number, desk.receive(letter(sender="b@qq.example")), desk.receive(letter(sender="c@qq.example"))]
    browser.post(f"/tickets/{more[2]}/state", state="solved")

    answer = do(browser, more, "snooze", until="monday")
    assert "2 tickets · 1 left as they are" in said(browser, answer)
    before = [desk.row(Ticket, each).state for each in more]
    assert [sleeps(desk, each) for each in more] == [True, True, False]

    woken = do(browser, more[:2], "wake")
    assert [sleeps(desk, each) for each in more] == [False] * 3
    undo(browser, woken)
    assert [sleeps(desk, each) for each in more] == [True, True, False]
    assert [desk.row(Ticket, each).state for each in more] == before

    answer = do(browser, more[:2], "snooze", until="at", snooze_at="2026-06-20T10:00")
    undo(browser, answer)
    assert [sleeps(desk, each) for each in more] == [True, True, False]
