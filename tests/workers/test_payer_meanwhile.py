"""What happens while a gateway is being asked, or comes later than anybody thought: nothing is missed."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import agreeing, notices, paying, remedy_money, switches
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Agent, AgreedRemedy
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Answer, Notice, Outcome
from helpdesk.rules.states import IllegalMoveError, Role
from helpdesk.workers import payer
from tests.workers.paying import PAYMENT, Paid

pytestmark = pytest.mark.money
SETTLING = timedelta(seconds=5)


@pytest.fixture
def paid(app: Flask, tmp_path: Path) -> Paid:
    return Paid(app, tmp_path)


def stop(paid: Paid, *, off: bool) -> None:
    with transaction() as session:
        lead = session.get_one(Agent, paid.people[Role.LEAD])
        switches.turn(session, switches.MONEY, off=off, why="audit", by=lead, at=clock.now())


def tell(event: str = "1", outcome: Outcome = Outcome.SUCCEEDED, **about: str) -> bool:
    with transaction() as session:
        notice = Notice(event=event, payment=PAYMENT, outcome=outcome, **about)
        return notices.keep(session, "sandbox", notice, clock.now())


def unsettled() -> list[str]:
    with reading() as session:
        return [row.event for row in notices.unsettled(session)]


def try_again(paid: Paid, role: Role = Role.LEAD) -> None:
    with paid.held() as (session, ticket, _):
        remedy_money.try_again(session, ticket, 1, by=paid.agent(session, role), at=clock.now())


def test_money_that_had_arrived_and_comes_back_is_only_promised_again(paid: Paid) -> None:
    paid.agreed()
    paid.pay(2)
    paid.say(1, arrived=True)
    paid.bank.reverse("R1-1")

    tell(outcome=Outcome.REVERSED, key="R1-1")
    paid.pay()

    assert paid.refunds() == [("R1-1", "reversed", 9900)]
    assert (paid.state, paid.remedies()) == ("approved", [("full_refund", 9900, "agreed")])
    assert paid.payment() == (9900, 0)


def test_a_stop_holds_for_what_was_lost_as_well(paid: Paid) -> None:
    paid.bank.next(Trouble.LOSE_REQUEST)
    paid.agreed()
    paid.pay()
    stop(paid, off=True)

    clock.shift(timedelta(minutes=1))
    paid.pay(2)
    assert (paid.refunds(), paid.left()) == ([("R1-1", "unknown", 9900)], 0)
    stop(paid, off=False)
    clock.shift(timedelta(hours=1))
    paid.pay()

    assert (paid.refunds(), paid.left()) == ([("R1-1", "succeeded", 9900)], 9900)


def test_what_is_told_while_the_gateway_is_being_asked_is_asked_about_once_more(paid: Paid) -> None:
    """The answer says yes; before it is written down the money comes back, and we are told."""
    paid.agreed()
    payer._instruct(1)
    with transaction() as session:
        errand = paying.take(session, 1, lambda _: "sandbox", owner="one", at=clock.now())
    assert errand is not None
    answer = paid.bank.pay(errand.instruction)
    paid.bank.reverse("R1-1")
    tell(outcome=Outcome.REVERSED, key="R1-1")
    with transaction() as session:
        paying.note(session, errand, answer, settling=SETTLING, at=clock.now())

    paid.pay()

    assert paid.refunds() == [("R1-1", "reversed", 9900)]


def test_a_question_about_money_that_left_is_put_until_it_is_answered(paid: Paid) -> None:
    paid.agreed()
    paid.pay()
    paid.bank.reverse("R1-1")
    paid.bank.next(Trouble.LOSE_QUERY)
    tell(outcome=Outcome.REVERSED, key="R1-1")

    paid.pay()
    clock.shift(timedelta(hours=1))
    paid.pay()

    assert paid.refunds() == [("R1-1", "reversed", 9900)]


def test_a_question_that_came_too_early_is_no_later_for_a_slow_process(paid: Paid) -> None:
    """Asked four seconds after the no, written down a minute later: it still means nothing."""
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.agreed()
    paid.pay()
    clock.shift(timedelta(seconds=30))
    owner = "slow"
    with transaction() as session:
        errand = paying.take(session, 1, lambda _: "sandbox", owner=owner, at=clock.now())
    assert errand is not None
    with transaction() as session:  # too early by their clocks: it is to be given again
        errand = paying.note(
            session, errand, Answer(outcome=Outcome.NOT_FOUND), settling=SETTLING, at=clock.now()
        )
    assert errand is not None
    assert errand.submit
    with transaction() as session:
        no = Answer(outcome=Outcome.FAILED, again_after=timedelta(seconds=1))
        paying.note(session, errand, no, settling=SETTLING, at=clock.now())
    clock.shift(timedelta(seconds=2))
    with transaction() as session:
        errand = paying.take(session, 1, lambda _: "sandbox", owner=owner, at=clock.now())
    assert errand is not None
    clock.shift(timedelta(minutes=1))
    with transaction() as session:
        paying.note(session, errand, Answer(outcome=Outcome.NOT_FOUND), settling=SETTLING, at=clock.now())

    assert paid.refunds() == [("R1-1", "unknown", 9900)]


def test_what_waits_at_the_gateway_is_not_paid_by_hand_as_well(paid: Paid) -> None:
    paid.bank.next(Trouble.NEEDS_ACTION)
    paid.agreed()
    paid.pay()

    with pytest.raises(ConflictError, match="the gateway still has this refund"):
        paid.refund("99.00")


def test_what_was_canceled_at_the_gateway_may_be_paid_by_hand(paid: Paid) -> None:
    paid.bank.next(Trouble.NEEDS_ACTION)
    paid.agreed()
    paid.pay()
    paid.bank.settle("R1-1", Outcome.CANCELED)
    tell(outcome=Outcome.CANCELED, key="R1-1")
    paid.pay()

    paid.refund("99.00")

    assert paid.refunds() == [("R1-1", "canceled", 9900), ("R1-2", "succeeded", 9900)]
    assert paid.left() == 0


def test_a_remedy_whose_money_is_under_way_cannot_be_canceled(paid: Paid) -> None:
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.agreed()
    paid.pay()

    with pytest.raises(IllegalMoveError, match="on their way"), paid.held() as (session, ticket, _):
        agreeing.cancel(session, ticket, session.get_one(AgreedRemedy, 1), actor="agent:1", at=clock.now())


def test_what_failed_is_tried_again_under_a_new_key_and_only_then(paid: Paid) -> None:
    paid.bank.next(Trouble.DECLINE)
    paid.agreed()
    paid.pay(3)

    try_again(paid)
    paid.pay(2)
    assert paid.refunds() == [("R1-1", "failed", 9900), ("R1-2", "succeeded", 9900)]
    assert paid.left() == 9900
    with pytest.raises(ConflictError, match="nothing of this has failed"):
        try_again(paid)


def test_who_may_not_promise_it_may_not_try_it_again(app: Flask, tmp_path: Path) -> None:
    paid = Paid(app, tmp_path)
    paid.bank.next(Trouble.DECLINE)
    paid.agreed()
    paid.pay()
    with transaction() as session:
        session.get_one(AgreedRemedy, 1).worth_minor = 30_000

    with pytest.raises(IllegalMoveError, match="above your limit"):
        try_again(paid, Role.AGENT)


def test_a_notice_counts_once_and_is_not_believed(paid: Paid) -> None:
    paid.bank.next(Trouble.LATE)
    paid.agreed()
    paid.pay()

    assert [tell(key="R1-1"), tell(key="R1-1")] == [True, False]
    paid.pay()

    assert paid.refunds() == [("R1-1", "pending", 9900)]
    assert unsettled() == []


def test_money_that_nobody_here_asked_for_waits_for_a_lead_and_holds_the_rest_back(paid: Paid) -> None:
    paid.bank.pay_outside(PAYMENT, Money(4000, "CNY"))
    tell("outside", gateway_ref="SB000001")
    paid.agreed()

    paid.pay(3)

    assert unsettled() == ["outside"]
    assert paid.refunds() == [("R1-1", "reserved", 9900)]
    with pytest.raises(ConflictError, match="money that the ledger does not know"):
        paid.refund("99.00")


def test_money_said_to_have_left_for_a_refund_that_failed_is_not_sent_twice(paid: Paid) -> None:
    paid.bank.next(Trouble.DECLINE)
    paid.agreed()
    paid.pay(2)
    tell("late", key="R1-1")

    assert unsettled() == ["late"]
    with pytest.raises(ConflictError, match="money that the ledger does not know"):
        try_again(paid)
