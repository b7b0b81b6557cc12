"""Two who act on one claim, or on one item, at the same moment: one wins, the other reads why not.

On PostgreSQL both have looked before either writes, where they hold different tickets; on SQLite, and where
it is one ticket, the second looks when the first is done.
"""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import (
    claim_answers,
)
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Claim, Entry, Offer
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import Role
from tests.actions.claiming import FULL, Matter, delivered, partial
from tests.actions.sold import line, payment
from tests.proofs.racing import (
    Race,
    accepting,
    another_claim,
    approving,
    assert_whole,
    choosing,
    confirming,
    expiring,
    offering,
    opening,
    reopening,
    taking_back,
)

pytestmark = [pytest.mark.flows, pytest.mark.trust, pytest.mark.money]


@pytest.fixture
def matter(app: Flask) -> Matter:
    """Li's claim, linked and to be decided."""
    matter = Matter()
    matter.link()
    matter.open()
    return matter


def test_the_page_and_a_mail_accept_one_offer(app: Flask, matter: Matter) -> None:
    offer = matter.offer(FULL, partial(3000, option=2), role=Role.LEAD, why="a regular buyer")
    words = matter.hear("B")

    race = Race(app, (1, accepting(offer, 1)), (1, accepting(offer, 2, way="mail", entry_id=words)))

    assert race.refused == ["a claim that is approved cannot accept offer"]
    assert len(matter.remedies()) == 1
    assert_whole("claim_accept_offer")


def test_one_tab_accepts_and_the_other_takes_the_claim_back(app: Flask, matter: Matter) -> None:
    offer = matter.offer(FULL)

    race = Race(app, (1, accepting(offer, 1)), (1, taking_back))

    # Taken back after it was agreed, nothing having been paid: both count, one after the other.
    assert race.refused in ([], ["a claim that is withdrawn cannot accept offer"])
    assert (matter.state, matter.reserved()) == ("withdrawn", (0, 0, 0))
    assert_whole("claim_withdraw")


def test_two_agents_offer_at_once_and_the_second_looks_again(app: Flask, matter: Matter) -> None:
    seen = matter.version

    race = Race(app, (1, offering(FULL, seen)), (1, offering(partial(3000), seen)))

    assert race.refused == ["this claim has moved on: look again"]
    assert_whole("claim_make_offer")


def test_two_leads_confirm_at_once(app: Flask) -> None:
    matter = Matter(
        lines=(line(unit_paid_minor=60000, line_paid_minor=120000),),
        payments=(payment(captured_minor=121000),),
    )
    matter.link()
    matter.open()
    dear = Part(option=1, remedy=Remedy.FULL_REFUND, amount=121000, shipping=1000)
    digest = matter.ask_approval(dear)

    race = Race(
        app,
        (1, confirming(matter.people[Role.LEAD], digest)),
        (1, confirming(matter.people[Role.OWNER], digest)),
    )

    assert race.refused == ["nothing waits for approval here"]
    assert matter.remedies() == [("full_refund", 121000, "agreed")]
    assert_whole("claim_confirm")


def test_an_acceptance_in_the_last_moment_and_the_clock(app: Flask, matter: Matter) -> None:
    offer = matter.offer(FULL, days=1)
    with reading() as session:
        ends = session.get_one(Offer, offer).expires_at

    race = Race(
        app,
        (1, accepting(offer, 1, at=ends - timedelta(seconds=1))),
        (1, expiring(offer, at=ends + timedelta(seconds=1))),
    )

    assert len(race.refused) == 1
    assert matter.state == ("approved" if "let offer expire" in race.refused[0] else "awaiting_decision")
    with reading() as session:
        accepted = session.get_one(Offer, offer).state == "accepted"
    assert (len(matter.remedies()) == 1) is accepted


def test_one_unit_is_not_exchanged_and_refunded(app: Flask) -> None:
    matter = Matter(**delivered(2))
    matter.link()
    first = matter.open("changed_mind")
    second = another_claim(matter, "size_fit")
    exchange = Part(option=1, remedy=Remedy.EXCHANGE)
    money = Part(option=1, remedy=Remedy.RETURN_REFUND, amount=8900)

    race = Race(app, (first, approving(exchange)), (second, approving(money)))

    assert race.refused in (
        ["this is more than is left to refund on this order"],
        ["these items are compensated already"],
    )
    assert len(matter.remedies()) == 1
    assert_whole("claim_approve")


def test_two_refunds_of_one_order_never_go_beyond_it(app: Flask) -> None:
    matter = Matter(**delivered(2))
    matter.link()
    first = matter.open("changed_mind")
    second = another_claim(matter, "size_fit")
    most = Part(option=1, remedy=Remedy.RETURN_REFUND, amount=6000)

    race = Race(app, (first, approving(most)), (second, approving(most)))

    assert race.refused == ["this is more than is left to refund on this order"]
    assert matter.reserved() == (6000, 6000, 0)
    assert_whole("claim_approve")


def test_two_tickets_choose_one_reason_for_one_item(app: Flask) -> None:
    """The unique index speaks: a refusal with a sentence, and nothing half done."""
    matter = Matter(**delivered(2))
    matter.link()
    first = matter.open("changed_mind")
    second = another_claim(matter, "size_fit")

    race = Race(app, (first, choosing("order_error")), (second, choosing("order_error")))

    assert len(race.refused) == 1
    assert "about the same items" in race.refused[0]
    assert_whole("reason_chosen")


def test_two_tickets_open_a_claim_about_one_item(app: Flask) -> None:
    matter = Matter(**delivered(2))
    matter.link()
    first = matter.open("changed_mind")
    second = another_claim(matter, "size_fit")

    race = Race(app, (first, opening("defective")), (second, opening("defective")))

    assert len(race.refused) == 1
    assert "about the same items" in race.refused[0]
    with reading() as session:
        assert len(session.scalars(select(Claim.id)).all()) == 3
        opened = session.scalars(select(Entry.id).where(Entry.verb == "claim_opened")).all()
    assert len(opened) == 3


def test_a_claim_is_opened_again_while_another_one_takes_its_items(app: Flask) -> None:
    matter = Matter(**delivered(2))
    matter.link()
    first = matter.open("changed_mind")
    second = another_claim(matter, "size_fit")
    with transaction() as session:
        claim_answers.take_back(session, current_desk(), first, at=clock.now())

    race = Race(app, (first, reopening), (second, choosing("changed_mind")))

    assert len(race.refused) == 1
    assert "about the same items" in race.refused[0]
