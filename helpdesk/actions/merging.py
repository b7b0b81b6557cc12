"""Two tickets that are one matter: their conversations stand on one page, and new mail joins the elder's.

Entries never move. The merged ticket points at the other one; both chains say so, and both say so again when
an agent takes them apart.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, reminders, tickets
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, Entry, Refund, Ticket
from helpdesk.rules import matching
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import EntryKind, TicketState


def merge(session: Session, number: int, into: int, *, by: Agent, at: datetime) -> Ticket:
    """Put ticket `number` into another one, which is returned. Raises ConflictError, NotFoundError.

    Its refunds and plans go on there, so that whoever answers for the matter answers for all of it.
    """
    ticket, target = _hold_both(session, number, into)
    actor = conversation.agent(by.id)
    session.execute(update(Ticket).where(Ticket.merged_into_id == ticket.id).values(merged_into_id=target.id))
    session.execute(update(Refund).where(Refund.ticket_id == ticket.id).values(ticket_id=target.id))
    _plan_there(session, ticket, target, actor=actor, at=at)
    waits_for_us = ticket.state in (TicketState.NEW, TicketState.OPEN)
    tickets.move(session, ticket, TicketState.CLOSED, actor=actor, at=at)
    ticket.merged_into_id = target.id
    _say(session, ticket, "merged_into", target, actor=actor, at=at)
    _say(session, target, "took_in", ticket, actor=actor, at=at)
    if waits_for_us and matching.reopens(target.state):
        tickets.move(session, target, TicketState.OPEN, actor=actor, at=at)
    return target


def separate(session: Session, number: int, *, by: Agent, at: datetime) -> Ticket:
    """Take a merged ticket out again: it is our turn on it. Raises ConflictError, NotFoundError.

    The refunds that were recorded on it come along; what was planned stays where the plans are.
    """
    there = session.scalar(select(Ticket.merged_into_id).where(Ticket.id == number))
    held = {each: tickets.hold(session, each) for each in sorted({number, there or number})}
    ticket, target = held[number], held[there or number]
    if ticket is target or ticket.merged_into_id != target.id:
        raise ConflictError("this ticket stands on its own")
    actor = conversation.agent(by.id)
    ticket.merged_into_id = None
    its_own = select(Entry.id).where(Entry.ticket_id == ticket.id)
    session.execute(
        update(Refund)
        .where(Refund.ticket_id == target.id, Refund.entry_id.in_(its_own))
        .values(ticket_id=ticket.id)
    )
    _say(session, target, "gave_back", ticket, actor=actor, at=at)
    _say(session, ticket, "separated", target, actor=actor, at=at)
    tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return ticket


def final(session: Session, number: int) -> Ticket:
    """The ticket, held, or the one that it was merged into while we waited for it."""
    ticket = tickets.hold(session, number)
    return tickets.hold(session, ticket.merged_into_id) if ticket.merged_into_id is not None else ticket


def _hold_both(session: Session, number: int, into: int) -> tuple[Ticket, Ticket]:
    """Both, held in one order everywhere, so that two merges never wait for each other."""
    ends = session.scalar(select(Ticket.merged_into_id).where(Ticket.id == into))
    wanted = into if ends is None else ends
    held = {each: tickets.hold(session, each) for each in sorted({number, wanted})}
    ticket, target = held[number], held[wanted]
    if ticket is target:
        raise ConflictError("a ticket cannot be merged into itself")
    if ticket.merged_into_id is not None or target.merged_into_id is not None:
        raise ConflictError("one of these tickets has just been merged: look again")
    return ticket, target


def _plan_there(session: Session, ticket: Ticket, target: Ticket, *, actor: str, at: datetime) -> None:
    """Plans change over, but for those of a kind that the target has already."""
    there = {reminder.kind for reminder in reminders.planned(session, target)}
    for reminder in reminders.planned(session, ticket):
        reminders.withdraw(session, ticket, Reason.MERGED, actor=actor, at=at, reminder_id=reminder.id)
        if reminder.kind not in there:
            reminders.plan(
                session,
                target,
                reminder.kind,
                due_at=reminder.due_at,
                actor=actor,
                at=at,
                facts=dict(reminder.facts),
            )


def _say(session: Session, ticket: Ticket, verb: str, other: Ticket, *, actor: str, at: datetime) -> None:
    conversation.record(
        session, ticket, EntryKind.EVENT, verb, actor=actor, at=at, facts={"ticket": other.id}
    )
