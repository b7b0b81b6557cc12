"""Reminders that are due become mail, each once, however many clocks tick."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from helpdesk import clock
from helpdesk.actions import followups, reminders
from helpdesk.current import current_desk
from helpdesk.db import is_passing, reading, transaction, unusable

log = logging.getLogger(__name__)


def chase() -> int:
    """Carry out what is due; how many letters were written. One that fails does not stop the others."""
    with reading() as session:
        due = reminders.due(session, at=clock.now())
    return sum(_carry_out(reminder_id, ticket_id) for reminder_id, ticket_id in due)


def _carry_out(reminder_id: int, ticket_id: int) -> bool:
    try:
        with transaction() as session:
            return followups.carry_out(session, current_desk(), reminder_id, ticket_id, at=clock.now())
    except Exception as error:
        if isinstance(error, SQLAlchemyError) and unusable(error):
            raise  # no plan is at fault
        if is_passing(error):
            return False  # others were in the way: the next tick comes in seconds
        log.exception("reminder %s could not be carried out", reminder_id)
        with transaction() as session:
            reminders.note_failure(session, reminder_id, f"{type(error).__name__}: {error}", at=clock.now())
        return False
