"""What a ticket page says of goods that came back: why it is decided anew."""

import pytest
from flask import Flask

from helpdesk.rules.claim_terms import Condition
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
