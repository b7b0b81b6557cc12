"""How a refund moves, what an answer of a gateway makes of it, and when to look again: one table, and no I/O.

A refund is one instruction to send money back by one payment. Its row is never deleted, and its key never
changes: whatever is retried is the same refund.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from helpdesk.rules.offers import RemedyState
from helpdesk.rules.paying import Outcome
from helpdesk.rules.states import IllegalMoveError, RefundState

S = RefundState

REFUND_MOVES: dict[RefundState, frozenset[RefundState]] = {
    S.RESERVED: frozenset({S.SUBMITTED, S.CANCELED}),  # canceled: nobody was told of it yet
    S.SUBMITTED: frozenset({S.PENDING, S.UNKNOWN, S.NEEDS_ACTION, S.SUCCEEDED, S.FAILED}),
    # These three wait; what they wait for may change as a query or a person says.
    S.PENDING: frozenset({S.NEEDS_ACTION, S.SUCCEEDED, S.FAILED, S.CANCELED}),
    S.UNKNOWN: frozenset({S.PENDING, S.NEEDS_ACTION, S.SUCCEEDED, S.FAILED, S.CANCELED}),
    S.NEEDS_ACTION: frozenset({S.PENDING, S.SUCCEEDED, S.FAILED, S.CANCELED}),
    S.SUCCEEDED: frozenset({S.ARRIVED, S.REVERSED}),
    S.ARRIVED: frozenset({S.REVERSED}),
    S.FAILED: frozenset(),
    S.CANCELED: frozenset(),
    S.REVERSED: frozenset(),
}

LEFT = frozenset({S.SUCCEEDED, S.ARRIVED})  # the money has left the house
OVER = frozenset({S.FAILED, S.CANCELED, S.REVERSED})  # it counts nowhere any more
WAITING = frozenset({S.PENDING, S.UNKNOWN, S.NEEDS_ACTION})  # asked about until it is settled
OPEN = frozenset(RefundState) - LEFT - OVER  # something is still to become of it

BY_HAND = "manual"  # the gateway of what a person pays
OUTSIDE = "external"  # money that went back without us: told by a statement, a webhook or a platform
BY_PEOPLE = (BY_HAND, OUTSIDE)  # nobody can be asked by wire what became of it

# Minutes between looks at what is pending or unknown, after the rhythm that WeChat Pay asks for.
LOOKS = (timedelta(seconds=10), *[timedelta(minutes=each) for each in (1, 1, 1, 1, 1, 5, 10, 20, 30)])
LET_GO_AFTER = timedelta(hours=1)  # that long after it was told, a gateway may still carry it out
# What has left may come back without a word: a bank takes up to a month over it (Stripe, "failed refunds").
MAY_COME_BACK_FOR = timedelta(days=30)
WATCH_EVERY = timedelta(days=1)
HEARD_LATELY = WATCH_EVERY + timedelta(hours=1)  # a gateway's word that is no older counts as its word now
ASKED_AGAIN_AFTER = timedelta(minutes=1)  # before money is assumed to be there
ASKED_FOR, ASKED_TIMES = (
    timedelta(days=1),
    3,
)  # then a person looks: a gateway that does not answer has not said yes


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One refund of a remedy: the share of one payment."""

    state: RefundState
    by_hand: bool  # a person pays it: until she takes it, or says that she has, nothing has begun
    held: bool = False  # she has taken it, and may be paying it at this moment
    chased: bool = False  # the buyer says that it is not there


def payable(state: RefundState, *, by_hand: bool) -> bool:
    """Whether a person may pay it: nobody was told of it, or nobody but a person.

    What waits at a gateway for somebody to act is not: that gateway may pay it yet.
    """
    return state is S.RESERVED or (state is S.NEEDS_ACTION and by_hand)


