"""Snooze: a ticket leaves the queues that wait, until a moment or until something happens. What wakes it.

Nothing sleeps for ever, and a snooze hides no promise:

- It wakes at the buyer's words whatever it waits for, and when mail to her fails, when it is moved by hand,
  marked as spam or merged.
- Who snoozes until something happens gives no day: then it wakes after NO_LONGER all the same.
- The day by which the buyer is to be answered goes on counting. A ticket that is overdue stands in "Overdue"
  and says so, asleep or not; so do "To approve", "Evidence missing" and "Money under way", and the clock of
  a claim goes on. Only "Waiting for us", "Mine", "Unassigned" and the queues that wait for others leave it
  out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from helpdesk.rules import later, turns
from helpdesk.rules.states import EntryKind, TicketState

NO_LONGER = timedelta(days=30)
A_WHILE = timedelta(hours=3)
DAYS = ("later", "tomorrow", "monday")  # moments that are chosen by a word


class Until(StrEnum):
    DAY = "day"
    BUYER = "buyer"  # writes
    ANYBODY = "anybody"  # the buyer, a colleague, or somebody inside the shop
    MONEY = "money"  # has arrived, or turns out not to


EVENTS = (Until.BUYER, Until.ANYBODY, Until.MONEY)


class Woken(StrEnum):
    """Why a ticket is awake again."""

    TIME = "time"
    BUYER = "buyer"
    ANYBODY = "anybody"
    MONEY = "money"
    TROUBLE = "trouble"  # mail to the buyer did not get through
    MOVED = "moved"
    SPAM = "spam"
    MERGED = "merged"
    BY_HAND = "by_hand"
    UNDONE = "undone"


# Then whoever did it says whose turn it is.
AS_IT_WAS = (Woken.SPAM, Woken.MERGED, Woken.MOVED, Woken.ANYBODY, Woken.UNDONE)
SPOKEN = (EntryKind.SENT, EntryKind.NOTE, EntryKind.CALL)
OF_MONEY = (
    "arrived",
    "arrival_assumed",
    "not_arrived",
    "refund_failed",
    "refund_reversed",
    "refund_needs_action",
)
TROUBLE = ("failed", "unknown", "bounced")
# Money that went wrong and promises that are broken: nobody sleeps through them, whatever was waited for.
OF_PROMISES = (
    "refund_failed", "refund_reversed", "refund_needs_action", "refund_unknown", "not_arrived",
    "arrival_unasked", "arrival_unanswered", "claim_overdue", "return_overdue", "answer_overdue",
    "chase_overdue", "refund_near", "platform_deadline_near", "promise_overdue", "parcel_not_stopped",
    "parcel_left",
)  # fmt: skip
MERGERS = ("merged_into", "took_in")


def moment(choice: str, *, at: datetime, zone: Any) -> datetime:
    """Later today, tomorrow or next Monday, as in rules/later.py. KeyError for others."""
    return at + A_WHILE if choice == "later" else later.chosen(choice, at=at, zone=zone)


def woken_by(
    until: Until, by: str, kind: EntryKind, verb: str, actor: str, facts: Mapping[str, Any]
) -> Woken | None:
    """Whether this entry wakes a ticket that `by` ("agent:3") has put to sleep.

    A buyer's mail is no matter of this table: a machine's does not count, see actions/reacting.py.
    """
    if kind is not EntryKind.RECEIVED and turns.is_the_buyers(kind, verb, actor):
        return Woken.BUYER
    if verb in OF_PROMISES or (verb in TROUBLE and not facts.get("automatic")):
        return Woken.TROUBLE
    if verb == "marked_spam":
        return Woken.SPAM
    if verb in MERGERS:
        return Woken.MERGED
    if verb == "moved" and _is_taken_up(facts):
        return Woken.MOVED
    if until is Until.MONEY and verb in OF_MONEY:
        return Woken.MONEY
    if until is Until.ANYBODY and _has_answered(by, kind, verb, actor):
        return Woken.ANYBODY
    return None


def _is_taken_up(facts: Mapping[str, Any]) -> bool:
    """Solved, closed, or ours again. That somebody has seen a new one is no news, nor is an undo."""
    is_seen = (facts.get("before"), facts.get("after")) == (TicketState.NEW, TicketState.OPEN)
    return facts.get("after") != TicketState.WAITING and not is_seen and facts.get("because") != "undone"


def _has_answered(by: str, kind: EntryKind, verb: str, actor: str) -> bool:
    is_a_colleague = actor.startswith("agent:") and actor != by
    return (kind in SPOKEN and is_a_colleague) or verb == "colleague_answered"
