"""Since when a buyer waits for an answer, and by when she should have one.

A ticket keeps what its entries say of this, so that a queue can be read in the order of what is due next.
The database itself keeps `next_due_at` (migration 0027): the earliest of the plans of a ticket and, while it
is our turn, of the moment by which it is to be answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from helpdesk.rules.states import EntryKind, TicketState
from mail.types import Kind

ANSWER_WITHIN = timedelta(hours=24)
NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # of a ticket on which nothing is due: it sorts behind all others
OURS = (TicketState.NEW, TicketState.OPEN)
ACTIVE = (*OURS, TicketState.WAITING)
DONE = (TicketState.SOLVED, TicketState.CLOSED)

# Letters that only say that something came in, send a page again, or remind of what was said before: whoever
# has written still waits. A letter that is not named here answers.
NO_ANSWER = frozenset(
    {
        "acknowledged",
        "withdrawal_receipt",
        "order_words_sent",
        "order_link_sent",
        "link_sent_again",
        "claim_reminder",
        "return_reminded",
        "refund_delay_told",
        "arrival_check",
        "survey",
    }
)
# Of these, what asks her nothing: a claim that waits for her waits on as if it had not been written.
SAYS_NOTHING = NO_ANSWER - {"acknowledged", "claim_reminder"}
# What a buyer does on a page, where no mail was needed: it is as good as one.
BY_PAGE = frozenset({"claim_counter_offer", "claim_decline_offer"})


@dataclass(frozen=True, slots=True)
class Waits:
    """What a ticket keeps of it."""

    unanswered_since: datetime | None = None  # the oldest words of the buyer that nobody has answered
    first_answer_at: datetime | None = None
    answer_by: datetime | None = None  # counts while it is our turn


def is_answer(kind: EntryKind, verb: str) -> bool:
    """An agent's reply, an offer, a question, what was decided."""
    return kind is EntryKind.SENT and verb not in NO_ANSWER


def is_the_buyers(kind: EntryKind, verb: str, actor: str) -> bool:
    """Words or an act of the buyer that want an answer."""
    return kind is EntryKind.RECEIVED or verb == "wrote_there" or (
        verb in BY_PAGE and actor.startswith("buyer:")
    )  # fmt: skip


def is_a_persons(facts: Mapping[str, Any]) -> bool:
    """Whether a received mail was written by somebody: what a machine sends changes nothing."""
    return bool(facts.get("kind", Kind.HUMAN) == Kind.HUMAN)


def after_entry(before: Waits, kind: EntryKind, verb: str, actor: str, *, at: datetime) -> Waits:
    """What an entry makes of it. An archive's mail counts from when it came: `at` is that moment then."""
    if is_answer(kind, verb):
        return Waits(None, before.first_answer_at or at, at + ANSWER_WITHIN)
    if not is_the_buyers(kind, verb, actor):
        return before
    since = min(before.unanswered_since or at, at)
    return Waits(since, before.first_answer_at, since + ANSWER_WITHIN)


def after_move(before: Waits, was: TicketState, now: TicketState, *, at: datetime) -> Waits:
    """What a change of the state makes of it: what is done waits no more, and our turn has an end."""
    since = None if now in DONE else before.unanswered_since
    by = (since or at) + ANSWER_WITHIN if now in OURS and was not in OURS else before.answer_by
    return Waits(since, before.first_answer_at, by)
