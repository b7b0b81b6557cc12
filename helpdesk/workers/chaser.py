"""Reminders that are due become mail, each once, however many clocks tick."""

import logging

from helpdesk import clock
from helpdesk.actions import followups, reminders
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction

log = logging.getLogger(__name__)


def chase() -> int:
    """Carry out what is due; how many letters were written. One that fails does not stop the others."""
    with reading() as session:
        due = reminders.due(session, at=clock.now())
    written = 0
    for reminder_id, ticket_id in due:
        try:
            with transaction() as session:
                written += followups.carry_out(
                    session, current_desk(), reminder_id, ticket_id, at=clock.now()
                )
        except Exception:
            log.exception("reminder %s could not be carried out", reminder_id)
    return written
