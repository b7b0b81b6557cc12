"""A person pays it herself: it is hers alone from the moment she says so, and nothing is paid twice."""

from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import claim_steps, hand_payments, refunds, statements, switches, tickets
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Agent, Refund
from helpdesk.rules.money import Money
from helpdesk.rules.statements import Fate, Line
from helpdesk.rules.states import IllegalMoveError, Role
from tests.actions.bare import person
from tests.actions.test_limits_at_once import meanwhile
from tests.workers.paying import Paid

pytestmark = pytest.mark.money


@pytest.fixture
def paid(app: Flask, tmp_path: Path) -> Paid:
    """99.00 is promised to Li; the worker has not come round yet."""
    paid = Paid(app, tmp_path)
    paid.agreed()
    return paid


@pytest.fixture
def colleague(paid: Paid) -> int:
    with transaction() as session:
        return person(session, "ben", Role.AGENT)


def take(paid: Paid, by: int | None = None) -> None:
    with transaction() as session:
        agent = session.get_one(Agent, by or paid.people[Role.AGENT])
        ticket = tickets.hold(session, paid.ticket)
        hand_payments.take(session, ticket, 1, by=agent, at=clock.now())


def put_back(paid: Paid, refund: int = 1, *, by: int | None = None) -> None:
    with transaction() as session:
        agent = session.get_one(Agent, by or paid.people[Role.AGENT])
        hand_payments.put_back(session, refund, by=agent, at=clock.now())


def note(paid: Paid, by: int) -> None:
    with transaction() as session:
        refunds.record_refund(
            session,
            tickets.hold(session, paid.ticket),
            amount="99.00",
            currency="CNY",
            method="alipay",
            reference="2026060100009",
            remedy=1,
            by=session.get_one(Agent, by),
            at=clock.now(),
        )


def test_what_a_person_has_taken_no_gateway_is_told_of(paid: Paid) -> None:
    take(paid)
    take(paid)
    paid.pay(3)
    assert paid.refunds() == [("R1-1", "needs_action", 9900)]

    paid.refund("99.00")

    assert (paid.refunds(), paid.left()) == ([("R1-1", "succeeded", 9900)], 0)
    assert paid.verbs().count("refund_taken") == 1


def test_a_worker_who_comes_round_at_that_moment_finds_nothing_to_pay(paid: Paid, app: Flask) -> None:
    paid.pay(0)
    with transaction() as session:
        agent = paid.agent(session)
        hand_payments.take(session, tickets.hold(session, paid.ticket), 1, by=agent, at=clock.now())
        worker = meanwhile(app, paid.pay, [])
    worker.join(10)
    paid.pay(2)

    assert (paid.refunds(), paid.left()) == ([("R1-1", "needs_action", 9900)], 0)


def test_what_a_gateway_was_told_of_is_not_for_a_person_to_pay(paid: Paid) -> None:
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.pay()

    with pytest.raises(ConflictError, match="sandbox was told to pay R1-1 already: pay nothing by hand"):
        take(paid)
    with pytest.raises(ConflictError, match="was told to pay R1-1 already"):
        paid.refund("99.00")


def test_of_two_colleagues_one_pays(paid: Paid, colleague: int, app: Flask) -> None:
    told: list[Exception] = []
    with transaction() as session:
        agent = paid.agent(session)
        hand_payments.take(session, tickets.hold(session, paid.ticket), 1, by=agent, at=clock.now())
        other = meanwhile(app, lambda: take(paid, colleague), told)
    other.join(10)

    assert [str(each) for each in told] == [
        "Agent has taken this to pay it by hand: ask first, or a lead puts it back"
    ]
    with pytest.raises(ConflictError, match="Agent has taken this"):
        note(paid, colleague)
    with pytest.raises(ConflictError, match="Agent has taken this"):
        put_back(paid, by=colleague)
    note(paid, paid.people[Role.AGENT])
    assert paid.refunds() == [("R1-1", "succeeded", 9900)]


def test_nothing_is_decided_anew_while_somebody_pays_it(paid: Paid) -> None:
    take(paid)

    with pytest.raises(IllegalMoveError, match="on their way already"):
        paid.decide_anew("another sum")


def test_what_was_put_back_goes_by_the_gateway_under_another_key(paid: Paid) -> None:
    take(paid)
    put_back(paid, by=paid.people[Role.LEAD])
    paid.pay(2)

    assert paid.refunds() == [("R1-1", "canceled", 9900), ("R1-2", "succeeded", 9900)]
    assert (paid.left(), paid.payment()) == (9900, (0, 9900))
    line = Line(line=2, amount=Money(9900, "CNY"), key="R1-1", reference="77")
    with reading() as session:
        (judged,) = statements.look(session, [line])
    assert judged.fate is Fate.OVER, "should she have paid it all the same, it is listed"
    with pytest.raises(ConflictError, match="nobody has taken this"):
        put_back(paid)


def test_nobody_takes_anything_while_all_money_is_stopped(paid: Paid) -> None:
    with transaction() as session:
        lead = paid.agent(session, Role.LEAD)
        switches.turn(session, switches.MONEY, off=True, why="audit", by=lead, at=clock.now())

    with pytest.raises(ConflictError, match="all money is stopped"):
        take(paid)


def test_who_is_paying_while_a_lead_closes_the_claim_notes_it_all_the_same(paid: Paid) -> None:
    take(paid)
    close(paid)

    paid.refund("99.00")

    assert (paid.refunds(), paid.state) == ([("R1-1", "succeeded", 9900)], "closed")


def test_money_that_comes_back_to_a_closed_claim_may_be_promised_anew(paid: Paid) -> None:
    """The old promise would hold the money, and nobody could carry it out."""
    paid.pay()
    close(paid)
    paid.bank.reverse("R1-1")
    with transaction() as session:
        session.get_one(Refund, 1).look_at = clock.now()
    paid.pay()

    assert (paid.remedies(), paid.payment()) == ([("full_refund", 9900, "canceled")], (0, 0))
    assert paid.reserved() == (0, 0, 0)


def close(paid: Paid) -> None:
    with paid.held() as (session, ticket, claim):
        lead = paid.agent(session, Role.LEAD)
        how = {"cause": "none", "lesson": "", "why": "it is seen to"}
        claim_steps.close(session, ticket, claim, by=lead, at=clock.now(), **how)
