"""What is planned about money: the buyer is told that it left or is late, and asked whether it is there.

The clock writes these letters, so that no letter that cannot be written undoes what is known of the money.
"""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, refund_rows, reminders, tasks, tickets
from helpdesk.desk import Desk
from helpdesk.models import Refund, Reminder, Ticket
from helpdesk.rules.refunds import (
    ASKED_AGAIN_AFTER,
    ASKED_FOR,
    ASKED_TIMES,
    BY_HAND,
    BY_PEOPLE,
    HEARD_LATELY,
    LEFT,
    LOOKS,
)
from helpdesk.rules.reminders import (
    ASSUMED_AFTER_CHECK,
    DELAY_IS_TOLD_AFTER,
    SECOND_THOUGHTS,
    Reason,
    arrival_check_due,
)
from helpdesk.rules.states import RefundState, ReminderKind, ReminderState, TicketState

OURS = (TicketState.NEW, TicketState.OPEN)
# Of a plan to assume: when the gateway said so last, since when it is asked, how often it had been by then.
STILL_GONE, ASKED_SINCE, LOOKS_THEN = "still_gone", "asked_since", "looks_then"


def note_left(session: Session, ticket: Ticket, refund: Refund, *, actor: str, at: datetime) -> None:
    """The money has left: the buyer is told so, once, and asked later whether it is there.

    Of what an agent notes without any claim she tells the buyer herself: nothing was agreed in writing, and
    nobody has shown that its reader may hear of an order.
    """
    tasks.settle(session, ticket, refund.id, tasks.MONEY_DELAYED, tasks.MONEY_CHASE, actor=actor, at=at)
    if refund.remedy_id is not None:
        wait = SECOND_THOUGHTS if refund.gateway == BY_HAND else SECOND_THOUGHTS * 0
        plan_task(session, ticket, refund, tasks.MONEY_SENT, due_at=at + wait, actor=actor, at=at)
    plan_questions(session, ticket, refund, actor=actor, at=at)


def note_late(session: Session, ticket: Ticket, refund: Refund, *, actor: str, at: datetime) -> None:
    """It should have left and has not: after a day the buyer is told so, once for each part of a promise."""
    if refund.gateway == BY_HAND or _has_delay_letter(session, refund):
        return
    due_at = at + DELAY_IS_TOLD_AFTER
    plan_task(session, ticket, refund, tasks.MONEY_DELAYED, due_at=due_at, actor=actor, at=at)


def plan_questions(session: Session, ticket: Ticket, refund: Refund, *, actor: str, at: datetime) -> None:
    """Whether it is there, unless that was asked since it was expected; and what silence means."""
    expected = refund.expected_at
    if expected is None:
        raise ValueError("money that has not left is not asked about")
    facts = {"refund": refund.id}
    asks_at = at
    if ticket.state is not TicketState.CLOSED and asked_at(session, refund) is None:
        asks_at = arrival_check_due(expected, at=at)
        reminders.plan(
            session, ticket, ReminderKind.ARRIVAL_CHECK, due_at=asks_at, actor=actor, at=at, facts=facts
        )
    due_at = asks_at + ASSUMED_AFTER_CHECK
    reminders.plan(
        session, ticket, ReminderKind.ARRIVAL_ASSUMED, due_at=due_at, actor=actor, at=at, facts=facts
    )


def plan_task(
    session: Session,
    ticket: Ticket,
    refund: Refund,
    about: str,
    *,
    due_at: datetime,
    actor: str,
    at: datetime,
) -> None:
    """A task, or a letter of the clock, about this refund."""
    claim = refund_rows.claim_of(session, refund)
    tasks.plan(
        session,
        ticket,
        about,
        refund.id,
        due_at=due_at,
        actor=actor,
        at=at,
        claim_id=claim.id if claim else None,
        refund_id=refund.id,
    )


def forget(
    session: Session, ticket: Ticket, refund: Refund, reason: Reason, *, actor: str, at: datetime
) -> None:
    """Take back what this makes pointless, each plan on its own ticket; `ticket` is held already."""
    for plan in reminders.of_refund(session, refund.id):
        if reason in plan.unless or plan.kind is ReminderKind.TASK_DUE:
            its_own = ticket if plan.ticket_id == ticket.id else tickets.hold(session, plan.ticket_id)
            because = Reason.DONE if plan.kind is ReminderKind.TASK_DUE else reason
            reminders.withdraw(session, its_own, because, actor=actor, at=at, reminder_id=plan.id)


def was_not_asked(session: Session, ticket: Ticket, refund: Refund) -> bool:
    """Whether nobody could ask its buyer. On a closed ticket nobody did because a person had closed it."""
    return ticket.state is not TicketState.CLOSED and asked_at(session, refund) is None


