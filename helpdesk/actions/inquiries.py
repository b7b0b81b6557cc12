"""Ask somebody inside the shop by a side mail, and follow it until it is answered or done.

The side mail is a note of the conversation: it goes to nobody but the person asked, and has a Message-ID, a
reply address and a mark of its own, by which the answer comes home (actions/side_mail.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import letters
from helpdesk.actions import contacts, conversation, directory, merging, outbox, sending, tasks, tickets
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.letters import fact_labels, words
from helpdesk.models import Agent, Attachment, Claim, Contact, Entry, Inquiry, Mailbox, Ticket
from helpdesk.rules.inquiries import InquiryKind, InquiryState, check_inquiry_move
from helpdesk.rules.states import EntryKind, TicketState, WaitingOn
from mail import references
from mail.compose import html_of
from mail.types import Address, Outgoing, key_of
from mail.types import Attachment as File

LONGEST_WORDS = 8_000
MOST_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What an agent asks of whom. `facts` are (key of fact_labels, value), ticked on the page."""

    contact_id: int
    kind: InquiryKind
    words: str
    facts: Sequence[tuple[str, str]] = ()
    attachments: Sequence[int] = ()  # of the matter
    due_at: datetime | None = None
    waits: bool = False  # the ticket waits for the answer


def ask(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    asking: Asking,
    *,
    by: Agent,
    at: datetime,
    claim: Claim | None = None,
    files: Sequence[File] = (),
) -> Inquiry:
    """Send a side mail about a held ticket. Raises InvalidError, ConflictError, NotFoundError."""
    contact = contacts.find(session, asking.contact_id)
    _check(session, ticket, contact, asking, at=at)
    mailbox = session.get_one(Mailbox, ticket.mailbox_id)
    enclosed = (*_kept(session, desk, ticket, asking.attachments), *files)
    if sum(len(file.content) for file in enclosed) > MOST_BYTES:
        raise InvalidError(
            "these files are more than 20 MB together: mail servers refuse that", field="files"
        )
    actor = conversation.agent(by.id)
    inquiry = Inquiry(
        ticket_id=ticket.id,
        claim_id=claim.id if claim else None,
        contact_id=contact.id,
        contact=contact,
        kind=asking.kind,
        words=asking.words.strip(),
        subject=(ticket.subject or ticket.tag)[:300],
        state=InquiryState.OPEN,
        due_at=asking.due_at,
        waits=asking.waits,
        asked_by_id=by.id,
        asked_at=at,
        problem="",
        # The side mail names the inquiry, and the inquiry its entry: until that stands, the newest one.
        entry_id=_newest_entry(session, ticket),
    )
    session.add(inquiry)
    session.flush()
    entry = sending.write(
        session,
        desk,
        ticket,
        _outgoing(desk, ticket, mailbox, inquiry, asking, by, enclosed, at=at),
        verb="asked",
        actor=actor,
        at=at,
        due_at=at,
        facts={
            "inquiry": inquiry.id,
            "contact": contact.id,
            "name": contact.name,
            "what": asking.kind,
            "words": inquiry.words,
            "due_at": asking.due_at.isoformat() if asking.due_at else None,
        },
        inquiry_id=inquiry.id,
    )
    inquiry.entry_id = entry.id
    if asking.due_at is not None:
        tasks.plan(
            session,
            ticket,
            tasks.ANSWER,
            inquiry.id,
            due_at=asking.due_at,
            actor=actor,
            at=at,
            claim_id=inquiry.claim_id,
        )
    if asking.waits:
        tickets.move(session, ticket, TicketState.WAITING, actor=actor, at=at, waiting_on=WaitingOn.COLLEAGUE)
    elif ticket.state is TicketState.NEW:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return inquiry


def hold(session: Session, inquiry_id: int) -> tuple[Inquiry, Ticket]:
    """The inquiry, and the ticket held on which its matter is looked after now. Raises NotFoundError."""
    inquiry = session.get(Inquiry, inquiry_id)
    if inquiry is None:
        raise NotFoundError("there is no such side mail")
    ticket = merging.final(session, inquiry.ticket_id)
    session.refresh(inquiry)
    return inquiry, ticket


def answered(session: Session, inquiry: Inquiry, ticket: Ticket, *, actor: str, at: datetime) -> None:
    """Words have come home on a held ticket: it is our turn. A task stays to be done."""
    was_open = inquiry.state is InquiryState.OPEN
    if was_open:
        check_inquiry_move(inquiry.state, InquiryState.ANSWERED)
        inquiry.state, inquiry.settled_at = InquiryState.ANSWERED, at
        if inquiry.kind is InquiryKind.QUESTION:
            tasks.settle(session, ticket, inquiry.id, tasks.ANSWER, actor=actor, at=at)
    inquiry.problem = ""
    waits = ticket.state is TicketState.WAITING and ticket.waiting_on is WaitingOn.COLLEAGUE
    if waits or (was_open and ticket.state is TicketState.SOLVED):
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)


def finish(session: Session, inquiry_id: int, *, done: bool, by: Agent, at: datetime) -> Ticket:
    """An agent says that it is done, or that no answer is needed any more. Raises IllegalMoveError."""
    inquiry, ticket = hold(session, inquiry_id)
    to = InquiryState.DONE if done else InquiryState.WITHDRAWN
    if inquiry.state is to:
        return ticket
    check_inquiry_move(inquiry.state, to)
    inquiry.state, inquiry.settled_at = to, inquiry.settled_at or at
    actor = conversation.agent(by.id)
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "inquiry_done" if done else "inquiry_withdrawn",
        actor=actor,
        at=at,
        facts={"inquiry": inquiry.id, "name": inquiry.contact.name},
    )
    tasks.settle(session, ticket, inquiry.id, tasks.ANSWER, actor=actor, at=at)
    if ticket.state is TicketState.WAITING and ticket.waiting_on is WaitingOn.COLLEAGUE:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return ticket


