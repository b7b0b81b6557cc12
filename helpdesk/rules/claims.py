"""The claim's states, who may move it, and what the moves are called.

The moves between them are one table: rules/claim_moves.py. Money, goods on their way back and replacements
have states of their own; a claim waits in `approved` until all of them are done.
"""

from enum import StrEnum


class ClaimState(StrEnum):
    NEW = "new"  # asked for, nothing looked at yet
    NEEDS_LINK = "needs_link"  # about which order, or whether the asker may speak for it, is not known
    AWAITING_BUYER = "awaiting_buyer"  # we have asked something
    AWAITING_DECISION = "awaiting_decision"  # it is our turn
    OFFERED = "offered"  # the buyer has our proposal
    AWAITING_APPROVAL = "awaiting_approval"  # a second person has to say yes
    APPROVED = "approved"  # agreed; remedies are being carried out
    RESOLVED = "resolved"  # every remedy is complete
    REJECTED = "rejected"  # refused with a clause; the buyer may object for a while
    WITHDRAWN = "withdrawn"  # by the buyer
    DISPUTED = "disputed"  # the platform or the card's bank decides
    CLOSED = "closed"  # with cause and lesson


class Who(StrEnum):
    BUYER = "buyer"
    AGENT = "agent"
    LEAD = "lead"
    OWNER = "owner"
    DESK = "desk"  # the software itself: intake, clock


class Event(StrEnum):
    OPEN = "open"
    LINK_ORDER = "link_order"
    MISS_ORDER = "miss_order"
    ASK = "ask"
    BUYER_REPLIES = "buyer_replies"
    STAY_SILENT = "stay_silent"
    APPROVE_BY_ITSELF = "approve_by_itself"
    MAKE_OFFER = "make_offer"
    ACCEPT_OFFER = "accept_offer"
    COUNTER_OFFER = "counter_offer"
    DECLINE_OFFER = "decline_offer"
    LET_OFFER_EXPIRE = "let_offer_expire"
    WITHDRAW_OFFER = "withdraw_offer"
    APPROVE = "approve"
    ASK_APPROVAL = "ask_approval"
    CONFIRM = "confirm"
    CONFIRM_OFFER = "confirm_offer"
    REFUSE_APPROVAL = "refuse_approval"
    REJECT = "reject"
    DECIDE_ANEW = "decide_anew"
    COMPLETE = "complete"
    UNDO_COMPLETION = "undo_completion"
    WITHDRAW = "withdraw"
    OPEN_DISPUTE = "open_dispute"
    WIN_DISPUTE = "win_dispute"
    LOSE_DISPUTE = "lose_dispute"
    SETTLE_DISPUTE = "settle_dispute"
    CLOSE = "close"
    REOPEN = "reopen"


S = ClaimState

# A claim in one of these needs nothing more from anybody; all others have a timer that runs.
ENDED = frozenset({S.RESOLVED, S.REJECTED, S.WITHDRAWN, S.CLOSED})
# A claim in one of these holds its order lines: a second mail about them joins it.
LIVE = frozenset(S) - {S.WITHDRAWN, S.CLOSED, S.REJECTED, S.RESOLVED}
# Here it is for the buyer to do something.
BUYERS_TURN = frozenset({S.NEEDS_LINK, S.AWAITING_BUYER, S.OFFERED})