def asked_at(session: Session, refund: Refund) -> datetime | None:
    """When the buyer was asked about it, since the day on which it is expected now."""
    return session.scalar(
        select(Reminder.done_at)
        .where(
            Reminder.ticket_id.in_(_matter(refund)),
            Reminder.kind == ReminderKind.ARRIVAL_CHECK,
            Reminder.state == ReminderState.DONE,
            Reminder.facts["refund"].as_integer() == refund.id,
            Reminder.done_at >= refund.expected_at,
        )
        .order_by(Reminder.id.desc())
        .limit(1)
    )


def note_still_gone(session: Session, refund: Refund, *, at: datetime) -> None:
    """The gateway says that the money has not come back: what silence means may rest on it for a while."""
    for plan in reminders.of_refund(session, refund.id):
        if plan.kind is ReminderKind.ARRIVAL_ASSUMED:
            plan.facts = {**plan.facts, STILL_GONE: at.isoformat()}


def ask_first(session: Session, ticket: Ticket, refund: Refund, plan: Reminder, *, at: datetime) -> bool:
    """Whether the gateway has to be asked once more before silence means anything: then it is, and the plan
    waits a little. False as soon as it has answered, when it has left several questions open for a day, and
    where the buyer was not asked either, so that silence means nothing.
    """
    if is_still_gone(refund, plan, at=at) or was_not_asked(session, ticket, refund):
        return False
    since = datetime.fromisoformat(plan.facts.get(ASKED_SINCE, at.isoformat()))
    looks = plan.facts.get(LOOKS_THEN, refund.looks)
    if at >= since + ASKED_FOR and refund.looks >= looks + ASKED_TIMES:
        return False
    plan.facts = {**plan.facts, ASKED_SINCE: since.isoformat(), LOOKS_THEN: looks}
    plan.due_at = at + ASKED_AGAIN_AFTER
    if refund.look_at is None or refund.look_at > plan.due_at + LOOKS[-1]:
        refund.look_at = at  # who is silent is asked by the rhythm of the silent
    session.flush()
    return True


def is_still_gone(refund: Refund, plan: Reminder, *, at: datetime) -> bool:
    """Whether its gateway has said so lately; of what people pay, or what is over, nobody is to be asked."""
    if refund.gateway in BY_PEOPLE or refund.state not in LEFT:
        return True
    said = plan.facts.get(STILL_GONE)
    return said is not None and at <= datetime.fromisoformat(said) + HEARD_LATELY


def unasked(session: Session, *, at: datetime, limit: int = 50) -> list[tuple[int, int]]:
    """(refund, ticket) of what is on its way and nothing is planned about: the buyer wrote, and was answered.

    What a person took back, or what cannot be sent, is not planned again.
    """
    return [(row.id, row.ticket_id) for row in session.execute(_unasked().order_by(Refund.id).limit(limit))]


def ask_again(session: Session, desk: Desk, refund_id: int, ticket_id: int, *, at: datetime) -> bool:
    """Silence counts anew from our answer on. False: nothing was carried out, it is only planned."""
    refund, ticket = refund_rows.hold(session, refund_id)
    if session.execute(_unasked().where(Refund.id == refund_id)).first() is not None:
        plan_questions(session, ticket, refund, actor=conversation.CLOCK, at=at)
    return False


def note_failure(session: Session, refund_id: int, problem: str, *, at: datetime) -> None:
    """The next tick tries again; the log has said why."""


def _unasked() -> Select[int, int]:
    newest = (
        select(Reminder.withdrawn_because)
        .where(
            Reminder.ticket_id == Refund.ticket_id,
            Reminder.kind == ReminderKind.ARRIVAL_ASSUMED,
            Reminder.facts["refund"].as_integer() == Refund.id,
        )
        .order_by(Reminder.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(Refund.id, Refund.ticket_id)
        .join(Ticket, Ticket.id == Refund.ticket_id)
        .where(
            Refund.state == RefundState.SUCCEEDED,
            Refund.chased_at.is_(None),
            Refund.expected_at.is_not(None),
            Ticket.state.not_in(OURS),
            Ticket.spam.is_(False),
            or_(newest.is_(None), newest == Reason.BUYER_WROTE),
        )
    )


def _matter(refund: Refund) -> Select[int]:
    """Its ticket, and those that were merged into it."""
    here = refund.ticket_id
    return select(Ticket.id).where(or_(Ticket.id == here, Ticket.merged_into_id == here))


def _has_delay_letter(session: Session, refund: Refund) -> bool:
    """Planned or sent, for this refund or an earlier one of the same part."""
    same = [refund.id]
    if refund.remedy_id is not None:
        rows = refund_rows.of_remedy(session, refund.remedy_id)
        same = [row.id for row in rows if row.part == refund.part]
    found = session.scalars(
        select(Reminder).where(
            Reminder.ticket_id.in_(_matter(refund)),
            Reminder.kind == ReminderKind.TASK_DUE,
            Reminder.state.in_((ReminderState.PLANNED, ReminderState.DONE)),
            Reminder.facts["refund"].as_integer().in_(same),
        )
    )
    return any(each.facts.get("about") == tasks.MONEY_DELAYED for each in found)
