"""Which ticket a message belongs to, and who may join it.

    evidence \\ sender    participant, verified   participant, not verified   anybody else
    a token of ours      joins                   joins, and the page warns   own ticket, linked
    mail of the buyer    joins                   own ticket, suggested       own ticket
    number, subject of a
    reply, order of a
    matter that goes on  joins                   own ticket, suggested   own ticket
    the same of another  own ticket, suggested   own ticket, suggested   own ticket
    same thread or sender  own ticket, suggested own ticket, suggested   own ticket

A token is something that only a letter of ours holds: a signed Message-ID, reply address or mark. Everything
weaker can be guessed or repeated, so it opens a conversation to nobody but its own buyer, whom the receiving
server has verified, and only while the matter goes on. For all others the new ticket points at the old one at
most, and an agent merges the two by one key.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from helpdesk.rules.states import TicketState
from mail.types import Verdict

REOPEN_WINDOW = timedelta(days=30)
SAME_MATTER = timedelta(days=30)  # a new mail of a buyer is perhaps about a ticket that moved this recently
MOST_NUMBERS = 5
SUBJECT_TAG = re.compile(r"\[RF-(\d{1,12})\]")


class Strength(StrEnum):
    """Why a message points at a ticket, strongest first."""

    OURS = "ours"  # a token that we minted and signed
    THEIRS = "theirs"  # a Message-ID that came in earlier on the ticket
    REUSED = "reused"  # the same, but more than one ticket has it
    NUMBER = "number"  # only the number in the subject
    SUBJECT = "subject"  # a reply with the subject of one matter of the sender that goes on
    ORDER = "order"  # it names the order of one such matter
    THREAD = "thread"  # only the sender's own mail program says that it is the same conversation
    SENDER = "sender"  # only the sender and the time


BECAUSE = {
    Strength.REUSED: "reused_message_id",
    Strength.NUMBER: "only_the_number",
    Strength.SUBJECT: "only_the_subject",
    Strength.ORDER: "only_the_order",
    Strength.THREAD: "only_the_thread",
    Strength.SENDER: "only_the_sender",
}


GOES_ON = (TicketState.NEW, TicketState.OPEN, TicketState.WAITING)
# Enough from the buyer herself, if it is she who writes: whatever is behind it, the matter is hers.
OF_HER_MATTER = (Strength.NUMBER, Strength.SUBJECT, Strength.ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One ticket that a message points at, as far as it is known in this mailbox."""

    ticket_id: int
    strength: Strength
    state: TicketState
    updated_at: datetime
    sender_is_participant: bool
    named: int | None = None  # the ticket that it names, if that was merged into this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """The message continues this ticket."""

    ticket_id: int
    named: int | None = None  # the one that it answers, if that was merged into this one
    names_too: tuple[int, ...] = ()  # other tickets of the same buyer that it shows tokens of


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
    if first.strength in BECAUSE and not _is_her_matter(first, verdict):
        follows = first.ticket_id if first.sender_is_participant else None
        return Open(follows_id=follows, because=BECAUSE[first.strength])
    if not first.sender_is_participant:
        # A stranger may know a Message-ID without being allowed into the conversation.
        follows = first.ticket_id if first.strength is Strength.OURS else None
        return Open(follows_id=follows, because="stranger")
    if first.strength is Strength.THEIRS and verdict is not Verdict.PASS:
        # Her own earlier Message-ID stands in every mail that she copied to somebody: no secret of ours.
        return Open(follows_id=first.ticket_id, because="sender_not_verified")
    if first.state is TicketState.CLOSED and at - first.updated_at > REOPEN_WINDOW:
        return Open(follows_id=first.ticket_id, because="closed_too_long_ago")
    return Join(ticket_id=first.ticket_id, named=first.named, names_too=_named_too(evidence))


def _is_her_matter(first: Evidence, verdict: Verdict) -> bool:
    return (
        first.strength in OF_HER_MATTER
        and first.sender_is_participant
        and verdict is Verdict.PASS
        and first.state in GOES_ON
    )


def believed(verdict: Verdict, *, archived: bool) -> Verdict:
    """The verdict to decide by. Whoever gives mail as an archive of their own vouches for its senders, where
    no server has checked them; what failed a check stays failed."""
    return Verdict.PASS if archived and verdict is Verdict.NONE else verdict


def reopens(state: TicketState) -> bool:
    """Whether an answer of the buyer to a ticket in this state makes it our turn again."""
    return state in (TicketState.WAITING, TicketState.SOLVED, TicketState.CLOSED)


def numbers_in(subject: str) -> tuple[int, ...]:
    """Ticket numbers that a subject shows, the first few: each one is looked up."""
    found = dict.fromkeys(int(number) for number in SUBJECT_TAG.findall(subject))
    return tuple(found)[:MOST_NUMBERS]


def _named_too(evidence: tuple[Evidence, ...]) -> tuple[int, ...]:
    return tuple(
        item.ticket_id
        for item in evidence[1:]
        if item.strength is Strength.OURS and item.sender_is_participant
    )
