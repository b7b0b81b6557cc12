"""What somebody was to do by a moment: a plan that is no mail, visible on the ticket, taken back once done.

A task is a reminder whose facts say what it is about: {"about": "answer", "id": 7}. What happens when its
moment comes stands in actions/overdue.py.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.actions import reminders
from helpdesk.models import Ticket
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import ReminderKind

ANSWER = "answer"  # of somebody inside the shop, about inquiry `id`
RETURN_WARNING = "return_warning"  # the buyer is reminded to send the goods of return `id`
RETURN_DEADLINE = "return_deadline"
RETURN_ARRIVAL = "return_arrival"
INSPECTION = "inspection"
PROMISE = "promise"  # replacement `id` was to leave the house
COUPON_END = "coupon_end"  # coupon `id` has lost its worth
PLATFORM_DEADLINE = "platform_deadline"  # of platform case `id`
MONEY_SENT = "money_sent"  # the buyer is told that refund `id` has left
MONEY_DELAYED = "money_delayed"  # that it has not, and that somebody is on it
MONEY_LOOKED_FOR = "money_looked_for"  # that it is being looked for
MONEY_TRACED = "money_traced"  # what the bank says of it
MONEY_CHASE = "money_chase"  # somebody was to find out where refund `id` is
MONEY_BY_HAND = "money_by_hand"  # somebody pays refund `id`, once its gateway has let go of it
STOP_PARCEL = "stop_parcel"  # of order `id`, whose money goes back and that has not left
REFUND_DUE = "refund_due"  # the money of agreed remedy `id` has to be made
OF_MONEY = (MONEY_SENT, MONEY_DELAYED, MONEY_LOOKED_FOR, MONEY_TRACED, MONEY_CHASE, MONEY_BY_HAND)


def plan(
    session: Session,
    ticket: Ticket,
    about: str,
    subject_id: int,
    *,
    due_at: datetime,
    actor: str,
    at: datetime,
    claim_id: int | None = None,
    refund_id: int | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Have it looked at then. A plan for the same is replaced; one about a refund goes where that goes.

    `more`: what else its facts say.
    """
    reminders.plan(
        session,
        ticket,
        ReminderKind.TASK_DUE,
        due_at=due_at,
        actor=actor,
        at=at,
        facts={
            "about": about,
            "id": subject_id,
            **({"refund": refund_id} if refund_id else {}),
            **(more or {}),
        },
        claim_id=claim_id,
    )


def settle(session: Session, ticket: Ticket, subject_id: int, *about: str, actor: str, at: datetime) -> None:
    """It is done, or pointless."""
    for reminder in reminders.planned(session, ticket):
        of_it = reminder.kind is ReminderKind.TASK_DUE and reminder.facts.get("id") == subject_id
        if of_it and reminder.facts.get("about") in about:
            reminders.withdraw(session, ticket, Reason.DONE, actor=actor, at=at, reminder_id=reminder.id)
