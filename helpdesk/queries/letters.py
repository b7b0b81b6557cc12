"""Which letters a buyer's page names: those that went to and fro with this buyer, and nobody else's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpdesk.models import Entry, Ticket
from helpdesk.rules.states import EntryKind
from mail.types import key_of

MOST_LETTERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    subject: str
    at: datetime
    ours: bool  # else the buyer's


def letters_with(session: Session, ticket: Ticket) -> tuple[LetterView, ...]:
    """What went to and fro with this buyer, the newest first: subjects and dates, no words.

    A question to the address on file of an order goes to somebody else, who may be nobody that the reader
    knows: that it was asked would tell that there is such an order.
    """
    hers = {address.key for address in ticket.buyer.addresses}
    rows = session.scalars(
        select(Entry)
        .where(Entry.ticket_id == ticket.id, Entry.kind.in_((EntryKind.SENT, EntryKind.RECEIVED)))
        .options(joinedload(Entry.payload))
        .order_by(Entry.id.desc())
        .limit(2 * MOST_LETTERS)
    ).all()
    with_her = [
        row for row in rows if row.kind is EntryKind.RECEIVED or key_of(str(row.facts.get("to", ""))) in hers
    ]
    return tuple(
        LetterView(
            subject=str(entry.facts.get("subject", "")),
            at=entry.at,
            ours=entry.kind is EntryKind.SENT,
        )
        for entry in with_her[:MOST_LETTERS]
    )
