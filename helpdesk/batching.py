"""Many tickets at once, one after the other: for the page, while it waits, and for the worker.

Each ticket is done in a transaction of its own, so nobody waits long for one of them, and a process that is
killed leaves a batch that the next tick goes on with.
"""

import logging
from collections.abc import Mapping
from time import monotonic
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpdesk import clock, zones
from helpdesk.actions import batches
from helpdesk.current import current_desk
from helpdesk.db import is_passing, reading, transaction, unusable
from helpdesk.models import Agent, Ticket
from helpdesk.queries import saved_replies
from helpdesk.rules import placeholders
from helpdesk.rules.batches import AT_ONCE

log = logging.getLogger(__name__)
TURN = 5.0  # seconds of one tick; the next one comes at once


def work_off() -> int:
    """Go on with every batch that runs, a piece of each by turns; how many tickets were done."""
    with reading() as session:
        waiting = batches.running(session)
    if waiting:
        zones.learn()
    done, ends = 0, monotonic() + TURN
    while waiting and monotonic() < ends:
        pieces = [(batch_id, do_some(batch_id)) for batch_id in waiting]
        done += sum(count for _, count in pieces)
        waiting = [batch_id for batch_id, count in pieces if count == AT_ONCE]
    return done


def do_some(batch_id: int, most: int = AT_ONCE) -> int:
    """The next tickets of a batch, and its end when none is left; how many were done."""
    for done in range(most):
        if _one(batch_id) is None:
            return done
    with transaction() as session:
        batches.end(session, batch_id, at=clock.now())
    return most


def words(session: Session, facts: Mapping[str, Any], ticket: Ticket, by: Agent) -> str:
    """A saved reply as it stands on this ticket; what is missing stands in braces, and the guard finds it."""
    desk = current_desk()
    text = saved_replies.text_in(facts["text_en"], facts["text_zh"], ticket.locale)
    values = saved_replies.values_of(session, ticket, agent=by.name, shop=desk.shop_name, zone=desk.zone)
    return placeholders.fill(text, values).text


def _one(batch_id: int) -> int | None:
    try:
        with transaction() as session:
            return batches.do_next(session, current_desk(), batch_id, words, at=clock.now())
    except Exception as error:
        if isinstance(error, SQLAlchemyError) and unusable(error):
            raise  # no ticket is at fault
        if is_passing(error):
            return None  # others were in the way: the next tick comes in a second
        return _give_up_one(batch_id)


def _give_up_one(batch_id: int) -> int | None:
    """Called while the error is at hand: it goes to the log, and the ticket is listed."""
    with transaction() as session:
        number = batches.next_of(session, batch_id)
        log.exception("ticket %s of batch %s failed", number, batch_id)
        if number is not None:
            batches.note_failure(session, batch_id, number)
    return number
