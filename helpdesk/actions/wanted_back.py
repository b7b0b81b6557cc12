"""Money that stands still at a gateway, and that somebody wants to pay by hand: it has to let go of it first.

    waits at the gateway, wanted        the gateway is told to call it off, or asked once more      want()
    called off, or failed there         hers, under a new key                                       give()
    an hour later, and it still waits   ended here, and hers                                        end()

A gateway that pays it meanwhile wins: then it is paid, and nobody pays it by hand. One that says nothing has
not let go of it: that is for a lead, who looks on its own page.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.actions import (
    chases,
    claims,
    conversation,
    hand_payments,
    refund_plans,
    refund_rows,
    remedy_money,
    reminders,
    switches,
    tasks,
)
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import Agent, Refund, Reminder, Ticket
from helpdesk.rules.paying import Outcome
from helpdesk.rules.refunds import BY_PEOPLE, LET_GO_AFTER
from helpdesk.rules.states import EntryKind, RefundState, ReminderKind

SAID = "it stood still at the gateway, and is paid by hand"
AGAIN = timedelta(hours=1)  # while a gateway leaves the question open


def standing(session: Session, remedy_id: int) -> Sequence[Refund]:
    """The parts of a promise that wait at a gateway for somebody to act."""
    rows = refund_rows.of_remedy(session, remedy_id)
    return [row for row in rows if row.state is RefundState.NEEDS_ACTION and row.gateway not in BY_PEOPLE]


def want(session: Session, ticket: Ticket, refund: Refund, *, by: Agent, at: datetime) -> None:
    """This person pays it as soon as the gateway has let go of it. Twice changes nothing.

    Raises NotFoundError for a refund of another ticket, ConflictError when it is not owed any more, when a
    colleague wants to already, or while all money is stopped.
    """
    if refund.ticket_id != ticket.id:
        raise NotFoundError("there is no such refund")
    if not remedy_money.is_still_promised(session, refund):
        raise ConflictError(remedy_money.NOT_OWED)
    if switches.is_off(session, switches.MONEY):
        raise ConflictError(hand_payments.STOPPED)
    known = plan_of(session, refund)
    if known is not None and known.facts["by"] != by.id:
        name = session.get_one(Agent, known.facts["by"]).name
        raise ConflictError(f"{name} has taken this to pay it by hand: ask first, or a lead puts it back")
    if known is not None:
        return
    actor, due_at = conversation.agent(by.id), max((refund.submitted_at or at) + LET_GO_AFTER, at)
    facts = refund_rows.facts_of(refund) | {"due_at": due_at.isoformat()}
    conversation.record(session, ticket, EntryKind.EVENT, "refund_wanted", actor=actor, at=at, facts=facts)
    _plan(session, ticket, refund, by.id, due_at=due_at, actor=actor, at=at)
    refund.look_at = at
    session.flush()


def plan_of(session: Session, refund: Refund) -> Reminder | None:
    """Who wants it, and until when the gateway has time; None while nobody does."""
    plans = reminders.of_refund(session, refund.id)
    return next((each for each in plans if each.facts.get("about") == tasks.MONEY_BY_HAND), None)


def note(session: Session, ticket: Ticket, refund: Refund, said: Outcome, *, at: datetime) -> None:
    """After an answer of its gateway: hers when nothing was paid, nobody's when it was."""
    plan = plan_of(session, refund)
    if plan is None:
        return
    if refund.state in (RefundState.CANCELED, RefundState.FAILED):
        _give(session, ticket, refund, plan, at=at)
    elif refund.state is not RefundState.NEEDS_ACTION:
        _settle(session, ticket, refund, at=at)
    elif said is Outcome.NEEDS_ACTION:
        plan.facts = {**plan.facts, "still": at.isoformat()}


def end(session: Session, desk: Desk, ticket: Ticket, refund_id: int, *, at: datetime) -> None:
    """The hour is over, and by the gateway's own word it still waits there: it is ended here, and hers."""
    refund = session.get_one(Refund, refund_id, populate_existing=True)
    done = reminders.newest_task(session, ticket, tasks.MONEY_BY_HAND, refund_id)
    if done is None or refund.state is not RefundState.NEEDS_ACTION or refund.gateway in BY_PEOPLE:
        return
    asked = refund.leased_until is not None and refund.leased_until > at
    if asked or "still" not in done.facts:
        refund.look_at = refund.look_at if asked else at
        _plan(session, ticket, refund, done.facts["by"], due_at=at + AGAIN, actor=conversation.CLOCK, at=at)
        return
    before, clock = refund.state, conversation.CLOCK
    free = {"said": SAID, "look_at": None, "lease_owner": "", "leased_until": None}
    refund_rows.move(
        session,
        ticket,
        refund,
        RefundState.FAILED,
        actor=clock,
        at=at,
        verb="refund_let_go",
        values=free,
    )
    remedy_money.follow(session, ticket, refund, before, actor=claims.DESK, at=at)
    _give(session, ticket, refund, done, at=at)


def _give(session: Session, ticket: Ticket, refund: Refund, plan: Reminder, *, at: datetime) -> None:
    _settle(session, ticket, refund, at=at)
    by = session.get_one(Agent, plan.facts["by"])
    if refund.remedy_id is None or not by.active:
        return
    try:
        rows = hand_payments.take(session, ticket, refund.remedy_id, by=by, at=at)
    except ConflictError:
        return  # it is not owed any more, or all money is stopped: the page says what stands
    until, actor = chases.until(session, refund), conversation.CLOCK
    tasks.settle(session, ticket, refund.id, tasks.MONEY_CHASE, tasks.MONEY_DELAYED, actor=actor, at=at)
    for row in rows:
        if row.part == refund.part and until is not None:  # what the buyer was promised word of by then
            refund_plans.plan_task(session, ticket, row, tasks.MONEY_CHASE, due_at=until, actor=actor, at=at)


def _settle(session: Session, ticket: Ticket, refund: Refund, *, at: datetime) -> None:
    tasks.settle(session, ticket, refund.id, tasks.MONEY_BY_HAND, actor=conversation.CLOCK, at=at)


def _plan(
    session: Session, ticket: Ticket, refund: Refund, by: int, *, due_at: datetime, actor: str, at: datetime
) -> None:
    claim = refund_rows.claim_of(session, refund)
    reminders.plan(
        session,
        ticket,
        ReminderKind.TASK_DUE,
        due_at=due_at,
        actor=actor,
        at=at,
        facts={"about": tasks.MONEY_BY_HAND, "id": refund.id, "refund": refund.id, "by": by},
        claim_id=claim.id if claim else None,
    )
