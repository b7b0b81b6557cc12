"""Reminders and notifications that are due become mail, each once, however many clocks tick."""

import logging
from collections.abc import Callable

from helpdesk import clock
from helpdesk.actions import followups, notifying, reminders
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction

log = logging.getLogger(__name__)


def chase() -> int:
    """Carry out what is due; how many letters were written. One that fails does not stop the others."""
    return _carry_out("reminder", reminders.due, followups.carry_out) + _carry_out(
        "notification", notifying.due, notifying.carry_out
    )


def _carry_out(what: str, due: Callable[..., list[tuple[int, int]]], carry_out: Callable[..., bool]) -> int:
    with reading() as session:
        rows = due(session, at=clock.now())
    written = 0
    for row_id, ticket_id in rows:
        try:
            with transaction() as session:
                written += carry_out(session, current_desk(), row_id, ticket_id, at=clock.now())
        except Exception:
            log.exception("%s %s could not be carried out", what, row_id)
    return written
