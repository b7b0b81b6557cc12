"""What one person may agree to in a day of the shop: over all claims, freed by what does not stand."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk import clock
from helpdesk.db import transaction
from helpdesk.models import Agent, AgreedRemedy
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import IllegalMoveError, Role
from tests.actions.claiming import FULL, Matter
from tests.actions.sold import given, payment, sell
from tests.actions.test_claim_decisions import put_in_force

pytestmark = pytest.mark.money

# One order of 99.00 fits into a day, a second one does not.
AGENT = ('"agent", up_to = "200.00", per_day = "1000.00"', '"agent", up_to = "100.00", per_day = "150.00"')
LEAD = ('"lead", up_to = "2000.00", per_day = "10000.00"', '"lead", up_to = "2000.00", per_day = "2000.00"')


@pytest.fixture
def noon(app: object) -> None:
    """It is noon in the shop, so that a test does not run over midnight."""
    clock.shift(datetime(2026, 6, 1, 4, tzinfo=UTC) - clock.now())


@pytest.fixture
def matter(noon: None) -> Matter:
    matter = Matter()
    put_in_force(AGENT, LEAD)
    matter.link()
    matter.open()
    return matter


def part_of_it(amount: int) -> Part:
    return Part(option=1, remedy=Remedy.FULL_REFUND, amount=amount)


def another_order(matter: Matter, number: str) -> None:
    """Li claims about another order of hers."""
    paid = (payment(reference=number),)
    matter.order = sell(given(number, payments=paid))[0].order_id
    matter.link()
    matter.open()


def test_a_second_grant_that_day_needs_a_second_person(matter: Matter) -> None:
    matter.approve(FULL)
    another_order(matter, "2398471029384756103")

    with pytest.raises(IllegalMoveError, match="agree to in a day: ask for approval"):
        matter.approve(FULL)
    matter.approve(part_of_it(5100))

    assert matter.state == "approved"


def test_the_next_day_of_the_shop_begins_anew(matter: Matter) -> None:
    matter.approve(FULL)
    clock.shift(timedelta(hours=12))
    another_order(matter, "2398471029384756103")

    matter.approve(FULL)

    assert matter.state == "approved"


def test_an_offer_counts_from_the_moment_it_is_made_and_once_when_it_is_taken(matter: Matter) -> None:
    offer = matter.offer(FULL)
    matter.accept(offer)
    another_order(matter, "2398471029384756103")
    matter.offer(part_of_it(5100))
    another_order(matter, "2398471029384756104")

    with pytest.raises(IllegalMoveError, match="agree to in a day"):
        matter.offer(part_of_it(100))


def test_a_new_offer_takes_the_place_of_the_one_before_it(matter: Matter) -> None:
    matter.offer(FULL)
    matter.offer(FULL)

    assert matter.state == "offered"


def test_what_was_canceled_is_free_again(matter: Matter) -> None:
    matter.approve(FULL)
    with transaction() as session:
        session.query(AgreedRemedy).update({"state": "canceled"})
    another_order(matter, "2398471029384756103")

    matter.approve(FULL)

    assert matter.state == "approved"


def test_a_confirmed_request_is_on_the_day_of_who_confirmed_it(matter: Matter) -> None:
    matter.confirm(matter.ask_approval(FULL), by=matter.lead_two)
    another_order(matter, "2398471029384756103")
    matter.approve(FULL)  # the agent's own day is as it was

    put_in_force_tight(matter)
    another_order(matter, "2398471029384756104")
    digest = matter.ask_approval(FULL)
    with pytest.raises(IllegalMoveError, match="agree to in a day"):
        matter.confirm(digest, by=matter.lead_two)
    matter.confirm(digest, by=matter.people[Role.LEAD])

    assert matter.state == "approved"


def put_in_force_tight(matter: Matter) -> None:
    """From now on a lead has 150.00 in a day."""
    tight = (
        '"lead", up_to = "2000.00", per_day = "10000.00"',
        '"lead", up_to = "150.00", per_day = "150.00"',
    )
    again = ('version = "2026.11.5"', 'version = "2026.11.6"')
    put_in_force(AGENT, tight, again)


def test_an_owner_without_a_limit_has_none_in_a_day(matter: Matter) -> None:
    with transaction() as session:
        assert session.get_one(Agent, matter.people[Role.OWNER]).role is Role.OWNER
    matter.approve(FULL, role=Role.OWNER)
    another_order(matter, "2398471029384756103")

    matter.approve(FULL, role=Role.OWNER)

    assert matter.state == "approved"
