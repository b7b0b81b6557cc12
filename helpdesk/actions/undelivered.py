"""A message did not arrive, refused at once or returned later: whose turn it is then."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import conversation, merging, tickets
from helpdesk.models import OutboxMessage
from helpdesk.rules.states import TicketState, WaitingOn


def take_turn(session: Session, row: OutboxMessage, *, at: datetime) -> None:
    """Ours, where the matter is answered: an answer that did not arrive has asked and solved nothing.

    A survey that did not arrive leaves a solved ticket solved; a question to a colleague that nobody has read
    is asked of somebody else, where one waits for the answer.
    """
    turn = merging.final(session, row.ticket_id)
    waits, is_solved = turn.state is TicketState.WAITING, turn.state is TicketState.SOLVED
    if row.inquiry_id is not None:
        lost = turn.waiting_on is WaitingOn.COLLEAGUE
    else:
        lost = waits or (is_solved and not row.automatic)
    if lost:
        tickets.move(session, turn, TicketState.OPEN, actor=conversation.SERVER, at=at)
