"""A ticket with more than one claim: it waits, and ends, for all of them."""

import pytest

from helpdesk import clock
from helpdesk.actions import claim_progress, claim_steps, claims, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Claim, Order, Ticket
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.proposals import Part
from tests.actions.claiming import Matter
from tests.actions.sold import given, sell

HALF = Part(option=1, remedy=Remedy.FULL_REFUND, amount=4000)


@pytest.fixture
def two(app: object) -> Matter:
    """Two claims on one order, for different reasons; both are to be decided."""
    matter = Matter()
    matter.link()
    matter.open("changed_mind")
    matter.open("order_error")
    return matter


def state(matter: Matter) -> str:
    with reading() as session:
        return str(session.get_one(Ticket, matter.ticket).state)


def test_an_offer_for_one_leaves_the_other_our_turn(two: Matter) -> None:
    two.offer(HALF)

    assert state(two) in ("new", "open")


def test_the_end_of_one_does_not_solve_the_ticket_of_the_other(two: Matter) -> None:
    with two.held() as (session, ticket, claim):
        buyer = claims.buyer(ticket)
        claim_steps.withdraw(session, current_desk(), ticket, claim, actor=buyer, at=clock.now(), way="page")

    assert state(two) in ("new", "open")


def test_money_that_is_to_be_paid_for_one_is_our_turn_whatever_the_other_waits_for(two: Matter) -> None:
    with transaction() as session:
        elder, ticket = claims.hold(session, 1)
        assert elder.state == "awaiting_decision"
    two.approve(HALF)  # the newer one
    with transaction() as session:
        elder, ticket = claims.hold(session, 1)
        buyer = claims.buyer(ticket)
        claim_steps.withdraw(session, current_desk(), ticket, elder, actor=buyer, at=clock.now(), way="page")

    assert state(two) in ("new", "open")


def test_the_order_that_was_linked_moves_the_claim_that_waited_for_it(app: object) -> None:
    matter = Matter()
    other = sell(given("3398471029384756109"))[0].order_id
    matter.open(order=False)
    with transaction() as session:
        ticket = tickets.hold(session, matter.ticket)
        order, asked = session.get_one(Order, other), claims.Asked(reason="damaged")
        actor = claims.buyer(ticket)
        claims.open_claim(session, ticket, order=order, lines=None, asked=asked, actor=actor, at=clock.now())
    matter.link()

    with transaction() as session:
        ticket = tickets.hold(session, matter.ticket)
        claim_progress.order_was_linked(session, current_desk(), ticket, at=clock.now())

    with reading() as session:
        assert str(session.get_one(Claim, 1).state) == "awaiting_decision"
