"""An agreed claim is overdue when what it waits for is, and soon where something is ours to do."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.db import reading
from helpdesk.models import Refund, Reminder
from helpdesk.rules.returns import ON_THE_WAY_FOR
from helpdesk.rules.states import ReminderKind, ReminderState
from helpdesk.workers import chaser
from tests.actions.claiming import FULL, Matter
from tests.actions.proving import facts
from tests.actions.sending_back import SendingBack

pytestmark = pytest.mark.clock


@pytest.fixture
def matter(app: Flask) -> Matter:
    """A claim that is agreed in full."""
    matter = Matter()
    matter.link()
    matter.open()
    if matter.state != "approved":
        matter.approve(FULL)
    return matter


def due() -> datetime:
    """When the claim is put before a lead."""
    with reading() as session:
        return session.scalars(
            select(Reminder.due_at).where(
                Reminder.kind == ReminderKind.CLAIM_DUE, Reminder.state == ReminderState.PLANNED
            )
        ).one()


def expected() -> datetime:
    with reading() as session:
        return session.scalars(select(Refund.expected_at).order_by(Refund.id.desc())).first() or clock.now()


def test_money_at_the_bank_has_until_it_is_expected_and_was_asked_about(matter: Matter) -> None:
    usual = due()

    matter.refund("99.00")

    assert due() == expected() + timedelta(days=7), "a day, five of silence, and one to spare"
    clock.shift(usual - clock.now() + timedelta(minutes=1))
    chaser.chase()
    assert not facts(1, "claim_overdue")
    clock.shift(due() - clock.now() + timedelta(minutes=1))
    chaser.chase()
    assert len(facts(1, "claim_overdue")) == 1


def test_money_that_did_not_arrive_is_ours_to_look_for_in_the_usual_time(matter: Matter) -> None:
    refund = matter.refund("99.00")
    clock.shift(timedelta(days=2))

    matter.say(refund, arrived=False)

    assert due() < clock.now() + timedelta(days=6)
    assert due() > clock.now() + timedelta(days=2)


def test_a_refund_noted_by_mistake_is_ours_to_do_again(matter: Matter) -> None:
    usual = due()
    refund = matter.refund("99.00")

    matter.cancel(refund)

    assert abs(due() - usual) < timedelta(days=1)


def test_goods_on_their_way_back_have_their_own_time(app: Flask) -> None:
    matter = SendingBack()
    usual = due()
    matter.start(days=14)
    assert due() > usual + timedelta(days=8)

    matter.send_back()
    assert due() == matter.shipment().tracked_at + ON_THE_WAY_FOR + timedelta(days=1)

    matter.receive()
    assert due() < clock.now() + timedelta(days=6)