class Shown(StrEnum):
    """What pages say of a refund: its state, and what became of money that had left."""

    RESERVED = "reserved"
    SUBMITTED = "submitted"
    PENDING = "pending"
    UNKNOWN = "unknown"
    NEEDS_ACTION = "needs_action"
    SUCCEEDED = "succeeded"
    ARRIVED = "arrived"
    ASSUMED = "assumed"  # nobody answered the question whether it is there
    NOT_ARRIVED = "not_arrived"  # the buyer says so: it is being looked for
    FAILED = "failed"
    CANCELED = "canceled"
    REVERSED = "reversed"
    MISTAKEN = "mistaken"  # noted by mistake: it never left


def shown(state: RefundState, *, chased: bool, mistaken: bool, assumed: bool) -> Shown:
    """The word for a refund."""
    if mistaken:
        return Shown.MISTAKEN
    if chased and state in LEFT:
        return Shown.NOT_ARRIVED
    return Shown.ASSUMED if assumed and state is S.ARRIVED else Shown(state)


def check_refund_move(before: RefundState, after: RefundState) -> None:
    """Raises IllegalMoveError unless the table has this move."""
    if after not in REFUND_MOVES[before]:
        raise IllegalMoveError(f"a refund that is {before} cannot become {after}".replace("_", " "))


def after_submitting(outcome: Outcome, *, again: bool) -> RefundState:
    """What the answer to an instruction makes of it.

    `again`: it was handed over before. A no to the second asking may be about the first one's yes, so it is
    asked about and not believed.
    """
    if outcome is Outcome.FAILED and again:
        return S.UNKNOWN
    after = _STATES.get(outcome, S.UNKNOWN)
    return after if after in REFUND_MOVES[S.SUBMITTED] else S.UNKNOWN  # it is asked at once how that came


def after_query(before: RefundState, outcome: Outcome, *, refused: bool, settled: bool) -> RefundState:
    """What the answer to a question makes of a refund that waits, or whose money has left.

    NOT_FOUND means something only once the gateway had time to settle: then nothing is known under the key,
    and if it had said no before (`refused`), that no is true. Otherwise the refund is handed over again.
    """
    if outcome is Outcome.NOT_FOUND:
        return S.FAILED if refused and settled and before in WAITING else before
    after = _STATES.get(outcome, before)
    if before in LEFT:  # what had left and is said to have failed has come back
        return S.REVERSED if after in (S.FAILED, S.CANCELED, S.REVERSED) else before
    if after is S.REVERSED:
        return S.FAILED  # it came and went while nobody looked
    return after if after in REFUND_MOVES[before] else before


def is_to_be_submitted_again(before: RefundState, outcome: Outcome, *, refused: bool, settled: bool) -> bool:
    """Whether a question showed that the instruction was lost: then it is given again, with the same key."""
    return before is S.UNKNOWN and outcome is Outcome.NOT_FOUND and settled and not refused


def next_look(looked: int) -> timedelta:
    """How long to wait after so many looks."""
    return LOOKS[min(looked, len(LOOKS) - 1)]


def next_watch(left_at: datetime, *, chased: bool, at: datetime) -> datetime | None:
    """When a gateway is asked anew whether money that has left is still gone; None once it cannot come back.

    What the buyer misses is asked about as long as it is missed.
    """
    return at + WATCH_EVERY if chased or at < left_at + MAY_COME_BACK_FOR else None


def remedy_state(parts: int, refunds: Iterable[Part]) -> RemedyState:
    """What becomes of a promise of money that is sent in so many parts. Those that are over do not count."""
    live = [refund for refund in refunds if refund.state not in OVER]
    if len(live) == parts and all(refund.state is S.ARRIVED and not refund.chased for refund in live):
        return RemedyState.COMPLETE
    begun = [refund for refund in live if refund.held or not payable(refund.state, by_hand=refund.by_hand)]
    return RemedyState.UNDER_WAY if begun else RemedyState.AGREED


_STATES = {
    Outcome.SUCCEEDED: S.SUCCEEDED,
    Outcome.PENDING: S.PENDING,
    Outcome.NEEDS_ACTION: S.NEEDS_ACTION,
    Outcome.FAILED: S.FAILED,
    Outcome.CANCELED: S.CANCELED,
    Outcome.REVERSED: S.REVERSED,
}
