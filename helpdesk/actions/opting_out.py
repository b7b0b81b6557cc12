"""A buyer wants no more surveys: honoured at once, for every matter of theirs, now and later."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.actions import conversation, outbox, reminders, tickets
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import Buyer, Entry, OutboxMessage, Survey, Ticket
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import EntryKind, OutboxState, ReminderKind


def address(desk: Desk, survey: Survey) -> str:
    """What stands in List-Unsubscribe of a survey's letter (RFC 8058), and in the letter."""
    return links.url(desk, links.Purpose.STOP, survey.id)


def has_opted_out(ticket: Ticket) -> bool:
    return ticket.buyer.no_surveys_since is not None


def stop(session: Session, survey_id: int, *, at: datetime) -> Buyer:
    """Ask this buyer nothing more. Saying so twice changes nothing. Raises NotFoundError.

    Letters of this kind that are planned, or written and not yet handed over, are taken back.
    """
    survey = session.get(Survey, survey_id)
    if survey is None:
        raise NotFoundError("there is no such survey")
    ticket = tickets.hold(session, survey.ticket_id)
    buyer = session.get_one(Buyer, ticket.buyer_id, with_for_update=True, populate_existing=True)
    if buyer.no_surveys_since is not None:
        return buyer
    buyer.no_surveys_since = at
    actor = conversation.buyer(buyer.id)
    conversation.record(
        session, ticket, EntryKind.EVENT, "surveys_stopped", actor=actor, at=at, facts={"survey": survey_id}
    )
    theirs = select(Ticket.id).where(Ticket.buyer_id == buyer.id).order_by(Ticket.id)
    for ticket_id in session.scalars(theirs).all():
        _take_back(session, tickets.hold(session, ticket_id), actor=actor, at=at)
    return buyer


def _take_back(session: Session, ticket: Ticket, *, actor: str, at: datetime) -> None:
    reminders.withdraw(session, ticket, Reason.OPTED_OUT, actor=actor, at=at, kind=ReminderKind.SURVEY)
    waiting = select(OutboxMessage.id).where(
        OutboxMessage.ticket_id == ticket.id,
        OutboxMessage.state == OutboxState.QUEUED,
        OutboxMessage.entry_id.in_(
            select(Entry.id).where(Entry.ticket_id == ticket.id, Entry.verb == str(ReminderKind.SURVEY))
        ),
    )
    for row_id in session.scalars(waiting).all():
        try:
            outbox.withdraw(session, ticket, row_id, actor=actor, at=at)
        except ConflictError:  # it was handed over in this very moment
            continue
