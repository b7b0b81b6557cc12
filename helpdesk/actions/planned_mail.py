"""What a colleague does with mail that the clock has planned: another moment, own words, rest, now.

The clock holds the ticket as well while it takes a plan: whoever comes second reads that it is not planned
any more.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import conversation, followups, reminders
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Entry, Reminder, Ticket
from helpdesk.rules.reminders import ASSUMED_AFTER_CHECK, LATEST, MAIL, NEVER, WITH_WORDS
from helpdesk.rules.states import EntryKind, ReminderKind

LONGEST = 2000  # characters of own words


def edit(
    session: Session,
    ticket: Ticket,
    reminder_id: int,
    *,
    due_at: datetime,
    words: str,
    actor: str,
    at: datetime,
) -> None:
    """Another moment, and words of one's own before the signature, where the letter is ours to word.

    Raises InvalidError for a moment that has passed or is too far away, ConflictError when it is not planned.
    """
    plan = _mail(session, ticket, reminder_id)
    words = words.strip()
    if due_at <= at:
        raise InvalidError("this moment has passed: choose a later one, or send it now", field="due_at")
    if due_at > at + LATEST:
        raise InvalidError("this is more than a year away", field="due_at")
    if len(words) > LONGEST:
        raise InvalidError(f"this is longer than {LONGEST} characters", field="words")
    if words and plan.kind not in WITH_WORDS:
        raise InvalidError("nobody may add words to this letter", field="words")
    before = plan.resting_due_at or plan.due_at
    _move_with_its_end(session, ticket, plan, due_at)
    plan.facts = {name: value for name, value in plan.facts.items() if name != "words"}
    if words:
        plan.facts = {**plan.facts, "words": words}
    facts = {"due_at": due_at.isoformat(), "before": before.isoformat(), "text": words}
    _record(session, ticket, plan, "plan_changed", actor=actor, at=at, facts=facts)


def pause(session: Session, ticket: Ticket, reminder_id: int, *, actor: str, at: datetime) -> None:
    """It rests until somebody lets it go on; what is taken from silence after it rests as well."""
    plan = _mail(session, ticket, reminder_id)
    if plan.resting_due_at is not None:
        raise ConflictError("this plan rests already")
    for each in (plan, *_ends(session, ticket, plan)):
        each.resting_due_at, each.due_at = each.due_at, NEVER
    _record(session, ticket, plan, "plan_paused", actor=actor, at=at)


def resume(session: Session, ticket: Ticket, reminder_id: int, *, actor: str, at: datetime) -> None:
    """It goes on; a moment that passed meanwhile is now."""
    plan = _mail(session, ticket, reminder_id)
    if plan.resting_due_at is None:
        raise ConflictError("this plan does not rest")
    _wake(session, ticket, plan)
    _move_with_its_end(session, ticket, plan, max(plan.due_at, at))
    facts = {"due_at": plan.due_at.isoformat()}
    _record(session, ticket, plan, "plan_resumed", actor=actor, at=at, facts=facts)


def send_now(
    session: Session, desk: Desk, ticket: Ticket, reminder_id: int, *, actor: str, at: datetime
) -> bool:
    """What the clock would do later, at once. False when it is pointless by now: an entry says why."""
    plan = _mail(session, ticket, reminder_id)
    _wake(session, ticket, plan)
    plan.due_at = at
    _record(session, ticket, plan, "plan_hurried", actor=actor, at=at)
    session.flush()
    return followups.carry_out(session, desk, plan.id, ticket.id, at=at)


def _mail(session: Session, ticket: Ticket, reminder_id: int) -> Reminder:
    """A plan of a held ticket. Raises ConflictError when the clock, or a colleague, was faster."""
    plan = next((each for each in reminders.planned(session, ticket) if each.id == reminder_id), None)
    if plan is None:
        raise ConflictError("this mail is not planned any more")
    if plan.kind not in MAIL:
        raise ConflictError("this deadline ends when what it waits for is done")
    return plan


def _move_with_its_end(session: Session, ticket: Ticket, plan: Reminder, due_at: datetime) -> None:
    """Nobody's silence is taken for a yes sooner after the question than it would have been.

    What rests goes on resting, and has another moment when it goes on.
    """
    _set(plan, due_at)
    for each in _ends(session, ticket, plan):
        _set(each, max(each.resting_due_at or each.due_at, due_at + ASSUMED_AFTER_CHECK))


def _set(plan: Reminder, due_at: datetime) -> None:
    if plan.resting_due_at is None:
        plan.due_at = due_at
    else:
        plan.resting_due_at = due_at


def _wake(session: Session, ticket: Ticket, plan: Reminder) -> None:
    for each in (plan, *_ends(session, ticket, plan)):
        each.due_at, each.resting_due_at = each.resting_due_at or each.due_at, None


def _ends(session: Session, ticket: Ticket, plan: Reminder) -> Sequence[Reminder]:
    """What is taken from silence after this question."""
    if plan.kind is not ReminderKind.ARRIVAL_CHECK:
        return ()
    return [
        each
        for each in reminders.planned(session, ticket)
        if each.kind is ReminderKind.ARRIVAL_ASSUMED and each.facts.get("refund") == plan.facts.get("refund")
    ]


def _record(
    session: Session,
    ticket: Ticket,
    plan: Reminder,
    verb: str,
    *,
    actor: str,
    at: datetime,
    facts: dict[str, str] | None = None,
) -> Entry:
    return conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        verb,
        actor=actor,
        at=at,
        facts={"reminder": plan.id, "what": str(plan.kind), **(facts or {})},
    )
