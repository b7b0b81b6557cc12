"""Many tickets at once: what is done, what is left and why, what is taken back, and what a kill leaves."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import batching, clock
from helpdesk.actions import batch_deeds, batches
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Batch, Ticket
from helpdesk.rules import batches as limits
from helpdesk.rules.batches import BatchState
from helpdesk.rules.states import TicketState
from tests.web.conftest import Desk, Queries, Visitor, letter, on
from tests.web.many import do, said, states, undo

MOST_A_TICKET = 19  # questions to the database, its transaction among them


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from on(database_url, tmp_path)


@pytest.fixture
def three(desk: Desk) -> list[int]:
    return [desk.receive(letter(subject=f"cup {each}", sender=f"b{each}@qq.example")) for each in "abc"]


def test_boxes_stand_on_rows_and_what_can_be_done_below_them(
    desk: Desk, browser: Visitor, three: list[int]
) -> None:
    for path in ("/?queue=all", "/search?q=cup"):
        page = browser.text(path)
        assert page.count('name="ticket"') == 3
        for shown in ('id="many"', 'value="assign"', 'value="move"', 'value="tag"', 'value="merge"'):
            assert shown in page
    assert 'id="many"' not in browser.text("/search?q=nothing-like-it")


def test_they_are_given_to_a_colleague_each_with_an_entry(
    desk: Desk, browser: Visitor, three: list[int]
) -> None:
    answer = do(browser, three[:2], "assign", assignee=desk.lead)

    assert "Assigned to Lead Li: 2 tickets" in said(browser, answer)
    assert [desk.row(Ticket, each).assignee_id for each in three] == [desk.lead, desk.lead, None]
    for number in three[:2]:
        assert desk.entries(number)[-1].verb == "assigned"
        assert desk.entries(number)[-1].actor == f"agent:{desk.agent}"


def test_what_may_not_be_moved_is_listed_with_its_reason_and_the_rest_is_done(
    desk: Desk, browser: Visitor, three: list[int]
) -> None:
    do(browser, three[:1], "move", to="closed")

    shown = said(browser, do(browser, three, "move", to="solved"))

    assert "Now solved: 2 tickets · 1 left as they are" in shown
    assert "A closed ticket cannot become solved" in shown
    assert states(desk, three) == [TicketState.CLOSED, TicketState.SOLVED, TicketState.SOLVED]


def test_all_of_a_search_is_shown_first_and_then_worked_off_by_the_clock(
    desk: Desk, browser: Visitor, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "AT_ONCE", 1)
    monkeypatch.setattr(batching.do_some, "__defaults__", (1,))
    answer = do(browser, three[:1], "tag", tags="late parcel", all="yes", q="cup")

    page = browser.text(answer.location)
    assert "Tagged late parcel: 3 tickets" in page
    assert "Do it on 3 tickets" in page
    assert "tagged" not in desk.verbs(three[0]), "nobody has said yes"
    address = answer.location.partition("?")[0]
    assert browser.post(f"{address}/start").status_code == 303
    assert "1 of 3 looked at" in browser.text(f"{address}/progress")

    batching.work_off()

    assert "Tagged late parcel: 3 tickets" in browser.text(f"{address}/progress")
    assert [desk.verbs(each).count("tagged") for each in three] == [1, 1, 1]


def proposed(browser: Visitor, three: list[int], monkeypatch: pytest.MonkeyPatch, **form: str) -> str:
    """All three, seen and not yet done; its address."""
    monkeypatch.setattr(batching, "AT_ONCE", 0)
    monkeypatch.setattr(batching.do_some, "__defaults__", (0,))
    return do(browser, three[:1], all="yes", q="cup", **form).location.partition("?")[0]  # type: ignore[arg-type]  # words


def test_what_was_written_after_the_choice_is_not_solved_unread(
    desk: Desk, browser: Visitor, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = proposed(browser, three, monkeypatch, deed="move", to="solved")
    desk.hear(three[1], "One more thing.", sender="bb@qq.example")
    assert browser.post(f"{address}/start").status_code == 303
    monkeypatch.undo()
    batching.work_off()
    assert states(desk, three)[1] is not TicketState.SOLVED
    assert "conversation has moved on" in browser.text(address)


def test_nothing_more_is_done_in_the_name_of_somebody_who_was_shut_out(
    desk: Desk, browser: Visitor, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = proposed(browser, three, monkeypatch, deed="tag", tags="late parcel")
    assert browser.post(f"{address}/start").status_code == 303
    with transaction() as session:
        session.get_one(Agent, desk.agent).active = False
    monkeypatch.undo()
    batching.work_off()
    assert [desk.verbs(each).count("tagged") for each in three] == [0, 0, 0]
    assert {batch.state for batch in batches_of(desk)} == {BatchState.STOPPED}


def batches_of(desk: Desk) -> list[Batch]:
    with reading() as session:
        return list(session.query(Batch))


def test_all_of_a_queue_are_those_of_the_queue(desk: Desk, browser: Visitor, three: list[int]) -> None:
    do(browser, three[:1], "move", to="solved")
    answer = do(browser, three[:1], "assign", assignee="", all="yes", queue="solved")
    assert "Assigned to nobody: 1 ticket" in browser.text(answer.location)
    assert do(browser, three, "tag", tags="x", all="yes", queue="nonsense").status_code == 422
    assert do(browser, three, "tag", tags="x", all="yes", q="stat:open").status_code == 422


def test_a_kill_in_the_middle_loses_nothing_and_does_nothing_twice(
    desk: Desk, browser: Visitor, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        """As a signal would end it."""

    def dies(session: object, ticket: Ticket, facts: object, **more: object) -> None:
        deed(session, ticket, facts, **more)
        if ticket.id == three[1]:
            raise KilledError

    deed = batch_deeds.DEEDS[limits.Deed.TAG]
    monkeypatch.setitem(batch_deeds.DEEDS, limits.Deed.TAG, dies)  # type: ignore[arg-type]  # a Mapping to readers
    with pytest.raises(KilledError):
        do(browser, three, "tag", tags="late")
    assert [desk.verbs(each).count("tagged") for each in three] == [1, 0, 0]
    monkeypatch.undo()

    assert batching.work_off() == 2

    assert [desk.verbs(each).count("tagged") for each in three] == [1, 1, 1]
    assert desk.row(Batch, 1).state is BatchState.DONE


def test_what_nobody_foresaw_is_listed_and_the_next_one_is_done(
    desk: Desk, browser: Visitor, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(session: object, ticket: Ticket, facts: object, **more: object) -> object:
        if ticket.id == three[0]:
            raise ZeroDivisionError
        return deed(session, ticket, facts, **more)

    deed = batch_deeds.DEEDS[limits.Deed.TAG]
    monkeypatch.setitem(batch_deeds.DEEDS, limits.Deed.TAG, breaks)  # type: ignore[arg-type]  # likewise
    shown = said(browser, do(browser, three, "tag", tags="late"))
    assert "Tagged late: 2 tickets · 1 left as they are" in shown
    assert "Something went wrong on our side" in shown


def test_a_batch_that_is_stopped_does_no_other_ticket_and_can_be_taken_back(
    desk: Desk, browser: Visitor, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching.do_some, "__defaults__", (1,))
    answer = do(browser, three, "move", to="solved")
    address = answer.location.partition("?")[0]

    browser.post(f"{address}/stop")
    batching.work_off()

    assert states(desk, three) == [TicketState.SOLVED, TicketState.NEW, TicketState.NEW]
    assert "2 not begun: it was stopped" in browser.text(address)
    browser.post(f"{address}/undo")
    assert states(desk, three) == [TicketState.NEW] * 3


def test_several_become_one_matter_in_the_oldest_and_apart_again(desk: Desk, browser: Visitor) -> None:
    mine = [desk.receive(letter(subject=each)) for each in ("one", "two", "three")]
    theirs = desk.receive(letter(sender="other@qq.example"))

    answer = do(browser, [*mine, theirs], "merge")

    shown = said(browser, answer)
    assert f"Merged into #{mine[0]}: 2 tickets · 1 left as they are" in shown
    assert re.search("of (another buyer|two buyers)", shown), "answers would go to one of them only"
    assert [desk.row(Ticket, each).merged_into_id for each in mine] == [None, mine[0], mine[0]]

    undo(browser, answer)

    assert [desk.row(Ticket, each).merged_into_id for each in mine] == [None, None, None]
    assert do(browser, mine[:1], "merge").status_code == 422


def test_nobody_sees_or_touches_what_a_colleague_does(desk: Desk, browser: Visitor, three: list[int]) -> None:
    answer = do(browser, three, "tag", tags="late", all="yes", q="cup")
    address = answer.location.partition("?")[0]
    lead = desk.visitor("lead")
    assert lead.get(address).status_code == 404
    for verb in ("start", "stop", "undo"):
        assert lead.post(f"{address}/{verb}").status_code == 404
    assert "tagged" not in desk.verbs(three[0])


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"ticket": "x", "deed": "tag", "tags": "a"}, 422),
        ({"ticket": "999999", "deed": "tag", "tags": "a"}, 422),
        ({"ticket": "1", "deed": "explode"}, 422),
        ({"ticket": "1", "deed": "tag", "tags": " , "}, 422),
        ({"ticket": "1", "deed": "tag", "tags": "x" * 41}, 422),
        ({"ticket": "1", "deed": "move", "to": "new"}, 422),
        ({"ticket": "1", "deed": "assign", "assignee": "99"}, 422),
        ({"ticket": "1", "deed": "reply", "saved": "99"}, 404),
    ],
)
def test_what_makes_no_sense_is_refused(
    desk: Desk, browser: Visitor, form: dict[str, str], status: int
) -> None:
    desk.receive()
    assert browser.post("/batches", **form).status_code == status
    with reading() as session:
        assert session.query(Batch).count() == 0


def test_a_double_click_does_it_once(desk: Desk, browser: Visitor, three: list[int]) -> None:
    first = do(browser, three, "tag", tags="late", once="a-token")
    again = do(browser, three, "tag", tags="late", once="a-token")
    assert again.location == first.location
    assert desk.verbs(three[0]).count("tagged") == 1


def test_a_ticket_of_a_batch_costs_the_same_however_many_there_are(
    desk: Desk, browser: Visitor, three: list[int]
) -> None:
    def asked(numbers: list[int], tag: str) -> int:
        with Queries() as queries:
            do(browser, numbers, "tag", tags=tag)
        return queries.count

    asked(three, "warm")
    one, all_three = asked(three[:1], "a"), asked(three, "b")
    assert all_three - one <= 2 * MOST_A_TICKET


def test_a_week_later_it_is_forgotten(desk: Desk, browser: Visitor, three: list[int]) -> None:
    undo(browser, do(browser, three, "tag", tags="late"))
    clock.shift(timedelta(days=8))
    with transaction() as session:
        assert batches.forget(session, at=clock.now()) == 2
    with reading() as session:
        assert session.query(Batch).count() == 0
