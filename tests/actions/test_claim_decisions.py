"""What the policy says to a claim, kept once, by the right version, from the rows as they are."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from helpdesk import clock
from helpdesk.actions import claim_orders, claim_progress, claims, compensations, deciding, policies
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Claim, Decision
from helpdesk.rules.claim_terms import OrderState, Remedy
from helpdesk.rules.policy_shipped import preset_text
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import Role
from tests.actions.claiming import Matter, delivered
from tests.actions.sold import line, payment


def ask_again(matter: Matter) -> None:
    """As every mail and every page of the buyer does."""
    with matter.held() as (session, ticket, claim):
        claim_progress.go_on(session, current_desk(), ticket, claim, at=clock.now())


def put_in_force(*changes: tuple[str, str]) -> None:
    """The policy of shops in China with these changes, an hour later."""
    clock.shift(timedelta(hours=1))
    text = preset_text("cn-shop").replace('version = "2026.11.4"', 'version = "2026.11.5"')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with transaction() as session:
        version = policies.upload(session, text, by=None, at=clock.now())
        policies.activate(session, version, by=None, at=clock.now())


def test_the_answer_that_stands_is_not_written_again(app: object) -> None:
    matter = Matter(**delivered(2))
    matter.link()
    matter.open("changed_mind")
    version = matter.version

    ask_again(matter)

    with reading() as session:
        assert session.scalar(select(func.count(Decision.id))) == 1
    assert matter.version == version


def test_what_a_lead_had_decided_by_todays_policy_stays_so_when_the_buyer_writes(app: object) -> None:
    matter = Matter(**delivered(10))
    matter.link()
    matter.open("changed_mind")
    assert matter.decision().clause == "CN-LATE-GOODWILL"
    put_in_force(("min = 8, max = 15", "min = 8, max = 9"), ("{ min = 16 }", "{ min = 10 }"))
    with matter.held() as (session, ticket, claim):
        lead = claims.staff(matter.agent(session, Role.LEAD))
        deciding.evaluate(session, ticket, claim, actor=lead, at=clock.now(), why="the fifth time")
    assert matter.decision().verdict == "deny"

    ask_again(matter)

    assert matter.decision().verdict == "deny"


def test_units_that_goods_have_replaced_are_not_granted_in_money(app: object) -> None:
    matter = Matter(
        lines=(line(quantity=2, unit_paid_minor=5000, line_paid_minor=10000),),
        payments=(payment(captured_minor=11000),),
        **delivered(2),
    )
    matter.link()
    matter.open("changed_mind")
    with matter.held() as (session, _, claim):
        compensations.take_goods(session, claim, [(1, 1)])
        compensations.take_money(session, claim, 3000)

    ask_again(matter)

    assert matter.decision().outcome["amounts"]["ceiling"] == 2000


def test_a_line_that_its_source_took_away_is_no_part_of_the_whole_order(app: object) -> None:
    gone = line(sku="B", quantity=0, unit_paid_minor=0, line_paid_minor=0)
    matter = Matter(lines=(line(), gone))
    matter.link()

    matter.open()

    with reading() as session:
        assert [row.order_line_id for row in session.get_one(Claim, 1).lines] == [1]


@pytest.mark.parametrize("price", [1999, 2005])
def test_the_coupon_that_the_policy_suggests_can_be_offered(app: object, price: int) -> None:
    matter = Matter(
        lines=(line(quantity=1, unit_paid_minor=price, line_paid_minor=price),),
        payments=(payment(captured_minor=price),),
        shipping_paid_minor=0,
        shipping_standard_minor=0,
        **delivered(20),
    )
    matter.link()
    matter.open("changed_mind")

    matter.offer(Part(option=1, remedy=Remedy.COUPON, amount=matter.decision().outcome["amounts"]["coupon"]))

    assert matter.state == "offered"


def test_a_refusal_tells_the_days_as_the_calendar_has_them(app: object) -> None:
    # Monday the 33rd day counts as the Saturday before: the 31st.
    matter = Matter(policy="eu-shop", currency="EUR", payments=(payment(currency="EUR"),), **delivered(33))
    matter.link()
    matter.open("changed_mind")
    assert matter.decision().outcome["facts"]["days_since_delivery"] == 31

    matter.reject()

    assert "delivered 33 days ago" in matter.decision().outcome["text"]["en"]
    assert "签收后第 33 天" in matter.letter()


def test_a_refusal_does_not_tell_a_day_of_delivery_that_was_worked_out_as_a_fact(app: object) -> None:
    at = clock.now() - timedelta(days=40)
    matter = Matter(state=OrderState.DELIVERED, shipped_at=at)
    matter.link()
    matter.open("changed_mind")

    matter.reject()

    assert "我们没有签收记录" in matter.letter()


@pytest.mark.parametrize(
    ("reason", "remedies"),
    [
        ("defective", ["return_refund", "exchange", "redelivery", "partial_refund"]),
        ("missing", ["full_refund", "exchange", "redelivery", "partial_refund"]),
    ],
)
def test_where_the_goods_come_back_the_money_waits_for_them(
    app: object, reason: str, remedies: list[str]
) -> None:
    matter = Matter(**delivered(2))
    matter.link()

    matter.open(reason)

    assert matter.decision().clause == "CN-FAULT"
    assert matter.decision().outcome["remedies"] == remedies


def test_no_letter_grants_with_the_clause_that_refuses(app: object) -> None:
    matter = Matter(**delivered(20))
    matter.link()
    matter.open("changed_mind")
    assert matter.decision().verdict == "deny"

    matter.approve(
        Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=3000), role=Role.LEAD, why="a regular buyer"
    )

    assert "30.00" in matter.letter()
    assert "依据" not in matter.letter()


def test_one_item_that_may_not_come_back_does_not_have_the_others_refused(app: object) -> None:
    mug = line(sku="MUG", title="定制杯", quantity=1, unit_paid_minor=4450, line_paid_minor=4450)
    plain = line(quantity=1, unit_paid_minor=4450, line_paid_minor=4450)
    matter = Matter(lines=(replace(mug, tags=("custom_made",)), plain), **delivered(2))
    matter.link()

    matter.open("changed_mind")

    assert (matter.decision().clause, matter.decision().verdict) == ("CN-EXCL", "review")
    for chosen, verdict in ((1, "deny"), (2, "allow")):
        with matter.held() as (session, ticket, claim):
            actor = claims.staff(matter.agent(session))
            claim_orders.choose_lines(session, ticket, claim, {chosen: 1}, actor=actor, at=clock.now())
        ask_again(matter)
        assert matter.decision().verdict == verdict
