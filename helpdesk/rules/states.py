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
    SURVEY = "survey"  # "how was it?"
    CLAIM_REMINDER = "claim_reminder"  # "this is still missing"
    CLAIM_DUE = "claim_due"  # not mail: what happens to a claim that stays where it is
    OFFER_EXPIRY = "offer_expiry"  # not mail: the offer ends
    TASK_DUE = "task_due"  # not mail: what somebody in the shop, or a buyer, was to do by then


class ReminderState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class RefundState(StrEnum):
    SUCCEEDED = "succeeded"  # the agent has paid it by hand and noted the reference
    ARRIVED = "arrived"  # the buyer says so
    NOT_ARRIVED = "not_arrived"  # the buyer says no: somebody has to chase it
    CANCELED = "canceled"  # noted by mistake: it counts nowhere, and its reference is free again


TICKET_MOVES: dict[TicketState, frozenset[TicketState]] = {
    TicketState.NEW: frozenset(
        {TicketState.OPEN, TicketState.WAITING, TicketState.SOLVED, TicketState.CLOSED}
    ),
    TicketState.OPEN: frozenset({TicketState.WAITING, TicketState.SOLVED, TicketState.CLOSED}),
    TicketState.WAITING: frozenset({TicketState.OPEN, TicketState.SOLVED, TicketState.CLOSED}),
    TicketState.SOLVED: frozenset({TicketState.OPEN, TicketState.WAITING, TicketState.CLOSED}),
    TicketState.CLOSED: frozenset({TicketState.OPEN}),
}

REFUND_MOVES: dict[RefundState, frozenset[RefundState]] = {
    RefundState.SUCCEEDED: frozenset({RefundState.ARRIVED, RefundState.NOT_ARRIVED, RefundState.CANCELED}),
    RefundState.NOT_ARRIVED: frozenset({RefundState.ARRIVED, RefundState.CANCELED}),
    RefundState.ARRIVED: frozenset(),
    RefundState.CANCELED: frozenset(),
}


def check_ticket_move(before: TicketState, after: TicketState) -> None:
    """Raises IllegalMoveError unless the table has this move."""
    if after not in TICKET_MOVES[before]:
        raise IllegalMoveError(f"a {before} ticket cannot become {after}")


def check_refund_move(before: RefundState, after: RefundState) -> None:
    """Raises IllegalMoveError unless the table has this move."""
    if after not in REFUND_MOVES[before]:
        raise IllegalMoveError(f"a refund that is {before} cannot become {after}")


def may(role: Role, needed: Role) -> bool:
    """Each role may do what the ones before it may."""
    order = (Role.AGENT, Role.LEAD, Role.OWNER)
    return order.index(role) >= order.index(needed)
