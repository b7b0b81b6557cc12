"""Money that the buyer does not have: looked for by a day, told of, back on its way, or come back."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import claim_steps, refunds, remedy_money, tickets
from helpdesk.db import transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Agent, AgreedRemedy, Refund, TicketOrder
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.states import IllegalMoveError, Role
from tests.actions.claiming import FULL
from tests.actions.missing import Missing

pytestmark = [pytest.mark.money, pytest.mark.clock]


@pytest.fixture
def li(app: Flask, tmp_path: Path) -> Missing:
    return Missing(app, tmp_path)


def test_the_buyer_is_told_once_that_the_money_has_left(li: Missing) -> None:
    li.left_for_li()
    li.chase(days=0.5)

    (letter,) = li.letters("refund_sent_told")
    assert "¥99.00" in letter
    assert "2398471029384756102" in letter
    assert "预计 2026年6月2日 前到账" in letter
    assert li.planned() == ["arrival_assumed", "arrival_check", "claim_due"]


def test_nothing_of_a_claim_is_told_to_an_address_that_nobody_has_vouched_for(li: Missing) -> None:
    li.agreed()
    with transaction() as session:
        session.scalars(select(TicketOrder)).one().level = LinkLevel.WEAK
    li.pay()
    li.chase()

    assert li.letters("refund_sent_told") == []
    assert "refund_untold" in li.verbs()
    for _ in range(9):
        li.chase(days=1)
    assert "arrival_check" not in li.verbs()
    assert "arrival_unasked" in li.verbs(), "who was not asked has not been silent"
    assert li.refunds() == [("R1-1", "succeeded", 9900)]


def test_a_slip_that_is_taken_back_at_once_is_told_to_nobody(li: Missing) -> None:
    li.link()
    li.open()
    li.approve(FULL)
    refund = li.refund("99.00")
    li.chase()
    li.cancel(refund)
    li.chase(days=1)

    assert li.letters("refund_sent_told") == []


def test_money_that_is_late_is_told_of_once_until_the_promised_day_and_somebody_is_to_know_more(
    li: Missing,
) -> None:
    li.bank.next(Trouble.DECLINE)
    li.agreed()
    li.pay(2)
    assert "money_delayed" in li.planned()
    li.chase(days=1.1)
    for _ in range(4):
        li.chase(days=1)

    letters = li.letters("refund_delay_told")
    assert all("您的权益不受影响" in letter for letter in letters)
    assert len(letters) == 1 + li.verbs().count("chase_overdue") == len(set(letters)) > 1
    assert "money_chase" in li.planned()


def test_a_second_tick_at_the_same_moment_finds_nothing_that_the_first_has_planned(li: Missing) -> None:
    li.bank.next(Trouble.DECLINE)
    li.agreed()
    li.pay(2)
    for _ in range(5):
        li.chase(days=1.1)
        told = li.verbs()
        li.chase()
        assert li.verbs() == told
    assert "chase_overdue" in li.verbs()


def test_what_left_within_a_day_was_never_late(li: Missing) -> None:
    li.bank.next(Trouble.LOSE_ANSWER)
    li.agreed()
    li.pay()
    assert "money_delayed" in li.planned()
    clock.shift(timedelta(minutes=1))
    li.pay()
    li.chase(days=3)

    assert li.letters("refund_delay_told") == []


def test_a_no_opens_a_chase_with_a_clock_and_tells_the_buyer(li: Missing) -> None:
    refund = li.left_for_li()
    li.say(refund, arrived=False)
    assert li.planned() == ["claim_due", "money_chase", "money_looked_for"]
    li.chase()

    (letter,) = li.letters("refund_chase_told")
    assert "最迟于2026年6月3日答复您" in letter
    assert li.refund_row(refund).trace in letter
    assert li.refund_row(refund).look_at is not None, "the gateway is asked as well"
    li.chase(days=2.1)
    assert "chase_overdue" in li.verbs()
    assert "money_chase" in li.planned()


def test_what_the_bank_says_is_told_and_it_is_asked_about_anew(li: Missing) -> None:
    refund = li.left_for_li()
    li.say(refund, arrived=False)
    li.answer(refund, trace="ARN-1", said="held by the bank", expected_on=date(2026, 6, 5))
    assert li.refunds() == [("R1-1", "succeeded", 9900)]
    li.chase(days=0.1)

    (letter,) = li.letters("refund_trace_told")
    assert "ARN-1" in letter
    assert "held by the bank" in letter
    assert "2026年6月5日" in letter
    assert li.planned() == ["arrival_assumed", "arrival_check", "claim_due"]
    li.chase(days=5.3)
    assert li.verbs().count("arrival_check") == 1
    li.say(refund, arrived=True)
    assert li.state == "resolved"


def test_a_reference_that_the_gateway_names_meanwhile_is_told_too(li: Missing) -> None:
    refund = li.left_for_li()
    with transaction() as session:
        session.get_one(Refund, refund).trace = ""
    li.say(refund, arrived=False)
    li.pay()
    li.chase()

    assert li.verbs().count("refund_traced") == 1
    assert li.refund_row(refund).trace in li.letters("refund_trace_told")[0]
    assert li.refunds() == [("R1-1", "not_arrived", 9900)], "it is still being looked for"


@pytest.mark.parametrize(
    ("given", "because"),
    [
        ({}, "give the trace reference, or what the bank said"),
        ({"trace": "x" * 121}, "at most 120 characters fit here"),
        ({"said": "soon", "expected_on": date(2026, 5, 31)}, "this day has passed already"),
        ({"said": "soon", "expected_on": date(2026, 9, 1)}, "at most 60 days from now"),
    ],
)
def test_an_impossible_answer_changes_nothing(li: Missing, given: dict[str, Any], because: str) -> None:
    refund = li.left_for_li()
    li.say(refund, arrived=False)
    before = li.verbs()

    with pytest.raises(InvalidError, match=because):
        li.answer(refund, **given)
    assert li.verbs() == before


def test_nothing_is_answered_about_money_that_nobody_looks_for(li: Missing) -> None:
    refund = li.left_for_li()

    with pytest.raises(ConflictError, match="nobody looks for this refund"):
        li.answer(refund, trace="ARN-1")


def test_what_came_back_is_only_promised_and_may_be_tried_again_once(li: Missing) -> None:
    refund = li.left_for_li()
    li.say(refund, arrived=False)
    with pytest.raises(ConflictError, match="only a lead may say"):
        li.come_back(refund, role=Role.AGENT)
    with pytest.raises(InvalidError, match="say how it came back"):
        li.come_back(refund, said=" ")
    li.come_back(refund)
    li.come_back(refund)

    assert li.refunds() == [("R1-1", "reversed", 9900)]
    assert li.payment() == (9900, 0)
    assert li.planned() == ["claim_due"]
    with transaction() as session:
        remedy = session.scalars(select(AgreedRemedy.id)).one()
        ticket = tickets.hold(session, li.ticket)
        remedy_money.try_again(session, ticket, remedy, by=li.agent(session, Role.LEAD), at=clock.now())
    li.pay()
    assert li.refunds() == [("R1-1", "reversed", 9900), ("R1-2", "succeeded", 9900)]


def test_what_was_assumed_and_is_denied_opens_the_claim_again(li: Missing) -> None:
    refund = li.left_for_li()
    for _ in range(8):
        li.pay()
        li.chase(days=1)
    assert (li.refunds(), li.state) == ([("R1-1", "assumed", 9900)], "resolved")
    li.say(refund, arrived=False)
    assert (li.refunds(), li.state) == ([("R1-1", "not_arrived", 9900)], "approved")

    li.answer(refund, said="credited to the balance")
    assert (li.refunds(), li.state) == ([("R1-1", "assumed", 9900)], "resolved")
    li.chase(days=2.1)
    assert li.verbs().count("arrival_check") == 2, "asked before it was assumed, and after the bank's answer"
    li.say(refund, arrived=True)
    assert li.refunds() == [("R1-1", "arrived", 9900)]
    with pytest.raises(ConflictError, match="is not on its way"):
        li.say(refund, arrived=False)


def test_while_money_is_on_its_way_nobody_is_told_that_the_claim_waits_too_long(li: Missing) -> None:
    li.left_for_li()
    for _ in range(6):
        li.chase(days=1)

    assert "claim_overdue" not in li.verbs()


def test_a_claim_whose_money_is_under_way_is_closed_by_a_lead_alone_who_says_why(li: Missing) -> None:
    refund = li.left_for_li()

    with pytest.raises(IllegalMoveError, match="not for the agent"):
        close(li, Role.AGENT, "enough")
    with pytest.raises(IllegalMoveError, match="say why you close it"):
        close(li, Role.LEAD, "")
    close(li, Role.LEAD, "the buyer has moved abroad")

    assert li.state == "closed"
    assert li.remedies() == [("full_refund", 9900, "under_way")]
    li.say(refund, arrived=True)
    assert li.remedies() == [("full_refund", 9900, "complete")], "the money is followed all the same"


def test_what_nobody_has_begun_does_not_happen_after_a_lead_has_closed_the_claim(li: Missing) -> None:
    li.agreed()
    close(li, Role.LEAD, "paid at the till")
    li.pay(3)

    assert (li.left(), li.payment()) == (0, (0, 0))
    assert li.remedies() == [("full_refund", 9900, "canceled")]


def close(li: Missing, role: Role, why: str) -> None:
    with li.held() as (session, ticket, claim):
        by: Agent = li.agent(session, role)
        claim_steps.close(session, ticket, claim, by=by, cause="none", lesson="", why=why, at=clock.now())


def test_a_mail_of_a_machine_about_money_is_never_a_reason_to_lose_what_is_known_of_it(li: Missing) -> None:
    """The letter is planned apart from the money: spam stops the one and not the other."""
    li.agreed()
    with transaction() as session:
        tickets.hold(session, li.ticket).spam = True
    li.pay()
    li.chase()

    assert li.refunds() == [("R1-1", "succeeded", 9900)]
    assert li.letters("refund_sent_told") == []


def test_a_refund_without_a_claim_is_not_announced_and_is_looked_for_like_any_other(li: Missing) -> None:
    with transaction() as session:
        refund = refunds.record_refund(
            session,
            tickets.hold(session, li.ticket),
            amount="5",
            currency="CNY",
            method="alipay",
            reference="A-1",
            by=li.agent(session),
            at=clock.now(),
        ).id
    li.chase(days=0.1)
    assert li.letters("refund_sent_told") == []
    li.say(refund, arrived=False)
    li.chase()
    assert "可凭此流水号：A-1" in li.letters("refund_chase_told")[0]
    li.answer(refund, trace="ARN-2")

    assert li.refunds() == [("T1-1", "succeeded", 500)]
