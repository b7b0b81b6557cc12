"""What pages say of goods that came back: why it is decided anew, what the money waits for."""

import pytest
from flask import Flask

from helpdesk import clock, links
from helpdesk.current import current_desk
from helpdesk.rules.claim_terms import Condition, Remedy
from helpdesk.rules.proposals import Part
from tests.actions.sending_back import SendingBack
from tests.web.conftest import Visitor
from tests.web.test_inside import visitor


@pytest.fixture
def matter(app: Flask) -> SendingBack:
    """An approved refund against return; colleagues are agent, lead, owner @shop.example."""
    return SendingBack()


@pytest.fixture
def agent(app: Flask, matter: SendingBack) -> Visitor:
    return visitor(app)


def test_why_it_is_decided_anew_is_said_in_the_language_of_the_reader(
    agent: Visitor, matter: SendingBack
) -> None:
    matter.start()
    matter.receive()
    matter.inspect(Condition.USED, why="a coffee stain")

    said = "to be decided anew: used (a coffee stain)"
    assert said in agent.text("/tickets/1")
    agent.post("/look", language="zh-CN", next="/")
    chinese = agent.text("/tickets/1")
    assert "已使用（a coffee stain）" in chinese
    assert "return inspected" not in chinese


def test_panel_and_status_page_say_what_the_money_waits_for_by_when_it_is_due_and_how_it_is_made_up(
    app: Flask,
) -> None:
    part = Part(option=1, remedy=Remedy.RETURN_REFUND, amount=8900)
    matter = SendingBack(part, policy="eu-shop")
    agent = visitor(app)
    assert "Send the buyer the address for the return first" in agent.text("/tickets/1")
    matter.start()
    assert "the proof that they were sent, have to be here first" in agent.text("/tickets/1")

    matter.send_back()
    page = agent.text("/tickets/1")
    assert "refund due by" in page
    assert "have to be here first" not in page
    matter.receive()
    matter.inspect(Condition.USED, deduction=2000, why="stains")

    said = "goods CN¥89.00 − loss of value CN¥20.00 = CN¥69.00"
    page = agent.text("/tickets/1")
    assert page.count(said) == 2, "on the panel and in the conversation"
    buyer = Visitor(app.test_client())
    address = links.passing_url(current_desk(), links.Passing.STATUS, 1, at=clock.now()).partition("/b/")[2]
    page = buyer.text(f"/b/{address}?lang=en")
    assert said in page
    assert "refund by" in page
