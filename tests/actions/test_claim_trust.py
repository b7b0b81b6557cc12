"""Whose word money believes: an unsure sender needs two people of the desk, whatever the amount."""

import pytest

from helpdesk import clock
from helpdesk.actions import conversation, order_links, tickets
from helpdesk.db import transaction
from helpdesk.models import Order, TicketOrder
from helpdesk.rules.states import EntryKind, IllegalMoveError, Role
from tests.actions.claiming import FULL, Matter
from tests.actions.sold import LI

pytestmark = pytest.mark.trust


@pytest.fixture
def matter(app: object) -> Matter:
    matter = Matter()
    matter.link()
    matter.open()
    return matter


@pytest.fixture
def vouched(app: object) -> Matter:
    """An agent has looked, and said which order it is."""
    matter = Matter()
    with transaction() as session:
        agent = matter.agent(session)
        number = session.get_one(Order, matter.order).external_no
        order_links.link_by_hand(
            session, matter.ticket, number, reason="she knows it all", by=agent, at=clock.now()
        )
    matter.open()
    return matter


def hear(matter: Matter, doubts: list[str]) -> None:
    """A mail of Li that passes, and looks odd."""
    with transaction() as session:
        ticket = tickets.hold(session, matter.ticket)
        facts = {"from": LI, "verified": "pass", "doubts": doubts, "text": "退款", "new": "退款"}
        conversation.record(
            session, ticket, EntryKind.RECEIVED, "received", actor="buyer:1", at=clock.now(), facts=facts
        )


def test_a_sender_who_looks_like_somebody_else_needs_two_people(matter: Matter) -> None:
    hear(matter, ["reply_to"])

    with pytest.raises(IllegalMoveError, match="sender looks like somebody else: ask for approval"):
        matter.approve(FULL, role=Role.OWNER)
    with pytest.raises(IllegalMoveError, match="sender looks like somebody else"):
        matter.offer(FULL)
    matter.confirm(matter.ask_approval(FULL), by=matter.lead_two)

    assert matter.state == "approved"


def test_so_does_an_address_that_is_not_on_the_order(matter: Matter) -> None:
    with transaction() as session:
        session.query(TicketOrder).update({"other_address": True})

    with pytest.raises(IllegalMoveError, match="address is not on the order: ask for approval"):
        matter.approve(FULL, role=Role.LEAD)
    matter.confirm(matter.ask_approval(FULL), by=matter.lead_two)

    assert matter.state == "approved"


def test_nobody_both_vouches_for_a_buyer_and_pays_them(vouched: Matter) -> None:
    vouched.hear("快点", verified="fail")

    with pytest.raises(IllegalMoveError, match="only you have linked the order: ask for approval"):
        vouched.approve(FULL)
    vouched.approve(FULL, role=Role.LEAD)

    assert vouched.state == "approved"


def test_what_the_buyers_own_mail_shows_is_more_than_a_colleagues_word(vouched: Matter) -> None:
    vouched.approve(FULL)

    assert vouched.state == "approved"
