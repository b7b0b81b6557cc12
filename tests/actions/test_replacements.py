"""Goods and coupons instead of money: each completes its remedy, and the last one the claim."""

import pytest
from flask import Flask

from helpdesk.actions import replacements
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.replacements import ALPHABET, CouponState, ReplacementState
from helpdesk.rules.states import IllegalMoveError, Role, TicketState
from tests.actions.sending_back import TRACKING, SendingBack, today

AGAIN = Part(option=1, remedy=Remedy.REDELIVERY, words="the blue ones")
COUPON = Part(option=1, remedy=Remedy.COUPON, amount=2000)


def test_a_new_delivery_is_promised_shipped_delivered_and_the_claim_resolved(app: Flask) -> None:
    matter = SendingBack(AGAIN, reason="damaged")
    matter.promise()
    (letter,) = matter.facts("promise_told")
    assert "the blue ones" in letter["text"]
    assert matter.remedy_states() == ["agreed"]

    matter.with_replacement(replacements.ship, carrier="sf", number=TRACKING)
    (letter,) = matter.facts("replacement_told")
    assert TRACKING in letter["text"]
    assert matter.remedy_states() == ["under_way"]
    matter.with_replacement(replacements.deliver)

    assert matter.remedy_states() == ["complete"]
    assert matter.state == "resolved"
    assert matter.ticket_row().state is TicketState.SOLVED


def test_a_promise_that_is_not_kept_shows_once(app: Flask) -> None:
    matter = SendingBack(AGAIN, reason="damaged")
    matter.promise(days=2)

    matter.let_pass(days=2)
    assert matter.facts("promise_overdue") == []
    matter.let_pass(days=1)
    matter.let_pass(days=1)

    assert len(matter.facts("promise_overdue")) == 1
    assert matter.replacement().overdue_at is not None
    assert matter.ticket_row().state in (TicketState.NEW, TicketState.OPEN), "our turn"


def test_another_day_is_told_and_looked_at_then(app: Flask) -> None:
    matter = SendingBack(AGAIN, reason="damaged")
    matter.promise(days=2)
    matter.with_replacement(replacements.change_day, promised_on=today().replace(day=today().day + 9))

    matter.let_pass(days=4)

    assert matter.facts("promise_overdue") == []
    assert len(matter.facts("promise_told")) == 2


def test_what_was_lost_opens_the_claim_again_and_can_be_promised_anew(app: Flask) -> None:
    matter = SendingBack(AGAIN, reason="damaged")
    matter.promise()
    matter.with_replacement(replacements.ship, carrier="sf", number=TRACKING)
    matter.with_replacement(replacements.deliver)

    matter.with_replacement(replacements.fail, why="it was the neighbour's")

    assert (matter.state, matter.remedy_states()) == ("approved", ["under_way"])
    assert matter.ticket_row().state in (TicketState.NEW, TicketState.OPEN), "our turn"
    matter.with_replacement(replacements.change_day, promised_on=today())
    assert matter.replacement().state is ReplacementState.PROMISED
    assert matter.remedy_states() == ["agreed"]


def test_what_cannot_be_sent_is_decided_anew_and_its_units_are_free(app: Flask) -> None:
    matter = SendingBack(AGAIN, reason="damaged")
    matter.promise()

    matter.with_replacement(replacements.cancel, why="sold out")

    assert (matter.state, matter.remedy_states()) == ("awaiting_decision", ["canceled"])
    matter.approve(Part(option=1, remedy=Remedy.REDELIVERY), role=Role.LEAD, why="there are some after all")


def test_what_has_left_cannot_be_canceled(app: Flask) -> None:
    matter = SendingBack(AGAIN, reason="damaged")
    matter.promise()
    matter.with_replacement(replacements.ship, carrier="sf", number=TRACKING)

    with pytest.raises(IllegalMoveError, match="cannot become canceled"):
        matter.with_replacement(replacements.cancel, why="sold out")


def test_a_day_in_the_past_is_no_promise_and_one_promise_is_enough(app: Flask) -> None:
    matter = SendingBack(AGAIN, reason="damaged")
    with pytest.raises(InvalidError, match="passed already"):
        matter.promise(days=-1)
    matter.promise()

    with pytest.raises(ConflictError, match="promised already"):
        matter.promise()


def test_waiting_for_the_late_order_is_a_promise_too(app: Flask) -> None:
    part = Part(option=1, remedy=Remedy.WAIT_WITH_DATE, by=today())
    matter = SendingBack(part, reason="late_dispatch")

    matter.promise()

    assert matter.replacement().kind == "wait"


def test_the_code_of_a_coupon_is_in_the_letter_alone_and_completes_the_claim(app: Flask) -> None:
    matter = SendingBack(COUPON)

    matter.issue()

    code = matter.coupon().code
    assert set(code) <= set(ALPHABET) | {"-"}
    assert len(code) == 19
    (letter,) = matter.facts("coupon_told")
    assert code in letter["text"]
    (event,) = matter.facts("coupon_issued")
    assert code not in str(event)
    assert (matter.state, matter.remedy_states()) == ("resolved", ["complete"])


def test_a_code_of_the_platform_is_given_once(app: Flask) -> None:
    matter = SendingBack(COUPON)
    matter.issue(typed="TB-88")
    matter.settle(CouponState.VOID, why="mistyped")
    assert matter.state == "approved"

    with pytest.raises(ConflictError, match="given to somebody already"):
        matter.issue(typed="TB-88")
    with pytest.raises(InvalidError, match="without blanks"):
        matter.issue(typed="TB 88")
    matter.issue(typed="TB-89")

    assert matter.state == "resolved"


def test_a_coupon_ends_after_its_last_day_and_not_before(app: Flask) -> None:
    matter = SendingBack(COUPON)
    matter.issue(days=3)

    matter.let_pass(days=3)
    assert matter.coupon().state is CouponState.ISSUED
    matter.let_pass(days=1)

    assert matter.coupon().state is CouponState.EXPIRED
    assert matter.state == "resolved"
    with pytest.raises(IllegalMoveError, match="a coupon that is expired"):
        matter.settle(CouponState.REDEEMED)


def test_redeemed_twice_is_redeemed_once(app: Flask) -> None:
    matter = SendingBack(COUPON)
    matter.issue()

    matter.settle(CouponState.REDEEMED)
    matter.settle(CouponState.REDEEMED)

    assert len(matter.facts("coupon_redeemed")) == 1


def test_an_exchange_may_leave_before_the_old_goods_are_back(app: Flask) -> None:
    matter = SendingBack(Part(option=1, remedy=Remedy.EXCHANGE), reason="damaged")
    matter.promise()
    matter.with_replacement(replacements.ship, carrier="sf", number=TRACKING)
    matter.start()
    matter.receive()

    matter.inspect()

    assert matter.remedy_states() == ["under_way"]  # the new ones are still on their way
    matter.with_replacement(replacements.deliver)
    assert matter.state == "resolved"
