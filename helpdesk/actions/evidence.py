"""Which tickets a message points at: the facts that `rules.matching` decides on."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.desk import Desk
from helpdesk.models import BuyerAddress, Mailbox, ReceivedMessage, Ticket
from helpdesk.rules.matching import Evidence, Strength, numbers_in
from mail import references
from mail.types import Incoming


def gather(session: Session, desk: Desk, mailbox: Mailbox, incoming: Incoming) -> tuple[Evidence, ...]:
    """Strongest first; among equals the newest reference first. Looks only into this mailbox."""
    newest_first = tuple(reversed(incoming.references))
    ours = (references.ticket_of(message_id, secret=desk.secret) for message_id in newest_first)
    found = [
        (Strength.OURS, (number for number in ours if number is not None)),
        (Strength.THEIRS, _of_known_mail(session, mailbox, newest_first)),
        (Strength.NUMBER, numbers_in(incoming.subject)),
    ]
    evidence: dict[int, Evidence] = {}
    for strength, numbers in found:
        for number in numbers:
            if number not in evidence and (item := _evidence(session, mailbox, incoming, number, strength)):
                evidence[number] = item
    return tuple(evidence.values())


def _of_known_mail(session: Session, mailbox: Mailbox, message_ids: tuple[str, ...]) -> Iterable[int]:
    if not message_ids:
        return ()
    rows = session.execute(
        select(ReceivedMessage.message_id, ReceivedMessage.ticket_id).where(
            ReceivedMessage.mailbox_id == mailbox.id,
            ReceivedMessage.message_id.in_(message_ids),
            ReceivedMessage.ticket_id.is_not(None),
        )
    )
    place = {message_id: position for position, message_id in enumerate(message_ids)}
    return [row.ticket_id for row in sorted(rows, key=lambda row: place[row.message_id])]


def _evidence(
    session: Session, mailbox: Mailbox, incoming: Incoming, number: int, strength: Strength
) -> Evidence | None:
    ticket = session.get(Ticket, number) if number < 2**31 else None
    if ticket is None or ticket.mailbox_id != mailbox.id:
        return None
    return Evidence(
        ticket_id=ticket.id,
        strength=strength,
        state=ticket.state,
        updated_at=ticket.updated_at,
        sender_is_participant=_participates(session, ticket, incoming),
    )


def _participates(session: Session, ticket: Ticket, incoming: Incoming) -> bool:
    """The buyer of the ticket, by any address known as theirs. A Cc makes nobody a participant."""
    if incoming.sender is None:
        return False
    owner = session.scalar(select(BuyerAddress.buyer_id).where(BuyerAddress.key == incoming.sender.key))
    return owner == ticket.buyer_id
