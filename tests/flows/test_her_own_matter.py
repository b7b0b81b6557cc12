"""A follow-up of a verified buyer, without any header of the conversation, joins the matter it is about."""

import pytest

from helpdesk import clock
from helpdesk.actions import order_links, tickets
from helpdesk.db import transaction
from helpdesk.models import Order
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.linking import How, Link
from tests.actions.sold import given, sell
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.trust]
NUMBER = "2398471029384756102"
OTHER = "2398471029384756103"


@pytest.fixture
def matter(shop: Shop) -> int:
    """Ticket 1 of Li, surely about her order."""
    sell(given(NUMBER), given(OTHER))
    shop.receive(mail("杯子碎了", subject="杯子", verified="pass"))
    with transaction() as session:
        link(session, 1, NUMBER)
    return 1


def link(session: object, number: int, order_no: str) -> None:
    ticket = tickets.hold(session, number)  # type: ignore[arg-type]  # a session
    order = session.query(Order).filter_by(external_no=order_no).one()  # type: ignore[attr-defined]
    sure = Link(order_id=order.id, level=LinkLevel.VERIFIED, how=How.LINK, other_address=False)
    order_links.link(session, ticket, order, sure, actor="server", at=clock.now())  # type: ignore[arg-type]


def numbers(shop: Shop) -> list[int]:
    return [ticket["number"] for ticket in shop.tickets()]


def test_a_reply_with_a_photo_that_names_the_order_joins(shop: Shop, matter: int) -> None:
    shop.receive(mail(f"订单 {NUMBER} 的照片", subject="Re: 照片", photo=True, verified="pass"))
    assert numbers(shop) == [1]
    assert shop.verbs(1).count("received") == 2


def test_from_nobody_who_was_verified_it_opens_one_that_points_at_it(shop: Shop, matter: int) -> None:
    shop.receive(mail(f"订单 {NUMBER} 的照片", subject="Re: 照片", photo=True))
    assert sorted(numbers(shop)) == [1, 2]
    assert shop.ticket(2)["follows"] == 1


def test_a_stranger_who_names_her_order_joins_nothing(shop: Shop, matter: int) -> None:
    shop.receive(mail(f"订单 {NUMBER}", sender="eve@else.example", subject="Re: 杯子", verified="pass"))
    assert sorted(numbers(shop)) == [1, 2]
    assert shop.ticket(2)["follows"] is None


def test_another_order_of_hers_is_another_matter(shop: Shop, matter: int) -> None:
    shop.receive(mail(f"订单 {OTHER} 没收到", subject="另一件", verified="pass"))
    assert sorted(numbers(shop)) == [1, 2]


def test_of_two_matters_about_one_order_none_is_chosen(shop: Shop, matter: int) -> None:
    shop.receive(mail("另外一件事", subject="茶壶", verified="pass"))
    with transaction() as session:
        link(session, 2, NUMBER)
    shop.receive(mail(f"订单 {NUMBER} 怎么样了", subject="进展", verified="pass"))
    assert sorted(numbers(shop)) == [1, 2, 3]
