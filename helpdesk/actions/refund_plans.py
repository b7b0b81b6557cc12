"""What is planned once money has left: the question whether it is there, and the survey."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import reminders, tickets
from helpdesk.models import Refund, Ticket
from helpdesk.rules.reminders import Reason, arrival_check_due, survey_due
from helpdesk.rules.states import ReminderKind


def plan_questions(session: Session, ticket: Ticket, refund: Refund, *, actor: str, at: datetime) -> None:
    """Both letters about a refund that has left; `expected_at` is known."""
    expected = refund.expected_at
    if expected is None:
        raise ValueError("money that has not left is not asked about")
    for kind, due_at in (
        (ReminderKind.ARRIVAL_CHECK, arrival_check_due(expected)),
        (ReminderKind.SURVEY, survey_due(expected)),
    ):
        reminders.plan(session, ticket, kind, due_at=due_at, actor=actor, at=at, facts={"refund": refund.id})


def forget(
    session: Session, ticket: Ticket, refund: Refund, reason: Reason, *, actor: str, at: datetime
) -> None:
    """Take back what this makes pointless, each plan on its own ticket; `ticket` is held already."""
    for plan in reminders.of_refund(session, refund.id):
        if reason in plan.unless:
            its_own = ticket if plan.ticket_id == ticket.id else tickets.hold(session, plan.ticket_id)
            reminders.withdraw(session, its_own, reason, actor=actor, at=at, reminder_id=plan.id)
