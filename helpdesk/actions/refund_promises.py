"""By when the money of an agreed remedy is made, as its clause promised: a plan that tells us in time.

The day before it is our turn; on the day itself, if the money has still not left, a lead looks first.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    claims,
    conversation,
    deciding,
    refund_rows,
    remedy_terms,
    reminders,
    tasks,
    tickets,
)
from helpdesk.actions.claims import DESK, Actor
from helpdesk.desk import Desk
from helpdesk.models import AgreedRemedy, Claim, Refund, Reminder, Ticket
from helpdesk.rules import refund_terms
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.policy_terms import Count
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.refunds import BY_HAND, OVER, payable
from helpdesk.rules.states import EntryKind, ReminderKind, ReminderState, TicketState

NEAR = timedelta(days=1)
OPEN = (RemedyState.AGREED, RemedyState.UNDER_WAY)


def follow(session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime) -> None:
    """Keep the plans of a held claim's money to what its clause promises, as goods and money move."""
    if claim.order_id is None:
        return  # nothing can have been promised
    rows = session.scalars(
        select(AgreedRemedy).where(AgreedRemedy.claim_id == claim.id, AgreedRemedy.remedy.in_(MONEY))
    ).all()
    for remedy in rows:
        due = due_of(session, claim, remedy, at=at)
        noted = _noted(session, remedy)
        if due is None or noted is None or noted.facts["due"] != due.isoformat():
            tasks.settle(session, ticket, remedy.id, tasks.REFUND_DUE, actor=actor.name, at=at)
            if due is not None:
                _plan(session, ticket, remedy, due, max(due - NEAR, at), actor=actor.name, at=at)


def due_of(session: Session, claim: Claim, remedy: AgreedRemedy, *, at: datetime) -> datetime | None:
    """By when its money has to be made; None once it was, or where nobody promised a day."""
    if remedy.state not in OPEN or is_made(session, remedy):
        return None
    policy = deciding.policy_of(session, claim, at=at)
    return refund_terms.due_by(
        remedy.remedy,
        remedy_terms.of(session, remedy),
        remedy_terms.goods_of(session, remedy),
        notice=claim.requested_at,
        approval=remedy.agreed_at,
        count=policy.count if policy else Count(),
        zone=ZoneInfo(policy.timezone if policy else "UTC"),
    )


def note_due(session: Session, desk: Desk, ticket: Ticket, remedy_id: int, *, at: datetime) -> None:
    """The day is near, or over, and the money has not left."""
    remedy = session.get_one(AgreedRemedy, remedy_id, populate_existing=True)
    claim, _ = claims.hold(session, remedy.claim_id)
    due = due_of(session, claim, remedy, at=at)
    if due is None:
        return
    facts = {
        "remedy": remedy.id,
        "amount_minor": remedy.amount_minor,
        "currency": remedy.currency,
        "due": due.isoformat(),
    }
    if at < due:
        facts["claim"] = claim.id
        conversation.record(
            session, ticket, EntryKind.EVENT, "refund_near", actor=conversation.CLOCK, at=at, facts=facts
        )
        _plan(session, ticket, remedy, due, due, actor=conversation.CLOCK, at=at)
    else:
        claims.change_claim(
            session,
            ticket,
            claim,
            "refund_overdue",
            actor=DESK,
            at=at,
            facts=facts,
            urgent=claim.urgent or "overdue",
        )
    if ticket.state in (TicketState.WAITING, TicketState.SOLVED):
        tickets.move(session, ticket, TicketState.OPEN, actor=conversation.CLOCK, at=at)


def is_made(session: Session, remedy: AgreedRemedy) -> bool:
    """Whether its money has left, or a gateway was told to send it."""
    return any(
        row.state not in OVER and not payable(row.state, by_hand=row.gateway == BY_HAND)
        for row in refund_rows.of_remedy(session, remedy.id)
    )


def is_instructed(session: Session, remedy: AgreedRemedy) -> bool:
    """Whether its sum is on its way to a gateway, or to the person who pays it: too late to change it."""
    instructed = select(Refund.id).where(Refund.remedy_id == remedy.id, Refund.state.not_in(OVER))
    return session.scalar(instructed.limit(1)) is not None


def _noted(session: Session, remedy: AgreedRemedy) -> Reminder | None:
    """The newest plan about this money that runs, or has come."""
    rows = session.scalars(
        select(Reminder)
        .where(
            Reminder.claim_id == remedy.claim_id,
            Reminder.kind == ReminderKind.TASK_DUE,
            Reminder.state != ReminderState.WITHDRAWN,
        )
        .order_by(Reminder.id.desc())
    )
    return next(
        (
            row
            for row in rows
            if row.facts.get("about") == tasks.REFUND_DUE and row.facts.get("id") == remedy.id
        ),
        None,
    )


def _plan(
    session: Session,
    ticket: Ticket,
    remedy: AgreedRemedy,
    due: datetime,
    when: datetime,
    *,
    actor: str,
    at: datetime,
) -> None:
    reminders.plan(
        session,
        ticket,
        ReminderKind.TASK_DUE,
        due_at=when,
        actor=actor,
        at=at,
        facts={"about": tasks.REFUND_DUE, "id": remedy.id, "due": due.isoformat()},
        claim_id=remedy.claim_id,
    )
