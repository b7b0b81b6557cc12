"""An agent sends planned mail in the very moment in which it is due: the buyer gets one letter."""

import threading
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import followups, planned_mail, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Entry, Reminder
from helpdesk.rules.states import ReminderKind
from helpdesk.workers import chaser
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.flows


def due(shop: Shop) -> int:
    """The id of the plan to ask whether the money has arrived, which is due now."""
    shop.receive(mail())
    shop.refund(1)
    with reading() as session:
        plan = session.query(Reminder).filter_by(kind=ReminderKind.ARRIVAL_CHECK).one()
    clock.shift(plan.due_at - clock.now() + timedelta(minutes=1))
    return plan.id


def letters() -> int:
    with reading() as session:
        return session.query(Entry).filter_by(verb="arrival_check").count()


def test_the_clock_that_waits_for_the_agent_finds_nothing_left(shop: Shop) -> None:
    plan = due(shop)

    def tick() -> None:
        with shop.app.app_context():
            chaser.chase()

    ticking = threading.Thread(target=tick)
    with transaction() as session:
        ticket = tickets.hold(session, 1)
        ticking.start()
        ticking.join(0.5)  # it waits for the ticket
        assert planned_mail.send_now(session, current_desk(), ticket, plan, actor="agent:1", at=clock.now())
    ticking.join(20)
    assert letters() == 1


def test_the_agent_who_waits_for_the_clock_reads_that_it_is_done(shop: Shop) -> None:
    plan, said = due(shop), []

    def send() -> None:
        with shop.app.app_context(), transaction() as session:
            ticket = tickets.hold(session, 1)
            try:
                planned_mail.send_now(session, current_desk(), ticket, plan, actor="agent:1", at=clock.now())
            except ConflictError as error:
                said.append(str(error))

    sending = threading.Thread(target=send)
    with transaction() as session:
        tickets.hold(session, 1)
        sending.start()
        sending.join(0.5)
        assert followups.carry_out(session, current_desk(), plan, 1, at=clock.now())
    sending.join(20)
    assert letters() == 1
    assert said == ["this mail is not planned any more"]
