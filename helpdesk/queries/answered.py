"""Which of our letters answers a buyer: the queue and the report both ask, and must say the same."""

from sqlalchemy import ColumnElement, and_, exists

from helpdesk.models import Entry, OutboxMessage
from helpdesk.rules.states import EntryKind, OutboxState
from helpdesk.rules.turns import NO_ANSWER


def is_answer() -> ColumnElement[bool]:
    """An entry by which the buyer was answered: an agent's reply, an offer, a question, what was decided.

    One that was taken back before it left has answered nobody.
    """
    taken_back = exists().where(
        OutboxMessage.entry_id == Entry.id, OutboxMessage.state == OutboxState.WITHDRAWN
    )
    return and_(Entry.kind == EntryKind.SENT, Entry.verb.not_in(NO_ANSWER), ~taken_back)
