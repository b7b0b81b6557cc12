"""One refund at a gateway, in steps: take it, (the caller speaks to the gateway), note what was said.

Each step is a transaction of its own, and nothing is open while the gateway is spoken to:

    reserved    -> submitted, committed                          take()
                   the gateway is told                           the caller
    submitted   -> succeeded, pending, needs_action, failed      note()
                -> unknown, where there was no answer

A process that dies after take() leaves `submitted` with a lease that runs out: that is unknown as well. What
is unknown or pending is asked about; only an answer to a question makes it a failure once it was told twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import (
    calendars,
    chases,
    claims,
    conversation,
    lost_instructions,
    refund_plans,
    refund_rows,
    remedy_money,
    switches,
    tickets,
    wanted_back,
)
from helpdesk.models import AgreedRemedy, Claim, Payment, Refund, Ticket
from helpdesk.rules import refunds as rules
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Answer, Instruction, Outcome
from helpdesk.rules.refunds import BY_HAND, BY_PEOPLE, LEFT, OVER, WAITING
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import RefundState, TicketState

LEASE = timedelta(minutes=5)  # far longer than a gateway is listened to
LONGEST_SAID = 500
BEING_TOLD = (RefundState.SUBMITTED, RefundState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What to say to a gateway now, and for whom it was taken."""

    refund_id: int
    owner: str
    gateway: str
    submit: bool  # False: ask what became of it
    call_off: bool  # it stands still there, and is to be paid by hand: ask the gateway to let go of it
    taken_at: datetime  # the gateway is spoken to after this moment
    instruction: Instruction


def due(session: Session, *, at: datetime, after: int = 0, limit: int = 100) -> Sequence[int]:
    """Refunds to be handed over or asked about, the oldest after this one first."""
    free = or_(Refund.leased_until.is_(None), Refund.leased_until <= at)
    paused = switches.is_off(session, switches.MONEY)
    kinds = [
        and_(Refund.look_at.is_not(None), Refund.look_at <= at),
        and_(Refund.state == RefundState.SUBMITTED, Refund.leased_until.is_not(None)),
    ]
    if not paused:
        promised = exists().where(
            AgreedRemedy.id == Refund.remedy_id,
            AgreedRemedy.claim_id == Claim.id,
            Claim.state == ClaimState.APPROVED,
        )
        kinds.append(and_(Refund.state == RefundState.RESERVED, promised))
    found = select(Refund.id).where(Refund.id > after, free, or_(*kinds))
    return session.scalars(found.order_by(Refund.id).limit(limit)).all()


def look_now(session: Session, refund_id: int, *, at: datetime) -> None:
    """Something was heard of it: ask, as soon as the clock comes round, or whoever is asking has done so."""
    told = (RefundState.SUBMITTED, *WAITING, *LEFT)
    session.execute(
        update(Refund)
        .where(Refund.id == refund_id, Refund.state.in_(told), Refund.gateway.not_in(BY_PEOPLE))
        .values(look_at=at)
        .execution_options(synchronize_session=False)
    )


def take(
    session: Session, refund_id: int, choose: Callable[[str], str], *, owner: str, at: datetime
) -> Errand | None:
    """Lease one refund and say what to do with it; None when there is nothing to do, or somebody else does.

    `choose` names the gateway that pays back what came by a payment of this name.
    """
    refund, ticket = refund_rows.hold(session, refund_id)
    if refund.leased_until is not None and refund.leased_until > at:
        return None
    match refund.state:
        case RefundState.RESERVED:
            return _hand_over(session, ticket, refund, choose, owner=owner, at=at)
        case RefundState.SUBMITTED:
            said = "the process that handed it over ended before there was an answer"
            refund_rows.move(
                session,
                ticket,
                refund,
                RefundState.UNKNOWN,
                actor=conversation.CLOCK,
                at=at,
                facts={"said": said},
                values={"said": said},
            )
            refund_plans.note_late(session, ticket, refund, actor=conversation.CLOCK, at=at)
        case _ if refund.look_at is None or refund.look_at > at:
            return None
    _lease(session, refund, owner=owner, at=at)
    return _errand(session, refund, owner=owner, submit=False, at=at)


