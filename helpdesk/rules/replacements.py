"""Goods, coupons and days that were promised instead of money: their states, and when each is complete."""

import secrets
from enum import StrEnum

from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.states import IllegalMoveError


class ReplacementKind(StrEnum):
    EXCHANGE = "exchange"
    REDELIVERY = "redelivery"
    WAIT = "wait"  # the order itself, promised for another day


class ReplacementState(StrEnum):
    PROMISED = "promised"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    FAILED = "failed"  # lost, or came back
    CANCELED = "canceled"


class CouponState(StrEnum):
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    VOID = "void"  # taken back; it is worth nothing any more


S, C = ReplacementState, CouponState

REPLACEMENT_MOVES: dict[ReplacementState, frozenset[ReplacementState]] = {
    S.PROMISED: frozenset({S.PROMISED, S.SHIPPED, S.CANCELED}),  # promised again: for another day
    S.SHIPPED: frozenset({S.SHIPPED, S.DELIVERED, S.FAILED}),  # shipped again: the number was wrong
    S.DELIVERED: frozenset({S.FAILED}),  # the carrier said so, and it is not true
    S.FAILED: frozenset({S.PROMISED, S.DELIVERED, S.CANCELED}),
    S.CANCELED: frozenset(),
}

COUPON_MOVES: dict[CouponState, frozenset[CouponState]] = {
    C.ISSUED: frozenset({C.REDEEMED, C.EXPIRED, C.VOID}),
    C.REDEEMED: frozenset(),
    C.EXPIRED: frozenset(),
    C.VOID: frozenset(),
}

KIND_OF: dict[Remedy, ReplacementKind] = {
    Remedy.EXCHANGE: ReplacementKind.EXCHANGE,
    Remedy.REDELIVERY: ReplacementKind.REDELIVERY,
    Remedy.WAIT_WITH_DATE: ReplacementKind.WAIT,
}

# What a replacement in this state makes of the remedy that it stands for.
REMEDY_OF: dict[ReplacementState, RemedyState] = {
    S.PROMISED: RemedyState.AGREED,
    S.SHIPPED: RemedyState.UNDER_WAY,
    S.DELIVERED: RemedyState.COMPLETE,
    S.FAILED: RemedyState.UNDER_WAY,  # something has left the house: no second remedy for it meanwhile
    S.CANCELED: RemedyState.CANCELED,
}

# No letters or digits that look alike or are misheard: 0 O, 1 I L, 5 S, 8 B, 2 Z, U V.
ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
GROUPS, GROUP = 4, 4  # 16 characters of 23: 72 bits


def check_replacement_move(before: ReplacementState, after: ReplacementState) -> None:
    """Raises IllegalMoveError unless the table has this move."""
    if after not in REPLACEMENT_MOVES[before]:
        raise IllegalMoveError(f"a replacement that is {before} cannot become {after}")


def check_coupon_move(before: CouponState, after: CouponState) -> None:
    """Raises IllegalMoveError unless the table has this move."""
    if after not in COUPON_MOVES[before]:
        raise IllegalMoveError(f"a coupon that is {before} cannot become {after}")


def new_code() -> str:
    """A code that cannot be guessed and can be read over the telephone: "K7QM-3TRA-…"."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)
