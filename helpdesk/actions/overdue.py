"""What happens when the moment of a task has come: said on the ticket, once, and carried on by its room."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import (
    chases,
    coupons,
    inquiries,
    parcels,
    platforms,
    refund_letters,
    refund_promises,
    reminders,
    replacements,
    return_outcomes,
    snoozes,
    tasks,
    wanted_back,
)
from helpdesk.desk import Desk
from helpdesk.models import Reminder, Ticket
from helpdesk.rules.reminders import SNOOZE

WHEN_DUE: dict[str, Callable[..., None]] = {
    tasks.ANSWER: inquiries.note_overdue,
    tasks.RETURN_WARNING: return_outcomes.warn,
    tasks.RETURN_DEADLINE: return_outcomes.expire,
    tasks.RETURN_ARRIVAL: return_outcomes.ask_where_it_is,
    tasks.INSPECTION: return_outcomes.ask_for_inspection,
    tasks.PROMISE: replacements.note_overdue,
    tasks.COUPON_END: coupons.note_end,
    tasks.PLATFORM_DEADLINE: platforms.note_deadline,
    tasks.MONEY_SENT: refund_letters.sent,
    tasks.MONEY_DELAYED: refund_letters.delayed,
    tasks.MONEY_LOOKED_FOR: refund_letters.looked_for,
    tasks.MONEY_TRACED: refund_letters.traced,
    tasks.MONEY_CHASE: chases.note_overdue,
    tasks.MONEY_BY_HAND: wanted_back.end,
    tasks.STOP_PARCEL: parcels.note_unstopped,
    tasks.REFUND_DUE: refund_promises.note_due,
    SNOOZE: snoozes.ring,
}


def carry_out(session: Session, desk: Desk, ticket: Ticket, reminder: Reminder, *, at: datetime) -> bool:
    """Act on one due task of a held ticket; False when somebody else has. It is never too late for one."""
    if not reminders.finish(session, reminder, at=at):
        return False
    WHEN_DUE[str(reminder.facts["about"])](session, desk, ticket, int(reminder.facts["id"]), at=at)
    return True
