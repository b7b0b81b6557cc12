"""A plan about a claim is due: remind the buyer, end an offer, close what stayed silent, or ask a lead."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import (
    claim_circumstances,
    claim_letters,
    claim_progress,
    claim_steps,
    claim_timers,
    claims,
    offers,
    refund_rows,
    reminders,
    sending,
    telling,
)
from helpdesk.actions.claim_waits import SPARE
from helpdesk.actions.claims import DESK
from helpdesk.desk import Desk
from helpdesk.models import Claim, Reminder, Ticket
from helpdesk.rules import policy_counting
from helpdesk.rules.claim_timing import AGAIN
from helpdesk.rules.claims import BUYERS_TURN, ClaimState, Event
from helpdesk.rules.refunds import LEFT
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import RefundState, ReminderKind, WaitingOn


def carry_out(session: Session, desk: Desk, ticket: Ticket, reminder: Reminder, *, at: datetime) -> bool:
    """A plan about a claim is due on a held ticket; True when it was done by us."""
    claim, _ = claims.hold(session, reminder.claim_id or 0)
    of_mail = reminder.kind is ReminderKind.CLAIM_REMINDER
    because = _not_to_be_reminded(session, ticket, at=at) if of_mail else None
    if because is not None:
        reminders.withdraw(session, ticket, because, actor=DESK.name, at=at, reminder_id=reminder.id)
        return False
    if not reminders.finish(session, reminder, at=at):
        return False
    match reminder.kind:
        case ReminderKind.CLAIM_REMINDER:
            words = str(reminder.facts.get("words", ""))
            _remind(session, desk, ticket, claim, words=words, at=at)
        case ReminderKind.OFFER_EXPIRY:
            offer = claim_circumstances.open_offer(session, claim)
            if offer is not None and claim.state is ClaimState.OFFERED:
                event = Event.LET_OFFER_EXPIRE
                offers.answer_otherwise(
                    session, desk, ticket, claim, offer, event, actor=DESK, way="clock", at=at
                )
        case _:
            _time_out(session, desk, ticket, claim, str(reminder.facts.get("then", "escalate")), at=at)
    return True


def _not_to_be_reminded(session: Session, ticket: Ticket, *, at: datetime) -> Reason | None:
    """Why no letter says that we wait for her: she cannot be told, or has spoken and was not answered."""
    stopped = sending.stops(session, ticket, at=at)
    if stopped is None and claim_circumstances.spoke_last(session, ticket):
        return Reason.BUYER_WROTE
    return stopped


def _time_out(session: Session, desk: Desk, ticket: Ticket, claim: Claim, then: str, *, at: datetime) -> None:
    """What the policy wants when a claim has stayed too long where it is."""
    followed = _money_is_followed_until(session, claim)
    if followed is not None:
        kind, again = ReminderKind.CLAIM_DUE, "escalate"
        claim_timers.put(session, ticket, claim, kind, followed, again, actor=DESK, at=at, waits=True)
        return
    if claim.urgent == "legal":
        then = "escalate"  # a declaration under law does not lapse because nobody answered us
    again = "escalate"
    because = _not_to_be_reminded(session, ticket, at=at) if then in ("close", "remind") else None
    if because is not None:  # nobody is closed out who cannot be told, or who spoke last: a person looks
        again = then if because is Reason.BUYER_WROTE else again  # answered, she may fall silent
        then = "escalate"
    if then == "close" and claim.state in (ClaimState.AWAITING_BUYER, ClaimState.NEEDS_LINK):
        if not claim_circumstances.gather(session, ticket, claim, at=at).warned:
            _remind_first(session, desk, ticket, claim, at=at)
            return
        claim_letters.closed(session, desk, ticket, claim, actor=DESK, withdrawn=False, at=at)
        claim_steps.move(session, ticket, claim, Event.STAY_SILENT, actor=DESK, at=at)
        return
    if then == "remind" and claim.state in BUYERS_TURN:
        _remind_first(session, desk, ticket, claim, at=at)
        return
    if then == "approve" and claim.state is ClaimState.AWAITING_DECISION:
        claim_progress.go_on(session, desk, ticket, claim, at=at)
        if claim.state is not ClaimState.AWAITING_DECISION:
            return
    _put_before_a_lead(session, ticket, claim, then=again, at=at)


def _money_is_followed_until(session: Session, claim: Claim) -> datetime | None:
    """Nobody need look at a claim all of whose money has left and is asked about: until that has an end."""
    if claim_steps.waits_for(session, claim) is not WaitingOn.BANK:
        return None
    ends = []
    for refund in refund_rows.live_of_claim(session, claim):
        plans = reminders.of_refund(session, refund.id)
        ends_by_itself = [each for each in plans if each.resting_due_at is None]
        silence = [each.due_at for each in ends_by_itself if each.kind is ReminderKind.ARRIVAL_ASSUMED]
        if refund.state not in LEFT or (refund.state is RefundState.SUCCEEDED and not silence):
            return None
        ends += silence
    return max(ends) + SPARE if ends else None


def _remind(session: Session, desk: Desk, ticket: Ticket, claim: Claim, *, words: str, at: datetime) -> None:
    """One that comes late still leaves time to answer; of an offer that has ended nobody is reminded.

    Nor is a buyer of whom nothing of the order may be told: the matter was merged, and is answered to her.
    """
    until = claim_timers.due_of(session, claim)
    if claim.state is ClaimState.OFFERED:
        if until is not None and until > at and telling.may(session, ticket, claim.order_id):
            claim_letters.reminder(session, desk, ticket, claim, actor=DESK, until=until, said=words, at=at)
    elif until is None or until - at < (_end_after_warning(session, claim, at=at) - at) / 2:
        _warn(session, desk, ticket, claim, words=words, at=at)
    else:
        claim_letters.reminder(session, desk, ticket, claim, actor=DESK, until=until, said=words, at=at)


def _remind_first(session: Session, desk: Desk, ticket: Ticket, claim: Claim, *, at: datetime) -> None:
    """Nobody is closed out unwarned: the reminder goes now, and the time runs once more."""
    reminder = claim_timers.put(
        session, ticket, claim, ReminderKind.CLAIM_REMINDER, at, "", actor=DESK, at=at
    )
    reminders.finish(session, reminder, at=at)
    _warn(session, desk, ticket, claim, at=at)


def _warn(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, *, words: str = "", at: datetime
) -> None:
    """Write what we wait for, and wait as long as a warning in time would have left."""
    timer, _, _ = claim_timers.timer_of(session, claim, at=at)
    due_at = _end_after_warning(session, claim, at=at)
    claim_letters.reminder(session, desk, ticket, claim, actor=DESK, until=due_at, said=words, at=at)
    claim_timers.put(
        session, ticket, claim, ReminderKind.CLAIM_DUE, due_at, timer.on_timeout, actor=DESK, at=at
    )


def _end_after_warning(session: Session, claim: Claim, *, at: datetime) -> datetime:
    timer, count, zone = claim_timers.timer_of(session, claim, at=at)
    return policy_counting.after(timer.warn[0] if timer.warn else timer.due, at, count, zone)


def _put_before_a_lead(session: Session, ticket: Ticket, claim: Claim, *, then: str, at: datetime) -> None:
    claims.change_claim(
        session,
        ticket,
        claim,
        "claim_overdue",
        actor=DESK,
        at=at,
        facts={"state": claim.state, "since": claim.since.isoformat()},
        urgent=claim.urgent or "overdue",
    )
    _, count, zone = claim_timers.timer_of(session, claim, at=at)
    due_at = policy_counting.after(AGAIN, at, count, zone)
    claim_timers.put(session, ticket, claim, ReminderKind.CLAIM_DUE, due_at, then, actor=DESK, at=at)
