"""Every move of a claim: from where to where, who may make it, what has to be true, what the buyer is told.

One table, read by the actions, by the tests, and by `helpdesk claims moves`, which draws docs/claims.md from
it. A move happens only if its line says so: state, person and every guard.
"""

from collections.abc import Callable
from dataclasses import dataclass

from helpdesk.rules import claim_guards as g
from helpdesk.rules.claim_guards import Circumstances, Objection
from helpdesk.rules.claim_trust import sender_is_trusted
from helpdesk.rules.claims import LIVE, ClaimState, Event, Who
from helpdesk.rules.states import IllegalMoveError

Guard = Callable[[Circumstances], Objection | None]


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table."""

    event: Event
    before: tuple[ClaimState | None, ...]  # None: there is no claim yet
    after: ClaimState
    who: frozenset[Who]
    only_if: tuple[Guard, ...] = ()
    letter: str = ""  # what the buyer is told, at once


S, E = ClaimState, Event
BUYER, DESK = frozenset({Who.BUYER}), frozenset({Who.DESK})
STAFF, SENIOR = frozenset({Who.AGENT, Who.LEAD, Who.OWNER}), frozenset({Who.LEAD, Who.OWNER})

# What every promise of money or goods asks for, and what one person may promise alone.
AGREEABLE = (g.order_is_verified, g.remedies_are_allowed, g.sums_are_granted, g.fits_what_is_left)
ALONE = (
    g.agents_may_decide_it,
    g.within_own_limit,
    g.within_own_day,
    g.one_person_is_enough,
    sender_is_trusted,
)
# What the second person's yes asks for.
SECOND = (
    g.another_person,
    g.approval_is_for_this,
    g.order_is_verified,
    g.within_own_limit,
    g.within_own_day,
    g.fits_what_is_left,
)
NOT_ENDED = tuple(state for state in S if state in LIVE and state is not S.DISPUTED)
NOT_CLOSED = tuple(state for state in S if state not in (S.DISPUTED, S.CLOSED))

MOVES: tuple[Move, ...] = (
    Move(E.OPEN, (None,), S.NEW, BUYER | DESK | STAFF, (g.no_other_claim_has_these_lines,)),
    Move(
        E.LINK_ORDER,
        (S.NEW, S.NEEDS_LINK),
        S.AWAITING_DECISION,
        BUYER | DESK | STAFF,
        (g.order_is_verified, g.no_other_claim_has_these_lines),
    ),
    Move(E.MISS_ORDER, (S.NEW,), S.NEEDS_LINK, DESK | STAFF, (), "ask_order"),
    Move(
        E.ASK,
        (S.AWAITING_DECISION, S.AWAITING_BUYER),
        S.AWAITING_BUYER,
        DESK | STAFF,
        (g.something_is_asked,),
        "ask_evidence",
    ),
    Move(E.BUYER_REPLIES, (S.AWAITING_BUYER,), S.AWAITING_DECISION, BUYER | STAFF),
    Move(
        E.STAY_SILENT, (S.AWAITING_BUYER, S.NEEDS_LINK), S.CLOSED, DESK, (g.buyer_was_warned,), "claim_closed"
    ),
    Move(
        E.APPROVE_BY_ITSELF,
        (S.AWAITING_DECISION,),
        S.APPROVED,
        DESK,
        (
            g.order_is_verified,
            g.clause_allows_it_by_itself,
            g.within_automatic_limits,
            g.nothing_is_doubtful,
            g.fits_what_is_left,
        ),
        "claim_approved",
    ),
    Move(E.MAKE_OFFER, (S.AWAITING_DECISION, S.OFFERED), S.OFFERED, STAFF, (*AGREEABLE, *ALONE), "offer"),
    Move(
        E.ACCEPT_OFFER,
        (S.OFFERED,),
        S.APPROVED,
        BUYER | STAFF,
        (
            g.offer_is_open,
            g.offer_has_not_expired,
            g.offer_is_the_same,
            g.acceptance_is_on_record,
            g.fits_what_is_left,
        ),
        "claim_approved",
    ),
    Move(E.COUNTER_OFFER, (S.OFFERED,), S.AWAITING_DECISION, BUYER | STAFF, (g.offer_is_open,)),
    Move(E.DECLINE_OFFER, (S.OFFERED,), S.AWAITING_DECISION, BUYER | STAFF, (g.offer_is_open,)),
    Move(E.LET_OFFER_EXPIRE, (S.OFFERED,), S.AWAITING_DECISION, DESK, (g.offer_has_expired,)),
    Move(E.WITHDRAW_OFFER, (S.OFFERED,), S.AWAITING_DECISION, STAFF, (g.offer_is_open,)),
    Move(E.APPROVE, (S.AWAITING_DECISION,), S.APPROVED, STAFF, (*AGREEABLE, *ALONE), "claim_approved"),
    Move(
        E.ASK_APPROVAL,
        (S.AWAITING_DECISION,),
        S.AWAITING_APPROVAL,
        STAFF,
        AGREEABLE,
    ),
    Move(
        E.CONFIRM,
        (S.AWAITING_APPROVAL,),
        S.APPROVED,
        SENIOR,
        SECOND,
        "claim_approved",
    ),
    Move(
        E.CONFIRM_OFFER,
        (S.AWAITING_APPROVAL,),
        S.OFFERED,
        SENIOR,
        SECOND,
        "offer",
    ),
    Move(
        E.REFUSE_APPROVAL,
        (S.AWAITING_APPROVAL,),
        S.AWAITING_DECISION,
        STAFF,
        (g.may_refuse_approval, g.says_why),
    ),
    Move(
        E.REJECT,
        (S.AWAITING_DECISION,),
        S.REJECTED,
        STAFF,
        (g.agents_may_decide_it, g.clause_denies_it_or_a_lead_says_why),
        "claim_rejected",
    ),
    Move(
        E.DECIDE_ANEW,
        (S.APPROVED, S.AWAITING_APPROVAL),
        S.AWAITING_DECISION,
        DESK | STAFF,
        (g.says_why, g.nothing_is_paid_or_sent),
    ),
    Move(E.COMPLETE, (S.APPROVED,), S.RESOLVED, BUYER | DESK | STAFF, (g.every_remedy_is_complete,)),
    Move(
        E.UNDO_COMPLETION, (S.RESOLVED,), S.APPROVED, BUYER | DESK | STAFF, (g.some_remedy_is_not_complete,)
    ),
    Move(E.WITHDRAW, NOT_ENDED, S.WITHDRAWN, BUYER | STAFF, (g.nothing_is_paid_or_sent,), "claim_closed"),
    Move(E.OPEN_DISPUTE, NOT_CLOSED, S.DISPUTED, DESK | STAFF, (g.platform_number_is_given,)),
    Move(E.WIN_DISPUTE, (S.DISPUTED,), S.REJECTED, STAFF, (g.says_why,), "dispute_result"),
    Move(
        E.LOSE_DISPUTE, (S.DISPUTED,), S.APPROVED, SENIOR, (g.says_why, g.fits_what_is_left), "dispute_result"
    ),
    Move(
        E.SETTLE_DISPUTE,
        (S.DISPUTED,),
        S.RESOLVED,
        STAFF,
        (g.says_why, g.every_remedy_is_complete),
        "dispute_result",
    ),
    Move(
        E.CLOSE,
        (S.RESOLVED, S.REJECTED, S.WITHDRAWN),
        S.CLOSED,
        DESK | STAFF,
        (g.cause_is_named, g.no_money_is_moving),
    ),
    Move(E.CLOSE, (S.APPROVED,), S.CLOSED, SENIOR, (g.cause_is_named, g.no_money_is_moving)),
    Move(
        E.REOPEN,
        (S.CLOSED, S.RESOLVED, S.REJECTED, S.WITHDRAWN),
        S.AWAITING_DECISION,
        BUYER | SENIOR,
        (g.reopening_is_in_time, g.order_is_verified, g.no_other_claim_has_these_lines),
    ),
)

_BY_EVENT = {(move.event, before): move for move in MOVES for before in move.before}


def find(event: Event, before: ClaimState | None) -> Move:
    """The line for this event in this state. Raises IllegalMoveError when there is none."""
    move = _BY_EVENT.get((event, before))
    if move is None:
        raise IllegalMoveError(f"a claim that is {before} cannot {event}".replace("_", " "))
    return move


def check(event: Event, before: ClaimState | None, *, who: Who, given: Circumstances) -> Move:
    """The line, once everything it asks for is true. Raises IllegalMoveError with the guard's sentence."""
    move = find(event, before)
    if who not in move.who:
        raise IllegalMoveError(f"to {event} is not for the {who}".replace("_", " "))
    for objection in objections(move, who, given):
        raise IllegalMoveError(objection.sentence)
    return move


def objections(move: Move, who: Who, given: Circumstances) -> tuple[Objection, ...]:
    """All that stands in the way of a move, in the order of its line."""
    answers = (guard(given.by(who)) for guard in move.only_if)
    return tuple(answer for answer in answers if answer is not None)


def possible(before: ClaimState, who: Who) -> tuple[Move, ...]:
    """The lines that this person may ask for in this state, whatever their guards will say."""
    return tuple(move for move in MOVES if before in move.before and who in move.who)
