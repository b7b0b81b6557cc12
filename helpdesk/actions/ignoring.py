"""Which mail becomes no entry, and the word for why."""

from datetime import datetime
from functools import cache
from hashlib import sha256

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, directory, merging, spam
from helpdesk.desk import Desk
from helpdesk.models import Entry, Mailbox, OutboxMessage, ReceivedMessage, Ticket
from helpdesk.models.messages import COPY_OF
from helpdesk.rules.states import EntryKind, ReceivedState
from mail import references
from mail.parse import parse
from mail.types import Incoming, Kind

NEVER_A_TICKET = {Kind.RECEIPT: "read_receipt"}


def because(
    session: Session,
    desk: Desk,
    mailbox: Mailbox,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    at: datetime,
) -> str | None:
    """Why this message is ignored, or None. A person's word outweighs all reasons but that of a copy.

    A mail that was sent to two of our mailboxes is one entry; the second receipt is told on its ticket. One
    that lay in the folder of junk and lies elsewhere now was moved by a person: it is no spam.
    """
    if not received.insisted:
        if _is_ours(session, desk, incoming):
            return "our_own_message"
        if _is_a_test(desk, incoming):
            return "test_of_a_mailbox"
        if incoming.kind in NEVER_A_TICKET:
            return NEVER_A_TICKET[incoming.kind]
    twin = _twin(session, desk, received, incoming)
    if twin is None:
        return None
    if twin.mailbox_id != mailbox.id and twin.ticket_id is not None:
        _tell(session, merging.final(session, twin.ticket_id), mailbox, at=at)
    if twin.mailbox_id == mailbox.id and twin.ticket_id is not None and twin.junk and not received.junk:
        _believe_who_moved_it(session, merging.final(session, twin.ticket_id), at=at)
    return f"{COPY_OF}{twin.id}"


def _is_ours(session: Session, desk: Desk, incoming: Incoming) -> bool:
    """We wrote it: the id alone is no proof, everybody whom we write to has read it."""
    if incoming.sender is None or not references.is_ours(incoming.message_id, secret=desk.secret):
        return False
    written = select(OutboxMessage.id).where(OutboxMessage.message_id == incoming.message_id)
    if session.scalar(written) is None:
        return False
    return incoming.sender.key in directory.all_addresses(session)


def _is_a_test(desk: Desk, incoming: Incoming) -> bool:
    """Sent by us to its own sender to see whether a mailbox works: its signed id names the ticket 0."""
    if incoming.sender is None or references.ticket_of(incoming.message_id, secret=desk.secret) != 0:
        return False
    return incoming.sender.key in {address.key for address in incoming.to}


def kept_id(incoming: Incoming) -> str:
    """As much of a Message-ID as its index takes: PostgreSQL counts bytes, and refuses 2,704 of them."""
    return incoming.message_id.encode()[:998].decode(errors="ignore")


def _tell(session: Session, ticket: Ticket, mailbox: Mailbox, *, at: datetime) -> None:
    """Nobody has spoken: the ticket keeps its place in the queue, and its time to be reopened."""
    stood_at = ticket.updated_at
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "also_arrived",
        actor=conversation.SERVER,
        at=at,
        facts={"mailbox": mailbox.name, "address": mailbox.address},
    )
    ticket.updated_at = stood_at


def _believe_who_moved_it(session: Session, ticket: Ticket, *, at: datetime) -> None:
    """Only against the provider's word: what an agent called spam stays so until an agent says otherwise."""
    marked = (
        select(Entry.actor)
        .where(Entry.ticket_id == ticket.id, Entry.verb == "marked_spam")
        .order_by(Entry.seq.desc())
    )
    if ticket.spam and session.scalar(marked.limit(1)) == conversation.SERVER:
        spam.unmark(session, ticket, actor=conversation.SERVER, at=at)


def _twin(
    session: Session, desk: Desk, received: ReceivedMessage, incoming: Incoming
) -> ReceivedMessage | None:
    """The same mail, if it is in a conversation already: in this mailbox first, then in the others."""
    ours = directory.mailbox_ids(session)
    names = {"sha256": received.sha256, "message_id": kept_id(incoming), "server_id": received.server_id}
    known_by = {name: value for name, value in names.items() if value}
    twins = session.scalars(
        _known_by(tuple(known_by)), {**known_by, "mailboxes": ours, "itself": received.id}
    )
    for twin in sorted(twins, key=lambda twin: twin.mailbox_id != received.mailbox_id):
        same_bytes = twin.sha256 == received.sha256
        if same_bytes or _has_one_name(twin, received) or _says_the_same(session, desk, twin, incoming):
            return twin
    return None


@cache
def _known_by(names: tuple[str, ...]) -> Select[ReceivedMessage]:
    """Asked for every message, so built once for each set of names that one may have."""
    ours = ReceivedMessage.mailbox_id.in_(bindparam("mailboxes", expanding=True))
    same = [ReceivedMessage.__table__.c[name] == bindparam(name) for name in names]
    return select(ReceivedMessage).where(
        # Mailboxes stand inside, so that SQLite looks into these indexes, not through all that is filed.
        or_(*(and_(ours, each) for each in same)),
        ReceivedMessage.id != bindparam("itself"),
        ReceivedMessage.state.in_((ReceivedState.FILED, ReceivedState.JOINED)),
    )


def _has_one_name(twin: ReceivedMessage, received: ReceivedMessage) -> bool:
    """The server calls both by one name: it is one mail in two folders, or moved from one to the other."""
    return bool(received.server_id) and (twin.server_id, twin.size) == (received.server_id, received.size)


def _says_the_same(session: Session, desk: Desk, twin: ReceivedMessage, incoming: Incoming) -> bool:
    """A used Message-ID alone is no proof: some programs use one again for another text."""
    entry = session.get(Entry, twin.entry_id) if twin.entry_id else None
    facts = entry.facts if entry else {}
    if entry is not None and (entry.kind is not EntryKind.RECEIVED or "forwarded_by" in facts):
        return _same_words(parse(desk.blobs.get(twin.sha256)), incoming)  # the entry says something else
    files = [(file["name"], file["sha256"]) for file in facts.get("attachments", [])]
    return (facts.get("from"), facts.get("subject"), facts.get("text"), files) == (
        incoming.sender.email if incoming.sender else "",
        incoming.subject,
        incoming.text,
        [(file.filename, sha256(file.content).hexdigest()) for file in incoming.attachments],
    )


def _same_words(one: Incoming, other: Incoming) -> bool:
    return (one.sender, one.subject, one.text, one.attachments) == (
        other.sender,
        other.subject,
        other.text,
        other.attachments,
    )
