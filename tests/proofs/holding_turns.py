"""What a ticket keeps of its own entries and plans is what they say: compared with them, row by row."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import turns
from helpdesk.models import Reminder, Ticket
from helpdesk.rules.states import ReminderState
from helpdesk.rules.turns import DONE, NEVER, OURS


def what_is_due_next_is_the_earliest_of_all(session: Session, vouched: set[int]) -> Iterator[str]:
    """Of the plans of a ticket, and of our answer while it is our turn."""
    planned: dict[int, list[datetime]] = {}
    for row in session.scalars(select(Reminder).where(Reminder.state == ReminderState.PLANNED)):
        planned.setdefault(row.ticket_id, []).append(row.due_at)
    for ticket in session.scalars(select(Ticket).execution_options(populate_existing=True)):
        ours = [ticket.answer_by] if ticket.state in OURS and ticket.answer_by else []
        earliest = min([*planned.get(ticket.id, []), *ours, NEVER])
        if ticket.next_due_at != earliest:
            yield f"ticket {ticket.id}: next due is {ticket.next_due_at}, not {earliest}"


def tickets_know_since_when_a_buyer_waits(session: Session, vouched: set[int]) -> Iterator[str]:
    """As the conversation tells it, entry by entry."""
    for ticket in session.scalars(select(Ticket)):
        told = turns.told(session, ticket)
        kept = (ticket.unanswered_since, ticket.first_answer_at)
        if kept != (told.unanswered_since, told.first_answer_at):
            yield f"ticket {ticket.id} keeps {kept}, its entries say {told}"
        if ticket.state in OURS and ticket.answer_by != told.answer_by:
            yield f"ticket {ticket.id}: answer by {ticket.answer_by}, its entries say {told.answer_by}"
        if (ticket.done_at is not None) is not (ticket.state in DONE):
            yield f"ticket {ticket.id} is {ticket.state}, done at {ticket.done_at}"


QUESTIONS = (what_is_due_next_is_the_earliest_of_all, tickets_know_since_when_a_buyer_waits)
