"""Money that the buyer does not have: looked for by a date, on its way again, or come back and paid anew.

not arrived -> the buyer is told that it is looked for and by when; a task with a clock
what the bank says, a trace reference, a new day -> the buyer is told; it is asked about anew
it came back -> the promise stands, and may be paid again
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from helpdesk.actions import (
    calendars,
    claims,
    conversation,
    refund_plans,
    refund_rows,
    remedy_money,
    reminders,
    tasks,
    tickets,
)
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError, together
from helpdesk.models import Agent, Refund, Ticket
from helpdesk.rules.refunds import BY_PEOPLE, LEFT, LET_GO_AFTER, OVER, WAITING
from helpdesk.rules.reminders import SECOND_THOUGHTS, Reason
from helpdesk.rules.states import EntryKind, RefundState, Role, TicketState, WaitingOn, may

LONGEST_TRACE = 120  # characters
LONGEST_SAID = 500
LATEST = timedelta(days=60)  # a new day that lies further off is a slip
NOON = time(12)


def begin(session: Session, ticket: Ticket, refund: Refund, *, actor: str, at: datetime) -> None:
    """Somebody has to find out where it is, by a day that the buyer is told; a gateway is asked at once."""
    wait = SECOND_THOUGHTS if actor.startswith("agent:") else timedelta()
    refund_plans.plan_task(
        session, ticket, refund, tasks.MONEY_LOOKED_FOR, due_at=at + wait, actor=actor, at=at
    )
    plan_clock(session, ticket, refund, actor=actor, at=at)
    ask_the_gateway(refund, at=at)


def ask_the_gateway(refund: Refund, *, at: datetime) -> None:
    """Whether the money has come back, as soon as the clock comes round; what people paid nobody can tell."""
    if refund.gateway not in BY_PEOPLE:
        refund.look_at = at


def plan_clock(session: Session, ticket: Ticket, refund: Refund, *, actor: str, at: datetime) -> datetime:
    """Until when somebody is to know more of it."""
    until = calendars.chase_until(session, at)
    refund_plans.plan_task(session, ticket, refund, tasks.MONEY_CHASE, due_at=until, actor=actor, at=at)
    return until


def until(session: Session, refund: Refund) -> datetime | None:
    """By when somebody was to know more of it; None while nobody is asked to."""
    plans = reminders.of_refund(session, refund.id)
    return next((each.due_at for each in plans if each.facts.get("about") == tasks.MONEY_CHASE), None)


def note_overdue(session: Session, desk: Desk, ticket: Ticket, refund_id: int, *, at: datetime) -> None:
    """Nobody has found out: it is said on the ticket, it is our turn, and the clock runs again. The buyer was
    promised word by now, and has a letter with the new day."""
    refund = session.get_one(Refund, refund_id, populate_existing=True)
    if refund.chased_at is None and (refund.state in LEFT or not is_still_owed(session, refund)):
        return
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "chase_overdue",
        actor=conversation.CLOCK,
        at=at,
        facts=refund_rows.facts_of(refund) | {"state": refund.shown},
    )
    plan_clock(session, ticket, refund, actor=conversation.CLOCK, at=at)
    letter = tasks.MONEY_LOOKED_FOR if refund.state in LEFT else tasks.MONEY_DELAYED
    refund_plans.plan_task(session, ticket, refund, letter, due_at=at, actor=conversation.CLOCK, at=at)
    if ticket.state is not TicketState.OPEN:
        tickets.move(session, ticket, TicketState.OPEN, actor=conversation.CLOCK, at=at)


def is_still_owed(session: Session, refund: Refund) -> bool:
    """Whether nothing has left for the part of the promise that this refund was for."""
    if refund.remedy_id is None:
        return refund.state not in (*OVER, *LEFT)
    rows = [row for row in refund_rows.of_remedy(session, refund.remedy_id) if row.part == refund.part]
    return rows[-1].id == refund.id and refund.state not in LEFT and refund.state is not RefundState.CANCELED


def answer(
    session: Session,
    desk: Desk,
    refund_id: int,
    *,
    trace: str,
    said: str,
    expected_on: date | None,
    by: Agent,
    at: datetime,
) -> Ticket:
    """What the bank says of money that is looked for: the buyer is told, and it is on its way again.

    `expected_on` None: as long as such money usually travels. Raises InvalidError with every complaint,
    ConflictError when nobody looks for it any more.
    """
    refund, ticket = refund_rows.hold(session, refund_id)
    if refund.chased_at is None or refund.state not in LEFT:
        raise ConflictError("nobody looks for this refund any more")
    trace, said = trace.strip(), " ".join(said.split())
    expected = _new_day(session, desk, refund, trace, said, expected_on, at=at)
    actor = conversation.agent(by.id)
    refund.trace, refund.said = trace or refund.trace, said or refund.said
    refund.expected_at, refund.chased_at, refund.answered_at = expected, None, None
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "chase_answered",
        actor=actor,
        at=at,
        facts=refund_rows.facts_of(refund)
        | {"trace": trace, "said": said, "expected_at": expected.isoformat()},
    )
    tasks.settle(session, ticket, refund.id, tasks.MONEY_CHASE, actor=actor, at=at)
    refund_plans.plan_task(
        session, ticket, refund, tasks.MONEY_TRACED, due_at=at + SECOND_THOUGHTS, actor=actor, at=at
    )
    refund_plans.plan_questions(session, ticket, refund, actor=actor, at=at)
    if refund.remedy_id is None:
        tickets.move(session, ticket, TicketState.WAITING, actor=actor, at=at, waiting_on=WaitingOn.BANK)
    remedy_money.follow(session, ticket, refund, refund.state, actor=claims.staff(by), at=at)
    return ticket


def note_trace(session: Session, ticket: Ticket, refund: Refund, *, at: datetime) -> None:
    """The gateway names a reference of money that is looked for: the buyer may ask the bank with it."""
    clock = conversation.CLOCK
    facts = refund_rows.facts_of(refund) | {"trace": refund.trace}
    conversation.record(session, ticket, EntryKind.EVENT, "refund_traced", actor=clock, at=at, facts=facts)
    refund_plans.plan_task(session, ticket, refund, tasks.MONEY_TRACED, due_at=at, actor=clock, at=at)


def come_back(session: Session, refund_id: int, *, said: str, by: Agent, at: datetime) -> Ticket:
    """The money is with the shop again: the promise stands, and may be tried again. Twice changes nothing.

    Of what a gateway has sent only a lead may say so: the desk has asked it, and it says otherwise. Raises
    InvalidError without the bank's words, ConflictError for money that has not left.
    """
    refund, ticket = refund_rows.hold(session, refund_id)
    if refund.state is RefundState.REVERSED:
        return ticket
    if refund.state not in LEFT:
        raise ConflictError("only money that has left can come back")
    if refund.gateway not in BY_PEOPLE and not may(by.role, Role.LEAD):
        raise ConflictError("a gateway has sent this: only a lead may say that it came back")
    said = " ".join(said.split())[:LONGEST_SAID]
    if not said:
        raise InvalidError("say how it came back", field="said")
    before, actor = refund.state, conversation.agent(by.id)
    refund_rows.move(
        session,
        ticket,
        refund,
        RefundState.REVERSED,
        actor=actor,
        at=at,
        facts={"said": said},
        values={"said": said, "chased_at": None, "look_at": None},
    )
    refund_plans.forget(session, ticket, refund, Reason.REVERSED, actor=actor, at=at)
    remedy_money.follow(session, ticket, refund, before, actor=claims.staff(by), at=at)
    if ticket.state is not TicketState.OPEN:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return ticket


def never_left(session: Session, refund_id: int, *, said: str, by: Agent, at: datetime) -> Ticket:
    """The gateway will never answer for it, and a lead has found out there that nothing was paid.

    It has failed then, and may be tried again. Should the gateway tell otherwise later, that is listed and
    holds the payment. Raises InvalidError without words, ConflictError for who is no lead, for what is
    settled, and for what the gateway may be carrying out at this moment.
    """
    refund, ticket = refund_rows.hold(session, refund_id)
    if refund.gateway in BY_PEOPLE or refund.state not in WAITING:
        raise ConflictError("only what a gateway still has can be ended so: look again")
    if not may(by.role, Role.LEAD):
        raise ConflictError("a gateway has this: only a lead may say that nothing was paid")
    asked = refund.leased_until is not None and refund.leased_until > at
    if asked or at < (refund.submitted_at or at) + LET_GO_AFTER:
        raise ConflictError("the gateway may be paying this at this moment: wait an hour, and look again")
    said = " ".join(said.split())[:LONGEST_SAID]
    if not said:
        raise InvalidError("say how you know that nothing was paid", field="said")
    before, actor = refund.state, conversation.agent(by.id)
    free = {"said": said, "look_at": None, "lease_owner": "", "leased_until": None}
    refund_rows.move(
        session,
        ticket,
        refund,
        RefundState.FAILED,
        actor=actor,
        at=at,
        verb="refund_ended",
        facts={"said": said},
        values=free,
    )
    refund_plans.note_late(session, ticket, refund, actor=actor, at=at)
    remedy_money.follow(session, ticket, refund, before, actor=claims.staff(by), at=at)
    if ticket.state is not TicketState.OPEN:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return ticket


def _new_day(
    session: Session,
    desk: Desk,
    refund: Refund,
    trace: str,
    said: str,
    expected_on: date | None,
    *,
    at: datetime,
) -> datetime:
    wrong: list[InvalidError] = []
    if not trace and not said:
        wrong.append(InvalidError("give the trace reference, or what the bank said", field="said"))
    for text, longest, field in ((trace, LONGEST_TRACE, "trace"), (said, LONGEST_SAID, "said")):
        if len(text) > longest:
            wrong.append(InvalidError(f"at most {longest} characters fit here", field=field))
    today = at.astimezone(desk.zone).date()
    if expected_on is not None and expected_on < today:
        wrong.append(InvalidError("this day has passed already", field="expected_on"))
    if expected_on is not None and expected_on > today + LATEST:
        wrong.append(InvalidError(f"at most {LATEST.days} days from now", field="expected_on"))
    if wrong:
        raise together(wrong)
    if expected_on is None:
        return calendars.expected_arrival(session, refund.method, at)
    return max(datetime.combine(expected_on, NOON, desk.zone), at)
