"""Which ticket comes after this one: what waits for us, the agent's own first, then by how long it waits."""

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Ticket
from helpdesk.rules.states import TicketState

OURS = (TicketState.NEW, TicketState.OPEN)


def after(session: Session, number: int, agent_id: int) -> int | None:
    """The number of it; None when nothing else waits for her or for anybody."""
    is_hers = Ticket.assignee_id == agent_id
    return session.scalar(
        select(Ticket.id)
        .where(
            Ticket.state.in_(OURS),
            Ticket.spam.is_(False),
            Ticket.snoozed_until.is_(None),
            Ticket.id != number,
            or_(is_hers, Ticket.assignee_id.is_(None)),
        )
        .order_by(case((is_hers, 0), else_=1), Ticket.updated_at, Ticket.id)
        .limit(1)
    )
