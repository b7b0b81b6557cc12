"""What is due is carried out, each once, however many clocks tick: reminders and notifications become mail,
claims that an event of force majeure touches get time, money whose buyer was answered is asked about anew."""

import logging
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from helpdesk import clock, zones
from helpdesk.actions import affected, alerts, followups, notifying, refund_plans, reminders
from helpdesk.current import current_desk
from helpdesk.db import is_passing, reading, transaction, unusable

log = logging.getLogger(__name__)
ROUNDS = 3  # a plan may plan a letter for the same moment, and that one a look


def chase() -> int:
    """Carry out what is due; how many that was. One that fails does not stop the others."""
    zones.learn()
    rooms = (
        (affected.due, affected.carry_out, affected.note_failure),  # first: it keeps claims from running out
        (refund_plans.unasked, refund_plans.ask_again, refund_plans.note_failure),
        (reminders.due, followups.carry_out, reminders.note_failure),
        (alerts.promises_due, alerts.promise_is_due, alerts.note_nothing),
        (notifying.due, notifying.carry_out, notifying.note_failure),
    )
    return sum(carry_out(*room, rounds=ROUNDS) for room in rooms)


def carry_out(
    due: Callable[..., list[tuple[int, int]]],
    carry_out: Callable[..., bool],
    note_failure: Callable[..., None],
    *,
    rounds: int = 1,
) -> int:
    """Do what is `due`, each row once and in a transaction of its own; how many were done.

    More `rounds` do what a row has planned for this very moment as well: a second tick finds nothing more,
    but for a long backlog.
    """
    done, taken = 0, set[int]()
    for _ in range(rounds):
        rows = _not_in(taken, due)
        if not rows:
            break
        taken |= {row_id for row_id, _ in rows}
        done += sum(_one(row_id, ticket_id, carry_out, note_failure) for row_id, ticket_id in rows)
    return done


def _not_in(taken: set[int], due: Callable[..., list[tuple[int, int]]]) -> list[tuple[int, int]]:
    with reading() as session:
        return [row for row in due(session, at=clock.now()) if row[0] not in taken]


def _one(
    row_id: int, ticket_id: int, carry_out: Callable[..., bool], note_failure: Callable[..., None]
) -> bool:
    try:
        with transaction() as session:
            return carry_out(session, current_desk(), row_id, ticket_id, at=clock.now())
    except Exception as error:
        if isinstance(error, SQLAlchemyError) and unusable(error):
            raise  # no plan is at fault
        if is_passing(error):
            return False  # others were in the way: the next tick comes in seconds
        log.exception("%s of row %s failed", carry_out.__module__, row_id)
        with transaction() as session:
            note_failure(session, row_id, f"{type(error).__name__}: {error}", at=clock.now())
        return False
