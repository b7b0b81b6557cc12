"""Every state that something can be in, and who may move where. The meaning stands beside the word."""

from enum import StrEnum


class IllegalMoveError(Exception):
    """Somebody asked for a move that the table does not have; `str()` is a sentence for the page."""


class Role(StrEnum):
    AGENT = "agent"  # answers buyers
    LEAD = "lead"  # also sees failed messages, approves
    OWNER = "owner"  # also changes mailboxes and people


class ToldOf(StrEnum):
    """Of which buyers' mail a member of staff is told by mail."""

    NOTHING = "nothing"
    MINE = "mine"  # on tickets that are hers
    MINE_AND_UNASSIGNED = "mine_and_unassigned"  # and on those that are nobody's


class AfterSending(StrEnum):
    """Where sending leads a member of staff."""

    STAY = "stay"  # on the ticket
    NEXT = "next"  # to the next one that waits for us
    BACK = "back"  # to the list


class TicketState(StrEnum):
    NEW = "new"  # nobody of ours has touched it
    OPEN = "open"  # it is our turn
    WAITING = "waiting"  # it is somebody else's turn: see `waiting_on`
    SOLVED = "solved"  # done as far as we know; the buyer may still object
    CLOSED = "closed"  # done; a late answer reopens it within the window, else opens a linked ticket


class WaitingOn(StrEnum):
    BUYER = "buyer"
    CARRIER = "carrier"
    BANK = "bank"
    COLLEAGUE = "colleague"


class EntryKind(StrEnum):
    RECEIVED = "received"  # the buyer wrote
    SENT = "sent"  # we wrote to the buyer
    NOTE = "note"  # between colleagues, never leaves the house
    CALL = "call"  # spoken with the buyer
    EVENT = "event"  # something happened


class FolderRole(StrEnum):
    MAIN = "main"  # where buyers' mail comes in; its news are waited for
    MORE = "more"  # named by a person, for example where a filter puts some of it
    JUNK = "junk"  # what the provider takes for spam


class ReceivedState(StrEnum):
    STORED = "stored"  # bytes are safe, not yet understood
    FILED = "filed"  # opened a ticket
    JOINED = "joined"  # became an entry of a ticket that was there
    IGNORED = "ignored"  # for a reason that stands beside it
    PARKED = "parked"  # could not be processed; bytes kept, can be run again


class OutboxState(StrEnum):
    QUEUED = "queued"  # due at `due_at`
    LEASED = "leased"  # a sender has it and has not yet begun to hand it over: safe to take again
    SENDING = "sending"  # committed just before DATA: if the sender dies now, nobody knows
    SENT = "sent"  # the server said 250
    UNKNOWN = "unknown"  # died in `sending`: perhaps sent, perhaps not; never sent again by itself
    FAILED = "failed"  # refused for good
    WITHDRAWN = "withdrawn"  # taken back before it was handed over


class ReminderKind(StrEnum):
    ARRIVAL_CHECK = "arrival_check"  # "did the money arrive?"
    ARRIVAL_ASSUMED = "arrival_assumed"  # not mail: nobody said that it did not
    SURVEY = "survey"  # "how was it?"
    CLAIM_REMINDER = "claim_reminder"  # "this is still missing"
    CLAIM_DUE = "claim_due"  # not mail: what happens to a claim that stays where it is
    OFFER_EXPIRY = "offer_expiry"  # not mail: the offer ends
    REPLY_LATER = "reply_later"  # an agent's own words, at a moment that she chose
    TASK_DUE = "task_due"  # not mail: what somebody in the shop, or a buyer, was to do by then


class ReminderState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class RefundState(StrEnum):
    RESERVED = "reserved"  # set aside on the order; nobody outside was told
    SUBMITTED = "submitted"  # committed just before the gateway is told: if we die now, nobody knows
    PENDING = "pending"  # the gateway has taken it, and is not done
    UNKNOWN = "unknown"  # told, and no answer: only a query, a webhook or a statement settles it
    NEEDS_ACTION = "needs_action"  # a person has to do something: pay it by hand, choose another card
    SUCCEEDED = "succeeded"  # the money has left
    ARRIVED = "arrived"  # the buyer says so, or nobody has denied it
    FAILED = "failed"  # no money moved; what was set aside is free for another try
    CANCELED = "canceled"  # taken back before money moved
    REVERSED = "reversed"  # it had left and came back, or was noted by mistake


TICKET_MOVES: dict[TicketState, frozenset[TicketState]] = {
    TicketState.NEW: frozenset(
        {TicketState.OPEN, TicketState.WAITING, TicketState.SOLVED, TicketState.CLOSED}
    ),
    TicketState.OPEN: frozenset({TicketState.WAITING, TicketState.SOLVED, TicketState.CLOSED}),
    TicketState.WAITING: frozenset({TicketState.OPEN, TicketState.SOLVED, TicketState.CLOSED}),
    TicketState.SOLVED: frozenset({TicketState.OPEN, TicketState.WAITING, TicketState.CLOSED}),
    TicketState.CLOSED: frozenset({TicketState.OPEN}),
}


def check_ticket_move(before: TicketState, after: TicketState) -> None:
    """Raises IllegalMoveError unless the table has this move."""
    if after not in TICKET_MOVES[before]:
        raise IllegalMoveError(f"a {before} ticket cannot become {after}")


def may(role: Role, needed: Role) -> bool:
    """Each role may do what the ones before it may."""
    order = (Role.AGENT, Role.LEAD, Role.OWNER)
    return order.index(role) >= order.index(needed)
