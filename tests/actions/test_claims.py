"""A claim from asking to agreement: what the desk does by itself, what staff may, what happens once."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import claim_steps, claims, compensations, events
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.rules.claim_terms import LinkLevel, OrderState, Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import IllegalMoveError, Role
from tests.actions.claiming import FULL, Matter, delivered, partial
from tests.actions.sold import line, payment

CHEAP = {
    "lines": (line(unit_paid_minor=1500, line_paid_minor=3000),),
    "payments": (payment(captured_minor=4000),),
}


def test_an_unshipped_order_is_refunded_in_full_by_its_clause_alone(app: object) -> None:
    matter = Matter(**CHEAP)
    matter.link()

    matter.open()

    assert matter.state == "approved"
    assert matter.remedies() == [("full_refund", 4000, "agreed")]
    assert matter.reserved() == (4000, 3000, 1000)
    assert "claim_approve_by_itself" in matter.verbs()


def test_above_the_automatic_limit_a_person_decides(app: object) -> None:
    matter = Matter()
    matter.link()

    matter.open()

    assert (matter.state, matter.decision().clause) == ("awaiting_decision", "CN-UNSHIPPED")
    matter.approve(FULL)
    assert matter.remedies() == [("full_refund", 9900, "agreed")]


def test_without_an_order_the_claim_waits_for_the_link(app: object) -> None:
    matter = Matter(**CHEAP)

    matter.open(order=False)

    assert matter.state == "needs_link"


def test_a_weak_link_moves_nothing(app: object) -> None:
    matter = Matter(**CHEAP)
    matter.link(LinkLevel.WEAK)

    matter.open()

    assert matter.state == "needs_link"


def test_two_live_claims_never_hold_one_line_for_the_same_reason(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open("damaged")

    with pytest.raises(IllegalMoveError, match="claim 1 is about the same items"):
        matter.open("damaged")


def test_damage_is_agreed_on_a_partial_refund(app: object) -> None:
    matter = Matter(**delivered(2))
    matter.link()
    matter.open("defective")
    assert matter.decision().verdict == "need_info"
    with pytest.raises(IllegalMoveError, match="the policy does not allow this"):
        matter.offer(partial(3000))


def test_an_agent_may_not_go_beyond_the_policy_but_a_lead_may_with_a_reason(app: object) -> None:
    matter = Matter(**delivered(9))
    matter.link()
    matter.open("changed_mind")

    with pytest.raises(IllegalMoveError, match="a lead may, with a reason"):
        matter.approve(partial(3000))
    with pytest.raises(IllegalMoveError, match="say why"):
        matter.approve(partial(3000), role=Role.LEAD)
    matter.approve(partial(3000), role=Role.LEAD, why="regular buyer")

    assert matter.state == "approved"


def test_an_agent_gives_no_more_than_the_clause_comes_to_but_a_lead_may_with_a_reason(app: object) -> None:
    matter = Matter(**delivered(2))
    matter.link()
    matter.open("changed_mind")
    with_postage = Part(option=1, remedy=Remedy.RETURN_REFUND, amount=9900, shipping=1000)

    with pytest.raises(IllegalMoveError, match="more than the policy grants: a lead may"):
        matter.approve(with_postage)
    with pytest.raises(IllegalMoveError, match="more than the policy grants: say why"):
        matter.approve(with_postage, role=Role.LEAD)
    matter.approve(with_postage, role=Role.LEAD, why="the parcel was late")

    assert matter.remedies() == [("return_refund", 9900, "agreed")]


def test_beside_a_refusal_an_agent_may_offer_what_its_clause_names_and_nothing_else(app: object) -> None:
    matter = Matter(**delivered(20))
    matter.link()
    matter.open("changed_mind")
    assert matter.decision().verdict == "deny"

    with pytest.raises(IllegalMoveError, match="the policy does not allow this"):
        matter.offer(Part(option=1, remedy=Remedy.EXCHANGE))
    matter.offer(Part(option=1, remedy=Remedy.COUPON, amount=5000))

    assert matter.state == "offered"


def test_an_event_counts_for_the_province_that_the_export_writes_in_chinese(app: object) -> None:
    matter = Matter(
        state=OrderState.SHIPPED, shipped_at=clock.now() - timedelta(days=4), ship_region="广东省"
    )
    matter.link()
    declare_typhoon(matter)

    matter.open("not_received")

    assert matter.decision().clause == "CN-FM"


def test_the_first_acceptance_wins_and_the_second_finds_no_offer(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    offer = matter.offer(FULL)

    matter.accept(offer)
    with pytest.raises(IllegalMoveError, match="a claim that is approved cannot accept offer"):
        matter.accept(offer)

    assert len(matter.remedies()) == 1


def test_an_offer_that_has_expired_is_not_accepted(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    offer = matter.offer(FULL, days=1)
    clock.shift(timedelta(days=2))

    with pytest.raises(IllegalMoveError, match="this offer has expired"):
        matter.accept(offer)


def test_what_is_accepted_is_what_was_offered(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    offer = matter.offer(FULL)

    with pytest.raises(IllegalMoveError, match="this is not what was offered"):
        matter.accept(offer, digest="0" * 64)


def test_goods_and_money_do_not_make_the_same_unit_good_twice(app: object) -> None:
    matter = Matter(**delivered(2))
    matter.link()
    matter.open("changed_mind")
    exchange = Part(option=1, remedy=Remedy.EXCHANGE)
    matter.approve(exchange)

    with matter.held() as (session, _, claim):
        assert compensations.money_left(session, claim) == 1000  # postage alone


def test_a_coupon_uses_up_what_it_stands_for(app: object) -> None:
    matter = Matter(**delivered(9))
    matter.link()
    matter.open("changed_mind")

    matter.approve(Part(option=1, remedy=Remedy.COUPON, amount=8811))

    assert matter.reserved() == (0, 8010, 0)  # a tenth is kept back, and the coupon is worth a tenth more


def test_a_coupon_in_place_of_everything_stands_for_the_postage_too(app: object) -> None:
    matter = Matter(
        state=OrderState.SHIPPED, shipped_at=clock.now() - timedelta(days=4), ship_region="广东省"
    )
    matter.link()
    declare_typhoon(matter)
    matter.open("not_received")

    matter.approve(Part(option=1, remedy=Remedy.COUPON, amount=10890))

    assert matter.reserved() == (0, 8900, 1000)


def declare_typhoon(matter: Matter) -> None:
    typhoon = events.EventForm(
        name_zh="广东台风", name_en="the typhoon", regions=("CN-GD",), starts_at=clock.now()
    )
    with transaction() as session:
        events.declare(session, typhoon, by=matter.agent(session, Role.LEAD), at=clock.now())


def test_a_buyer_whose_order_is_held_up_may_choose_to_wait(app: object) -> None:
    matter = Matter(ship_region="广东省")
    matter.link()
    declare_typhoon(matter)
    matter.open("late_dispatch")
    later = (clock.now() + timedelta(days=10)).date()
    offer = matter.offer(
        FULL,
        Part(option=2, remedy=Remedy.WAIT_WITH_DATE, by=later),
        Part(option=3, remedy=Remedy.COUPON, amount=10890),
    )

    matter.accept(offer, 2)

    assert matter.remedies() == [("wait_with_date", 0, "agreed")]
    assert matter.reserved() == (0, 0, 0)


def test_a_withdrawn_claim_frees_what_was_promised(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)

    with matter.held() as (session, ticket, claim):
        claim_steps.withdraw(
            session, current_desk(), ticket, claim, actor=claims.buyer(ticket), at=clock.now(), way="page"
        )

    assert (matter.state, matter.reserved()) == ("withdrawn", (0, 0, 0))


def test_above_the_second_persons_line_nobody_decides_alone(app: object) -> None:
    matter = Matter(
        lines=(line(unit_paid_minor=60000, line_paid_minor=120000),),
        payments=(payment(captured_minor=121000),),
    )
    matter.link()
    matter.open()
    dear = Part(option=1, remedy=Remedy.FULL_REFUND, amount=121000, shipping=1000)

    with pytest.raises(IllegalMoveError, match="needs a second person"):
        matter.approve(dear, role=Role.LEAD)
    digest = matter.ask_approval(dear, role=Role.LEAD)
    assert matter.state == "awaiting_approval"
    with pytest.raises(IllegalMoveError, match="cannot give it"):
        matter.confirm(digest, by=matter.people[Role.LEAD])
    with pytest.raises(IllegalMoveError, match="ask again"):
        matter.confirm("0" * 64, by=matter.lead_two)
    matter.confirm(digest, by=matter.lead_two)

    assert (matter.state, matter.remedies()) == ("approved", [("full_refund", 121000, "agreed")])


def test_every_change_of_a_claim_is_one_entry_and_one_version(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    offer = matter.offer(FULL)
    matter.accept(offer)

    changes = [verb for verb in matter.verbs() if verb.startswith("claim_")]
    assert matter.version == len(changes)
