"""Undo of what was done to many tickets, and a saved reply to many: each comes in time or not at all."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import outbox
from helpdesk.models import Ticket
from helpdesk.rules.states import OutboxState, TicketState, WaitingOn
from tests.web.conftest import Desk, Visitor, letter, on
from tests.web.many import do, said, saved, states, told_alike, undo
from tests.web.reading import read

MOST_A_TICKET = 19  # questions to the database, its transaction among them


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from on(database_url, tmp_path)


@pytest.fixture
def three(desk: Desk) -> list[int]:
    return [desk.receive(letter(subject=f"cup {each}", sender=f"b{each}@qq.example")) for each in "abc"]


@pytest.mark.parametrize("to", ["solved", "buyer", "closed", "spam"])
def test_an_undo_puts_everything_back_as_it_was(
    desk: Desk, browser: Visitor, three: list[int], to: str
) -> None:
    def standing(number: int) -> tuple[object, ...]:
        row = desk.row(Ticket, number)
        return (row.state, row.waiting_on, row.spam, row.unanswered_since, row.answer_by, row.next_due_at)

    before = [standing(each) for each in three]
    clock.shift(timedelta(hours=2))
    answer = do(browser, three, "move", to=to)
    assert [standing(each) for each in three] != before

    back = undo(browser, answer)

    assert "3 tickets put back" in said(browser, back)
    assert [standing(each) for each in three] == before
    assert all(told_alike(each) for each in three)
    if to != "spam":
        assert "Agent Li pressed undo: new again" in read(browser.text(f"/tickets/{three[0]}"))


def test_a_ticket_that_has_changed_since_is_left_and_listed(
    desk: Desk, browser: Visitor, three: list[int]
) -> None:
    answer = do(browser, three, "move", to="solved")
    browser.post(f"/tickets/{three[1]}/entries", kind="note", text="I know this one", seen="1")

    shown = said(browser, undo(browser, answer))

    assert "2 tickets put back · 1 left as they are" in shown
    assert "Something has happened here since" in shown
    assert states(desk, three) == [TicketState.NEW, TicketState.SOLVED, TicketState.NEW]


def test_an_undo_comes_in_time_or_not_at_all(desk: Desk, browser: Visitor, three: list[int]) -> None:
    answer = do(browser, three, "move", to="solved")
    assert "Undo" in said(browser, answer)
    clock.shift(timedelta(minutes=1))

    assert "Undo" not in said(browser, answer)
    assert undo(browser, answer).status_code == 409
    assert states(desk, three) == [TicketState.SOLVED] * 3


def test_a_second_press_takes_back_once(desk: Desk, browser: Visitor, three: list[int]) -> None:
    answer = do(browser, three, "tag", tags="late")
    first, second = undo(browser, answer), undo(browser, answer)
    assert first.location == second.location
    assert [desk.verbs(each).count("untagged") for each in three] == [1, 1, 1]


def test_what_was_planned_is_planned_again_after_an_undo(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    desk.reply(number)
    browser.post(f"/tickets/{number}/refunds", amount="10", currency="CNY", method="alipay", reference="a1")
    browser.post(f"/tickets/{number}/state", state="solved")
    before = desk.row(Ticket, number).next_due_at
    answer = do(browser, [number], "move", to="closed")
    assert desk.row(Ticket, number).next_due_at != before

    undo(browser, answer)

    assert desk.row(Ticket, number).next_due_at == before
    assert desk.row(Ticket, number).state is TicketState.SOLVED


def test_a_saved_reply_leaves_as_one_mail_each_and_waits_for_the_undo_time(
    desk: Desk, browser: Visitor, three: list[int]
) -> None:
    answer = do(browser, three[:2], "reply", saved=saved(desk, "Dear {{ buyer.email }}, sorry."))
    page = browser.text(answer.location)
    assert "Dear ba@qq.example, sorry." in page
    assert desk.outbox_states(three[0]) == [OutboxState.QUEUED], "the acknowledgement"

    address = answer.location.partition("?")[0]
    shown = said(browser, browser.post(f"{address}/start", next="/?queue=all"))

    assert "2 replies leave" in shown
    assert [desk.outbox_states(each)[1:] for each in three] == [
        [OutboxState.QUEUED],
        [OutboxState.QUEUED],
        [],
    ]
    assert "Dear bb@qq.example, sorry." in browser.text(f"/tickets/{three[1]}")
    assert desk.row(Ticket, three[0]).waiting_on is WaitingOn.BUYER

    browser.post(f"{address}/undo", next="/?queue=all")

    assert [desk.outbox_states(each)[1:] for each in three[:2]] == [[OutboxState.WITHDRAWN]] * 2
    assert states(desk, three) == [TicketState.NEW] * 3
    assert desk.row(Ticket, three[0]).assignee_id is None
    assert all(told_alike(each) for each in three)


def test_where_a_variable_is_missing_nothing_is_sent_and_the_ticket_is_listed(
    desk: Desk, browser: Visitor, three: list[int]
) -> None:
    named = desk.receive(letter(sender="Wang <wang@qq.example>"))
    answer = do(browser, [three[0], named], "reply", saved=saved(desk, "Dear {{ buyer.name }}, sorry."))
    page = read(browser.text(answer.location))
    assert "Dear Wang, sorry." in page
    assert "On 1 of the first 2 tickets something is missing" in page

    address = answer.location.partition("?")[0]
    shown = said(browser, browser.post(f"{address}/start", next="/?queue=all"))

    assert "1 reply leaves · 1 left as they are" in shown
    assert "{{ buyer.name }} is not filled in" in shown
    assert len(desk.outbox_states(three[0])) == 1
    assert len(desk.outbox_states(named)) == 2


def test_a_reply_stops_where_the_buyer_has_written_since_it_was_chosen(
    desk: Desk, browser: Visitor, three: list[int]
) -> None:
    answer = do(browser, three, "reply", saved=saved(desk, "We are on it."))
    desk.hear(three[1], "Forget it", sender="bb@qq.example")

    address = answer.location.partition("?")[0]
    shown = said(browser, browser.post(f"{address}/start", next="/?queue=all"))

    assert "2 replies leave · 1 left as they are" in shown
    assert "The conversation has moved on" in shown


def test_a_reply_that_has_left_is_not_taken_back(desk: Desk, browser: Visitor, three: list[int]) -> None:
    answer = do(browser, three[:1], "reply", saved=saved(desk, "We are on it."))
    address = answer.location.partition("?")[0]
    browser.post(f"{address}/start")
    entry = next(each for each in desk.entries(three[0]) if each.verb == "replied")
    desk.end_sending(entry.id, outbox.mark_sent)

    shown = said(browser, browser.post(f"{address}/undo", next="/?queue=all"))

    assert "Too late: the message is already on its way" in shown
    assert states(desk, three[:1]) == [TicketState.WAITING]
