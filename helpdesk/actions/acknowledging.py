"""Answer at once: one acknowledgement per ticket, or an entry that says why there is none."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import letters
from helpdesk.actions import conversation, mailboxes, sending, suppressions
from helpdesk.desk import Desk
from helpdesk.models import Mailbox, ReceivedMessage, Ticket
from helpdesk.rules.answering import Circumstances, withheld_because
from helpdesk.rules.states import EntryKind
from mail.compose import can_be_written_to
from mail.types import Incoming, Verdict


def acknowledge(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    verdict: Verdict,
    at: datetime,
    forwarded: bool = False,
) -> None:
    """Acknowledge the message that opened this ticket, if it may be answered by a machine.

    `forwarded`: a colleague passed it on, and will answer for herself.
    """
    if received.quiet:
        return  # an archive says nothing about each of its mails
    circumstances = _circumstances(
        session, ticket, received, incoming, verdict=verdict, forwarded=forwarded, at=at
    )
    because = withheld_because(incoming, circumstances)
    if because is not None:
        conversation.record(
            session,
            ticket,
            EntryKind.EVENT,
            "not_acknowledged",
            actor=conversation.CLOCK,
            at=at,
            facts={"because": because},
        )
        return
    letter = letters.render(
        "acknowledgement",
        ticket.locale,
        subject=ticket.subject or ticket.tag,
        name=ticket.buyer.name,
        tag=ticket.tag,
        shop=desk.shop_name,
    )
    sending.send(
        session,
        desk,
        ticket,
        letter,
        verb="acknowledged",
        actor=conversation.CLOCK,
        at=at,
        due_at=at,
        reason=f"acknowledgement:{ticket.id}",
        automatic="auto-replied",
    )


def _circumstances(
    session: Session,
    ticket: Ticket,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    verdict: Verdict,
    forwarded: bool,
    at: datetime,
) -> Circumstances:
    address = incoming.sender.email if incoming.sender else ""
    written_to = sending.buyer_address(ticket).email
    return Circumstances(
        quiet=received.quiet,
        forwarded=forwarded,
        spam=ticket.spam,
        mailbox_removed=session.get_one(Mailbox, ticket.mailbox_id).removed_at is not None,
        names_sender=bool(incoming.header("From").strip()),
        received_at=received.internal_at,
        at=at,
        can_be_written_to=can_be_written_to(address),
        our_addresses=mailboxes.all_addresses(session),
        suppressed=suppressions.stops_all(session, written_to, at=at),
        automatic_mail_today=suppressions.automatic_today(session, written_to, at=at),
        automatic_mail_this_hour=suppressions.automatic_this_hour(session, at=at),
        verdict=verdict,
    )
