"""Refunds of two tickets that are one matter, and apart again: each buyer is asked about her own money."""

import pytest

from helpdesk import clock
from helpdesk.actions import refunds
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Refund
from helpdesk.queries import tickets as lookups
from tests.actions.matters import EVE, merge, planned, say, separate
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.money]


def test_refunds_and_plans_go_along_and_the_refund_comes_back(two: Shop) -> None:
    two.refund(2, amount="20.00")
    with reading() as session:
        planned = {plan.kind for plan in lookups.show(session, 2).plans}
    merge(two, 2, into=1)

    with reading() as session:
        page, merged = lookups.show(session, 1), lookups.show(session, 2)
    assert [str(money.money.minor) for money in page.refunds] == ["2000"]
    assert {plan.kind for plan in page.plans} == planned
    assert (merged.refunds, merged.plans) == ((), ())

    separate(two, 2)
    with reading() as session:
        assert len(lookups.show(session, 2).refunds) == 1


def test_apart_again_each_buyer_is_asked_about_her_own_refund_only(two: Shop) -> None:
    two.refund(1, reference="A"), two.refund(2, reference="B")
    merge(two, 2, into=1)
    separate(two, 2)

    assert planned(two, 1) == ["arrival_check", "arrival_assumed"]
    assert planned(two, 2) == ["arrival_check", "arrival_assumed"]
    two.let_pass(days=3)
    two.chase()
    asked = [letter.to[0].email for letter in two.send() if "到账" in letter.subject]
    assert sorted(asked) == [EVE, "li@buyer.example"]


def test_apart_again_a_refund_that_is_canceled_is_asked_about_nowhere(two: Shop) -> None:
    refund = two.refund(2)
    merge(two, 2, into=1)
    separate(two, 2)
    with transaction() as session:
        refunds.cancel(session, refund, by=session.get_one(Agent, two.agent_id), at=clock.now())

    assert (planned(two, 1), planned(two, 2)) == ([], [])


def test_a_plan_that_an_older_version_left_behind_asks_nobody(two: Shop) -> None:
    refund = two.refund(2)
    with transaction() as session:
        session.get_one(Refund, refund).ticket_id = 1
    two.let_pass(days=6)

    assert two.chase() == 0
    assert two.verbs(2).count("plan_withdrawn") == 1
    two.let_pass(days=6)
    two.chase()
    assert two.verbs(2).count("plan_withdrawn") == 2


def test_one_matter_with_two_refunds_is_asked_about_both_and_surveyed_once(two: Shop) -> None:
    first, second = two.refund(1, reference="A"), two.refund(2, reference="B")
    merge(two, 2, into=1)

    assert sorted(planned(two, 1)) == ["arrival_assumed", "arrival_assumed", "arrival_check", "arrival_check"]
    for refund in (first, second):
        say(two, refund, arrived=True)
    assert planned(two, 1) == ["survey"]


def test_a_yes_to_one_refund_leaves_the_question_about_the_other(two: Shop) -> None:
    first, second = two.refund(1, reference="A"), two.refund(2, reference="B")
    merge(two, 2, into=1)
    say(two, first, arrived=True)
    assert (planned(two, 1), two.ticket(1)["state"]) == (["arrival_check", "arrival_assumed"], "waiting")

    say(two, second, arrived=True)
    assert (planned(two, 1), two.ticket(1)["state"]) == (["survey"], "solved")


def test_a_no_to_one_refund_leaves_the_question_about_the_other(two: Shop) -> None:
    first, _ = two.refund(1, reference="A"), two.refund(2, reference="B")
    merge(two, 2, into=1)
    say(two, first, arrived=False)

    assert two.ticket(1)["state"] == "open"
    left = ["arrival_check", "arrival_assumed", "task_due", "task_due"]  # the first one is looked for
    assert planned(two, 1) == left


def test_taken_out_again_it_brings_what_it_had_taken_in(two: Shop) -> None:
    two.receive(mail("Another", sender="bob@else.example", charset="utf-8"))
    refund = two.refund(2)
    merge(two, 2, into=1)
    merge(two, 1, into=3)
    separate(two, 1)

    assert [two.ticket(number)["merged_into"] for number in (1, 2, 3)] == [None, 1, None]
    with reading() as session:
        assert session.get_one(Refund, refund).ticket_id == 1
    assert (planned(two, 1), planned(two, 3)) == (["arrival_check", "arrival_assumed"], [])
