"""A message in: bytes and cursor first, understanding second.

arrivals.store   transaction A: what the server has under these UIDs, and the cursor past them, together
file             transaction B: one stored message opens or joins a ticket, or is ignored for a reason
park             what could not be filed waits with its bytes and its problem, until by_hand.run_again
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.actions import (
    acknowledging,
    buyers,
    claim_intake,
    conversation,
    evidence,
    ignoring,
    importing,
    joining,
    linking,
    notifying,
    reacting,
    returned,
    sending,
    spam,
    staff_links,
    staff_mail,
    tickets,
)
from helpdesk.desk import Desk
from helpdesk.models import Buyer, Entry, Mailbox, ReceivedMessage, Ticket
from helpdesk.rules import archives, matching
from helpdesk.rules.states import EntryKind, ReceivedState, TicketState
from mail import attachments, authentication, classify, junk, quoting, references
from mail.language import language
from mail.types import Incoming, Kind, Verdict


def file(
    session: Session,
    desk: Desk,
    mailbox: Mailbox,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    at: datetime,
) -> None:
    """Make something of one stored message; what it became stands in the row afterwards. Entries are written
    now; a ticket made of imported mail stands where the mail's own time puts it."""
    staff_links.burn(session, incoming, at=at)
    why = ignoring.because(session, desk, mailbox, received, incoming, at=at)
    if why is not None:
        _settle(received, incoming, ReceivedState.IGNORED, because=why)
        return
    if not received.insisted and _is_about_our_mail(session, mailbox, received, incoming, at=at):
        return
    if (came_at := importing.came_at(incoming, at=at) if received.imported else None) is not None:
        received.came_at = came_at
    verdict = authentication.verdict(incoming, authserv_id=mailbox.authserv_id)
    staff = staff_mail.read(session, desk, received, incoming, verdict)
    if staff.ignored_because:
        _settle(received, incoming, ReceivedState.IGNORED, because=staff.ignored_because)
        return
    if staff.answer is not None:
        entry = staff_mail.reply(session, desk, received, incoming, staff.answer, at=at)
        _settle(received, incoming, ReceivedState.JOINED, entry=entry)
        return
    if staff.forwarded is not None:
        verdict = Verdict.NONE  # the server has checked who passed it on, and nobody who wrote it
    if thread := references.thread_root(incoming.header("Thread-Index")):
        received.thread_root = thread
    sender = buyers.owner(session, staff.seen.sender.key) if staff.seen.sender else None
    pointers = evidence.gather(
        session, desk, mailbox, staff.seen, sender=sender, thread=thread, at=came_at or at
    )
    believed = matching.believed(verdict, archived=received.archived)
    decision = staff.settle(matching.decide(pointers, believed, at=came_at or at))
    if isinstance(decision, matching.Join):
        place = joining.place(session, decision, incoming)
        ticket, stood_at = place.ticket, place.ticket.updated_at
        entry = _record(
            session,
            desk,
            place.its_own,
            received,
            incoming,
            actor=place.author,
            verified=verdict,
            names_too=decision.names_too,
            at=at,
        )
        linking.look(
            session, desk, ticket, entry, received, incoming, verdict=believed, at=at, says_so_itself=True
        )
        news = joining.point_at(session, entry, place, at=at)
        if not _is_past(received, at=at):
            reacting.react(session, ticket, received, incoming, actor=place.author, at=at)
            claim_intake.note_mail(session, desk, ticket, entry, received, incoming, at=at)
        _settle(received, incoming, ReceivedState.JOINED, entry=entry)
    else:
        ticket = _open(session, mailbox, received, staff.seen, decision, sender, at=at)
        stood_at = ticket.created_at
        entry = _record(
            session,
            desk,
            ticket,
            received,
            staff.seen,
            actor=conversation.buyer(ticket.buyer_id),
            verified=verdict,
            because=decision.because,
            more=staff.facts(incoming),
            at=at,
        )
        because = received.folder if received.junk else junk.said_by(incoming)
        if because and staff.forwarded is None:
            spam.mark(session, ticket, actor=conversation.SERVER, at=at, because=because)
        staff_mail.note_what_stands_above(session, desk, ticket, staff, at=at)
        order_words = linking.look(
            session,
            desk,
            ticket,
            entry,
            received,
            staff.seen,
            verdict=Verdict.NONE if staff.forwarded is not None else believed,
            forwarded=staff.forwarded is not None,
            opened=True,
            at=at,
        )
        claim = claim_intake.note_mail(session, desk, ticket, entry, received, staff.seen, opened=True, at=at)
        acknowledging.acknowledge(
            session,
            desk,
            ticket,
            received,
            staff.seen,
            entry,
            verdict=verdict,
            forwarded=staff.forwarded is not None,
            order_words=order_words,
            claim=claim,
            at=at,
        )
        if _is_past(received, at=at):
            tickets.move(session, ticket, TicketState.SOLVED, actor=conversation.CLOCK, at=at)
        _settle(received, incoming, ReceivedState.FILED, entry=entry)
        news = entry
    notifying.plan(session, ticket, news, received, staff.seen, at=at, knows_it=staff.by)
    if came_at is not None:
        ticket.updated_at = max(stood_at, came_at)


