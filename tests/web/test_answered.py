"""Whom the shop has answered: queue and report ask the same question; the row shows the buyer's own words."""

import re
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import asking, claims, offers, outbox, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Entry, Offer, OutboxMessage, Ticket
from helpdesk.queries import queue, report
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.claims import Event
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import TicketState, WaitingOn
from tests.actions.claiming import FULL, Matter
from tests.web.conftest import Desk, Visitor, letter

ALL = "/?queue=all"
HALF = Part(option=1, remedy=Remedy.FULL_REFUND, amount=5000)


@pytest.fixture
def matter(desk: Desk) -> Matter:
    matter = Matter()
    matter.hear("I do not want the cups any more.")
    matter.link()
    matter.open()
    return matter


def turn(number: int) -> tuple[TicketState, WaitingOn | None]:
    with reading() as session:
        ticket = session.get_one(Ticket, number)
        return ticket.state, ticket.waiting_on


def reported() -> report.Report:
    with reading() as session:
        return report.report(session, since=clock.now() - timedelta(days=30), at=clock.now())


def test_an_offer_answers_and_it_is_the_buyers_turn(matter: Matter) -> None:
    clock.shift(timedelta(hours=3))
    assert reported().unanswered == 1
    matter.offer(HALF)
    assert turn(matter.ticket) == (TicketState.WAITING, WaitingOn.BUYER)
    told = reported()
    assert (told.unanswered, told.answered) == (0, 1)
    assert told.first_answer_seconds == pytest.approx(3 * 3600, abs=60)


def test_what_waits_for_us_counts_from_the_mail_after_the_offer(matter: Matter, browser: Visitor) -> None:
    matter.offer(HALF)
    clock.shift(timedelta(days=14))
    with transaction() as session:
        tickets.move(
            session,
            tickets.hold(session, matter.ticket),
            TicketState.OPEN,
            actor="agent:1",
            at=clock.now(),
        )
    assert not re.search(r"reply in|overdue", browser.text(ALL).partition("<ol")[2])
    matter.hear("I would like 30.")
    clock.shift(timedelta(hours=2))
    assert "reply in 22 hr" in browser.text(ALL)


def test_a_counter_offer_on_the_page_waits_for_us_like_a_mail(matter: Matter, browser: Visitor) -> None:
    made = matter.offer(HALF)
    with matter.held() as (session, ticket, claim):
        offers.answer_otherwise(
            session,
            current_desk(),
            ticket,
            claim,
            session.get_one(Offer, made),
            Event.COUNTER_OFFER,
            actor=claims.buyer(ticket),
            way="page",
            at=clock.now(),
            words="Make it 80 and we are friends.",
        )
    clock.shift(timedelta(hours=5))
    page = browser.text(ALL)
    assert "reply in 19 hr" in page
    assert "Make it 80 and we are friends." in page


def test_what_was_granted_and_what_was_refused_answer_too(matter: Matter) -> None:
    matter.approve(FULL)
    assert reported().answered == 1
    assert "approval_told" in matter.verbs()


def test_a_question_answers(desk: Desk) -> None:
    matter = Matter()
    matter.hear("Money back!")
    with transaction() as session:
        ticket = tickets.hold(session, matter.ticket)
        by = claims.staff(matter.agent(session))
        asking.ask_order(session, current_desk(), ticket, actor=by, at=clock.now())
    assert turn(matter.ticket) == (TicketState.WAITING, WaitingOn.BUYER)
    assert reported().answered == 1


def test_an_acknowledgement_answers_nobody(desk: Desk, browser: Visitor) -> None:
    desk.receive()
    clock.shift(timedelta(days=2))
    assert "overdue 1 day" in browser.text("/")
    assert reported().answered == 0


def test_an_answer_that_was_taken_back_has_answered_nobody(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    desk.reply(number)
    with transaction() as session:
        ticket = tickets.hold(session, number)
        row = (
            session.query(OutboxMessage)
            .join(Entry, Entry.id == OutboxMessage.entry_id)
            .filter(Entry.verb == "replied")
            .one()
        )
        outbox.withdraw(session, ticket, row.id, actor="agent:1", at=clock.now())
        tickets.move(session, ticket, TicketState.OPEN, actor="agent:1", at=clock.now())
    clock.shift(timedelta(days=2))
    assert "overdue 1 day" in browser.text("/")
    assert reported().unanswered == 1


def test_the_row_shows_what_the_buyer_said_last(desk: Desk) -> None:
    number = desk.receive(letter("My cup is broken."))
    desk.reply(number, "We shall look into it.")
    with reading() as session:
        (row,) = queue.page(session, queue.Queue.ALL, queue.Reader(agent_id=desk.agent, at=clock.now())).rows
    assert row.preview == "My cup is broken."


def test_a_ticket_on_which_no_buyer_spoke_shows_our_words(desk: Desk) -> None:
    matter = Matter()
    with transaction() as session:
        ticket = tickets.hold(session, matter.ticket)
        by = claims.staff(matter.agent(session))
        asking.invite(session, current_desk(), ticket, actor=by, at=clock.now())
    assert desk.row(Ticket, matter.ticket).preview
