"""Goods on their way back: states, moves and guards of a return, and what its inspection means.

One table, as for claims. What stands in each line of a parcel has the words of the trade (those of Solidus);
the return as a whole has five. Nothing here knows a database or a clock.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from helpdesk.rules.claim_terms import Condition, Fault
from helpdesk.rules.claims import Who
from helpdesk.rules.states import IllegalMoveError


class ReturnState(StrEnum):
    AWAITING = "awaiting"  # the buyer has the address and the deadline
    IN_TRANSIT = "in_transit"  # the number of the parcel is known
    RECEIVED = "received"  # in the house, not looked at
    INSPECTED = "inspected"
    EXPIRED = "expired"  # nothing was sent in time
    LOST_IN_TRANSIT = "lost_in_transit"
    CANCELED = "canceled"


class Reception(StrEnum):
    """What became of the units of one line."""

    AWAITING = "awaiting"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    SHORT = "short"  # fewer than announced
    WRONG_ITEM = "wrong_item"
    DAMAGED = "damaged"  # on its way back
    LOST_IN_TRANSIT = "lost_in_transit"
    EXPIRED = "expired"
    CANCELED = "canceled"


class ReturnEvent(StrEnum):
    GIVE_TRACKING = "give_tracking"
    PROLONG = "prolong"
    RECEIVE = "receive"
    INSPECT = "inspect"
    EXPIRE = "expire"
    LOSE = "lose"
    CANCEL = "cancel"


class Payer(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"


class Outcome(StrEnum):
    AS_AGREED = "as_agreed"  # the money may go
    OTHERWISE = "otherwise"  # it has to be decided anew, with the buyer


S, E, R = ReturnState, ReturnEvent, Reception
LIVE = frozenset({S.AWAITING, S.IN_TRANSIT, S.RECEIVED})
ARRIVED = frozenset({R.RECEIVED, R.DAMAGED, R.WRONG_ITEM, R.SHORT})
WARN_BEFORE = timedelta(days=2)  # a buyer is reminded so long before the deadline
USUAL_TIME = timedelta(days=7)  # to send the goods, where the policy has no timer
INSPECT_WITHIN = timedelta(days=2)
ON_THE_WAY_FOR = timedelta(days=10)  # then somebody asks the carrier
LONGEST_WHY = 500
NOT_SENT_IN_TIME = "not_sent_in_time"  # why something is decided anew, beside what `disagreements` finds


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """One line as it was counted and looked at. `deduction` in minor units of the order's currency."""

    line: int
    announced: int
    received: int = 0
    reception: Reception = Reception.AWAITING
    condition: Condition | None = None
    resellable: bool | None = None
    deduction: int = 0
    most: int = 0  # what was paid for the units: no deduction is larger
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is known at the moment of a move."""

    at: datetime
    who: Who = Who.DESK
    send_by: datetime | None = None
    warned: bool = False
    tracking: str = ""
    lines: tuple[LineSeen, ...] = ()
    why: str = ""
    new_send_by: datetime | None = None


Guard = Callable[[Given], str]  # "" or the sentence for a no


def tracking_is_given(given: Given) -> str:
    return "" if given.tracking else "give the number of the parcel"


def something_was_received(given: Given) -> str:
    if not any(line.received for line in given.lines):
        return "say how many of each item have arrived"
    over = any(line.received > line.announced and not line.why.strip() for line in given.lines)
    return "more has arrived than was announced: say what it is" if over else ""


def every_unit_was_looked_at(given: Given) -> str:
    blind = any(line.received and (line.condition is None or line.resellable is None) for line in given.lines)
    return "say of each item how it is and whether it can be sold again" if blind else ""


def deductions_have_reasons(given: Given) -> str:
    if any(line.deduction < 0 for line in given.lines):
        return "a deduction cannot be negative"
    if any(line.deduction > line.most for line in given.lines):
        return "a deduction cannot be more than was paid for the item"
    if any(line.deduction and not line.why.strip() for line in given.lines):
        return "say why something is deducted: the buyer is told"
    return ""


def deadline_has_passed(given: Given) -> str:
    passed = given.send_by is not None and given.at >= given.send_by
    return "" if passed else "the deadline has not passed yet"


def buyer_was_warned(given: Given) -> str:
    return "" if given.warned else "the buyer has not been reminded yet"


def says_why(given: Given) -> str:
    return "" if given.why.strip() else "say why"


def new_deadline_is_later(given: Given) -> str:
    later = given.new_send_by is not None and given.new_send_by > given.at
    return "" if later else "the new deadline lies in the past"


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table."""

    event: ReturnEvent
    before: tuple[ReturnState, ...]
    after: ReturnState
    who: frozenset[Who]
    only_if: tuple[Guard, ...] = ()


