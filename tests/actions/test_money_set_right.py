"""What was noted wrongly, or what nobody will ever answer for, is set right by a lead: nothing is stuck."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import chases, externals, refunds, remedy_money, tickets
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import GatewayNotice, Refund
from helpdesk.rules.paying import Outcome
from helpdesk.rules.states import Role
from tests.workers.paying import Paid
from tests.workers.test_told_by_others import tell, unsettled

pytestmark = pytest.mark.money


@pytest.fixture
def paid(app: Flask, tmp_path: Path) -> Paid:
    return Paid(app, tmp_path)


def take_outside(paid: Paid, minor: int = 2000) -> None:
    """The gateway tells of money, and a lead takes it as external for Li's ticket."""
    tell("outside", minor=minor, gateway_ref="SB000001")
    with transaction() as session:
        lead, notice = paid.agent(session, Role.LEAD), session.scalars(select(GatewayNotice.id)).one()
        externals.take_notice(session, notice, paid.ticket, by=lead, at=clock.now())


def mistake(paid: Paid, why: str, role: Role = Role.LEAD) -> None:
    with transaction() as session:
        refunds.cancel(session, 1, by=paid.agent(session, role), at=clock.now(), why=why)


def end(paid: Paid, said: str = "support of the bank, by phone", role: Role = Role.LEAD) -> None:
    with transaction() as session:
        chases.never_left(session, 1, said=said, by=paid.agent(session, role), at=clock.now())


def refund() -> Refund:
    with reading() as session:
        return session.get_one(Refund, 1)


def test_external_money_that_was_taken_by_mistake_is_free_again_and_may_be_taken_anew(paid: Paid) -> None:
    paid.link()
    paid.open()
    before = paid.reserved()
    take_outside(paid)
    assert paid.reserved() != before

    mistake(paid, "it is of another ticket")

    assert (paid.payment(), paid.reserved()) == ((0, 0), before)
    assert paid.refunds() == [("T1-1", "mistaken", 2000)]
    assert unsettled() == ["outside"]
    with transaction() as session:
        lead = paid.agent(session, Role.LEAD)
        externals.take_notice(session, 1, paid.ticket, by=lead, at=clock.now())
    assert paid.refunds()[1:] == [("T1-2", "succeeded", 2000)]


def test_external_money_that_came_back_is_free_on_the_lines_as_well(paid: Paid) -> None:
    paid.link()
    paid.open()
    before = paid.reserved()
    take_outside(paid)

    with transaction() as session:
        chases.come_back(session, 1, said="statement", by=paid.agent(session, Role.LEAD), at=clock.now())

    assert (paid.payment(), paid.reserved()) == ((0, 0), before)


def test_only_a_lead_says_that_external_money_was_a_mistake_and_why(paid: Paid) -> None:
    paid.link()
    take_outside(paid)

    with pytest.raises(ConflictError, match="only a lead takes it back"):
        mistake(paid, "it is of another ticket", Role.AGENT)
    with pytest.raises(InvalidError, match="say why"):
        mistake(paid, " ")


def test_money_that_comes_back_is_noted_whoever_has_the_items_by_now(paid: Paid) -> None:
    """Li has opened another claim about the cups since hers was resolved."""
    paid.agreed()
    paid.pay()
    paid.say(1, arrived=True)
    assert paid.state == "resolved"
    with transaction() as session:
        session.get_one(Refund, 1).arrival_assumed = True
    second = paid.open()
    paid.say(1, arrived=False)
    paid.bank.reverse("R1-1")
    with transaction() as session:
        session.get_one(Refund, 1).look_at = clock.now()

    paid.pay()

    assert paid.refunds() == [("R1-1", "reversed", 9900)]
    assert paid.remedies() == [("full_refund", 9900, "agreed")]
    with transaction() as session:
        ticket = tickets.hold(session, paid.ticket)
        lead = paid.agent(session, Role.LEAD)
        remedy_money.try_again(session, ticket, 1, by=lead, at=clock.now())
    paid.pay(2)
    assert paid.refunds()[1:] == [("R1-2", "succeeded", 9900)]
    assert second == 2


def test_what_no_gateway_will_ever_answer_for_is_ended_by_a_lead_and_paid_anew(paid: Paid) -> None:
    paid.bank.next(Trouble.LATE)
    paid.agreed()
    paid.pay()
    assert paid.refunds() == [("R1-1", "pending", 9900)]
    with pytest.raises(ConflictError, match="wait an hour, and look again"):
        end(paid)
    clock.shift(timedelta(hours=2))
    with pytest.raises(ConflictError, match="only a lead"):
        end(paid, role=Role.AGENT)
    with pytest.raises(InvalidError, match="say how you know"):
        end(paid, said=" ")

    end(paid)

    assert (paid.refunds(), paid.remedies()) == (
        [("R1-1", "failed", 9900)],
        [("full_refund", 9900, "agreed")],
    )
    assert (refund().said, refund().look_at) == ("support of the bank, by phone", None)
    with pytest.raises(ConflictError, match="look again"):
        end(paid)


def test_a_gateway_that_says_otherwise_after_that_holds_the_payment(paid: Paid) -> None:
    paid.bank.next(Trouble.LATE)
    paid.agreed()
    paid.pay()
    clock.shift(timedelta(hours=2))
    end(paid)

    tell("late", key="R1-1", outcome=Outcome.SUCCEEDED)

    assert unsettled() == ["late"]
    with (
        pytest.raises(ConflictError, match="a lead has to look at it first"),
        paid.held() as (session, ticket, _),
    ):
        remedy_money.try_again(session, ticket, 1, by=paid.agent(session, Role.LEAD), at=clock.now())
