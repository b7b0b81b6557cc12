"""A message in: bytes and cursor first, understanding second.

store   transaction A: what the server has under these UIDs, and the cursor past them, together
file    transaction B: one stored message opens or joins a ticket, or is ignored for a reason
park    what could not be filed waits with its bytes and its problem, and can be run again
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import (
    acknowledging,
    buyers,
    conversation,
    evidence,
    mailboxes,
    reminders,
    returned,
    sending,
    tickets,
)
from helpdesk.db import insert_missing
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError
from helpdesk.models import Entry, Mailbox, ReceivedMessage, Ticket
from helpdesk.rules import matching
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import EntryKind, ReceivedState, TicketState
from helpdesk.rules.thanks import says_only_thanks
from mail import authentication, classify, quoting, references
from mail.language import language
from mail.types import Incoming, Kind

NEVER_A_TICKET = {Kind.RECEIPT: "read_receipt", Kind.COMPLAINT: "abuse_report"}


class LeaseLostError(Exception):
    """Another worker reads this mailbox now; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One UID as the server gave it."""

    uid: int
    sha256: str  # "" when the server gave no bytes
    size: int
    internal_at: datetime | None
    problem: str = ""  # why there are no bytes, or not all of them


def store(
    session: Session,
    mailbox: Mailbox,
    arrivals: Sequence[Arrival],
    *,
    uidvalidity: int,
    up_to: int,
    owner: str,
    at: datetime,
) -> None:
    """Keep what arrived and move the cursor to `up_to`, both or neither. Raises LeaseLostError.

    Who gets on keeps the lease: a large folder takes longer to read than a lease lasts.
    """
    moved = session.execute(
        update(Mailbox)
        .where(
            Mailbox.id == mailbox.id,
            Mailbox.lease_owner == owner,
            Mailbox.uidvalidity == uidvalidity,
            Mailbox.last_uid < up_to,
        )
        .values(last_uid=up_to, leased_until=at + mailboxes.LEASE)
    )
    if getattr(moved, "rowcount", 0) != 1:
        raise LeaseLostError(f"mailbox {mailbox.id} is read by another worker")
    rows = [_row(mailbox, arrival, uidvalidity=uidvalidity, at=at) for arrival in arrivals]
    insert_missing(session, ReceivedMessage, rows)


def _row(mailbox: Mailbox, arrival: Arrival, *, uidvalidity: int, at: datetime) -> dict[str, object]:
    state = ReceivedState.PARKED if arrival.problem else ReceivedState.STORED
    return {
        "mailbox_id": mailbox.id,
        "folder": mailbox.folder,
        "uidvalidity": uidvalidity,
        "uid": arrival.uid,
        "sha256": arrival.sha256,
        "size": arrival.size,
        "internal_at": arrival.internal_at,
        "stored_at": at,
        "state": state,
        "problem": arrival.problem[:2000],
    }


def file(
    session: Session,
    desk: Desk,
    mailbox: Mailbox,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    at: datetime,
) -> None:
    """Make something of one stored message; what it became stands in the row afterwards."""
    if incoming.kind is Kind.COMPLAINT:
        complained = returned.record_complaint(session, incoming, mailbox_id=mailbox.id, at=at)
        if complained is not None:
            _settle(received, incoming, ReceivedState.JOINED, entry=complained)
            return
    why = _ignored_because(session, desk, mailbox, received, incoming)
    if why is not None:
        _settle(received, incoming, ReceivedState.IGNORED, because=why)
        return
    if reports := returned.reports(incoming):
        entry = returned.record_bounce(session, reports, incoming, mailbox_id=mailbox.id, at=at)
        if entry is not None:
            _settle(received, incoming, ReceivedState.JOINED, entry=entry)
            return
        if classify.came_as_a_report(incoming):  # else a person may have written it
            _settle(received, incoming, ReceivedState.IGNORED, because="bounce_of_a_message_that_is_not_ours")
            return
    verdict = authentication.verdict(incoming, authserv_id=mailbox.authserv_id)
    pointers = evidence.gather(session, desk, mailbox, incoming)
    decision = matching.decide(pointers, verdict, at=at)
    if isinstance(decision, matching.Join):
        ticket = tickets.hold(session, decision.ticket_id)
        entry = _record(session, desk, ticket, received, incoming, verified=str(verdict), at=at)
        _react(session, ticket, incoming, at=at)
        _settle(received, incoming, ReceivedState.JOINED, entry=entry)
        return
    ticket = _open(session, mailbox, received, incoming, decision, at=at)
    entry = _record(
        session, desk, ticket, received, incoming, verified=str(verdict), because=decision.because, at=at
    )
    acknowledging.acknowledge(session, desk, ticket, received, incoming, at=at)
    _settle(received, incoming, ReceivedState.FILED, entry=entry)


def park(received: ReceivedMessage, problem: str) -> None:
    """Set it aside with its bytes; the rest goes on."""
    received.state, received.problem = ReceivedState.PARKED, problem[:2000] or "no reason given"


def run_again(session: Session, received_id: int) -> None:
    """Put a parked message back in line. Raises ConflictError when there are no bytes to read."""
    received = session.get_one(ReceivedMessage, received_id, with_for_update=True, populate_existing=True)
    if received.state is not ReceivedState.PARKED:
        raise ConflictError("this message is not parked any more")
    if not received.sha256:
        raise ConflictError("the server never gave us the bytes of this message: look in the mailbox itself")
    received.state, received.problem, received.attempts = ReceivedState.STORED, "", 0


def _ignored_because(
    session: Session, desk: Desk, mailbox: Mailbox, received: ReceivedMessage, incoming: Incoming
) -> str | None:
    if references.ticket_of(incoming.message_id, secret=desk.secret) is not None:
        return "our_own_message"
    if incoming.kind in NEVER_A_TICKET:
        return NEVER_A_TICKET[incoming.kind]
    known_by = [ReceivedMessage.sha256 == received.sha256]
    if incoming.message_id:
        known_by.append(ReceivedMessage.message_id == _kept_id(incoming))
    twins = session.scalars(
        select(ReceivedMessage).where(
            # The mailbox stands inside, so that SQLite looks into two indexes, not through all that is filed.
            or_(*(and_(ReceivedMessage.mailbox_id == mailbox.id, same) for same in known_by)),
            ReceivedMessage.id != received.id,
            ReceivedMessage.state.in_((ReceivedState.FILED, ReceivedState.JOINED)),
        )
    )
    for twin in twins:
        if twin.sha256 == received.sha256 or _says_the_same(session, twin, incoming):
            return f"copy_of_{twin.id}"
    return None


def _kept_id(incoming: Incoming) -> str:
    """As much of a Message-ID as its index takes: PostgreSQL counts bytes, and refuses 2,704 of them."""
    return incoming.message_id.encode()[:998].decode(errors="ignore")


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


def _open(
    session: Session,
    mailbox: Mailbox,
    received: ReceivedMessage,
    incoming: Incoming,
    decision: matching.Open,
    *,
    at: datetime,
) -> Ticket:
    locale = language(f"{incoming.subject}\n{incoming.text}")
    buyer = buyers.of_address(session, incoming.sender, locale=locale, at=at, else_key=received.sha256[:16])
    return tickets.open_ticket(
        session,
        mailbox,
        buyer,
        subject=incoming.subject,
        locale=locale,
        at=at,
        follows_id=decision.follows_id,
    )


def _record(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    verified: str,
    at: datetime,
    because: str = "",
) -> Entry:
    split = quoting.split(incoming.text)
    ticket.preview = sending.preview(split.new or incoming.subject)
    facts = {
        "from": incoming.sender.email if incoming.sender else "",
        "from_name": incoming.sender.name if incoming.sender else "",
        "to": [address.email for address in incoming.to],
        "cc": [address.email for address in incoming.cc],
        "subject": incoming.subject,
        "text": incoming.text,
        "new": split.new,
        "quoted": split.quoted,
        "html": bool(incoming.html),
        "message_id": incoming.message_id,
        "references": list(incoming.references),
        "sent_at": incoming.sent_at.isoformat() if incoming.sent_at else None,
        "kind": str(incoming.kind),
        "verified": verified,
        "opened_because": because,
        "defects": list(incoming.defects),
        "raw_sha256": received.sha256,
    }
    return conversation.record(
        session,
        ticket,
        EntryKind.RECEIVED,
        "received",
        actor=conversation.buyer(ticket.buyer_id),
        at=at,
        facts=facts,
        attachments=conversation.keep(desk.blobs, incoming.attachments),
    )


def _react(session: Session, ticket: Ticket, incoming: Incoming, *, at: datetime) -> None:
    """A person's answer makes it our turn and planned mail pointless; a machine's changes nothing.

    The state is asked of the ticket that is held: while we waited for it, a colleague may have moved it.
    """
    if incoming.kind is not Kind.HUMAN:
        return
    if ticket.state in (TicketState.SOLVED, TicketState.CLOSED) and _is_thanks(incoming):
        return
    actor = conversation.buyer(ticket.buyer_id)
    reminders.withdraw(session, ticket, Reason.BUYER_WROTE, actor=actor, at=at)
    if matching.reopens(ticket.state):
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)


def _is_thanks(incoming: Incoming) -> bool:
    return says_only_thanks(quoting.split(incoming.text).new, files=len(incoming.attachments))


def _settle(
    received: ReceivedMessage,
    incoming: Incoming,
    state: ReceivedState,
    *,
    entry: Entry | None = None,
    because: str = "",
) -> None:
    """Everything about the row in one place at the end, so that it is written once."""
    received.message_id = _kept_id(incoming)
    received.state, received.ignored_because = state, because
    if entry is not None:
        received.ticket_id, received.entry_id = entry.ticket_id, entry.id
