"""Whether money arrived: the buyer or an agent says so, or nobody answers and it is assumed, and said to be.

Silence is no yes: what was assumed can be denied later, and then it is looked for like any other.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    chases,
    claims,
    conversation,
    refund_plans,
    refund_rows,
    remedy_money,
    reminders,
    resting,
    tickets,
)
from helpdesk.errors import ConflictError
from helpdesk.models import Refund, Reminder, Ticket
from helpdesk.rules.claims import ENDED
from helpdesk.rules.reminders import ASSUMED_AFTER_CHECK, SURVEY_AFTER_ARRIVAL, Reason
from helpdesk.rules.states import EntryKind, RefundState, ReminderKind, ReminderState, TicketState


def note_arrived(session: Session, ticket: Ticket, refund: Refund, *, actor: str, at: datetime) -> Ticket:
    """Somebody says that it is there. Twice changes nothing."""
    before, known = refund.state, {"answered_at": at, "chased_at": None, "arrival_assumed": False}
    if before is RefundState.ARRIVED:
        if not refund.arrival_assumed:
            return ticket
        for name, value in known.items():
            setattr(refund, name, value)
        facts = refund_rows.facts_of(refund)
        conversation.record(session, ticket, EntryKind.EVENT, "arrived", actor=actor, at=at, facts=facts)
    else:
        refund_rows.move(session, ticket, refund, RefundState.ARRIVED, actor=actor, at=at, values=known)
    _end(session, ticket, refund, before, actor=actor, at=at)
    return ticket


def note_missing(session: Session, ticket: Ticket, refund: Refund, *, actor: str, at: datetime) -> Ticket:
    """Somebody says that it is not there: it is looked for, and it is our turn. Twice changes nothing,
    but that its gateway is asked once more.

    Raises ConflictError for money that is not on its way, or that somebody has said to be there.
    """
    if refund.chased_at is not None:
        chases.ask_the_gateway(refund, at=at)
        return ticket
    if refund.state is not RefundState.SUCCEEDED and not refund.arrival_assumed:
        raise ConflictError(f"a refund that is {refund.state} is not on its way".replace("_", " "))
    refund.answered_at, refund.chased_at = at, at
    facts = refund_rows.facts_of(refund)
    conversation.record(session, ticket, EntryKind.EVENT, "not_arrived", actor=actor, at=at, facts=facts)
    refund_plans.forget(session, ticket, refund, Reason.NOT_ARRIVED, actor=actor, at=at)
    reminders.withdraw(session, ticket, Reason.NOT_ARRIVED, actor=actor, at=at, kind=ReminderKind.SURVEY)
    chases.begin(session, ticket, refund, actor=actor, at=at)
    remedy_money.follow(session, ticket, refund, refund.state, actor=claims.named(actor), at=at)
    if ticket.state is not TicketState.OPEN:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return ticket


def end_silence(session: Session, ticket: Ticket, refund: Refund, *, still_gone: bool, at: datetime) -> None:
    """Nobody has answered the question: it is assumed that the money is there, and the entry says so.

    Where nobody was asked, silence says nothing: then it is for a person to find out. Who was asked late has
    as long to answer. Nor is
    anything assumed of money whose gateway did not answer (`still_gone`) whether it came back.
    """
    asked = refund_plans.asked_at(session, refund)
    if asked is not None and at < asked + ASSUMED_AFTER_CHECK:
        kind, clock = ReminderKind.ARRIVAL_ASSUMED, conversation.CLOCK
        due_at, about = asked + ASSUMED_AFTER_CHECK, {"refund": refund.id}
        reminders.plan(session, ticket, kind, due_at=due_at, actor=clock, at=at, facts=about)
        return
    nobody_was_asked = refund_plans.was_not_asked(session, ticket, refund)
    if nobody_was_asked or not still_gone:
        facts = refund_rows.facts_of(refund)
        verb = "arrival_unasked" if nobody_was_asked else "arrival_unanswered"
        conversation.record(
            session, ticket, EntryKind.EVENT, verb, actor=conversation.CLOCK, at=at, facts=facts
        )
        if ticket.state is not TicketState.OPEN:
            tickets.move(session, ticket, TicketState.OPEN, actor=conversation.CLOCK, at=at)
        return
    before = refund.state
    refund_rows.move(
        session,
        ticket,
        refund,
        RefundState.ARRIVED,
        actor=conversation.CLOCK,
        at=at,
        verb="arrival_assumed",
        values={"arrival_assumed": True},
    )
    _end(session, ticket, refund, before, actor=conversation.CLOCK, at=at)


def _end(
    session: Session, ticket: Ticket, refund: Refund, before: RefundState, *, actor: str, at: datetime
) -> None:
    """Promise and claim follow; after the last one the matter is solved, and the survey comes soon."""
    remedy_money.follow(session, ticket, refund, before, actor=claims.named(actor), at=at)
    refund_plans.forget(session, ticket, refund, Reason.ARRIVED, actor=actor, at=at)
    claim = refund_rows.claim_of(session, refund)
    if _more_is_on_its_way(session, ticket) or (claim is not None and claim.state not in ENDED):
        return
    if not _was_surveyed(session, refund):
        due_at = at + SURVEY_AFTER_ARRIVAL
        facts = {"refund": refund.id}
        reminders.plan(session, ticket, ReminderKind.SURVEY, due_at=due_at, actor=actor, at=at, facts=facts)
    if ticket.state not in (TicketState.SOLVED, TicketState.CLOSED):
        rests = resting.may_rest(session, ticket, actor=actor)
        tickets.move(session, ticket, TicketState.SOLVED if rests else TicketState.OPEN, actor=actor, at=at)


def _more_is_on_its_way(session: Session, ticket: Ticket) -> bool:
    """Whether there are refunds that nobody has answered for: those of tickets that were merged, mostly."""
    unanswered = select(Refund.id).where(
        Refund.ticket_id == ticket.id, Refund.state == RefundState.SUCCEEDED, Refund.chased_at.is_(None)
    )
    return session.scalar(unanswered.limit(1)) is not None


def _was_surveyed(session: Session, refund: Refund) -> bool:
    """It was assumed to be there, the buyer was asked how it was, and says only now that it is."""
    asked = select(Reminder.id).where(
        Reminder.ticket_id == refund.ticket_id,
        Reminder.kind == ReminderKind.SURVEY,
        Reminder.state == ReminderState.DONE,
        Reminder.facts["refund"].as_integer() == refund.id,
    )
    return session.scalar(asked.limit(1)) is not None
