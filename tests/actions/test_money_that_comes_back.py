"""Money that a bank sends back without a word: the desk asks for it, before and after it assumes."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import refund_arrivals, refund_rows
from helpdesk.db import reading, transaction
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Ticket
from tests.actions.missing import Missing

pytestmark = [pytest.mark.money, pytest.mark.clock]


@pytest.fixture
def li(app: Flask, tmp_path: Path) -> Missing:
    return Missing(app, tmp_path)


def a_day_passes(li: Missing, *, asks: bool = True) -> None:
    """`asks`: the desk's clock comes to its gateways; the letters come first, as they may."""
    li.chase(days=1)
    if asks:
        li.pay()


def test_money_that_comes_back_without_a_word_is_found_by_the_next_day(li: Missing) -> None:
    li.left_for_li()
    li.bank.reverse("R1-1")
    a_day_passes(li)

    assert li.refunds() == [("R1-1", "reversed", 9900)]
    assert li.payment() == (9900, 0)
    assert li.remedies() == [("full_refund", 9900, "agreed")]
    with reading() as session:
        assert session.scalars(select(Ticket.state)).one() == "open", "it is our turn"


def test_nothing_is_assumed_to_have_arrived_before_the_gateway_has_said_that_it_is_gone(li: Missing) -> None:
    li.left_for_li()
    for _ in range(6):
        a_day_passes(li, asks=False)
    li.bank.reverse("R1-1")
    for _ in range(6):
        li.chase(days=1)
    assert {"arrival_assumed", "arrival_unanswered"}.isdisjoint(li.verbs()), "it was not asked yet"

    li.pay()
    li.chase()
    assert li.refunds() == [("R1-1", "reversed", 9900)]
    assert "arrival_assumed" not in li.verbs()


def test_what_the_gateway_says_to_be_gone_is_assumed_a_minute_later(li: Missing) -> None:
    li.left_for_li()
    for _ in range(12):
        a_day_passes(li, asks=False)
    li.pay()
    li.chase(days=0.01)

    assert li.refunds() == [("R1-1", "assumed", 9900)]


def test_a_gateway_that_does_not_answer_has_not_said_yes(li: Missing) -> None:
    li.left_for_li()
    li.bank.next(Trouble.LOSE_QUERY, times=100)
    for _ in range(20):
        a_day_passes(li)

    assert "arrival_unanswered" in li.verbs()
    assert li.refunds() == [("R1-1", "succeeded", 9900)]


def test_what_was_assumed_and_then_came_back_is_found_too(li: Missing) -> None:
    li.left_for_li()
    for _ in range(12):
        a_day_passes(li)
    assert li.refunds() == [("R1-1", "assumed", 9900)]

    li.bank.reverse("R1-1")
    a_day_passes(li)
    assert li.refunds() == [("R1-1", "reversed", 9900)]


def test_each_time_the_buyer_misses_it_the_gateway_is_asked(li: Missing) -> None:
    refund_id = li.left_for_li()
    for _ in range(2):
        with transaction() as session:
            refund, ticket = refund_rows.hold(session, refund_id)
            refund_arrivals.note_missing(session, ticket, refund, actor="buyer", at=clock.now())
        assert (li.refund_row(refund_id).look_at or clock.now()) <= clock.now()
        li.pay()
        assert (li.refund_row(refund_id).look_at or clock.now()) > clock.now()

    li.bank.reverse("R1-1")
    a_day_passes(li)
    assert li.refunds() == [("R1-1", "reversed", 9900)]


def test_after_a_month_nobody_is_asked_any_more(li: Missing) -> None:
    refund_id = li.left_for_li()
    clock.shift(timedelta(days=31))
    li.pay()

    assert li.refund_row(refund_id).look_at is None


def test_what_a_person_noted_of_the_bank_is_not_forgotten_by_the_next_question(li: Missing) -> None:
    refund_id = li.left_for_li()
    li.say(refund_id, arrived=False)
    li.answer(refund_id, trace="ARN-1", said="held by the buyer's bank")
    for _ in range(2):
        clock.shift(timedelta(days=1))
        li.pay()

    row = li.refund_row(refund_id)
    assert (row.trace, row.said) == ("ARN-1", "held by the buyer's bank")
