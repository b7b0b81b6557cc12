"""Moves of a claim that need no proposal, and what follows from each: on whom the ticket waits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    agreeing,
    claim_circumstances,
    claim_letters,
    claim_timers,
    claim_waits,
    claims,
    deciding,
    parcels,
    refund_promises,
    refund_rows,
    resting,
    tickets,
    unanswered,
)
from helpdesk.actions.claims import Actor
from helpdesk.desk import Desk
from helpdesk.models import Agent, Claim, Refund, ReturnShipment, Ticket
from helpdesk.rules.claim_guards import Circumstances
from helpdesk.rules.claim_moves import find, objections
from helpdesk.rules.claims import ENDED, ClaimState, Event
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.policy_terms import Verdict
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.returns import ReturnState
from helpdesk.rules.states import RefundState, TicketState, WaitingOn

WAITS = {
    ClaimState.AWAITING_BUYER: WaitingOn.BUYER,
    ClaimState.OFFERED: WaitingOn.BUYER,
    ClaimState.AWAITING_APPROVAL: WaitingOn.COLLEAGUE,
}
# Goods on their way back: whom a ticket waits for, the first that is true; None: it is our turn.
COMING_BACK = {
    ReturnState.RECEIVED: None,
    ReturnState.AWAITING: WaitingOn.BUYER,
    ReturnState.IN_TRANSIT: WaitingOn.CARRIER,
}
ENDS = {ClaimState.RESOLVED: TicketState.SOLVED, ClaimState.WITHDRAWN: TicketState.SOLVED}


def settle_ticket(session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime) -> None:
    """After a move: the ticket waits for whoever the claim waits for, and its timer runs.

    A claim that has not ended does not go on behind a closed ticket: that one is opened again. As long as
    another claim of the ticket is our turn, it stays so; while one goes on, it is not solved.
    """
    claim_timers.plan(session, ticket, claim, actor=actor, at=at)
    claim_waits.follow(session, ticket, claim, actor=actor, at=at)
    refund_promises.follow(session, ticket, claim, actor=actor, at=at)
    parcels.follow(session, ticket, claim, actor=actor, at=at)
    if ticket.merged_into_id is not None:
        return
    if claim.state not in ENDED:
        tickets.open_again(session, ticket, actor=actor.name, at=at)
    if claim.state is ClaimState.NEEDS_LINK:
        return  # the ticket stays whose turn it is: the acknowledgement asks for the order
    others = _others(session, ticket, claim)
    if any(_is_our_turn(session, other) for other in others):
        return
    waits = WAITS.get(claim.state) or waits_for(session, claim)
    if waits is not None:
        tickets.wait(session, ticket, waits, actor=actor.name, at=at)
    elif claim.state in ENDS and not others and ticket.state is not TicketState.CLOSED:
        withdrawn = claim.state is ClaimState.WITHDRAWN  # a letter says so at once
        rests = withdrawn or resting.may_rest(session, ticket, actor=actor.name)
        tickets.move(
            session, ticket, ENDS[claim.state] if rests else TicketState.OPEN, actor=actor.name, at=at
        )
    elif ticket.state not in (TicketState.NEW, TicketState.OPEN) and claim.state in (
        ClaimState.AWAITING_DECISION,
        ClaimState.APPROVED,
        ClaimState.DISPUTED,
    ):
        tickets.move(session, ticket, TicketState.OPEN, actor=actor.name, at=at)


def move(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    event: Event,
    *,
    actor: Actor,
    at: datetime,
    by: Agent | None = None,
    facts: Mapping[str, object] | None = None,
    values: Mapping[str, object] | None = None,
    **known: Any,
) -> None:
    """A move without a proposal. `known` is what only the caller knows for the guards.

    What no guard of the move asks for is not looked up.
    """
    before, guards = claim.state, find(event, claim.state).only_if
    given = (
        claim_circumstances.gather(session, ticket, claim, at=at, by=by, **known)
        if guards
        else Circumstances(at=at)
    )
    claims.move(session, ticket, claim, event, actor=actor, given=given, at=at, facts=facts, **(values or {}))
    if before is not ClaimState.NEW:  # nothing was offered, nobody was asked for approval
        unanswered.drop(session, ticket, claim, actor=actor, at=at)
    settle_ticket(session, ticket, claim, actor=actor, at=at)


def reject(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    *,
    by: Agent,
    at: datetime,
    said: str = "",
    why: str = "",
) -> None:
    """Refuse with the clause that denies it, or by a lead's own reason, which the letter says in `said`."""
    decision = deciding.newest(session, claim)
    by_clause = decision is not None and decision.verdict == Verdict.DENY
    actor = claims.staff(by)
    move(
        session,
        ticket,
        claim,
        Event.REJECT,
        actor=actor,
        by=by,
        at=at,
        why=why.strip(),
        facts={
            "decision": decision.id if decision else None,
            "clause": decision.clause if decision and by_clause else "",
            "why": why.strip(),
        },
    )
    claim_letters.rejected(
        session, desk, ticket, claim, actor=actor, at=at, said=said.strip(), by_clause=by_clause
    )
    if not any(_is_our_turn(session, other) for other in _others(session, ticket, claim)):
        tickets.wait(session, ticket, WaitingOn.BUYER, actor=actor.name, at=at)


