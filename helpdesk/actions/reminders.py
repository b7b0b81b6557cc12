"""Plan mail, and withdraw it when it has become pointless."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, drafts
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import Reminder, Ticket
from helpdesk.rules import retry
from helpdesk.rules.reminders import GIVEN_BACK, SNOOZE, UNLESS, Reason
from helpdesk.rules.snoozing import Woken
from helpdesk.rules.states import EntryKind, ReminderKind, ReminderState

WAKES = {
    Reason.BUYER_WROTE: Woken.BUYER,
    Reason.SPAM: Woken.SPAM,
    Reason.MERGED: Woken.MERGED,
    Reason.CLOSED: Woken.MOVED,
}


def plan(
    session: Session,
    ticket: Ticket,
    kind: ReminderKind,
    *,
    due_at: datetime,
    actor: str,
    at: datetime,
    facts: dict[str, Any] | None = None,
    claim_id: int | None = None,
) -> Reminder:
    """Plan one mail. It takes the place of an open plan for the same: one survey for a matter, one question
    for each refund."""
    same_kind = session.scalars(
        select(Reminder).where(Reminder.ticket_id == ticket.id, Reminder.kind == kind).order_by(Reminder.id)
    ).all()
    for other in same_kind:
        if other.state is ReminderState.PLANNED and _is_for_the_same(other, kind, facts or {}, claim_id):
            withdraw(session, ticket, Reason.REPLANNED, actor=actor, at=at, reminder_id=other.id)
    reminder = Reminder(
        ticket_id=ticket.id,
        kind=kind,
        cycle=max((other.cycle for other in same_kind), default=0) + 1,
        due_at=due_at,
        unless=[str(reason) for reason in _unless(kind, facts or {})],
        facts=facts or {},
        claim_id=claim_id,
        state=ReminderState.PLANNED,
        created_at=at,
    )
    session.add(reminder)
    session.flush()
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "planned",
        actor=actor,
        at=at,
        facts={"reminder": reminder.id, "what": _what(reminder), "due_at": due_at.isoformat()},
    )
    return reminder


def withdraw(
    session: Session,
    ticket: Ticket,
    reason: Reason,
    *,
    actor: str,
    at: datetime,
    kind: ReminderKind | None = None,
    reminder_id: int | None = None,
) -> int:
    """Take back what `reason` makes pointless on a ticket that the caller holds; how many that were."""
    count = 0
    for reminder in planned(session, ticket):
        chosen = reminder.id == reminder_id or (kind is not None and reminder.kind is kind)
        general = reminder_id is None and kind is None and reason in reminder.unless
        if not (chosen or general) or not _taken(session, reminder, ReminderState.WITHDRAWN, reason=reason):
            continue
        count += 1
        if reminder.facts.get("about") == SNOOZE and reason is not Reason.REPLANNED:
            conversation.wake(session, ticket, WAKES.get(reason, Woken.BY_HAND), actor=actor, at=at)
            continue
        conversation.record(
            session,
            ticket,
            EntryKind.EVENT,
            "plan_withdrawn",
            actor=actor,
            at=at,
            facts={"reminder": reminder.id, "what": _what(reminder), "because": reason},
        )
        if reminder.kind is ReminderKind.REPLY_LATER and reason in GIVEN_BACK:
            drafts.give_back(session, ticket, reminder.facts, at=at)
    return count


def take_back(session: Session, ticket: Ticket, reminder_id: int, *, actor: str, at: datetime) -> None:
    """An agent withdraws a plan of a held ticket: mail, but no deadline. Without its timer a claim would be
    forgotten. Raises ConflictError."""
    plan = next((each for each in planned(session, ticket) if each.id == reminder_id), None)
    if plan is None:
        raise ConflictError("this mail is not planned any more")
    if Reason.BY_HAND not in plan.unless:
        raise ConflictError("this deadline ends when what it waits for is done")
    withdraw(session, ticket, Reason.BY_HAND, actor=actor, at=at, reminder_id=reminder_id)


def planned(session: Session, ticket: Ticket) -> Sequence[Reminder]:
    """What is still planned on a ticket, oldest plan first."""
    return session.scalars(
        select(Reminder)
        .where(Reminder.ticket_id == ticket.id, Reminder.state == ReminderState.PLANNED)
        .order_by(Reminder.id)
    ).all()


def of_refund(session: Session, refund_id: int) -> Sequence[Reminder]:
    """What is still planned about a refund, on whichever ticket."""
    return session.scalars(
        select(Reminder)
        .where(Reminder.state == ReminderState.PLANNED, Reminder.facts["refund"].as_integer() == refund_id)
        .order_by(Reminder.id)
    ).all()


def newest_task(session: Session, ticket: Ticket, about: str, subject_id: int) -> Reminder | None:
    """The last plan of this task, whatever became of it."""
    rows = session.scalars(
        select(Reminder)
        .where(Reminder.ticket_id == ticket.id, Reminder.kind == ReminderKind.TASK_DUE)
        .order_by(Reminder.id.desc())
    )
    of_it = (row for row in rows if (row.facts.get("about"), row.facts.get("id")) == (about, subject_id))
    return next(of_it, None)


def finish(session: Session, reminder: Reminder, *, at: datetime) -> bool:
    """Mark a plan as done, if nobody else has; True for the one who may act on it."""
    return _taken(session, reminder, ReminderState.DONE, done_at=at)


def note_failure(session: Session, reminder_id: int, problem: str, *, at: datetime) -> None:
    """It could not be carried out: later again, or not before a person has looked at it."""
    reminder = session.get_one(Reminder, reminder_id, with_for_update=True)
    if reminder.state is ReminderState.PLANNED:
        reminder.attempts += 1
        reminder.problem = problem[:1000]
        reminder.again_at = retry.plan_again(reminder.attempts, at=at)


def run_again(session: Session, reminder_id: int) -> None:
    """Somebody has looked: it is due as if nothing had happened."""
    reminder = session.get(Reminder, reminder_id, with_for_update=True)
    if reminder is None:
        raise NotFoundError("there is no such plan")
    if reminder.state is not ReminderState.PLANNED:
        raise ConflictError("this mail is not planned any more")
    reminder.attempts, reminder.problem, reminder.again_at = 0, "", None


def due(session: Session, *, at: datetime, limit: int = 50) -> list[tuple[int, int]]:
    """(reminder id, ticket id) of what is due, oldest first."""
    rows = session.execute(
        select(Reminder.id, Reminder.ticket_id)
        .where(
            Reminder.state == ReminderState.PLANNED,
            Reminder.due_at <= at,
            or_(Reminder.problem == "", Reminder.again_at <= at),
        )
        .order_by(Reminder.due_at, Reminder.id)
        .limit(limit)
    )
    return [(row.id, row.ticket_id) for row in rows]


def _unless(kind: ReminderKind, facts: dict[str, Any]) -> tuple[Reason, ...]:
    """What makes a plan pointless; a reply may be meant to leave whatever the buyer writes."""
    if facts.get("about") == SNOOZE:
        return (Reason.BUYER_WROTE, Reason.BY_HAND)
    even_if_answered = bool(facts.get("even_if_answered"))
    return tuple(each for each in UNLESS[kind] if not (even_if_answered and each is Reason.BUYER_WROTE))


def _what(reminder: Reminder) -> str:
    """What is planned, in one word; of a task: what it is about."""
    return str(reminder.facts.get("about", reminder.kind))


def _is_for_the_same(
    other: Reminder, kind: ReminderKind, facts: dict[str, Any], claim_id: int | None
) -> bool:
    if kind is ReminderKind.REPLY_LATER:
        return False  # two replies are two
    if kind is ReminderKind.TASK_DUE:
        about = ("about", "id")
        return other.kind is kind and all(other.facts.get(name) == facts.get(name) for name in about)
    if claim_id is not None:
        return other.kind is kind and other.claim_id == claim_id
    same_refund = other.facts.get("refund") == facts.get("refund")
    return other.kind is kind and (same_refund or kind is ReminderKind.SURVEY)


def _taken(
    session: Session,
    reminder: Reminder,
    state: ReminderState,
    *,
    reason: Reason | None = None,
    done_at: datetime | None = None,
) -> bool:
    won = session.execute(
        update(Reminder)
        .where(Reminder.id == reminder.id, Reminder.state == ReminderState.PLANNED)
        .values(state=state, withdrawn_because=reason or "", done_at=done_at)
    )
    return bool(getattr(won, "rowcount", 0) == 1)
