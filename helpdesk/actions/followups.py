"""What a plan becomes when it is due: a letter in the buyer's language, sent once."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import letters, links
from helpdesk.actions import (
    claim_clock,
    claim_timers,
    conversation,
    later,
    opting_out,
    overdue,
    refund_arrivals,
    refund_letters,
    refund_plans,
    reminders,
    resting,
    sending,
    surveys,
    tickets,
)
from helpdesk.desk import Desk
from helpdesk.letters import Letter, words
from helpdesk.models import Mailbox, Refund, Reminder, Survey, Ticket
from helpdesk.rules.refunds import OVER
from helpdesk.rules.reminders import Reason, is_too_late
from helpdesk.rules.states import RefundState, ReminderKind, ReminderState
from mail.compose import can_be_written_to


def carry_out(session: Session, desk: Desk, reminder_id: int, ticket_id: int, *, at: datetime) -> bool:
    """Turn one due plan into mail. False when somebody else has, or when it is pointless by now."""
    ticket = tickets.hold(session, ticket_id)
    reminder = session.get_one(Reminder, reminder_id, populate_existing=True)
    if reminder.state is not ReminderState.PLANNED or reminder.due_at > at:
        return False
    if reminder.kind is ReminderKind.TASK_DUE:
        return overdue.carry_out(session, desk, ticket, reminder, at=at)
    if reminder.kind is ReminderKind.REPLY_LATER:
        return later.carry_out(session, desk, ticket, reminder, at=at)
    if reminder.kind in claim_timers.OURS:
        return claim_clock.carry_out(session, desk, ticket, reminder, at=at)
    if reminder.kind is ReminderKind.ARRIVAL_ASSUMED:
        return _end_silence(session, ticket, reminder, at=at)
    pointless = _pointless(session, ticket, reminder, at=at)
    if pointless is not None:
        reminders.withdraw(
            session, ticket, pointless, actor=conversation.CLOCK, at=at, reminder_id=reminder.id
        )
        return False
    if not reminders.finish(session, reminder, at=at):
        return False
    survey = surveys.ask(session, ticket, at=at) if reminder.kind is ReminderKind.SURVEY else None
    sending.send(
        session,
        desk,
        ticket,
        _letter(session, desk, ticket, reminder, survey),
        verb=reminder.kind,
        actor=conversation.CLOCK,
        at=at,
        due_at=at,
        reason=f"reminder:{reminder.id}",
        automatic="auto-generated",
        unsubscribe_url=opting_out.address(desk, survey) if survey else "",
    )
    return True


def _end_silence(session: Session, ticket: Ticket, reminder: Reminder, *, at: datetime) -> bool:
    """Not mail, and never too late: what nobody denies, the gateway least of all, has arrived."""
    settled = _settled(session, ticket, reminder)
    if settled is not None:
        reminders.withdraw(session, ticket, settled, actor=conversation.CLOCK, at=at, reminder_id=reminder.id)
        return False
    refund = session.get_one(Refund, reminder.facts["refund"], populate_existing=True)
    if refund_plans.ask_first(session, ticket, refund, reminder, at=at) or not reminders.finish(
        session, reminder, at=at
    ):
        return False
    still_gone = refund_plans.is_still_gone(refund, reminder, at=at)
    refund_arrivals.end_silence(session, ticket, refund, still_gone=still_gone, at=at)
    return False  # no letter


def _pointless(session: Session, ticket: Ticket, reminder: Reminder, *, at: datetime) -> Reason | None:
    if is_too_late(reminder.due_at, at=at):
        return Reason.OUT_OF_DATE
    if session.get_one(Mailbox, ticket.mailbox_id).removed_at is not None:
        return Reason.MAILBOX_REMOVED
    settled = _settled(session, ticket, reminder)
    if settled is not None:
        return settled
    because = sending.stops(session, ticket, at=at)
    if because is not None or not can_be_written_to(ticket.address):
        return because or Reason.SUPPRESSED
    if reminder.kind is ReminderKind.SURVEY and opting_out.has_opted_out(ticket):
        return Reason.OPTED_OUT
    if reminder.kind is ReminderKind.SURVEY and resting.is_unread(session, ticket):
        return Reason.BUYER_WROTE  # nobody is asked how it was who waits for an answer
    return None


def _settled(session: Session, ticket: Ticket, reminder: Reminder) -> Reason | None:
    """What has become of the refund that a plan is about: one buyer is never asked about another's money."""
    refund = session.get(Refund, reminder.facts.get("refund", 0))
    if refund is None:
        return None
    if refund.ticket_id != ticket.id:
        return Reason.SEPARATED
    asks_whether_it_came = reminder.kind is not ReminderKind.SURVEY
    if refund.state in OVER:
        return Reason.BY_HAND if refund.mistaken else Reason.REVERSED
    if refund.chased_at is not None:
        return Reason.NOT_ARRIVED
    if not asks_whether_it_came:
        return None
    if refund.state is RefundState.ARRIVED and not _is_asked_again(reminder, refund):
        return Reason.ARRIVED
    return None if refund_letters.may_be_told(session, ticket, refund) else _untold(reminder)


def _is_asked_again(reminder: Reminder, refund: Refund) -> bool:
    """It was assumed to be there, the buyer denied it, and the bank has said where it is."""
    return reminder.kind is ReminderKind.ARRIVAL_CHECK and refund.arrival_assumed


def _untold(reminder: Reminder) -> Reason | None:
    """Only the question is mail: that nobody could be asked is for the end of the silence to find out."""
    return Reason.UNVERIFIED if reminder.kind is ReminderKind.ARRIVAL_CHECK else None


def _letter(
    session: Session, desk: Desk, ticket: Ticket, reminder: Reminder, survey: Survey | None
) -> Letter:
    if survey is not None:
        return letters.render(
            "survey",
            ticket.locale,
            name=ticket.buyer.name,
            subject=ticket.subject or ticket.tag,
            link=links.url(desk, links.Purpose.SURVEY, survey.id),
            until=words.day(survey.expires_at, ticket.locale, desk.zone),
            stop=opting_out.address(desk, survey),
            shop=desk.shop_name,
        )
    refund = session.get_one(Refund, reminder.facts["refund"])
    question = refund_letters.question(session, desk, ticket, refund)
    return letters.with_words(question, str(reminder.facts.get("words", "")))
