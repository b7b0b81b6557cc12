"""Who names the amount of all goods asks for all of the money, whether or not the order is known yet."""

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import claim_progress, order_links, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Claim
from tests.actions.sold import given, sell
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.money]
NUMBER = "2398471029384756102"


def wish() -> tuple[str, int | None]:
    with reading() as session:
        claim = session.scalars(select(Claim)).one()
        return str(claim.wish), claim.wish_minor


def test_all_goods_without_postage_are_a_full_refund(shop: Shop) -> None:
    sell(given(NUMBER))
    shop.receive(mail(f"订单 {NUMBER}，不想要了，请退款 89 元", verified="pass"))
    assert wish() == ("refund", 8900)


def test_less_is_a_part(shop: Shop) -> None:
    sell(given(NUMBER))
    shop.receive(mail(f"订单 {NUMBER}，退我 30 元就行", verified="pass"))
    assert wish() == ("partial", 3000)


def test_it_is_understood_once_the_order_is_known(shop: Shop) -> None:
    sell(given(NUMBER, emails=("someone@else.example",)))
    shop.receive(mail("不想要了，退款 89 元", verified="pass"))
    assert wish() == ("partial", 8900)
    with transaction() as session:
        agent, at = session.get_one(Agent, shop.agent_id), clock.now()
        order_links.link_by_hand(session, 1, f"taobao:{NUMBER}", reason="telephone", by=agent, at=at)
        claim_progress.order_was_linked(session, current_desk(), tickets.hold(session, 1), at=at)
    assert wish() == ("refund", 8900)
