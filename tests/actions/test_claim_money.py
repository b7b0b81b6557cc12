"""Money that carries out what a claim was promised: to the cent, once, and followed to its arrival."""

import pytest

from helpdesk.errors import InvalidError
from tests.actions.claiming import FULL, Matter


def test_a_claim_is_resolved_when_the_money_has_arrived(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)

    refund = matter.refund("99.00")
    assert (matter.state, matter.remedies()) == ("approved", [("full_refund", 9900, "under_way")])
    matter.say(refund, arrived=True)

    assert (matter.state, matter.remedies()) == ("resolved", [("full_refund", 9900, "complete")])


def test_a_refund_of_a_promise_is_exactly_what_was_promised(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)

    with pytest.raises(InvalidError, match=r"99\.00 CNY was agreed"):
        matter.refund("98.00")


def test_a_refund_noted_by_mistake_is_only_promised_again(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)
    refund = matter.refund("99.00")

    matter.cancel(refund)

    assert (matter.state, matter.remedies()) == ("approved", [("full_refund", 9900, "agreed")])
    assert matter.reserved() == (9900, 8900, 1000)


def test_money_that_did_not_arrive_after_all_opens_the_claim_again(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)
    refund = matter.refund("99.00")

    matter.say(refund, arrived=False)

    assert (matter.state, matter.remedies()) == ("approved", [("full_refund", 9900, "under_way")])