def withdraw(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime, way: str
) -> None:
    """The buyer takes the claim back; what was promised and not begun is free again."""
    move(session, ticket, claim, Event.WITHDRAW, actor=actor, at=at, facts={"way": way})
    call_off(session, ticket, claim, actor=actor, at=at)
    claim_letters.closed(session, desk, ticket, claim, actor=actor, withdrawn=True, at=at)


def complete_if_done(session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime) -> bool:
    """Resolve an approved claim whose remedies are all complete; open it again when one is not any more."""
    event = {ClaimState.APPROVED: Event.COMPLETE, ClaimState.RESOLVED: Event.UNDO_COMPLETION}.get(claim.state)
    if event is None:
        return False
    given = claim_circumstances.gather(session, ticket, claim, at=at)
    if objections(find(event, claim.state), actor.who, given):
        return False
    move(session, ticket, claim, event, actor=actor, at=at)
    return True


def _others(session: Session, ticket: Ticket, claim: Claim) -> Sequence[Claim]:
    """The other claims of the ticket that go on."""
    return session.scalars(
        select(Claim).where(Claim.ticket_id == ticket.id, Claim.live, Claim.id != claim.id)
    ).all()


def _is_our_turn(session: Session, claim: Claim) -> bool:
    """It is to be decided, or something that was agreed is to be carried out."""
    if claim.state is ClaimState.APPROVED:
        return waits_for(session, claim) is None
    return claim.state in (ClaimState.NEW, ClaimState.AWAITING_DECISION)


def waits_for(session: Session, claim: Claim) -> WaitingOn | None:
    """On whom an approved claim waits: the bank for money that is under way, the carrier for goods."""
    if claim.state is not ClaimState.APPROVED:
        return None
    rows = agreeing.of_claim(session, claim)
    if any(row.state is RemedyState.AGREED for row in rows):
        return None  # there is something for us to do
    back = session.scalars(select(ReturnShipment.state).where(ReturnShipment.claim_id == claim.id)).all()
    for state, on in COMING_BACK.items():
        if state in back:
            return on
    if any(needs_us(refund) for refund in refund_rows.live_of_claim(session, claim)):
        return None
    under_way = [row for row in rows if row.state is RemedyState.UNDER_WAY]
    if not under_way:
        return None
    return WaitingOn.BANK if any(row.remedy in MONEY for row in under_way) else WaitingOn.CARRIER


def needs_us(refund: Refund) -> bool:
    """Whether a refund waits for somebody in the shop: to pay it by hand, or to find out where it is."""
    return refund.state is RefundState.NEEDS_ACTION or refund.chased_at is not None


def close(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    *,
    by: Agent,
    cause: str,
    lesson: str,
    at: datetime,
    why: str = "",
) -> None:
    """Name what was behind it, and what is learnt: then it is done with. `cause` may be "none".

    With `why` a lead closes it although something is not complete: money that is under way is followed all
    the same, and what nobody has begun will not happen.
    """
    cause, lesson, why = cause.strip()[:40], lesson.strip()[:2000], why.strip()[:500]
    actor = claims.staff(by)
    facts = {"cause": cause, "lesson": lesson, **({"why": why} if why else {})}
    values = {"cause": cause, "lesson": lesson}
    move(
        session,
        ticket,
        claim,
        Event.CLOSE,
        actor=actor,
        by=by,
        at=at,
        facts=facts,
        values=values,
        cause=cause,
        why=why,
    )
    agreeing.cancel_open(session, ticket, claim, actor=actor.name, at=at)


def decide_anew(session: Session, ticket: Ticket, claim: Claim, *, by: Agent, why: str, at: datetime) -> None:
    """What was agreed is off, as long as nothing has been paid or sent: it is to be decided once more."""
    actor = claims.staff(by)
    facts = {"why": why.strip()}
    move(session, ticket, claim, Event.DECIDE_ANEW, actor=actor, by=by, at=at, why=why, facts=facts)
    call_off(session, ticket, claim, actor=actor, at=at)
    deciding.evaluate(session, ticket, claim, actor=claims.DESK, at=at)  # the page shows the answer of now


def call_off(session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime) -> None:
    """What was agreed and not begun will not happen: the order has it again, and no day is promised."""
    agreeing.cancel_open(session, ticket, claim, actor=actor.name, at=at)
    refund_promises.follow(session, ticket, claim, actor=actor, at=at)
