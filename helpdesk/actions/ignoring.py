"""Which mail becomes no entry, and the word for why."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from helpdesk.desk import Desk
from helpdesk.models import Entry, Mailbox, ReceivedMessage
from helpdesk.models.messages import COPY_OF
from helpdesk.rules.states import ReceivedState
from mail import references
from mail.types import Incoming, Kind

NEVER_A_TICKET = {Kind.RECEIPT: "read_receipt", Kind.COMPLAINT: "abuse_report"}


def because(
    session: Session, desk: Desk, mailbox: Mailbox, received: ReceivedMessage, incoming: Incoming
) -> str | None:
    """Why this message is ignored, or None. A person's word outweighs all reasons but that of a copy."""
    if not received.insisted:
        if references.ticket_of(incoming.message_id, secret=desk.secret) is not None:
            return "our_own_message"
        if incoming.kind in NEVER_A_TICKET:
            return NEVER_A_TICKET[incoming.kind]
    twin = _twin(session, mailbox, received, incoming)
    return f"{COPY_OF}{twin.id}" if twin else None


def kept_id(incoming: Incoming) -> str:
    """As much of a Message-ID as its index takes: PostgreSQL counts bytes, and refuses 2,704 of them."""
    return incoming.message_id.encode()[:998].decode(errors="ignore")


def _twin(
    session: Session, mailbox: Mailbox, received: ReceivedMessage, incoming: Incoming
) -> ReceivedMessage | None:
    """The same mail, if it is in a conversation already."""
    known_by = [ReceivedMessage.sha256 == received.sha256]
    if incoming.message_id:
        known_by.append(ReceivedMessage.message_id == kept_id(incoming))
    if received.server_id:
        known_by.append(ReceivedMessage.server_id == received.server_id)
    twins = session.scalars(
        select(ReceivedMessage).where(
            # The mailbox stands inside, so that SQLite looks into two indexes, not through all that is filed.
            or_(*(and_(ReceivedMessage.mailbox_id == mailbox.id, same) for same in known_by)),
            ReceivedMessage.id != received.id,
            ReceivedMessage.state.in_((ReceivedState.FILED, ReceivedState.JOINED)),
        )
    )
    for twin in twins:
        same_bytes = twin.sha256 == received.sha256
        if same_bytes or _has_one_name(twin, received) or _says_the_same(session, twin, incoming):
            return twin
    return None


def _has_one_name(twin: ReceivedMessage, received: ReceivedMessage) -> bool:
    """The server calls both by one name: it is one mail in two folders, or moved from one to the other."""
    return bool(received.server_id) and (twin.server_id, twin.size) == (received.server_id, received.size)


def _says_the_same(session: Session, twin: ReceivedMessage, incoming: Incoming) -> bool:
    """A used Message-ID alone is no proof: some programs use one again for another text."""
    entry = session.get(Entry, twin.entry_id) if twin.entry_id else None
    facts = entry.facts if entry else {}
    files = [file["name"] for file in facts.get("attachments", [])]
    return (facts.get("subject"), facts.get("text"), files) == (
        incoming.subject,
        incoming.text,
        [file.filename for file in incoming.attachments],
    )
