"""An event of force majeure gives open claims of its regions time, and their buyers a choice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import affected, claim_timers, events
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import ForceMajeureEvent, OfferPart, Reminder
from helpdesk.rules.claim_terms import OrderState, Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import ReminderKind, ReminderState, Role
from helpdesk.workers import chaser
from tests.actions.claiming import Matter
from tests.actions.proving import facts as said


def shipped(region: str = "CN-GD") -> Matter:
    shipped_at = clock.now() - timedelta(days=2)
    matter = Matter(state=OrderState.SHIPPED, shipped_at=shipped_at, ship_region=region)
    matter.link()
    return matter


def declare(matter: Matter, *, days: int = 10, since: int = -1) -> int:
    with transaction() as session:
        form = events.EventForm(
            name_zh="广东台风",
            name_en="the typhoon in Guangdong",
            regions=("CN-GD",),
            starts_at=clock.now() + timedelta(days=since),
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


def test_who_dies_in_the_middle_leaves_the_others_to_the_clock(
    app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = shipped()
    first, second = matter.open("not_received"), matter.open("late_dispatch")
    event = declare(matter)
    with monkeypatch.context() as patched:
        patched.setattr(claim_timers, "put", kill)
        with pytest.raises(Killed):
            give_what_is_due()
    assert due(first) < timedelta(days=9) > due(second)

    chaser.chase()

    assert timedelta(days=9) < due(first)
    assert timedelta(days=9) < due(second)
    assert [facts["event"] for facts in said(1, "claim_extended")] == [event, event]
    assert not chaser.chase(), "done already"


def test_one_that_cannot_be_given_time_stops_none_of_the_others(
    app: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    matter = shipped()
    first, second = matter.open("not_received"), matter.open("late_dispatch")
    declare(matter)
    give = affected.give_time
    with monkeypatch.context() as patched:
        patched.setattr(affected, "give_time", lambda *args, **more: fail(first, give, *args, **more))
        chaser.chase()

    assert due(first) < timedelta(days=9) < due(second)
    assert "out of luck" in caplog.text
    clock.shift(timedelta(minutes=10))
    chaser.chase()
    assert timedelta(days=9) < due(first)


def test_an_event_to_come_gives_time_when_it_begins(app: object) -> None:
    matter = shipped()
    claim = matter.open("not_received")
    event = declare(matter, since=2)

    chaser.chase()
    assert not said(1, "claim_extended")
    with transaction() as session:
        events.end(session, event, by=matter.agent(session, Role.LEAD), at=clock.now())
    declare(matter, since=2)
    clock.shift(timedelta(days=2, minutes=1))
    chaser.chase()

    assert timedelta(days=7) < due(claim)
    assert len(said(1, "claim_extended")) == 1


class Killed(BaseException):  # no error of the product: it passes every except
    """The process has died."""


def kill(*args: object, **more: object) -> None:
    raise Killed


def fail(only: int, give: Callable[..., bool], *args: Any, **more: Any) -> bool:
    if args[2] == only:
        raise RuntimeError("out of luck")
    return give(*args, **more)


def give_what_is_due() -> None:
    """As the page does."""
    with reading() as session:
        rows = affected.due(session, at=clock.now())
    for row, claim in rows:
        with transaction() as session:
            affected.carry_out(session, current_desk(), row, claim, at=clock.now())


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


def test_an_event_that_came_after_the_buyer_asked_decides_what_is_not_decided(app: object) -> None:
    matter = shipped("广东省")
    claim = matter.open("not_received")
    assert matter.decision().clause != "CN-FM"
    clock.shift(timedelta(days=3))
    event = declare(matter, since=-1)  # two days after she asked, and the parcel is not there

    chaser.chase()

    decided = matter.decision()
    assert (decided.claim_id, decided.clause) == (claim, "CN-FM")
    seen = decided.outcome["facts"]["event"]
    assert (seen["id"], seen["en"]) == (event, "the typhoon in Guangdong")
    assert seen["since_on"] < seen["until_on"]


def test_an_event_in_which_the_parcel_was_under_way_fits_though_it_was_over_when_she_asked(
    app: object,
) -> None:
    matter = shipped()  # two days ago
    with transaction() as session:
        form = events.EventForm(
            name_zh="广东台风",
            name_en="the typhoon in Guangdong",
            starts_at=clock.now() - timedelta(days=9),
            ends_at=clock.now() - timedelta(days=1),
        )
        events.declare(session, form, by=matter.agent(session, Role.LEAD), at=clock.now())

    matter.open("not_received")

    assert matter.decision().clause == "CN-FM"


def test_an_event_that_was_over_before_the_parcel_left_is_no_reason(app: object) -> None:
    matter = shipped()
    with transaction() as session:
        form = events.EventForm(
            name_zh="广东台风",
            name_en="the typhoon in Guangdong",
            starts_at=clock.now() - timedelta(days=9),
            ends_at=clock.now() - timedelta(days=3),
        )
        events.declare(session, form, by=matter.agent(session, Role.LEAD), at=clock.now())

    matter.open("not_received")

    assert matter.decision().clause != "CN-FM"


def test_what_is_offered_already_an_event_does_not_decide_anew(app: object) -> None:
    matter = shipped()
    matter.open("not_received")
    before = matter.decision().id
    matter.offer(Part(option=1, remedy=Remedy.FULL_REFUND, amount=9900), role=Role.OWNER, why="goodwill")
    clock.shift(timedelta(days=1))
    declare(matter)

    chaser.chase()

    assert matter.decision().id == before
