"""How long an offer stands and money is looked for is the shop's own word, in its policy."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import calendars, policies
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Offer
from helpdesk.rules.policy_shipped import preset_text
from helpdesk.rules.states import Role
from tests.actions.claiming import FULL, Matter


@pytest.fixture
def matter(app: object) -> Matter:
    """Under a policy whose offers stand for three days, and that looks for money for five."""
    text = preset_text("cn-shop")
    for old, new in (("offer_days = 7", "offer_days = 3"), ("chase_days = 2", "chase_days = 5")):
        assert old in text
        text = text.replace(old, new)
    matter = Matter(policy=None)
    with transaction() as session:
        version = policies.upload(session, text, by=None, at=clock.now())
        policies.activate(session, version, by=None, at=clock.now())
    matter.link()
    matter.open()
    return matter


def test_an_offer_that_was_approved_stands_as_long_as_the_policy_says(matter: Matter) -> None:
    digest = matter.ask_approval(FULL, days=1)

    matter.confirm(digest, by=matter.people[Role.LEAD])

    with reading() as session:
        last = session.scalars(select(Offer.expires_at)).one().astimezone(current_desk().zone)
    today = clock.now().astimezone(current_desk().zone).date()
    assert last.date() == today + timedelta(days=3)


def test_money_is_looked_for_as_long_as_the_policy_says(matter: Matter) -> None:
    monday = clock.now()
    with reading() as session:
        assert calendars.chase_until(session, monday) == monday + timedelta(days=7), "five working days"
