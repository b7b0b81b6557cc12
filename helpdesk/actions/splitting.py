"""A mail that is another matter: it gets a ticket of its own, and both conversations say so.

Entries never move. The new ticket begins with an entry that points back and then has the mail once more, its
words and files as the buyer's; the old ticket points forward from where the mail stands. Claims, orders and
money stay with the old ticket, and nobody is sent another acknowledgement. The row of the received message
goes along, so what answers that mail finds the new ticket (`evidence`).

Put back by merging the new ticket into the old one: the words then stand there once, see queries/tickets.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.actions import conversation, sending, tickets, turns
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import Agent, Attachment, Buyer, Entry, Mailbox, ReceivedMessage, Ticket
from helpdesk.rules.states import EntryKind, ReceivedState
from mail.types import key_of

NOT_CARRIED = ("attachments", "opened_because", "names_too")  # of the old place, or written anew


def split(
    session: Session, number: int, entry_id: int, *, subject: str = "", by: Agent, at: datetime
) -> Ticket:
    """Give the mail of an entry a ticket of its own, which is returned; without a subject it has the mail's.

    Raises NotFoundError, and ConflictError for what is no mail of a buyer or cannot be set apart.
    """
    ticket = tickets.hold(session, number)
    entry = check(session, ticket, entry_id)
    buyer = session.get_one(Buyer, int(entry.actor.removeprefix("buyer:")))
    new = tickets.open_ticket(
        session,
        session.get_one(Mailbox, ticket.mailbox_id),
        buyer,
        subject=subject.strip() or str(entry.facts.get("subject", "")),
        locale=ticket.locale,
        at=at,
        write_to=_written_from(buyer, entry),
    )
    new.split_from_id, actor = ticket.id, conversation.agent(by.id)
    back = {"ticket": ticket.id, "entry": entry.id, "seq": entry.seq}
    conversation.record(session, new, EntryKind.EVENT, "split_from", actor=actor, at=at, facts=back)
    told = _tell_again(session, new, entry, back, at=at)
    hers = session.get(Agent, ticket.assignee_id) if ticket.assignee_id is not None else None
    if hers is not None and hers.active:
        tickets.assign(session, new, hers.id, by=by, at=at)
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "split_off",
        actor=actor,
        at=at,
        facts={"ticket": new.id, "entry": entry.id},
    )
    _send_along(session, entry, told)
    turns.note_taken_back(session, ticket)
    _show_what_is_left(session, ticket)
    return new


def check(session: Session, ticket: Ticket, entry_id: int) -> Entry:
    """The entry, if it may have a ticket of its own. Raises ConflictError, NotFoundError."""
    entry = session.get(Entry, entry_id, options=[joinedload(Entry.payload), selectinload(Entry.attachments)])
    if entry is None or entry.ticket_id != ticket.id:
        home = session.get(Ticket, entry.ticket_id) if entry is not None else None
        if home is not None and home.merged_into_id == ticket.id:
            raise ConflictError(
                f"this mail came with #{home.number}, which was merged: take that one out again"
            )
        raise NotFoundError("there is no such mail on this ticket")
    tickets.check_stands_alone(ticket)
    if ticket.spam:
        raise ConflictError("this ticket is marked as spam: take the mark away first")
    if entry.verb != "received" or not entry.actor.startswith("buyer:"):
        raise ConflictError("only a mail of a buyer can be another matter")
    if not entry.facts:
        raise ConflictError("the words of this mail were erased: nothing is left to answer")
    mails, apart = _mails(session, ticket), set_apart(session, ticket)
    if entry.id in apart:
        raise ConflictError(f"this mail has a ticket of its own already: {apart[entry.id]}")
    if not [each for each in mails if each not in apart and each != entry.id]:
        raise ConflictError("this is the only mail of the ticket: nothing would be left of it")
    return entry


def set_apart(session: Session, ticket: Ticket) -> dict[int, int]:
    """The mails of a ticket that have one of their own: the entry's id and the number of that ticket.

    One that was merged back stands here again.
    """
    said = session.scalars(
        select(Entry)
        .where(Entry.ticket_id == ticket.id, Entry.verb == "split_off")
        .options(joinedload(Entry.payload))
        .order_by(Entry.seq)
    )
    found = {int(each.facts["entry"]): int(each.facts["ticket"]) for each in said if each.facts}
    if not found:
        return {}
    back = set(session.scalars(select(Ticket.id).where(Ticket.merged_into_id == ticket.id)))
    return {entry: number for entry, number in found.items() if number not in back}


def _mails(session: Session, ticket: Ticket) -> list[int]:
    """Ids of the entries in which a buyer's mail stands, oldest first."""
    query = select(Entry.id).where(Entry.ticket_id == ticket.id, Entry.kind == EntryKind.RECEIVED)
    return list(session.scalars(query.order_by(Entry.seq)))


def _written_from(buyer: Buyer, entry: Entry) -> str | None:
    """Where she is answered, when that is another address than her first."""
    sender = str(entry.facts.get("from", ""))
    return sender if sender and key_of(sender) != buyer.addresses[0].key else None


def _tell_again(session: Session, new: Ticket, entry: Entry, back: dict[str, Any], *, at: datetime) -> Entry:
    """The mail as an entry of its own ticket; its writer waits since it came."""
    facts = {name: value for name, value in entry.facts.items() if name not in NOT_CARRIED}
    files = [
        Attachment(
            position=file.position,
            filename=file.filename,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            content_id=file.content_id,
            inline=file.inline,
        )
        for file in entry.attachments
    ]
    sending.show_words(session, new, str(facts.get("new") or facts.get("subject") or ""))
    return conversation.record(
        session,
        new,
        EntryKind.RECEIVED,
        "received",
        actor=entry.actor,
        at=at,
        facts={**facts, "split_from": back, "came_at": entry.at.isoformat()},
        attachments=files,
        came_at=entry.at,
    )


def _send_along(session: Session, entry: Entry, told: Entry) -> None:
    """What was received for the one is behind the other from now on, and waits since it came."""
    rows = select(ReceivedMessage).where(
        ReceivedMessage.ticket_id == entry.ticket_id, ReceivedMessage.entry_id == entry.id
    )
    for row in session.scalars(rows.with_for_update()):
        row.ticket_id, row.entry_id, row.state = told.ticket_id, told.id, ReceivedState.FILED
        row.came_at = row.came_at or entry.at


def _show_what_is_left(session: Session, ticket: Ticket) -> None:
    """The buyer's newest words of those that still stand here, for the queue."""
    apart = set_apart(session, ticket)
    left = [each for each in _mails(session, ticket) if each not in apart]
    facts = session.get_one(Entry, left[-1], options=[joinedload(Entry.payload)]).facts if left else {}
    ticket.preview = ""
    sending.show_words(session, ticket, str(facts.get("new") or facts.get("subject") or ""))
