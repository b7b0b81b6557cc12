"""Somebody leaves: her open tickets go to a colleague, or back to nobody."""

from datetime import datetime

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from helpdesk.actions import tickets
from helpdesk.models import Agent, Ticket
from helpdesk.rules.turns import ACTIVE


def hand_over(session: Session, agent: Agent, to: int | None, *, by: Agent, at: datetime) -> int:
    """Every open ticket of hers is somebody else's, each with its entry; how many there were.

    Raises InvalidError when `to` does not work here.
    """
    hers = select(Ticket.id).where(
        Ticket.assignee_id == agent.id, Ticket.state.in_(ACTIVE), Ticket.spam == false()
    )
    moved = 0
    for number in session.scalars(hers.order_by(Ticket.id)).all():
        ticket = tickets.hold(session, number)
        if ticket.assignee_id == agent.id and ticket.merged_into_id is None:
            tickets.assign(session, ticket, to, by=by, at=at)
            moved += 1
    return moved