def note_overdue(session: Session, desk: Desk, ticket: Ticket, inquiry_id: int, *, at: datetime) -> None:
    """The moment has come, and nobody has answered: it is the agent's turn again."""
    inquiry = session.get_one(Inquiry, inquiry_id)
    undone = inquiry.kind is InquiryKind.TASK and inquiry.state is InquiryState.ANSWERED
    if inquiry.state is not InquiryState.OPEN and not undone:
        return
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "answer_overdue",
        actor=conversation.CLOCK,
        at=at,
        facts={"inquiry": inquiry.id, "name": inquiry.contact.name, "what": inquiry.kind},
    )
    if ticket.state is TicketState.WAITING and ticket.waiting_on is WaitingOn.COLLEAGUE:
        tickets.move(session, ticket, TicketState.OPEN, actor=conversation.CLOCK, at=at)


def _check(session: Session, ticket: Ticket, contact: Contact, asking: Asking, *, at: datetime) -> None:
    tickets.check_stands_alone(ticket)
    if ticket.spam:
        raise ConflictError("this ticket is marked as spam: take the mark away first")
    if session.get_one(Mailbox, ticket.mailbox_id).removed_at is not None:
        raise ConflictError("the mailbox of this ticket was removed: nothing can be sent from it")
    if not contact.active:
        raise InvalidError("this person is asked nothing any more", field="contact")
    if contact.email in directory.all_addresses(session):
        raise InvalidError("this is an address of the desk itself", field="contact")
    if is_the_buyers(session, ticket, contact.email):
        raise InvalidError("this is the address of the buyer", field="contact")
    if not asking.words.strip():
        raise InvalidError("write something first", field="words")
    if len(asking.words) > LONGEST_WORDS:
        raise InvalidError(
            f"this is longer than {LONGEST_WORDS} characters: send it as a file", field="words"
        )
    if asking.due_at is not None and asking.due_at <= at:
        raise InvalidError("this moment has passed already", field="due_at")
    if asking.kind is InquiryKind.TASK and asking.due_at is None:
        raise InvalidError("say by when it is to be done", field="due_at")


def _kept(session: Session, desk: Desk, ticket: Ticket, wanted: Sequence[int]) -> tuple[File, ...]:
    """Files of this matter, as they came. Raises NotFoundError for any other."""
    if not wanted:
        return ()
    rows = session.scalars(
        select(Attachment)
        .join(Entry, Entry.id == Attachment.entry_id)
        .where(Attachment.id.in_(wanted), Entry.ticket_id.in_(merging.numbers(ticket)))
        .order_by(Attachment.id)
    ).all()
    if len(rows) != len(set(wanted)):
        raise NotFoundError("there is no such file")
    return tuple(
        File(filename=row.filename, content_type=row.content_type, content=desk.blobs.get(row.sha256))
        for row in rows
    )


def _outgoing(
    desk: Desk,
    ticket: Ticket,
    mailbox: Mailbox,
    inquiry: Inquiry,
    asking: Asking,
    by: Agent,
    files: Sequence[File],
    *,
    at: datetime,
) -> Outgoing:
    contact = inquiry.contact
    asked = references.Asked.new(ticket.id, inquiry.id)
    letter = letters.render(
        "inquiry",
        contact.locale,
        number=ticket.number,
        subject=inquiry.subject,
        task=asking.kind is InquiryKind.TASK,
        name=contact.name,
        text=inquiry.words,
        facts=[fact_labels.say(key, value, contact.locale) for key, value in asking.facts],
        due=words.moment(asking.due_at, contact.locale, desk.zone) if asking.due_at else "",
        agent=by.name,
        shop=desk.shop_name,
    )
    text = f"{letter.text}\n{words.reference(asked.mark(secret=desk.secret), contact.locale)}\n"
    reply_to = asked.reply_address(mailbox.address, secret=desk.secret) if mailbox.plus_addresses else ""
    return Outgoing(
        message_id=asked.message_id(domain=outbox.domain_of(mailbox), secret=desk.secret),
        sender=Address(email=mailbox.address, name=desk.shop_name),
        to=Address(email=contact.email, name=contact.name),
        subject=letter.subject,
        text=text,
        html=html_of(text),
        reply_to=Address(email=reply_to, name=desk.shop_name) if reply_to else None,
        attachments=tuple(files),
        language=contact.locale,
        sent_at=at,
    )


def _newest_entry(session: Session, ticket: Ticket) -> int:
    newest = select(Entry.id).where(Entry.ticket_id == ticket.id).order_by(Entry.seq.desc()).limit(1)
    return session.scalars(newest).one()


def is_the_buyers(session: Session, ticket: Ticket, email: str) -> bool:
    """Whether this address is one of a buyer of this matter."""
    there = session.get(Ticket, ticket.merged_into_id) if ticket.merged_into_id else ticket
    matter = session.scalars(select(Ticket).where(Ticket.id.in_(merging.numbers(there or ticket))))
    return key_of(email) in {address.key for each in matter for address in each.buyer.addresses}
