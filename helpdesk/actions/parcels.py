"""The parcel of an order whose money goes back, and that has not left: somebody stops it, and says so.

approved in full, not shipped -> a task on the ticket; two hours later it is our turn, and says why
stopped, told as canceled, or not promised any more -> the task is done
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, tasks, tickets
from helpdesk.actions.claims import Actor
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import Agent, Claim, Entry, Order, Reminder, Ticket
from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.parcels import STOP_WITHIN, is_to_stop
from helpdesk.rules.states import EntryKind, ReminderKind, ReminderState, TicketState

GONE = (OrderState.SHIPPED, OrderState.DELIVERED, OrderState.COMPLETED)


def follow(session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime) -> None:
    """Keep the task of a held claim to what its order is now. Twice changes nothing."""
    order = session.get(Order, claim.order_id, populate_existing=True) if claim.order_id is not None else None
    if order is None:
        return
    noted = _noted(session, claim, order)
    if not must_stop(order):
        if noted is not None and noted.state is ReminderState.PLANNED:
            tasks.settle(session, ticket, order.id, tasks.STOP_PARCEL, actor=actor.name, at=at)
    elif noted is None and not is_stopped(session, ticket, order):
        tasks.plan(
            session,
            ticket,
            tasks.STOP_PARCEL,
            order.id,
            due_at=at + STOP_WITHIN,
            actor=actor.name,
            at=at,
            claim_id=claim.id,
        )


def note_stopped(session: Session, number: int, order_id: int, *, by: Agent, at: datetime) -> Ticket:
    """Somebody has stopped the parcel. Twice changes nothing.

    Raises ConflictError for an order that may be shipped, or has been.
    """
    ticket = tickets.hold(session, number)
    order = session.get(Order, order_id, populate_existing=True)
    if order is None:
        raise NotFoundError("there is no such order")
    if is_stopped(session, ticket, order):
        return ticket
    if not must_stop(order):
        raise ConflictError("nothing is to be stopped: it has left, or not all of its money goes back")
    actor = conversation.agent(by.id)
    _record(session, ticket, order, "parcel_stopped", actor=actor, at=at)
    tasks.settle(session, ticket, order.id, tasks.STOP_PARCEL, actor=actor, at=at)
    return ticket


def note_unstopped(session: Session, desk: Desk, ticket: Ticket, order_id: int, *, at: datetime) -> None:
    """Nobody has said that it was stopped: it is our turn, also when it has left all the same."""
    order = session.get_one(Order, order_id, populate_existing=True)
    if is_stopped(session, ticket, order) or not (must_stop(order) or order.state in GONE):
        return
    verb = "parcel_left" if order.state in GONE else "parcel_not_stopped"
    _record(session, ticket, order, verb, actor=conversation.CLOCK, at=at)
    if ticket.state in (TicketState.WAITING, TicketState.SOLVED):
        tickets.move(session, ticket, TicketState.OPEN, actor=conversation.CLOCK, at=at)


def must_stop(order: Order) -> bool:
    """Whether it has not left, and all of its money goes back."""
    return is_to_stop(
        order.state,
        lines=[(line.line_paid_minor, line.given_minor) for line in order.lines],
        payments=[
            (each.captured_minor, each.refunded_minor + each.reserved_minor) for each in order.payments
        ],
    )


def is_stopped(session: Session, ticket: Ticket, order: Order) -> bool:
    """Whether somebody has said so on this ticket."""
    rows = session.scalars(select(Entry).where(Entry.ticket_id == ticket.id, Entry.verb == "parcel_stopped"))
    return any(row.facts.get("order_id") == order.id for row in rows)


def _record(session: Session, ticket: Ticket, order: Order, verb: str, *, actor: str, at: datetime) -> None:
    facts = {"order_id": order.id, "order": order.external_no}
    conversation.record(session, ticket, EntryKind.EVENT, verb, actor=actor, at=at, facts=facts)


def _noted(session: Session, claim: Claim, order: Order) -> Reminder | None:
    """The newest plan about this parcel that runs, or has come."""
    rows = session.scalars(
        select(Reminder)
        .where(
            Reminder.claim_id == claim.id,
            Reminder.kind == ReminderKind.TASK_DUE,
            Reminder.state != ReminderState.WITHDRAWN,
        )
        .order_by(Reminder.id.desc())
    )
    about = (tasks.STOP_PARCEL, order.id)
    return next((row for row in rows if (row.facts.get("about"), row.facts.get("id")) == about), None)
