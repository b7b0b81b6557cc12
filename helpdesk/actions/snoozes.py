"""Put a ticket to sleep, and wake it by hand or by the clock. What else wakes it: rules/snoozing.py.

A snooze is a task among the reminders, and the moment of it stands on the ticket, for the queues.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.actions import conversation, tasks, tickets
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Agent, Ticket
from helpdesk.rules.reminders import LATEST, SNOOZE
from helpdesk.rules.snoozing import NO_LONGER, Until, Woken
from helpdesk.rules.states import EntryKind
from helpdesk.rules.turns import DONE

SOONEST = timedelta(minutes=1)


def snooze(
    session: Session,
    ticket: Ticket,
    until: Until,
    *,
    by: Agent,
    at: datetime,
    due_at: datetime | None = None,
) -> None:
    """A held ticket sleeps until a moment, or until something happens, NO_LONGER at most; another snooze
    takes the place of one that is there.

    Raises InvalidError for a moment that has passed, ConflictError for a ticket that is done, merged or spam.
    """
    tickets.check_stands_alone(ticket)
    if ticket.state in DONE or ticket.spam:
        raise ConflictError("only a ticket that is open or waits can sleep")
    wakes_at = due_at if until is Until.DAY else at + NO_LONGER
    if wakes_at is None or wakes_at < at + SOONEST:
        raise InvalidError("this moment has passed: choose a later one", field="snooze_at")
    if wakes_at > at + LATEST:
        raise InvalidError("at most a year from now", field="snooze_at")
    actor = conversation.agent(by.id)
    tasks.plan(
        session,
        ticket,
        SNOOZE,
        ticket.id,
        due_at=wakes_at,
        actor=actor,
        at=at,
        more={"until": until, "by": actor},
    )
    ticket.snoozed_until = wakes_at
    facts = {"until": until, "due_at": wakes_at.isoformat()}
    conversation.record(session, ticket, EntryKind.EVENT, "snoozed", actor=actor, at=at, facts=facts)


def wake(session: Session, ticket: Ticket, *, by: Agent, at: datetime) -> bool:
    """At once: it is our turn. False when it does not sleep."""
    return conversation.wake(session, ticket, Woken.BY_HAND, actor=conversation.agent(by.id), at=at)


def ring(session: Session, desk: Desk, ticket: Ticket, subject_id: int, *, at: datetime) -> None:
    """Its moment has come."""
    conversation.wake(session, ticket, Woken.TIME, actor=conversation.CLOCK, at=at)
