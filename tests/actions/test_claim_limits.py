"""Who may agree to how much: today's limits, over the whole order, and what only a lead decides."""

import pytest

from helpdesk import clock
from helpdesk.db import transaction
from helpdesk.models import TicketOrder
from helpdesk.rules.claim_terms import LinkLevel, Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import IllegalMoveError, Role
from tests.actions.bare import person
from tests.actions.claiming import FULL, Matter
from tests.actions.sold import line, payment
from tests.actions.test_claim_decisions import put_in_force

pytestmark = pytest.mark.money

CHEAP = {
    "lines": (line(unit_paid_minor=1500, line_paid_minor=3000),),
    "payments": (payment(captured_minor=4000),),
}
DEAR = {
    "lines": (
        line(sku="A", quantity=1, unit_paid_minor=15000, line_paid_minor=15000),
        line(sku="B", quantity=1, unit_paid_minor=15000, line_paid_minor=15000),
    ),
    "payments": (payment(captured_minor=31000),),
}
ONE = Part(option=1, remedy=Remedy.FULL_REFUND, amount=15000)


def test_what_may_run_by_itself_is_what_todays_policy_lets_run(app: object) -> None:
    matter = Matter(**CHEAP)
    matter.link()
    asked_at = clock.now()
    put_in_force(('auto_execute_up_to = "50.00"', 'auto_execute_up_to = "0.00"'))

    matter.open(requested_at=asked_at)

    assert matter.state == "awaiting_decision"


def test_a_limit_that_was_lowered_counts_for_claims_of_before(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    put_in_force(('role = "agent", up_to = "200.00"', 'role = "agent", up_to = "20.00"'))

    with pytest.raises(IllegalMoveError, match="above your limit"):
        matter.approve(FULL)


def test_a_second_claim_on_the_order_does_not_dodge_the_limit(app: object) -> None:
    matter = Matter(**DEAR)
    matter.link()
    matter.open("changed_mind")
    matter.approve(ONE)
    matter.open("order_error")

    with pytest.raises(IllegalMoveError, match="above your limit"):
        matter.approve(ONE)


def test_nor_do_two_offers_that_stand_at_once(app: object) -> None:
    matter = Matter(**DEAR)
    matter.link()
    matter.open("changed_mind")
    matter.offer(ONE)
    matter.open("order_error")

    with pytest.raises(IllegalMoveError, match="above your limit"):
        matter.offer(ONE)


def test_in_a_currency_without_limits_one_person_is_never_enough(app: object) -> None:
    matter = Matter(
        currency="JPY",
        lines=(line(unit_paid_minor=22000, line_paid_minor=44000),),
        payments=(payment(captured_minor=45000, currency="JPY"),),
    )
    matter.link()
    matter.open()
    parts = Part(option=1, remedy=Remedy.FULL_REFUND, amount=45000, shipping=1000)

    with pytest.raises(IllegalMoveError, match="a second person"):
        matter.approve(parts, role=Role.OWNER)
    matter.confirm(matter.ask_approval(parts), by=matter.people[Role.OWNER])

    assert matter.state == "approved"


def test_what_is_for_a_lead_no_agent_grants_or_refuses_but_may_ask_approval_for(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open("counterfeit")

    with pytest.raises(IllegalMoveError, match="for a lead to decide"):
        matter.approve(FULL)
    with pytest.raises(IllegalMoveError, match="for a lead to decide"):
        matter.offer(FULL)
    with pytest.raises(IllegalMoveError, match="for a lead to decide"):
        matter.reject()
    matter.confirm(matter.ask_approval(FULL), by=matter.lead_two)

    assert matter.state == "approved"


def test_nobody_is_asked_to_approve_what_nobody_may_be_told_of(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    with transaction() as session:
        session.query(TicketOrder).update({"level": LinkLevel.WEAK})

    with pytest.raises(IllegalMoveError, match="link the order first"):
        matter.ask_approval(FULL)


def test_approval_is_refused_by_a_lead_or_taken_back_by_who_asked_for_it(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.ask_approval(FULL)
    with transaction() as session:
        other = person(session, "other", Role.AGENT)

    with pytest.raises(IllegalMoveError, match="a lead refuses this"):
        matter.refuse_approval(by=other)
    matter.refuse_approval(by=matter.people[Role.AGENT])

    assert matter.state == "awaiting_decision"
