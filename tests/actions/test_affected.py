"""An event of force majeure gives open claims of its regions time, and their buyers a choice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import affected, events
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import ForceMajeureEvent, OfferPart, Reminder
from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.states import ReminderKind, ReminderState, Role
from tests.actions.claiming import Matter


def shipped(region: str = "CN-GD") -> Matter:
    shipped_at = clock.now() - timedelta(days=2)
    matter = Matter(state=OrderState.SHIPPED, shipped_at=shipped_at, ship_region=region)
    matter.link()
    return matter


def declare(matter: Matter, *, days: int = 10) -> int:
    with transaction() as session:
        form = events.EventForm(
            name_zh="广东台风",
            name_en="the typhoon in Guangdong",
            regions=("CN-GD",),
            starts_at=clock.now() - timedelta(days=1),
            ends_at=clock.now() + timedelta(days=days),
        )
        return events.declare(session, form, by=matter.agent(session, Role.LEAD), at=clock.now()).id


def due(claim: int) -> timedelta:
    with reading() as session:
        at = session.scalars(
            select(Reminder.due_at).where(
                Reminder.claim_id == claim,
                Reminder.kind == ReminderKind.CLAIM_DUE,
                Reminder.state == ReminderState.PLANNED,
            )
        ).one()
        return at - clock.now()


def found(event: int) -> list[tuple[int, int]]:
    with reading() as session:
        return affected.claims_of(session, session.get_one(ForceMajeureEvent, event))


def give_time(claim: int, event: int) -> bool:
    with transaction() as session:
        return affected.give_time(session, current_desk(), claim, event, at=clock.now())


def offer(matter: Matter, claim: int, event: int) -> None:
    with transaction() as session:
        by = matter.agent(session, Role.OWNER)
        affected.offer_choice(session, current_desk(), claim, event, by=by, at=clock.now())


def test_a_claim_of_the_region_gets_as_long_as_the_event_lasts(app: object) -> None:
    matter = shipped()
    claim = matter.open("not_received")
    event = declare(matter)

    assert found(event) == [(claim, matter.ticket)]
    assert give_time(claim, event)
    assert due(claim) > timedelta(days=9)
    assert "claim_extended" in matter.verbs()
    assert not give_time(claim, event), "twice changes nothing"


def test_a_claim_of_another_region_is_left_alone(app: object) -> None:
    matter = shipped("CN-BJ")
    matter.open("not_received")

    assert found(declare(matter)) == []


def test_the_buyer_is_offered_every_choice_of_the_clause(app: object) -> None:
    matter = shipped()
    event = declare(matter)
    claim = matter.open("not_received")

    offer(matter, claim, event)

    with reading() as session:
        options = session.scalars(select(OfferPart.remedy).order_by(OfferPart.option)).all()
    assert [str(each) for each in options] == ["wait_with_date", "redelivery", "coupon", "full_refund"]
    assert matter.state == "offered"


def test_a_claim_that_the_event_does_not_decide_is_offered_nothing(app: object) -> None:
    matter = shipped()
    event = declare(matter)
    claim = matter.open("changed_mind")

    with pytest.raises(ConflictError):
        offer(matter, claim, event + 1)
    assert matter.state != "offered"


def test_the_last_day_of_an_event_that_is_over_is_promised_to_nobody(app: object) -> None:
    matter = shipped()
    event = declare(matter)
    claim = matter.open("not_received")
    clock.shift(timedelta(days=40))

    with pytest.raises(ConflictError, match="over already"):
        offer(matter, claim, event)