def _hand_over(
    session: Session,
    ticket: Ticket,
    refund: Refund,
    choose: Callable[[str], str],
    *,
    owner: str,
    at: datetime,
) -> Errand | None:
    if switches.is_off(session, switches.MONEY) or not remedy_money.is_still_promised(session, refund):
        return None
    if refund_rows.told_otherwise(session, [refund.payment_id]):
        return None
    payment = session.get(Payment, refund.payment_id) if refund.payment_id is not None else None
    gateway = choose(payment.gateway) if payment is not None else BY_HAND
    told: dict[str, Any] = {"gateway": gateway, "submitted_at": at, "submissions": refund.submissions + 1}
    before = refund.state
    until = at + LEASE
    leased = {"lease_owner": owner, "leased_until": until, "look_at": until} if gateway != BY_HAND else {}
    clock = conversation.CLOCK
    refund_rows.move(session, ticket, refund, RefundState.SUBMITTED, actor=clock, at=at, values=told | leased)
    if gateway == BY_HAND:  # nobody is told by wire: a person reads it on the page
        refund_rows.move(session, ticket, refund, RefundState.NEEDS_ACTION, actor=clock, at=at)
    remedy_money.follow(session, ticket, refund, before, actor=claims.DESK, at=at)
    return _errand(session, refund, owner=owner, submit=True, at=at) if gateway != BY_HAND else None


def note(
    session: Session, errand: Errand, answer: Answer, *, settling: timedelta, at: datetime
) -> Errand | None:
    """Write down what a gateway said. An errand when the instruction was lost and is to be given again.

    Whoever lost the lease meanwhile changes nothing: the next one asks.
    """
    refund, ticket = refund_rows.hold(session, errand.refund_id)
    if refund.lease_owner != errand.owner:
        return None
    before, refused, refused_at = refund.state, refund.refused_at is not None, refund.refused_at
    waited = errand.taken_at - (refund.refused_at or refund.submitted_at or at)
    settled = waited >= settling  # when it was asked, not when we come to write it down
    if errand.submit and before in BEING_TOLD:
        again = refund.submissions > 1
        after = rules.after_submitting(answer.outcome, again=again)
        refused_at = at if answer.outcome is Outcome.FAILED and again else None
    elif errand.submit:
        after = before  # a statement or a person has settled it while the gateway was told once more
    else:
        after = rules.after_query(before, answer.outcome, refused=refused, settled=settled)
        lost = rules.is_to_be_submitted_again(before, answer.outcome, refused=refused, settled=settled)
        if lost and lost_instructions.may_be_given_again(session, refund):
            return _again(session, refund, owner=errand.owner, at=at)
    known = refund.trace
    _write_down(session, refund, answer, refused_at=refused_at, after=after, settling=settling, at=at)
    if before in LEFT and answer.outcome is Outcome.SUCCEEDED:
        refund_plans.note_still_gone(session, refund, at=errand.taken_at)
    if refund.chased_at is not None and refund.trace != known and after in LEFT:
        chases.note_trace(session, ticket, refund, at=at)
    if after is not before:
        _move(session, ticket, refund, after, answer, at=at)
    wanted_back.note(session, ticket, refund, answer.outcome, at=at)
    return None


def _again(session: Session, refund: Refund, *, owner: str, at: datetime) -> Errand:
    """The gateway never heard of it: the same key once more. If we die now it stays unknown."""
    refund.submissions += 1
    refund.submitted_at = at
    _lease(session, refund, owner=owner, at=at)
    return _errand(session, refund, owner=owner, submit=True, at=at)