def _is_about_our_mail(
    session: Session, mailbox: Mailbox, received: ReceivedMessage, incoming: Incoming, *, at: datetime
) -> bool:
    """Whether it was a bounce or a complaint, and is settled. Words alone may be a person's: those go on."""
    entry, because = None, ""
    if incoming.kind is Kind.COMPLAINT:
        entry = returned.record_complaint(session, incoming, mailbox_id=mailbox.id, at=at)
        because = "abuse_report"
    elif reports := returned.reports(incoming):
        entry = returned.record_bounce(session, reports, incoming, mailbox_id=mailbox.id, at=at)
        because = "bounce_of_a_message_that_is_not_ours" if classify.came_as_a_report(incoming) else ""
    if entry is not None:
        _settle(received, incoming, ReceivedState.JOINED, entry=entry)
    elif because:
        _settle(received, incoming, ReceivedState.IGNORED, because=because)
    return entry is not None or bool(because)


def _is_past(received: ReceivedMessage, *, at: datetime) -> bool:
    """Mail of an archive that makes it nobody's turn any more."""
    return (
        received.archived and received.came_at is not None and archives.asks_nothing(received.came_at, at=at)
    )


def park(received: ReceivedMessage, problem: str) -> None:
    """Set it aside with its bytes; the rest goes on."""
    received.state, received.problem = ReceivedState.PARKED, problem[:2000] or "no reason given"


def _open(
    session: Session,
    mailbox: Mailbox,
    received: ReceivedMessage,
    incoming: Incoming,
    decision: matching.Open,
    sender: Buyer | None,
    *,
    at: datetime,
) -> Ticket:
    locale = language(f"{incoming.subject}\n{incoming.text}")
    buyer = sender or buyers.new(
        session, incoming.sender, locale=locale, at=at, else_key=received.sha256[:16]
    )
    return tickets.open_ticket(
        session,
        mailbox,
        buyer,
        subject=incoming.subject,
        locale=locale,
        at=received.came_at or at,
        follows_id=decision.follows_id,
        write_to=buyers.other_address(buyer, incoming.sender),
    )


def _record(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    actor: str,
    verified: Verdict,
    at: datetime,
    because: str = "",
    names_too: tuple[int, ...] = (),
    more: Mapping[str, Any] | None = None,
) -> Entry:
    split = quoting.of(incoming)
    words = split.new or incoming.subject  # masked before they are cut: half a number has no form
    sending.show_words(session, ticket, words)
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
        "verified": str(verified),
        "doubts": [str(doubt) for doubt in authentication.doubts(incoming)],
        "opened_because": because,
        "names_too": list(names_too),
        "defects": list(incoming.defects),
        "wrapping": str(incoming.wrapping),
        "previews": attachments.previews(incoming.attachments),
        "raw_sha256": received.sha256,
        **(more or {}),
    }
    return conversation.record(
        session,
        ticket,
        EntryKind.RECEIVED,
        "received",
        actor=actor,
        at=at,
        facts=facts,
        attachments=conversation.keep(desk.blobs, incoming.attachments),
        came_at=received.came_at,
    )


def _settle(
    received: ReceivedMessage,
    incoming: Incoming,
    state: ReceivedState,
    *,
    entry: Entry | None = None,
    because: str = "",
) -> None:
    """Everything about the row in one place at the end, so that it is written once."""
    received.message_id = ignoring.kept_id(incoming)
    received.state, received.ignored_because = state, because
    if entry is not None:
        received.ticket_id, received.entry_id = entry.ticket_id, entry.id
