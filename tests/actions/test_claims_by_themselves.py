"""What no clause grants without a person, however small the sum."""

from typing import Any

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import claim_progress, orders
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.models import Order
from helpdesk.rules.claim_terms import Wish
from helpdesk.rules.money import Money
from tests.actions.claiming import Matter
from tests.actions.sold import given
from tests.actions.test_claim_limits import CHEAP


@pytest.mark.parametrize(
    "asked",
    [
        {"wish": Wish.EXCHANGE},
        {"wish": Wish.PARTIAL},
        {"wish": Wish.WHERE_IS_THE_MONEY},
        {"wish": Wish.REFUND, "amount": Money(500, "CNY")},
    ],
)
def test_nobody_who_asks_for_something_else_has_the_order_called_off(
    app: object, asked: dict[str, Any]
) -> None:
    matter = Matter(**CHEAP)
    matter.link()

    matter.open(**asked)

    assert (matter.state, matter.decision().clause) == ("awaiting_decision", "CN-UNSHIPPED")


def test_nobody_who_names_another_order_as_well_has_only_one_of_them_called_off(app: object) -> None:
    matter = Matter(**CHEAP)
    matter.link()
    first = matter.order
    with transaction() as session:
        orders.save(session, [given("2398471029384756119", **CHEAP)], by="test", at=clock.now())
        matter.order = session.scalars(select(Order.id).order_by(Order.id.desc())).first() or 0
    matter.link()
    matter.order = first

    matter.open(wish=Wish.CANCEL)

    assert matter.state == "awaiting_decision"


def test_who_was_charged_twice_does_not_have_the_order_called_off(app: object) -> None:
    matter = Matter(**CHEAP)
    matter.link()

    matter.open("duplicate_charge")

    assert (matter.state, matter.decision().clause) == ("awaiting_decision", "CN-TWICE")


def test_a_mail_of_nobody_we_know_is_not_made_good_by_a_later_one(app: object) -> None:
    matter = Matter(**CHEAP)
    matter.hear("请取消订单并退款", verified="fail")
    matter.open(order=False)
    matter.hear("这不是我写的", verified="pass")
    matter.link()

    with matter.held() as (session, ticket, claim):
        claim_progress.go_on(session, current_desk(), ticket, claim, at=clock.now())

    assert matter.state == "awaiting_decision"
