"""Answers to side mail come home: as notes of the one who was asked, or held until an agent has looked.

They never reach the buyer, and are never taken for a buyer's mail: this is asked before anything is matched,
whatever the subject says and whoever else the answer went to. By a token alone nothing is trusted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.actions import conversation, inquiries
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import Agent, Attachment, Entry, HeldAnswer, Inquiry, ReceivedMessage, Ticket
from helpdesk.rules import inquiries as rules
from helpdesk.rules.inquiries import Hearing, HeldState
from helpdesk.rules.states import EntryKind
from mail import quoting, references, signatures
from mail.references import Asked
from mail.types import Incoming, Kind, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SideAnswer:
    """A message that answers a side mail, and how it is taken."""

    inquiry_id: int
    hearing: Hearing
    why: str  # it is held
    verdict: Verdict


def read(session: Session, desk: Desk, incoming: Incoming, verdict: Verdict) -> SideAnswer | None:
    """What this message is as an answer to a side mail; None for all other mail, and for the buyer's own."""
    inquiry, by_mark = _inquiry(session, desk, incoming)
    if inquiry is None:
        return None
    sender = incoming.sender.key if incoming.sender else ""
    is_contact = sender == inquiry.contact.email
    if by_mark and not is_contact:
        return None  # anybody who was shown the words may quote them
    ticket = session.get_one(Ticket, inquiry.ticket_id)
    hearing = rules.heard(
        sender_is_contact=is_contact,
        sender_is_buyer=inquiries.is_the_buyers(session, ticket, sender),
        active=inquiry.contact.active,
        verdict=verdict,
        kind=incoming.kind,
    )
    if hearing is Hearing.BUYER:
        return None
    why = rules.why_held(sender_is_contact=is_contact, active=inquiry.contact.active)
    return SideAnswer(inquiry_id=inquiry.id, hearing=hearing, why=why, verdict=verdict)


def take(
    session: Session,
    desk: Desk,
    received: ReceivedMessage,
    incoming: Incoming,
    answer: SideAnswer,
    *,
    at: datetime,
) -> Entry:
    """Write it down where the matter is looked after now."""
    inquiry, ticket = inquiries.hold(session, answer.inquiry_id)
    facts = _facts(received, incoming, answer, inquiry)
    if answer.hearing is Hearing.HELD:
        return _hold_back(session, desk, ticket, inquiry, incoming, answer, facts, at=at)
    actor = f"contact:{inquiry.contact_id}"
    by_machine = answer.hearing is Hearing.MACHINE
    entry = conversation.record(
        session,
        ticket,
        EntryKind.NOTE,
        "answered_by_machine" if by_machine else "colleague_answered",
        actor=actor,
        at=at,
        facts=facts,
        attachments=conversation.keep(desk.blobs, incoming.attachments),
    )
    if not by_machine:
        inquiries.answered(session, inquiry, ticket, actor=actor, at=at)
    return entry


def settle_held(session: Session, held_id: int, *, taken: bool, by: Agent, at: datetime) -> Ticket:
    """An agent has looked at a held answer. Taken: its words stand as a note, and say whose they are said
    to be. Raises NotFoundError, ConflictError when it was settled before."""
    held = session.get(HeldAnswer, held_id)
    if held is None:
        raise NotFoundError("there is no such answer")
    inquiry, ticket = inquiries.hold(session, held.inquiry_id)
    session.refresh(held)
    if held.state is not HeldState.HELD:
        raise ConflictError("somebody has looked at this answer already")
    held.state = HeldState.TAKEN if taken else HeldState.REFUSED
    held.settled_by_id, held.settled_at = by.id, at
    actor = conversation.agent(by.id)
    about = {"inquiry": inquiry.id, "name": inquiry.contact.name, "from": held.sender}
    if not taken:
        conversation.record(
            session, ticket, EntryKind.EVENT, "answer_refused", actor=actor, at=at, facts=about
        )
        return ticket
    event = session.get_one(Entry, held.entry_id)
    said = {name: event.facts.get(name) for name in ("text", "quoted", "from_name", "verified", "raw_sha256")}
    conversation.record(
        session,
        ticket,
        EntryKind.NOTE,
        "answer_taken",
        actor=actor,
        at=at,
        facts={**said, **about},
        attachments=[_copy(file) for file in event.attachments],
    )
    inquiries.answered(session, inquiry, ticket, actor=actor, at=at)
    return ticket


def _inquiry(session: Session, desk: Desk, incoming: Incoming) -> tuple[Inquiry | None, bool]:
    """The side mail that is answered, and whether only its mark says so."""
    for asked in _tokens(desk, incoming):
        if (found := _found(session, asked)) is not None:
            return found, False
    asked_in = references.asked_in(incoming.text, secret=desk.secret)
    return (_found(session, asked_in) if asked_in else None), True


def _found(session: Session, asked: Asked) -> Inquiry | None:
    inquiry = session.get(Inquiry, asked.inquiry) if asked.inquiry < 2**31 else None
    return inquiry if inquiry is not None and inquiry.ticket_id == asked.ticket else None


def _tokens(desk: Desk, incoming: Incoming) -> Iterator[Asked]:
    """Where it was sent to, then what it answers; never the subject."""
    to = (*incoming.delivered_to, *(address.email for address in (*incoming.to, *incoming.cc)))
    for address in to:
        if (asked := references.asked_at(address, secret=desk.secret)) is not None:
            yield asked
    for message_id in reversed(incoming.references):
        if (asked := references.asked_by(message_id, secret=desk.secret)) is not None:
            yield asked


def _facts(
    received: ReceivedMessage, incoming: Incoming, answer: SideAnswer, inquiry: Inquiry
) -> dict[str, Any]:
    split = quoting.split(incoming.text)
    said = split.new[: signatures.begins(split.new)].strip()
    return {
        "inquiry": inquiry.id,
        "name": inquiry.contact.name,
        "from": incoming.sender.email if incoming.sender else "",
        "from_name": incoming.sender.name if incoming.sender else "",
        "subject": incoming.subject,
        "text": said or incoming.text.strip(),
        "quoted": split.quoted if said else "",
        "verified": str(answer.verdict),
        "message_id": incoming.message_id,
        "raw_sha256": received.sha256,
    }


def _hold_back(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    inquiry: Inquiry,
    incoming: Incoming,
    answer: SideAnswer,
    facts: dict[str, Any],
    *,
    at: datetime,
) -> Entry:
    """An event, so that nobody reads it for a colleague's words; the page offers to take it as a note."""
    entry = conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "answer_held",
        actor=conversation.SERVER,
        at=at,
        facts={**facts, "because": answer.why},
        attachments=conversation.keep(desk.blobs, incoming.attachments),
    )
    machine = incoming.kind is not Kind.HUMAN  # an out of office of somebody else wants no decision
    session.add(
        HeldAnswer(
            inquiry_id=inquiry.id,
            entry_id=entry.id,
            sender=str(facts["from"])[:320],
            why=answer.why,
            state=HeldState.REFUSED if machine else HeldState.HELD,
            settled_at=at if machine else None,
        )
    )
    return entry


def _copy(file: Attachment) -> Attachment:
    """The same bytes on another entry."""
    return Attachment(
        position=file.position,
        filename=file.filename,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        content_id=file.content_id,
        inline=file.inline,
    )
