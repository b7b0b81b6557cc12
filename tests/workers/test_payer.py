"""Money leaves once, whatever the gateway does; what nobody knows says so, and is asked about."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import paying, switches
from helpdesk.current import DESK
from helpdesk.db import reading, transaction
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Agent, Entry, OutboxMessage
from helpdesk.rules.paying import Outcome
from helpdesk.rules.states import Role
from helpdesk.workers import chaser, payer
from tests.actions.claiming import partial
from tests.actions.sold import payment
from tests.workers.paying import Paid

pytestmark = pytest.mark.money


@pytest.fixture
def paid(app: Flask, tmp_path: Path) -> Paid:
    return Paid(app, tmp_path)


def test_what_was_agreed_is_paid_once_by_the_clock(paid: Paid) -> None:
    paid.agreed()

    paid.pay(5)

    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert paid.left() == 9900
    assert paid.payment() == (0, 9900)
    assert paid.remedies() == [("full_refund", 9900, "under_way")]
    assert paid.verbs()[-8:].count("refunded") == 1


def test_a_lost_answer_is_unknown_until_the_gateway_is_asked(paid: Paid) -> None:
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.agreed()

    paid.pay()
    assert paid.refunds() == [("R1-1", "unknown", 9900)]
    clock.shift(timedelta(seconds=30))
    paid.pay()

    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert paid.left() == 9900


def test_a_lost_request_is_given_again_with_the_same_key_once_nothing_can_be_on_its_way(paid: Paid) -> None:
    paid.bank.next(Trouble.LOSE_REQUEST)
    paid.agreed()

    paid.pay()
    assert paid.left() == 0
    clock.shift(timedelta(seconds=30))
    paid.pay()

    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert paid.left() == 9900


def test_a_no_to_the_second_asking_is_asked_about_and_not_believed(paid: Paid) -> None:
    """The first one went through, its answer was lost, and the query is too early to know."""
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.bank.next(Trouble.NOT_FOUND)
    paid.bank.next(Trouble.DECLINE_RETRY)
    paid.agreed()

    paid.pay()
    clock.shift(timedelta(seconds=30))
    paid.pay()
    assert paid.refunds() == [("R1-1", "unknown", 9900)]
    clock.shift(timedelta(minutes=5))
    paid.pay()

    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert paid.left() == 9900


def test_a_refund_that_is_declined_leaves_the_promise_and_the_reserve(paid: Paid) -> None:
    paid.bank.next(Trouble.DECLINE)
    paid.agreed()

    paid.pay(3)

    assert paid.refunds() == [("R1-1", "failed", 9900)]
    assert paid.left() == 0
    assert paid.payment() == (9900, 0)
    assert paid.remedies() == [("full_refund", 9900, "agreed")]
    assert paid.state == "approved"


def test_a_late_one_is_pending_until_it_is_there(paid: Paid) -> None:
    paid.bank.next(Trouble.LATE, after=timedelta(hours=1))
    paid.agreed()

    paid.pay()
    assert paid.refunds() == [("R1-1", "pending", 9900)]
    clock.shift(timedelta(hours=2))
    paid.pay()

    assert paid.refunds() == [("R1-1", "succeeded", 9900)]


def test_money_that_comes_back_is_only_promised_again(paid: Paid) -> None:
    paid.agreed()
    paid.pay()
    paid.bank.reverse("R1-1")

    refund_id = paid.refund_id("R1-1")
    with transaction() as session:
        paying.look_now(session, refund_id, at=clock.now())
    paid.pay()

    assert paid.refunds() == [("R1-1", "reversed", 9900)]
    assert paid.payment() == (9900, 0)
    assert paid.remedies() == [("full_refund", 9900, "agreed")]


def test_nothing_is_handed_over_while_money_is_stopped(paid: Paid) -> None:
    paid.agreed()
    with transaction() as session:
        lead = session.get_one(Agent, paid.people[Role.LEAD])
        switches.turn(session, switches.MONEY, off=True, why="audit", by=lead, at=clock.now())
    paid.pay(2)
    assert paid.refunds() == [("R1-1", "reserved", 9900)]
    assert paid.left() == 0

    with transaction() as session:
        lead = session.get_one(Agent, paid.people[Role.LEAD])
        switches.turn(session, switches.MONEY, off=False, why="", by=lead, at=clock.now())
    paid.pay()

    assert paid.left() == 9900


def test_a_process_that_dies_after_handing_over_leaves_a_question_and_not_a_second_payment(
    paid: Paid,
) -> None:
    paid.agreed()
    payer._instruct(1)
    with transaction() as session:
        errand = paying.take(session, 1, lambda _: "sandbox", owner="dead", at=clock.now())
    assert errand is not None
    paid.bank.pay(errand.instruction)

    paid.pay()
    assert paid.refunds() == [("R1-1", "submitted", 9900)]
    clock.shift(paying.LEASE + timedelta(seconds=1))
    paid.pay()

    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert paid.left() == 9900


def test_two_parts_of_one_promise_are_two_refunds(app: Flask, tmp_path: Path) -> None:
    paid = Paid(
        app,
        tmp_path,
        payments=(
            payment(gateway="gift", reference="card-1", captured_minor=4000),
            payment(reference="2026", captured_minor=5900),
        ),
    )
    paid.agreed(partial(5000), role=Role.LEAD, why="goodwill")

    paid.pay(2)

    assert paid.refunds() == [("R1-1", "succeeded", 4000), ("R1-2", "succeeded", 1000)]
    assert (paid.bank.paid_back("card-1"), paid.bank.paid_back("2026")) == (4000, 1000)


def test_what_was_promised_and_is_decided_anew_before_it_leaves_is_never_handed_over(paid: Paid) -> None:
    paid.agreed()
    payer._instruct(1)
    paid.decide_anew("the wrong item")

    paid.pay(3)

    assert paid.refunds() == [("R1-1", "canceled", 9900)]
    assert paid.left() == 0
    assert paid.payment() == (0, 0)


def test_the_bank_is_asked_only_while_something_is_open(paid: Paid) -> None:
    paid.agreed()
    paid.pay(2)
    asked = [each.asked for each in paid.bank.refunds()]
    clock.shift(timedelta(days=3))
    paid.pay(3)

    assert [each.asked for each in paid.bank.refunds()] == asked == [1]
    assert paid.bank.refunds()[0].outcome is Outcome.SUCCEEDED


def test_that_money_has_left_is_not_told_before_that_it_was_agreed(app: Flask, paid: Paid) -> None:
    """What a person writes waits a little, so that it can be taken back; the clock's letter waits behind."""
    app.extensions[DESK] = replace(app.extensions[DESK], undo=timedelta(seconds=30))
    paid.agreed()
    paid.pay(2)
    chaser.chase()

    with reading() as session:
        rows = session.execute(
            select(Entry.verb)
            .join(OutboxMessage, OutboxMessage.entry_id == Entry.id)
            .order_by(OutboxMessage.due_at, OutboxMessage.id)
        ).scalars()
        told = [verb for verb in rows if verb in ("approval_told", "refund_sent_told")]
    assert told == ["approval_told", "refund_sent_told"]
