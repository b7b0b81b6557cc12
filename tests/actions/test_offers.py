"""Offers: how long they stand, what becomes of their letters, what an acceptance rests on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import claims
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.errors import InvalidError
from helpdesk.models import Entry, Offer, OutboxMessage
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import IllegalMoveError, Role
from tests.actions.claiming import FULL, Matter

HALF = Part(option=1, remedy=Remedy.FULL_REFUND, amount=5000)


@pytest.fixture
def matter(app: object) -> Matter:
    matter = Matter()
    matter.link()
    matter.open()
    return matter


def test_an_approved_offer_stands_to_the_end_of_the_day_that_its_letter_names(matter: Matter) -> None:
    digest = matter.ask_approval(FULL, days=1)

    matter.confirm(digest, by=matter.people[Role.LEAD])

    with reading() as session:
        last = session.scalars(select(Offer.expires_at)).one().astimezone(current_desk().zone)
    assert (last.hour, last.minute, last.second) == (23, 59, 59)
    assert last > clock.now() + timedelta(days=7)


def test_the_letter_of_an_offer_that_another_one_replaces_does_not_leave(matter: Matter) -> None:
    matter.offer(FULL)

    matter.offer(HALF)

    with reading() as session:
        rows = session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)).all()
    assert [str(state) for state in rows] == ["withdrawn", "queued"]


def test_what_is_granted_at_once_is_one_option(matter: Matter) -> None:
    other = Part(option=2, remedy=Remedy.COUPON, amount=4000)

    with pytest.raises(InvalidError, match="in one option"):
        matter.approve(HALF, other)
    with pytest.raises(InvalidError, match="in one option"):
        matter.ask_approval(HALF, other)

    assert matter.remedies() == []


def test_an_agent_accepts_for_the_buyer_only_with_words_from_after_the_offer(matter: Matter) -> None:
    offer = matter.offer(FULL)
    with reading() as session:
        before = session.scalars(select(Entry.id).where(Entry.verb == "received")).one()
        agent = claims.staff(matter.agent(session))

    for pinned in (None, before):
        with pytest.raises(IllegalMoveError, match="name the mail or the call"):
            matter.accept(offer, actor=agent, way="mail", entry_id=pinned)
    matter.accept(offer, actor=agent, way="mail", entry_id=matter.hear("好的"))

    assert matter.state == "approved"
