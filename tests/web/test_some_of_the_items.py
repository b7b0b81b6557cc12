"""An offer for some of the claimed items: named by the agent, told to the buyer, followed by the sums."""

import html
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import links
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.errors import InvalidError
from helpdesk.models import AgreedRemedy, Entry, OrderLine, ReplacementLine
from helpdesk.queries import inside_forms
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.settlement import Shares
from helpdesk.rules.states import IllegalMoveError, Role
from tests.actions.claiming import delivered
from tests.actions.sending_back import SendingBack
from tests.actions.sold import line, payment
from tests.web.conftest import Visitor
from tests.web.test_inside import visitor

pytestmark = pytest.mark.money
POT = line(sku="POT-1", title="茶壶", quantity=1, unit_paid_minor=6000, line_paid_minor=6000)
ORDER: dict[str, Any] = {"lines": (line(), POT), "payments": (payment(captured_minor=15900),)}


class Undecided(SendingBack):
    """Two cups and a teapot, delivered; the claim is about all of it and to be decided."""

    def __init__(self) -> None:
        super(SendingBack, self).__init__(**{**delivered(3), **ORDER})
        self.link()
        self.open("defective")


@pytest.fixture
def matter(app: Flask) -> Undecided:
    return Undecided()


@pytest.fixture
def lead(app: Flask, matter: Undecided) -> Visitor:
    return visitor(app, "lead")


def lines() -> dict[str, int]:
    with reading() as session:
        return {row.title: row.id for row in session.scalars(select(OrderLine))}


def propose(lead: Visitor, matter: Undecided, **form: Any) -> Any:
    lead.text("/tickets/1")
    why = {"why": "they asked for it", "version": matter.version, "how": "offer"}
    return lead.post("/claims/1/proposal", **why, **form)


def offer_page(app: Flask) -> str:
    address = links.url(current_desk(), links.Purpose.OFFER, 1).partition("/b/")[2]
    return html.unescape(Visitor(app.test_client()).text(f"/b/{address}?lang=en"))


def test_named_items_stand_in_the_letter_on_the_page_and_in_what_is_sent(
    app: Flask, lead: Visitor, matter: Undecided
) -> None:
    cup = lines()["杯子"]
    assert f'name="units-1-{cup}"' in lead.text("/tickets/1")

    answer = propose(lead, matter, **{"remedy-1": "redelivery", f"units-1-{cup}": "1", "words-1": "in blue"})

    assert answer.status_code == 303
    with reading() as session:
        (told,) = session.scalars(select(Entry).where(Entry.verb == "offered")).all()
        assert "1 × 杯子, in blue" in told.facts["text"]
    assert "a new delivery (1 × 杯子, in blue)" in offer_page(app)
    matter.accept(1)
    matter.promise()
    with reading() as session:
        sent = session.execute(select(ReplacementLine.order_line_id, ReplacementLine.quantity)).all()
        left = dict(session.execute(select(OrderLine.id, OrderLine.compensated_quantity)).all())
    assert [tuple(each) for each in sent] == [(cup, 1)]
    assert left == {cup: 1, lines()["茶壶"]: 0}


def test_money_for_some_items_is_taken_from_these_and_these_alone_come_back(
    lead: Visitor, matter: Undecided
) -> None:
    pot = lines()["茶壶"]
    refused = propose(lead, matter, **{"remedy-1": "return_refund", "amount-1": "89", f"units-1-{pot}": "1"})
    assert refused.status_code in (409, 422)
    assert "more than is left" in refused.get_data(as_text=True)

    propose(lead, matter, **{"remedy-1": "return_refund", "amount-1": "70", f"units-1-{pot}": "1"})
    matter.accept(1)

    with reading() as session:
        remedy = session.scalars(select(AgreedRemedy)).one()
        assert Shares.from_json(remedy.shares).lines == ((pot, 6000),)
        assert inside_forms.returnable(session, remedy.id).lines == ((pot, "茶壶", 1),)


def test_more_than_is_claimed_or_items_for_other_remedies_are_refused(matter: Undecided) -> None:
    pot = lines()["茶壶"]
    with pytest.raises(IllegalMoveError, match="compensated already"):
        matter.offer(Part(option=1, remedy=Remedy.EXCHANGE, lines=((pot, 2),)), role=Role.LEAD, why="x")
    with pytest.raises(InvalidError, match="name items only for a return"):
        matter.offer(
            Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=100, lines=((pot, 1),)),
            role=Role.LEAD,
            why="x",
        )


def test_a_coupon_for_one_item_is_taken_from_its_line(matter: Undecided) -> None:
    pot = lines()["茶壶"]
    part = Part(option=1, remedy=Remedy.COUPON, amount=2200, lines=((pot, 1),))
    matter.approve(part, role=Role.OWNER, why="they asked for it")
    with reading() as session:
        shares = Shares.from_json(session.scalars(select(AgreedRemedy.shares)).one())
    assert [each for each, _ in shares.lines] == [pot]
