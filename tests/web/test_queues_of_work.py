"""The queues of work: what stands in them, in which order, and what their rows say."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from helpdesk import clock
from helpdesk.actions import switches, tickets
from helpdesk.db import reading, transaction
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Agent
from helpdesk.queries import queue as lists
from helpdesk.queries.queue import Queue
from helpdesk.rules.states import Role, TicketState
from tests.actions import proving
from tests.actions.claiming import FULL, Matter
from tests.actions.sold import payment
from tests.web.conftest import Desk, Queries, Visitor, letter
from tests.web.reading import read
from tests.workers.paying import Paid

pytestmark = pytest.mark.money


@pytest.fixture
def paid(app: Flask, desk: Desk, tmp_path: Path) -> Paid:
    return Paid(app, tmp_path, payments=(payment(gateway="card"),))


def shown(page: str) -> list[int]:
    """The numbers of the rows, from the top."""
    return [int(number) for number in re.findall(r'<li class="row [^"]*" data-key="([0-9]+)"', page)]


def row(page: str, number: int) -> str:
    found = re.search(rf'<li class="row [^"]*" data-key="{number}">.*?</li>', page, re.DOTALL)
    assert found is not None
    return read(found[0])


def solve(number: int) -> None:
    with transaction() as session:
        ticket = tickets.hold(session, number)
        tickets.move(session, ticket, TicketState.SOLVED, actor="agent:1", at=clock.now())


def test_who_has_waited_longest_stands_first(desk: Desk, browser: Visitor) -> None:
    first = desk.receive(letter(subject="first"))
    clock.shift(timedelta(hours=1))
    second = desk.receive(letter(subject="second", sender="b@buyer.example"))
    desk.reply(first)
    clock.shift(timedelta(hours=1))
    with transaction() as session:
        tickets.move(session, tickets.hold(session, first), TicketState.OPEN, actor="agent:1", at=clock.now())
    assert shown(browser.text("/")) == [second, first]


def test_a_row_says_buyer_order_amount_and_reason(desk: Desk, browser: Visitor) -> None:
    matter = Matter()
    matter.hear("I do not want the cups any more.")
    matter.link()
    matter.open()
    said = row(browser.text("/?queue=all"), matter.ticket)
    for words in ("李梅", "CN¥99.00", "changed mind"):
        assert words in said
    assert re.search(r'<span class="order-number">[^<]+</span>', browser.text("/?queue=all"))


def test_after_a_day_without_an_answer_a_ticket_is_overdue(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    clock.shift(timedelta(hours=23))
    assert shown(browser.text("/?queue=overdue")) == []
    clock.shift(timedelta(hours=3))
    page = browser.text("/?queue=overdue")
    assert shown(page) == [number]
    assert "overdue 2 hr" in row(page, number)
    desk.reply(number)
    assert shown(browser.text("/?queue=overdue")) == []


def test_missing_proof_has_a_queue_and_is_counted(desk: Desk, browser: Visitor) -> None:
    matter = Matter()
    matter.hear("The cup came in pieces.")
    matter.link()
    matter.open("damaged")
    proving.ask(matter)
    page = browser.text("/?queue=evidence")
    assert shown(page) == [matter.ticket]
    assert re.search(r"\d proofs? missing", row(page, matter.ticket))
    assert "Evidence missing 1" in read(page)


def test_money_is_under_way_until_it_arrives(paid: Paid, browser: Visitor) -> None:
    paid.agreed()
    paid.pay()
    page = browser.text("/?queue=money")
    assert shown(page) == [paid.ticket]
    assert "money day 1 of 10" in row(page, paid.ticket)
    paid.say(paid.refund_id("R1-1"), arrived=True)
    assert shown(browser.text("/?queue=money")) == []


def test_money_that_the_stop_holds_says_so(paid: Paid, browser: Visitor) -> None:
    with transaction() as session:
        by = session.get_one(Agent, paid.people[Role.LEAD])
        switches.turn(session, switches.MONEY, off=True, why="audit", by=by, at=clock.now())
    paid.agreed()
    paid.pay()
    assert "held by the stop" in row(browser.text("/?queue=money"), paid.ticket)


def test_a_solved_ticket_does_not_say_that_its_claim_is_due(desk: Desk, browser: Visitor) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.ask_approval(FULL)
    assert "claim due in" in row(browser.text("/?queue=waiting"), matter.ticket)
    solve(matter.ticket)
    assert "claim due" not in row(browser.text("/?queue=solved"), matter.ticket)


def test_the_buyer_and_others_are_waited_for_in_two_queues(paid: Paid, desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(sender="b@buyer.example"))
    desk.reply(number)
    paid.agreed()
    paid.pay()
    assert shown(browser.text("/?queue=buyer")) == [number]
    assert shown(browser.text("/?queue=waiting")) == [paid.ticket]


def test_a_buyers_new_words_are_marked_until_they_are_answered(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    assert "new words of the buyer" in row(browser.text("/?queue=all"), number)
    desk.reply(number)
    assert "new words of the buyer" not in row(browser.text("/?queue=all"), number)


@pytest.mark.parametrize(("who", "most"), [("agent", 21), ("lead", 24)])
def test_a_page_asks_the_database_a_fixed_number_of_questions(
    paid: Paid, desk: Desk, who: str, most: int
) -> None:
    """Beginning and opening a transaction counts too: for who asks, the zone, the page, the saved queues.

    Four are for many at once: the tags of the rows, and the colleagues, saved replies and tags of the bar.
    """
    reader = desk.visitor(who)
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.agreed()
    paid.pay()
    for each in range(8):
        desk.receive(letter(subject=f"number {each}", sender=f"b{each}@buyer.example"))
    for queue in Queue:
        with Queries() as asked:
            reader.get(f"/?queue={queue}")
        assert asked.count <= most, queue


@pytest.mark.parametrize(
    ("queue", "index"),
    [
        (Queue.OURS, "ix_ticket_ours"),
        (Queue.MINE, "ix_ticket_held"),
        (Queue.UNASSIGNED, "ix_ticket_held"),
        (Queue.BUYER, "ix_ticket_waiting"),
        (Queue.OVERDUE, "ix_ticket_active"),
        (Queue.SNOOZED, "ix_ticket_snoozed"),
        (Queue.ALL, "ix_ticket_newest"),
        (Queue.SOLVED, "ix_ticket_over"),
        (Queue.CLOSED, "ix_ticket_over"),
        (Queue.SPAM, "ix_ticket_spam"),
    ],
)
def test_a_list_is_one_walk_along_its_index_at_any_depth(desk: Desk, queue: Queue, index: str) -> None:
    """The words of a partial index have to be those of the question, or SQLite reads and sorts everything."""
    reader = lists.Reader(agent_id=desk.agent, at=clock.now())
    position = lists.Position(at=clock.now(), number=7)
    with reading() as session:
        for after in (None, position):
            query = lists.page_query(queue, reader, after).compile(
                session.connection(), compile_kwargs={"literal_binds": True}
            )
            plan = [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
            assert any(f"INDEX {index}" in step for step in plan), plan
            assert not any("TEMP B-TREE" in step for step in plan), plan
