"""Whom automatic mail is not written to, and how much of it an address has had."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, delete, func, or_, select, true
from sqlalchemy.orm import Session

from helpdesk.actions import conversation
from helpdesk.db import insert_missing
from helpdesk.errors import ConflictError
from helpdesk.models import Entry, OutboxMessage, Suppression, Ticket
from helpdesk.rules import suppression
from helpdesk.rules.states import EntryKind
from helpdesk.rules.suppression import Failure
from mail.types import key_of

SLOWEST_REPORT = timedelta(days=10)  # servers give up after five days, and some are slow to say so


def stops_planned(session: Session, recipient: str, *, at: datetime) -> bool:
    """Whether surveys and the clock's questions no longer go to this address."""
    return is_named(session, recipient) or score(session, recipient, at=at) >= suppression.STOPS_PLANNED


def stops_all(session: Session, recipient: str, *, at: datetime) -> bool:
    """Whether not even an acknowledgement goes there."""
    return is_named(session, recipient) or score(session, recipient, at=at) >= suppression.STOPS_ALL


def is_named(session: Session, recipient: str) -> bool:
    """Whether it is written down for good, as after a complaint."""
    key = key_of(recipient)
    return session.scalar(select(Suppression.id).where(Suppression.key == key)) is not None


def score(session: Session, recipient: str, *, at: datetime) -> int:
    """Made from the conversations each time: it fades by itself, and two workers cannot miscount it."""
    return suppression.score(_failures(session, recipient, at=at), at=at)


def name(session: Session, recipient: str, *, because: str, entry: Entry, at: datetime) -> None:
    """Write down for good that machines do not write to this address."""
    row = {"key": key_of(recipient), "because": because[:500], "entry_id": entry.id, "created_at": at}
    insert_missing(session, Suppression, [row])


def automatic_today(session: Session, recipient: str, *, at: datetime) -> int:
    """How much automatic mail an address, spelled as we write to it, was written within a day."""
    count = session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            OutboxMessage.recipient == recipient,
            OutboxMessage.agent_id.is_(None),
            OutboxMessage.automatic,
            OutboxMessage.created_at > at - timedelta(days=1),
        )
    )
    return count or 0


def automatic_this_hour(session: Session, *, at: datetime) -> int:
    """How much automatic mail was written to all buyers within an hour."""
    count = session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            OutboxMessage.automatic == true(),
            OutboxMessage.agent_id.is_(None),
            OutboxMessage.created_at > at - timedelta(hours=1),
        )
    )
    return count or 0


def lift(session: Session, ticket: Ticket, *, actor: str, at: datetime) -> Entry:
    """An agent says that the buyer's address takes mail again: all failures so far are forgotten.

    Raises ConflictError when nothing stops mail to it.
    """
    recipient = ticket.buyer.addresses[0].email
    if not stops_planned(session, recipient, at=at):
        raise ConflictError("nothing stops automatic mail to this address")
    session.execute(delete(Suppression).where(Suppression.key == key_of(recipient)))
    facts = {"recipient": recipient}
    return conversation.record(
        session, ticket, EntryKind.EVENT, "suppression_lifted", actor=actor, at=at, facts=facts
    )


def _failures(session: Session, recipient: str, *, at: datetime) -> Iterator[Failure]:
    """Every report on mail to this address, spelled as we write to it."""
    written = session.execute(
        select(OutboxMessage.entry_id, OutboxMessage.ticket_id).where(
            OutboxMessage.recipient == recipient,
            OutboxMessage.agent_id.is_(None),
            OutboxMessage.created_at > at - suppression.MEMORY - SLOWEST_REPORT,
        )
    ).all()
    if not written:
        return
    ours = {row.entry_id for row in written}
    tickets = {row.ticket_id for row in written}
    told = session.scalars(
        select(Entry)
        .where(
            or_(
                and_(Entry.ticket_id.in_(tickets), Entry.verb == "bounced"),
                # It is said on whichever of the buyer's tickets an agent has before her.
                and_(Entry.ticket_id.in_(_of_the_same_buyers(tickets)), Entry.verb == "suppression_lifted"),
            ),
            Entry.at > at - suppression.MEMORY,
        )
        .order_by(Entry.id.desc())
    )
    for entry in told:
        if entry.verb == "suppression_lifted":
            if entry.facts.get("recipient", recipient) == recipient:
                return  # what was before it is forgiven
            continue
        if entry.facts.get("entry") in ours:
            yield Failure(message=entry.facts["entry"], weight=entry.facts.get("weight", 0), at=entry.at)


def _of_the_same_buyers(tickets: set[int]) -> Select[int]:
    return select(Ticket.id).where(Ticket.buyer_id.in_(select(Ticket.buyer_id).where(Ticket.id.in_(tickets))))