BUYER, DESK = frozenset({Who.BUYER}), frozenset({Who.DESK})
STAFF = frozenset({Who.AGENT, Who.LEAD, Who.OWNER})

# A parcel that was given up for late or lost may come after all: then it is counted like any other.
MOVES: tuple[Move, ...] = (
    Move(E.GIVE_TRACKING, (S.AWAITING, S.IN_TRANSIT), S.IN_TRANSIT, BUYER | STAFF, (tracking_is_given,)),
    Move(E.PROLONG, (S.AWAITING,), S.AWAITING, STAFF | DESK, (new_deadline_is_later,)),
    Move(
        E.RECEIVE,
        (S.AWAITING, S.IN_TRANSIT, S.RECEIVED, S.EXPIRED, S.LOST_IN_TRANSIT),
        S.RECEIVED,
        STAFF,
        (something_was_received,),
    ),
    Move(E.INSPECT, (S.RECEIVED,), S.INSPECTED, STAFF, (every_unit_was_looked_at, deductions_have_reasons)),
    Move(E.EXPIRE, (S.AWAITING,), S.EXPIRED, DESK | STAFF, (deadline_has_passed, buyer_was_warned)),
    Move(E.LOSE, (S.IN_TRANSIT,), S.LOST_IN_TRANSIT, STAFF, (says_why,)),
    Move(E.CANCEL, (S.AWAITING, S.IN_TRANSIT), S.CANCELED, STAFF, (says_why,)),
)

_BY_EVENT = {(move.event, before): move for move in MOVES for before in move.before}


def check(event: ReturnEvent, before: ReturnState, given: Given) -> Move:
    """The line, once everything it asks for is true. Raises IllegalMoveError with a sentence."""
    move = _BY_EVENT.get((event, before))
    if move is None:
        raise IllegalMoveError(f"a return that is {before} cannot {event}".replace("_", " "))
    if given.who not in move.who:
        raise IllegalMoveError(f"to {event} is not for the {given.who}".replace("_", " "))
    for guard in move.only_if:
        if refusal := guard(given):
            raise IllegalMoveError(refusal)
    return move


def possible(before: ReturnState, who: Who) -> frozenset[ReturnEvent]:
    """What this person may ask for in this state, whatever the guards will say."""
    return frozenset(move.event for move in MOVES if before in move.before and who in move.who)


def reception(line: LineSeen) -> Reception:
    """The word for a line after counting; wrong or damaged goods keep the word that a person chose."""
    if line.reception in (R.WRONG_ITEM, R.DAMAGED):
        return line.reception
    return R.RECEIVED if line.received >= line.announced else R.SHORT


def disagreements(
    lines: Sequence[LineSeen], *, said: Condition | None, fault: Fault, deducts: bool = False
) -> tuple[str, ...]:
    """Why an inspected return is not what was agreed, as words; none: the money may go.

    `said` is the condition that the buyer had named. Faulty goods are what one expects when the shop or the
    carrier has to answer for it; used ones only when the buyer had said so. Where a clause `deducts` a loss
    of value, neither use nor what is deducted for it is a reason to decide anew.
    """
    found: dict[str, None] = {}
    for line in lines:
        if line.reception is R.WRONG_ITEM:
            found["wrong_item"] = None
        if line.reception is R.DAMAGED:
            found["damaged"] = None
        if line.received < line.announced:
            found["short"] = None
        worn = deducts and line.condition in (Condition.USED, Condition.DAMAGED_BY_BUYER)
        if line.condition is not None and not worn and not _is_expected(line.condition, said, fault):
            found[line.condition] = None
        if line.deduction and not deducts:
            found["deduction"] = None
    return tuple(found)


def outcome(disagreeing: Iterable[str]) -> Outcome:
    return Outcome.OTHERWISE if any(disagreeing) else Outcome.AS_AGREED


def worst(conditions: Iterable[Condition | None]) -> Condition | None:
    """The condition that a policy has to look at when lines differ."""
    order = list(Condition)
    seen = [each for each in conditions if each is not None]
    return max(seen, key=order.index) if seen else None


def _is_expected(condition: Condition, said: Condition | None, fault: Fault) -> bool:
    if condition is said or condition in (Condition.UNOPENED, Condition.OPENED_INTACT):
        return True
    return condition is Condition.FAULTY and fault in (Fault.SELLER, Fault.CARRIER)
