"""Two tickets that are one matter: what an agent does with them, and what is planned on them."""

from helpdesk import clock
from helpdesk.actions import merging, refunds, reminders
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Ticket
from tests.shop import Shop

EVE = "eve@else.example"


def merge(shop: Shop, number: int, into: int) -> None:
    with transaction() as session:
        merging.merge(
            session,
            number,
            into,
            by=session.get_one(Agent, shop.agent_id),
            at=clock.now(),
            of_two_buyers=True,
        )


def separate(shop: Shop, number: int) -> None:
    with transaction() as session:
        merging.separate(session, number, by=session.get_one(Agent, shop.agent_id), at=clock.now())


def planned(shop: Shop, number: int) -> list[str]:
    with reading() as session:
        return [str(plan.kind) for plan in reminders.planned(session, session.get_one(Ticket, number))]


def say(shop: Shop, refund: int, *, arrived: bool) -> None:
    with transaction() as session:
        refunds.answer_arrival(session, refund, arrived=arrived, actor="buyer:1", at=clock.now())
