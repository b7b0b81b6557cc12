"""Mail that the clock has planned, in a colleague's hands: put off, worded, let rest, sent, withdrawn."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.db import reading, transaction
from helpdesk.models import Entry, Reminder
from helpdesk.rules.reminders import NEVER
from helpdesk.rules.states import ReminderKind, ReminderState
from helpdesk.workers import chaser
from tests.web.conftest import Desk, Visitor

REFUND = {"amount": "10", "currency": "CNY", "method": "alipay", "reference": "a"}


def plans(kind: ReminderKind = ReminderKind.ARRIVAL_CHECK) -> list[Reminder]:
    with reading() as session:
        return session.query(Reminder).filter_by(kind=kind).order_by(Reminder.id).all()


@pytest.fixture
def number(desk: Desk) -> int:
    """A ticket whose buyer is to be asked whether the money has arrived."""
    number = desk.receive()
    owner = desk.visitor("owner")
    assert owner.post(f"/tickets/{number}/refunds", **REFUND).status_code == 303
    assert [plan.state for plan in plans()] == [ReminderState.PLANNED]
    return number


def at(number: int, plan: Reminder, what: str) -> str:
    return f"/tickets/{number}/plans/{plan.id}/{what}"


def letters(desk: Desk, number: int) -> list[str]:
    with reading() as session:
        sent = session.query(Entry).filter_by(ticket_id=number, verb="arrival_check").order_by(Entry.id)
        return [entry.facts["text"] for entry in sent]


def tick(later: timedelta) -> None:
    clock.shift(later)
    chaser.chase()


def test_a_plan_is_put_off_and_carries_the_agents_words(desk: Desk, browser: Visitor, number: int) -> None:
    (plan,) = plans()
    later = plan.due_at + timedelta(days=3)
    answer = browser.post(
        at(number, plan, "change"), due_at=f"{later:%Y-%m-%dT%H:%M}", words="We are sorry that it takes long."
    )
    assert answer.status_code == 303
    assert "We are sorry that it takes long." in browser.text(f"/tickets/{number}")
    tick(plan.due_at + timedelta(hours=1) - clock.now())
    assert letters(desk, number) == []
    tick(timedelta(days=3))
    (sent,) = letters(desk, number)
    assert "answer this mail.\n\nWe are sorry that it takes long.\n\nDemo Shop\n" in sent
    assert "plan_changed" in desk.verbs(number)


def test_silence_is_not_taken_for_a_yes_before_the_question_was_put(
    desk: Desk, browser: Visitor, number: int
) -> None:
    (plan,), (end,) = plans(), plans(ReminderKind.ARRIVAL_ASSUMED)
    later = end.due_at + timedelta(days=1)
    browser.post(at(number, plan, "change"), due_at=f"{later:%Y-%m-%dT%H:%M}")
    (after,) = plans(ReminderKind.ARRIVAL_ASSUMED)
    assert after.due_at - plans()[0].due_at == timedelta(days=5)


def test_what_rests_is_not_sent_until_it_goes_on(desk: Desk, browser: Visitor, number: int) -> None:
    (plan,) = plans()
    browser.post(at(number, plan, "rest"), rest="yes")
    assert "rests" in browser.text(f"/tickets/{number}")
    tick(timedelta(days=20))
    assert letters(desk, number) == []
    (end,) = plans(ReminderKind.ARRIVAL_ASSUMED)
    assert end.state is ReminderState.PLANNED, "nor is silence taken for a yes"
    assert end.due_at == NEVER, "no queue counts it"
    assert "asks" not in browser.text("/queue/rows?queue=all")
    browser.post(at(number, plan, "rest"), rest="no")
    tick(timedelta(minutes=1))
    assert len(letters(desk, number)) == 1
    told = [verb for verb in desk.verbs(number) if verb.startswith("plan_")]
    assert told == ["plan_paused", "plan_resumed"]


def test_a_plan_is_sent_before_its_time_and_never_again(desk: Desk, browser: Visitor, number: int) -> None:
    (plan,) = plans()
    assert browser.post(at(number, plan, "sending")).status_code == 303
    assert len(letters(desk, number)) == 1
    tick(timedelta(days=4))
    assert len(letters(desk, number)) == 1
    assert "sends it before its time" in browser.text(f"/tickets/{number}")


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("sending", {}),
        ("rest", {"rest": "yes"}),
        ("withdrawal", {}),
        ("change", {"due_at": "2026-12-24T10:00", "words": "Kept words"}),
    ],
)
def test_who_is_slower_than_the_clock_reads_that(
    desk: Desk, browser: Visitor, number: int, what: str, form: dict[str, str]
) -> None:
    (plan,) = plans()
    tick(plan.due_at + timedelta(minutes=1) - clock.now())
    before = desk.verbs(number)
    answer = browser.post(at(number, plan, what), **form)
    assert answer.status_code == 409
    assert "This mail is not planned any more" in answer.text
    assert desk.verbs(number) == before
    assert len(letters(desk, number)) == 1


@pytest.mark.parametrize(
    ("due_at", "said"),
    [
        ("2026-05-30T10:00", "This moment has passed"),
        ("2031-01-01T10:00", "more than a year away"),
        ("soon", "Give a day and a time"),
        ("", "Give a day and a time"),
    ],
)
def test_an_impossible_moment_is_refused_and_the_words_stay(
    browser: Visitor, number: int, due_at: str, said: str
) -> None:
    (plan,) = plans()
    answer = browser.post(at(number, plan, "change"), due_at=due_at, words="My own words")
    assert answer.status_code == 422
    assert said in answer.text
    assert ">My own words</textarea>" in answer.text
    assert plans()[0].due_at == plan.due_at


def test_nobody_aims_a_survey_with_words(app: Flask, desk: Desk, browser: Visitor, number: int) -> None:
    with transaction() as session:
        session.query(Reminder).filter_by(kind=ReminderKind.ARRIVAL_CHECK).update(
            {"kind": ReminderKind.SURVEY}
        )
    (plan,) = plans(ReminderKind.SURVEY)
    page = browser.text(f"/tickets/{number}")
    assert f'id="plan-due-{plan.id}"' in page
    assert f'id="plan-words-{plan.id}"' not in page
    answer = browser.post(
        at(number, plan, "change"), due_at=f"{plan.due_at:%Y-%m-%dT%H:%M}", words="Five, please"
    )
    assert answer.status_code == 422


def test_a_deadline_is_no_mail(desk: Desk, browser: Visitor, number: int) -> None:
    (end,) = plans(ReminderKind.ARRIVAL_ASSUMED)
    for what in ("sending", "rest"):
        assert browser.post(at(number, end, what)).status_code == 409
    assert plans(ReminderKind.ARRIVAL_ASSUMED)[0].state is ReminderState.PLANNED
