"""Which ticket a message belongs to, and who may join it.

Evidence, strongest first: one of our signed Message-IDs in its references; a Message-ID of the
buyer's own earlier mail; the ticket's number in the subject. A number is on every letter and can be
guessed, so it never opens a conversation: at most the new ticket points at the old one.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from helpdesk.rules.states import TicketState
from mail.types import Verdict

REOPEN_WINDOW = timedelta(days=30)
MOST_NUMBERS = 5
SUBJECT_TAG = re.compile(r"\[RF-(\d{1,12})\]")


class Strength(StrEnum):
    OURS = "ours"  # a Message-ID that we minted and signed
    THEIRS = "theirs"  # a Message-ID that came in earlier on the ticket
    NUMBER = "number"  # only the number in the subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One ticket that a message points at, as far as it is known in this mailbox."""

    ticket_id: int
    strength: Strength
    state: TicketState
    updated_at: datetime
    sender_is_participant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """The message continues this ticket."""

    ticket_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """The message starts a ticket, which may point at an older one for an agent to compare."""

    follows_id: int | None = None
    because: str = "nothing_known"  # why it did not join: shown on the ticket


def decide(evidence: tuple[Evidence, ...], verdict: Verdict, *, at: datetime) -> Join | Open:
    """`evidence` strongest and newest first; `verdict` is on the sender's address."""
    if not evidence:
        return Open()
    first = evidence[0]
    if first.strength is Strength.NUMBER:
        follows = first.ticket_id if first.sender_is_participant else None
        return Open(follows_id=follows, because="only_the_number")
    if not first.sender_is_participant:
        # A stranger may know a Message-ID without being allowed into the conversation.
        follows = first.ticket_id if first.strength is Strength.OURS else None
        return Open(follows_id=follows, because="stranger")
    if first.strength is Strength.THEIRS and verdict is Verdict.FAIL:
        return Open(follows_id=first.ticket_id, because="sender_not_verified")
    if first.state is TicketState.CLOSED and at - first.updated_at > REOPEN_WINDOW:
        return Open(follows_id=first.ticket_id, because="closed_too_long_ago")
    return Join(ticket_id=first.ticket_id)


def reopens(state: TicketState) -> bool:
    """Whether an answer of the buyer to a ticket in this state makes it our turn again."""
    return state in (TicketState.WAITING, TicketState.SOLVED, TicketState.CLOSED)


def numbers_in(subject: str) -> tuple[int, ...]:
    """Ticket numbers that a subject shows, the first few: each one is looked up."""
    found = dict.fromkeys(int(number) for number in SUBJECT_TAG.findall(subject))
    return tuple(found)[:MOST_NUMBERS]
