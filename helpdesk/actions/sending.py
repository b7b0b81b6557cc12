"""From a letter to an entry and its outbox row: the one road by which anything leaves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, merging, outbox, suppressions
from helpdesk.actions.recipients import Copies
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError
from helpdesk.letters import Letter, words
from helpdesk.models import Entry, Mailbox, Ticket
from helpdesk.models.masking import Mask
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import EntryKind
from mail import references
from mail.compose import html_of
from mail.types import Address, Attachment, Outgoing, key_of

ANSWERS = "auto-replied"  # the Auto-Submitted word of what answers a mail that has just come (RFC 3834)


def send(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    letter: Letter,
    *,
    verb: str,
    actor: str,
    at: datetime,
    due_at: datetime,
    reason: str = "",
    automatic: str = "",
    unsubscribe_url: str = "",
    files: Sequence[Attachment] = (),
    said: str = "",
    before: Entry | None = None,
    copies: Copies | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Entry:
    """Write entry(sent) and the message of it, together, threaded to the buyer's newest mail.

    `reason` names why it exists ("" means "this entry"); `automatic` is the Auto-Submitted word, or "";
    `said` are the agent's own words, without greeting and signature; `before` is the buyer's mail that it
    answers, the newest where none is given; `copies` are who gets it besides; `facts` are more of what the
    entry says.
    What the desk sends by itself does not go where mail has come back from: then an event says so, and is
    what is returned. Raises ConflictError for spam.
    """
    if ticket.spam:
        raise ConflictError("this ticket is marked as spam: take the mark away first")
    mailbox = session.get_one(Mailbox, ticket.mailbox_id)
    if mailbox.removed_at is not None:
        raise ConflictError("the mailbox of this ticket was removed: nothing can be sent from it")
    because = stops(session, ticket, at=at) if automatic not in ("", ANSWERS) else None
    if because is not None:
        return _keep_back(session, ticket, letter, verb, facts or {}, because, at=at)
    to = buyer_address(ticket)
    newest = before.facts if before is not None else _newest_received(session, ticket)
    sender = written_to(mailbox, newest)
    answers, earlier = newest.get("message_id", ""), newest.get("references", [])
    tagged = letter.subject if ticket.tag in letter.subject else f"{letter.subject} {ticket.tag}"
    subject = tagged if automatic and not answers else f"Re: {tagged}"
    text = (
        f"{letter.text}\n{words.reference(references.mark(ticket.id, secret=desk.secret), ticket.locale)}\n"
    )
    outgoing = Outgoing(
        message_id=references.mint(ticket.id, domain=outbox.domain_of(mailbox), secret=desk.secret),
        sender=Address(email=sender, name=desk.shop_name),
        to=to,
        cc=copies.cc if copies else (),
        subject=subject,
        text=text,
        html=html_of(text, written=said),
        reply_to=_reply_to(desk, mailbox, ticket, sender),
        in_reply_to=answers,
        references=(*earlier, answers) if answers else (),
        attachments=tuple(files),
        automatic=automatic,
        unsubscribe_url=unsubscribe_url,
        language=ticket.locale,
        sent_at=at,
    )
    entry = write(
        session,
        desk,
        ticket,
        outgoing,
        verb=verb,
        actor=actor,
        at=at,
        due_at=due_at,
        reason=reason,
        also_to=copies.emails if copies else (),
        facts={**({"words": said} if said else {}), **_copied(copies), **(facts or {})},
    )
    if not ticket.preview:  # the queue shows what the buyer said last; she has not said anything yet
        ticket.preview = preview(letter.text)
    return entry


def stops(session: Session, ticket: Ticket, *, at: datetime) -> Reason | None:
    """Why the desk sends nothing by itself to the buyer of a ticket; None when it may.

    Mail there came back, or was called junk; or whoever wrote was never who she said, and somebody else
    would get it. Answers to a mail that has just come are asked about where they are made, by
    rules/answering.py.
    """
    if suppressions.stops_planned(session, buyer_address(ticket).email, at=at):
        return Reason.SUPPRESSED
    return Reason.UNVERIFIED if is_nobodys(session, ticket) else None


def is_nobodys(session: Session, ticket: Ticket) -> bool:
    """Whether every mail of the matter failed its check, and no colleague has written there all the same."""
    entries = session.scalars(
        select(Entry).where(
            Entry.ticket_id.in_(merging.numbers(ticket)),
            Entry.kind.in_((EntryKind.RECEIVED, EntryKind.SENT)),
        )
    ).all()
    heard = {each.facts.get("verified") for each in entries if each.kind is EntryKind.RECEIVED}
    by_hand = any(each.kind is EntryKind.SENT and each.actor.startswith("agent:") for each in entries)
    return heard == {"fail"} and not by_hand


def _keep_back(
    session: Session,
    ticket: Ticket,
    letter: Letter,
    verb: str,
    facts: Mapping[str, Any],
    because: Reason,
    *,
    at: datetime,
) -> Entry:
    """A person sees what the buyer was not told, and may write or telephone."""
    said = {
        **facts,
        "letter": verb,
        "to": buyer_address(ticket).email,
        "subject": letter.subject,
        "because": because,
    }
    said.pop("text", None)
    return conversation.record(
        session, ticket, EntryKind.EVENT, "letter_kept_back", actor=conversation.CLOCK, at=at, facts=said
    )


def write(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    outgoing: Outgoing,
    *,
    verb: str,
    actor: str,
    at: datetime,
    due_at: datetime,
    reason: str = "",
    facts: Mapping[str, Any],
    agent_id: int | None = None,
    inquiry_id: int | None = None,
    also_to: Sequence[str] = (),
) -> Entry:
    """The entry of a message and its outbox row, together: entry(sent) when it goes to the buyer, an event
    when it tells an agent, a note when it is a side mail.

    `facts` are what the entry says besides the message itself.
    """
    said = {
        "to": outgoing.to.email,
        "subject": outgoing.subject,
        "text": outgoing.text,
        "message_id": outgoing.message_id,
        "automatic": bool(outgoing.automatic),
    }
    entry = conversation.record(
        session,
        ticket,
        _kind(agent_id, inquiry_id),
        verb,
        actor=actor,
        at=at,
        facts={**said, **facts},
        attachments=conversation.keep(desk.blobs, outgoing.attachments),
    )
    outbox.queue(
        session,
        desk,
        ticket,
        entry,
        outgoing,
        reason=reason or f"entry:{entry.id}",
        due_at=due_at,
        at=at,
        agent_id=agent_id,
        inquiry_id=inquiry_id,
        also_to=also_to,
    )
    return entry


def _copied(copies: Copies | None) -> dict[str, Any]:
    """What the entry says of who gets it besides; nothing of nobody."""
    said = {"cc": copies.cc, "bcc": copies.bcc} if copies else {}
    return {name: [each.email for each in people] for name, people in said.items() if people}


def _kind(agent_id: int | None, inquiry_id: int | None) -> EntryKind:
    if inquiry_id is not None:
        return EntryKind.NOTE
    return EntryKind.SENT if agent_id is None else EntryKind.EVENT


def written_to(mailbox: Mailbox, received: dict[str, Any]) -> str:
    """Which of the mailbox's addresses the buyer wrote to; answers come from there. Else its own.

    `received` are the facts of the buyer's newest mail.
    """
    named = {_plain(str(each)) for each in (*received.get("to", ()), *received.get("cc", ()))}
    return next((each for each in mailbox.addresses if _plain(each) in named), mailbox.address)


def _plain(address: str) -> str:
    """Without what follows a plus: our own reply addresses have a token there."""
    local, _, domain = key_of(address).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _reply_to(desk: Desk, mailbox: Mailbox, ticket: Ticket, sender: str) -> Address | None:
    """An address of this ticket's own, where the provider delivers what follows a plus."""
    if not mailbox.plus_addresses:
        return None
    own = references.reply_address(sender, ticket.id, secret=desk.secret)
    return Address(email=own, name=desk.shop_name)


def buyer_address(ticket: Ticket) -> Address:
    """Where the buyer of a ticket is written to: never taken from a Reply-To or Cc of some mail."""
    return Address(email=ticket.address, name=ticket.buyer.name)


def show_words(session: Session, ticket: Ticket, words: str) -> None:
    """What the buyer has said last, for the queue; masked before it is cut."""
    if words.strip():
        ticket.preview = preview(Mask.over(session, [words])(words))


def preview(text: str) -> str:
    """The first words, on one line, for the queue."""
    return " ".join(text[:600].split())[:160]


def _newest_received(session: Session, ticket: Ticket) -> dict[str, Any]:
    """The facts of what is answered: the newest mail of the buyer, else the newest of the whole matter.

    Mail of another person, whose ticket was merged, names messages that our reader has never seen.
    """
    is_hers = Entry.actor == conversation.buyer(ticket.buyer_id)
    entry = session.scalar(
        select(Entry)
        .where(Entry.ticket_id.in_(merging.numbers(ticket)), Entry.verb == "received")
        .order_by(is_hers.desc(), Entry.at.desc(), Entry.id.desc())
        .limit(1)
    )
    return entry.facts if entry else {}