def _write_down(
    session: Session,
    refund: Refund,
    answer: Answer,
    *,
    refused_at: datetime | None,
    after: RefundState,
    settling: timedelta,
    at: datetime,
) -> None:
    """What every answer leaves, whatever it moves; the lease is free again.

    Of money that is gone a person may have noted what the bank says: that stays, and so does its reference,
    unless it is looked for.
    """
    known = refund.state in LEFT and after in LEFT
    noted = known and refund.trace != "" and refund.chased_at is None
    session.execute(
        update(Refund)
        .where(Refund.id == refund.id)
        .values(
            reference=answer.gateway_ref[:120] or refund.reference,
            trace=refund.trace if noted else answer.trace[:120] or refund.trace,
            said=refund.said if known else answer.said[:LONGEST_SAID] or refund.said,
            refused_at=refused_at,
            looks=refund.looks + 1,
            look_at=_next_look(refund, answer, after, settling=settling, at=at),
            lease_owner="",
            leased_until=None,
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(refund)


def _next_look(
    refund: Refund, answer: Answer, after: RefundState, *, settling: timedelta, at: datetime
) -> datetime | None:
    """When the gateway is asked again; at once when something was heard of it meanwhile."""
    if after in OVER or refund.gateway == BY_HAND:
        return None
    if refund.look_at and refund.leased_until and refund.look_at < refund.leased_until:
        return at
    if after in LEFT and answer.outcome is Outcome.SUCCEEDED:
        return rules.next_watch(refund.paid_at or at, chased=refund.chased_at is not None, at=at)
    return at + (
        answer.again_after or max(rules.next_look(refund.looks), timedelta() if refund.looks else settling)
    )


def _move(
    session: Session, ticket: Ticket, refund: Refund, after: RefundState, answer: Answer, *, at: datetime
) -> None:
    before = refund.state
    values: dict[str, Any] = {"chased_at": None} if before in LEFT else {}
    facts: dict[str, object] = {"said": refund.said}
    if after is RefundState.SUCCEEDED:
        paid_at = min(answer.happened_at or at, at)
        expected = calendars.expected_arrival(session, refund.method, paid_at)
        values = {"paid_at": paid_at, "expected_at": expected}
        facts |= {"expected_at": expected.isoformat()}
    clock = conversation.CLOCK
    refund_rows.move(session, ticket, refund, after, actor=clock, at=at, facts=facts, values=values)
    if after is RefundState.SUCCEEDED:
        refund_plans.note_left(session, ticket, refund, actor=clock, at=at)
    elif before not in LEFT and after is not RefundState.CANCELED:
        refund_plans.note_late(session, ticket, refund, actor=clock, at=at)
    if before in LEFT:
        refund_plans.forget(session, ticket, refund, Reason.REVERSED, actor=clock, at=at)
    remedy_money.follow(session, ticket, refund, before, actor=claims.DESK, at=at)
    if after in OVER and ticket.state not in (TicketState.OPEN, TicketState.NEW):
        tickets.move(session, ticket, TicketState.OPEN, actor=clock, at=at)


def _lease(session: Session, refund: Refund, *, owner: str, at: datetime) -> None:
    """Nobody else takes it meanwhile. Its next look is when the lease ends, unless `look_now` says sooner."""
    refund.lease_owner, refund.leased_until, refund.look_at = owner, at + LEASE, at + LEASE
    session.flush()


def _errand(session: Session, refund: Refund, *, owner: str, submit: bool, at: datetime) -> Errand:
    payment = session.get(Payment, refund.payment_id) if refund.payment_id is not None else None
    amount = Money(refund.amount_minor, refund.currency)
    return Errand(
        refund_id=refund.id,
        owner=owner,
        gateway=refund.gateway,
        submit=submit,
        call_off=refund.state is RefundState.NEEDS_ACTION
        and wanted_back.plan_of(session, refund) is not None,
        taken_at=at,
        instruction=Instruction(
            key=refund.key,
            amount=amount,
            captured=Money(payment.captured_minor, payment.currency) if payment else amount,
            payment=payment.reference if payment else "",
            words=refund.key,
            gateway_ref=refund.reference,
            submitted_at=refund.submitted_at,
        ),
    )
