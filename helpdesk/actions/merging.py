"""Two tickets that are one matter: their conversations stand on one page, and new mail joins the elder's.

Entries never move. The merged ticket points at the other one; both chains say so, and both say so again when
an agent takes them apart. What it took in before it was merged itself comes and goes with a ticket.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, merged_claims, reminders, tickets
from helpdesk.errors import ConflictError, UnconfirmedError
from helpdesk.models import Agent, Entry, Refund, Reminder, Ticket
from helpdesk.rules import matching
from helpdesk.rules.reminders import SNOOZE, Reason
from helpdesk.rules.states import EntryKind, ReminderKind, TicketState
from mail.types import Address


def merge(
    session: Session, number: int, into: int, *, by: Agent, at: datetime, of_two_buyers: bool = False
) -> Ticket:
    """Put ticket `number` into another one, which is returned. Raises ConflictError, NotFoundError.

    Answers go to the buyer of that one only, so tickets `of_two_buyers` are merged when somebody says so;
    UnconfirmedError names both.

    Spam is neither merged nor merged into: an answer would go to whoever sent it, or to nobody. Refunds,
    claims and plans go on there, so that whoever answers for the matter answers for all of it.
    """
    ticket, target = _hold_both(session, number, into)
    if ticket.buyer_id != target.buyer_id and not of_two_buyers:
        raise UnconfirmedError(
            f"#{ticket.number} is of {_buyer(ticket)}, #{target.number} of another buyer: answers go "
            f"to {_buyer(target)} only"
        )
    actor = conversation.agent(by.id)
    session.execute(update(Ticket).where(Ticket.merged_into_id == ticket.id).values(merged_into_id=target.id))
    session.execute(update(Refund).where(Refund.ticket_id == ticket.id).values(ticket_id=target.id))
    claims_go_on = merged_claims.carry(session, ticket, target)
    _carry_over(
        session, reminders.planned(session, ticket), ticket, target, Reason.MERGED, actor=actor, at=at
    )
    waits_for_us = ticket.state in (TicketState.NEW, TicketState.OPEN)
    tickets.move(session, ticket, TicketState.CLOSED, actor=actor, at=at)
    ticket.merged_into_id = target.id
    _say(session, ticket, "merged_into", target, actor=actor, at=at)
    _say(session, target, "took_in", ticket, actor=actor, at=at)
    if waits_for_us and matching.reopens(target.state):
        tickets.move(session, target, TicketState.OPEN, actor=actor, at=at)
    elif claims_go_on:
        tickets.open_again(session, target, actor=actor, at=at)
    return target


def separate(session: Session, number: int, *, by: Agent, at: datetime) -> Ticket:
    """Take a merged ticket out again: it is our turn on it. Raises ConflictError, NotFoundError.

    What it had taken in, the refunds and claims that began there and what is planned about them come along.
    """
    there = session.scalar(select(Ticket.merged_into_id).where(Ticket.id == number))
    both = {each: tickets.hold(session, each) for each in sorted({number, there or number})}
    ticket, target = both[number], both[there or number]
    if ticket is target or ticket.merged_into_id != target.id:
        raise ConflictError("this ticket stands on its own")
    actor = conversation.agent(by.id)
    along = _taken_in(session, ticket, there=target)
    session.execute(update(Ticket).where(Ticket.id.in_(along)).values(merged_into_id=ticket.id))
    ticket.merged_into_id = None
    its_own = select(Entry.id).where(Entry.ticket_id.in_((ticket.id, *along)))
    refunds = session.scalars(
        update(Refund)
        .where(Refund.ticket_id == target.id, Refund.entry_id.in_(its_own))
        .values(ticket_id=ticket.id)
        .returning(Refund.id)
    ).all()
    claims = merged_claims.give_back(session, target, ticket, along)
    about_them = [
        plan
        for plan in reminders.planned(session, target)
        if plan.facts.get("refund") in refunds or plan.claim_id in claims
    ]
    _carry_over(session, about_them, target, ticket, Reason.SEPARATED, actor=actor, at=at)
    _bring_survey_back(session, ticket, target, actor=actor, at=at)
    _say(session, target, "gave_back", ticket, actor=actor, at=at)
    _say(session, ticket, "separated", target, actor=actor, at=at)
    tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return ticket


def final(session: Session, number: int) -> Ticket:
    """The ticket, held, or the one that it was merged into, also while we waited for it."""
    ends = _end(session, number)
    while True:
        ticket = tickets.hold(session, ends)
        before, ends = ends, _end(session, number)  # whoever holds an end keeps all that is merged into it
        if before == ends:
            return ticket


def numbers(ticket: Ticket) -> Select[int]:
    """All tickets that are one matter with this one, itself among them."""
    return select(Ticket.id).where(or_(Ticket.id == ticket.id, Ticket.merged_into_id == ticket.id))


def matter(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """Those tickets, not held."""
    return session.scalars(select(Ticket).where(Ticket.id.in_(numbers(ticket)))).all()


def held(session: Session, ticket: Ticket) -> list[Ticket]:
    """All tickets of a matter, held: first the one that the caller holds already."""
    merged = session.scalars(numbers(ticket).where(Ticket.id != ticket.id).order_by(Ticket.id)).all()
    return [ticket, *(tickets.hold(session, number) for number in merged)]


def _end(session: Session, number: int) -> int:
    """Where a ticket is answered: read anew each time, not from what was loaded before."""
    return session.scalar(select(Ticket.merged_into_id).where(Ticket.id == number)) or number


def _hold_both(session: Session, number: int, into: int) -> tuple[Ticket, Ticket]:
    """Both, held in one order everywhere, so that two merges never wait for each other."""
    wanted = _end(session, into)
    both = {each: tickets.hold(session, each) for each in sorted({number, wanted})}
    ticket, target = both[number], both[wanted]
    if ticket is target:
        raise ConflictError("a ticket cannot be merged into itself")
    if ticket.merged_into_id is not None or target.merged_into_id is not None:
        raise ConflictError("one of these tickets has just been merged: look again")
    if ticket.spam or target.spam:
        raise ConflictError("one of these tickets is marked as spam: take the mark away first")
    return ticket, target


def _taken_in(session: Session, ticket: Ticket, *, there: Ticket) -> set[int]:
    """The tickets that came to `there` with this one: each says itself what it was merged into last."""
    said = session.scalars(
        select(Entry)
        .join(Ticket, Ticket.id == Entry.ticket_id)
        .where(Ticket.merged_into_id == there.id, Entry.verb == "merged_into")
        .order_by(Entry.id)
    )
    merged_into = {entry.ticket_id: entry.facts.get("ticket") for entry in said}
    found = {ticket.id}
    while more := {number for number, into in merged_into.items() if into in found} - found:
        found |= more
    return found - {ticket.id}


def _carry_over(
    session: Session,
    plans: Sequence[Reminder],
    source: Ticket,
    to: Ticket,
    reason: Reason,
    *,
    actor: str,
    at: datetime,
) -> None:
    """Plans change tickets; but a matter has one survey, and the one that is planned there stays."""
    has_survey = any(plan.kind is ReminderKind.SURVEY for plan in reminders.planned(session, to))
    for plan in plans:
        reminders.withdraw(session, source, reason, actor=actor, at=at, reminder_id=plan.id)
        if plan.facts.get("about") == SNOOZE or (plan.kind is ReminderKind.SURVEY and has_survey):
            continue
        facts = dict(plan.facts)
        reminders.plan(
            session,
            to,
            plan.kind,
            due_at=plan.due_at,
            actor=actor,
            at=at,
            facts=facts,
            claim_id=plan.claim_id,
        )


def _buyer(ticket: Ticket) -> str:
    """Name and address, as a header shows them."""
    return str(Address(email=ticket.address, name=ticket.buyer.name))


def _bring_survey_back(session: Session, ticket: Ticket, target: Ticket, *, actor: str, at: datetime) -> None:
    """Its own survey, which gave way to that of the other matter: where that one still stands, nothing has
    happened that would make this one pointless."""
    stands_there = any(plan.kind is ReminderKind.SURVEY for plan in reminders.planned(session, target))
    own = session.scalar(
        select(Reminder)
        .where(Reminder.ticket_id == ticket.id, Reminder.kind == ReminderKind.SURVEY)
        .order_by(Reminder.cycle.desc())
        .limit(1)
    )
    if stands_there and own is not None and own.withdrawn_because == Reason.MERGED:
        due_at, facts = max(own.due_at, at), dict(own.facts)
        reminders.plan(session, ticket, own.kind, due_at=due_at, actor=actor, at=at, facts=facts)


def _say(session: Session, ticket: Ticket, verb: str, other: Ticket, *, actor: str, at: datetime) -> None:
    conversation.record(
        session, ticket, EntryKind.EVENT, verb, actor=actor, at=at, facts={"ticket": other.id}
    )
