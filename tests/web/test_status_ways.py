"""The buyer's status page says all that the letters say of parcels and money, and what comes next."""

import html
from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock, links
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.models import TicketOrder
from helpdesk.rules.claim_terms import LinkLevel, Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import Role
from tests.actions.claiming import FULL, Matter
from tests.actions.sending_back import SendingBack
from tests.web.conftest import Visitor

pytestmark = pytest.mark.money


def status(app: Flask, language: str = "en") -> str:
    desk = current_desk()
    path = links.passing_url(desk, links.Passing.STATUS, 1, at=clock.now()).removeprefix(desk.base_url)
    return Visitor(app.test_client()).text(f"{path}?lang={language}")


def test_a_return_stands_there_with_address_deadline_and_the_page_for_the_parcels_number(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    page = status(app)
    assert "上海市嘉定区安亭镇 1 号仓库" in page
    assert "RT-1-1" in page
    assert "Next: send the goods by " in page
    assert "/b/return/" in page
    assert "at your expense" in page

    matter.send_back()
    page = status(app)
    assert "Next: your parcel arrives" in page
    assert "SF1234567890123" in page
    matter.receive()
    page = status(app)
    assert "Next: we inspect what you sent back" in page
    assert "/b/return/" not in page


@pytest.fixture
def paid(app: Flask) -> Matter:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)
    matter.refund("99", reference="2026060100001")
    return matter


def test_money_stands_there_with_day_method_reference_and_expected_day(app: Flask, paid: Matter) -> None:
    page = status(app)
    assert "by Alipay." in page
    assert "You should have it by " in page
    assert "2026060100001" in page
    assert "Next: your money arrives" in page
    assert "Say whether it has arrived" in page


def test_late_money_asks_the_buyer_and_missing_money_says_by_when_we_write(app: Flask, paid: Matter) -> None:
    clock.shift(timedelta(days=12))
    assert "Next: tell us whether your money has arrived" in status(app)
    paid.say(1, arrived=False)
    page = status(app)
    assert "We are asking where it is, and write to you by " in page
    assert "Next: we find out where your money is" in page


def test_a_refusal_can_be_read_there_again(app: Flask) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.reject(role=Role.LEAD, why="The seal is broken, sorry.")
    page = html.unescape(status(app))
    assert "What we wrote to you" in page
    assert matter.letter().strip() in page


def test_of_a_coupon_the_code_itself_is_not_shown(app: Flask) -> None:
    matter = SendingBack(Part(option=1, remedy=Remedy.COUPON, amount=2000))
    matter.issue()
    page, code = status(app), matter.coupon().code
    assert code not in page
    assert f"ends in {code[-4:]}" in page


def test_whoever_may_not_be_told_of_the_order_sees_none_of_it(app: Flask) -> None:
    SendingBack().start()
    with transaction() as session:
        session.query(TicketOrder).one().level = LinkLevel.SUGGESTED
    page = status(app)
    assert "安亭镇" not in page
    assert "RT-1-1" not in page


def test_it_is_said_in_chinese_too(app: Flask, paid: Matter) -> None:
    page = status(app, "zh-CN")
    assert "Next" not in page
    assert "下一步" in page
