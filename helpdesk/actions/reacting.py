"""What a mail that joins does to its ticket: it is our turn, and planned mail is pointless."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import reminders, tickets
from helpdesk.models import ReceivedMessage, Ticket
from helpdesk.rules import matching
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import TicketState
from helpdesk.rules.thanks import says_only_thanks
from mail import quoting
from mail.types import Incoming, Kind


def react(
    session: Session,
    ticket: Ticket,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    actor: str,
    at: datetime,
) -> None:
    """A person's answer makes it our turn and planned mail pointless; a machine's changes nothing.

    The state is asked of the ticket that is held: while we waited for it, a colleague may have moved it.
    """
    if incoming.kind is not Kind.HUMAN and not received.insisted:
        return
    if ticket.state in (TicketState.SOLVED, TicketState.CLOSED) and _is_thanks(incoming):
        return
    reminders.withdraw(session, ticket, Reason.BUYER_WROTE, actor=actor, at=at)
    if matching.reopens(ticket.state):
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)


def _is_thanks(incoming: Incoming) -> bool:
    return says_only_thanks(quoting.of(incoming).new, files=len(incoming.attachments))
