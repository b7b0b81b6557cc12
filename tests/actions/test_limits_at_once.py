"""Two who agree at the same moment, on two tickets: no limit of the order or of the day is overrun."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import approvals, claim_progress, claims, switches, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import IllegalMoveError, Role
from tests.actions.bare import person, support
from tests.actions.claiming import Matter
from tests.actions.sold import given, line, payment, sell
from tests.actions.test_claim_decisions import put_in_force
from tests.actions.test_claim_limits import CHEAP, DEAR, ONE

pytestmark = [pytest.mark.money, pytest.mark.trust]


def second_ticket(matter: Matter) -> None:
    """Li writes again, and the mail opens a ticket of its own."""
    with transaction() as session:
        first, at = tickets.hold(session, matter.ticket), clock.now()
        matter.ticket = tickets.open_ticket(
            session, support(session), first.buyer, subject="退款", locale="zh-CN", at=at
        ).id
    matter.hear("退款")


def approve(claim_id: int, by: int, part: Part = ONE) -> None:
    with transaction() as session:
        claim, ticket = claims.hold(session, claim_id)
        agent = session.get_one(Agent, by)
        approvals.approve(session, current_desk(), ticket, claim, [part], by=agent, at=clock.now())


def meanwhile(app: Flask, act: Callable[[], None], told: list[Exception]) -> threading.Thread:
    """Somebody else, in another process for all that the database knows."""

    def run() -> None:
        with app.app_context():
            try:
                act()
            except Exception as error:
                told.append(error)

    other = threading.Thread(target=run)
    other.start()
    other.join(0.5)  # as far as the database lets it come
    return other


def test_two_claims_on_one_order_do_not_dodge_the_limit_together(app: Flask) -> None:
    matter = Matter(**DEAR)
    with transaction() as session:
        colleague = person(session, "agent2", Role.AGENT)
    matter.link()
    first = matter.open("changed_mind")
    second_ticket(matter)
    matter.link()
    second = matter.open("order_error")
    told: list[Exception] = []

    with transaction() as session:
        claim, ticket = claims.hold(session, first)
        agent = matter.agent(session)
        approvals.approve(session, current_desk(), ticket, claim, [ONE], by=agent, at=clock.now())
        other = meanwhile(app, lambda: approve(second, colleague), told)
    other.join(10)

    assert [type(error) for error in told] == [IllegalMoveError]
    assert matter.remedies() == [("full_refund", 15000, "agreed")]


def test_two_clauses_do_not_overrun_the_sum_of_the_day_together(app: Flask) -> None:
    """40.00 each; 50.00 may go by itself in a day."""
    matter = Matter(**CHEAP)
    put_in_force(('auto_daily_total = "1000.00"', 'auto_daily_total = "50.00"'))
    first = matter.open(order=False)
    matter.link()
    number = "2398471029384756103"
    lines = (line(unit_paid_minor=1500, line_paid_minor=3000),)
    paid = (payment(reference=number, captured_minor=4000),)
    matter.order = sell(given(number, lines=lines, payments=paid))[0].order_id
    second_ticket(matter)
    second = matter.open(order=False)
    matter.link()
    told: list[Exception] = []

    def go_on(claim_id: int) -> None:
        with transaction() as session:
            claim, ticket = claims.hold(session, claim_id)
            claim_progress.go_on(session, current_desk(), ticket, claim, at=clock.now())

    with transaction() as session:
        claim, ticket = claims.hold(session, first)
        claim_progress.go_on(session, current_desk(), ticket, claim, at=clock.now())
        other = meanwhile(app, lambda: go_on(second), told)
    other.join(10)

    assert told == []
    assert matter.remedies() == [(Remedy.FULL_REFUND, 4000, "agreed")]


def test_two_leads_who_stop_all_money_at_once_both_have_stopped_it(app: Flask) -> None:
    matter, told = Matter(), list[Exception]()

    def stop(by: int) -> None:
        with transaction() as session:
            agent = session.get_one(Agent, by)
            switches.turn(session, switches.MONEY, off=True, why="audit", by=agent, at=clock.now())

    with transaction() as session:
        lead = matter.agent(session, Role.LEAD)
        switches.turn(session, switches.MONEY, off=True, why="theft", by=lead, at=clock.now())
        other = meanwhile(app, lambda: stop(matter.lead_two), told)
    other.join(10)

    assert told == []
    with reading() as session:
        assert switches.is_off(session, switches.MONEY)
