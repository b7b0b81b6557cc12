"""An approved claim for which there is nothing to do but wait has as long as what it waits for.

Money that is at the bank has until it is expected and was asked about; goods on their way back have until the
day they were to be sent, then until they should be here. Otherwise it is our turn, and the usual time runs.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import claim_timers, deciding, refund_rows
from helpdesk.actions.claims import Actor
from helpdesk.models import AgreedRemedy, Claim, Refund, ReturnShipment, Ticket
from helpdesk.rules import policy_counting, returns
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.refunds import BY_HAND, LEFT, OVER, payable
from helpdesk.rules.reminders import assumed_due
from helpdesk.rules.returns import ReturnState
from helpdesk.rules.states import ReminderKind

AT_THE_GATEWAY = timedelta(days=2)  # and no answer: somebody had better look
SPARE = timedelta(days=1)  # what is late is asked about by its own plan first


def follow(session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime) -> None:
    """Plan the claim's timer anew after money or goods have begun to move, or came to a stand."""
    if claim.state is not ClaimState.APPROVED:
        return
    plan = claim_timers.running(session, claim, ReminderKind.CLAIM_DUE)
    waited = plan is not None and bool(plan.facts.get("waits"))
    until = until_when(session, claim)
    timer, count, zone = claim_timers.timer_of(session, claim, at=at)
    if until is None:
        if not waited:
            return
        until, waits = policy_counting.after(timer.due, at, count, zone), False
    elif until <= at or (plan is not None and (plan.due_at == until or (plan.due_at > until and not waited))):
        return
    else:
        waits = True
    claim_timers.put(
        session,
        ticket,
        claim,
        ReminderKind.CLAIM_DUE,
        until,
        timer.on_timeout,
        actor=actor,
        at=at,
        waits=waits,
    )


def until_when(session: Session, claim: Claim) -> datetime | None:
    """When the last thing that an approved claim waits for is late; None where something is ours to do."""
    rows = session.scalars(
        select(AgreedRemedy).where(
            AgreedRemedy.claim_id == claim.id,
            AgreedRemedy.state.in_((RemedyState.AGREED, RemedyState.UNDER_WAY)),
        )
    )
    moments = [_late_at(session, row) for row in rows]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


def _late_at(session: Session, remedy: AgreedRemedy) -> datetime | None:
    if remedy.state is not RemedyState.UNDER_WAY:
        return None
    money = [row for row in refund_rows.of_remedy(session, remedy.id) if row.state not in OVER]
    if money:
        moments = [_money_late_at(row) for row in money]
        late = [moment for moment in moments if moment is not None]
        return max(late) if len(late) == len(moments) else None
    goods = session.scalars(
        select(ReturnShipment).where(
            ReturnShipment.remedy_id == remedy.id, ReturnShipment.state.in_(returns.LIVE)
        )
    ).first()
    if goods is None or goods.state is ReturnState.RECEIVED:
        return None
    if goods.state is ReturnState.AWAITING:
        return goods.send_by + SPARE
    claim, sent = session.get_one(Claim, remedy.claim_id), goods.tracked_at or goods.since
    return look_at(session, claim, "return_in_transit", returns.ON_THE_WAY_FOR, since=sent) + SPARE


def look_at(session: Session, claim: Claim, state: str, usual: timedelta, *, since: datetime) -> datetime:
    """When goods that are to come back are late, in this state since then: as the policy's timer says."""
    policy = deciding.policy_of(session, claim, at=since)
    timer = policy.timer(state) if policy else None
    if policy is None or timer is None:
        return since + usual
    return policy_counting.after(timer.due, since, policy.count, ZoneInfo(policy.timezone))


def _money_late_at(refund: Refund) -> datetime | None:
    """When a refund is late: at its gateway, or on its way; None where a person has to act."""
    if refund.chased_at is not None or payable(refund.state, by_hand=refund.gateway == BY_HAND):
        return None
    if refund.state in LEFT and refund.expected_at is not None:
        return assumed_due(refund.expected_at) + SPARE
    return (refund.submitted_at or refund.recorded_at) + AT_THE_GATEWAY
