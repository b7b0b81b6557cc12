"""A dispute at a platform or a card's bank: where it stands, and which move of the claim its end is."""

from enum import StrEnum

from helpdesk.rules.claims import Event
from helpdesk.rules.states import IllegalMoveError


class PlatformState(StrEnum):
    OPEN = "open"
    WON = "won"  # for the shop
    LOST = "lost"  # for the buyer
    SETTLED = "settled"  # both agreed


PLATFORM_MOVES: dict[PlatformState, frozenset[PlatformState]] = {
    PlatformState.OPEN: frozenset({PlatformState.WON, PlatformState.LOST, PlatformState.SETTLED}),
    PlatformState.WON: frozenset(),
    PlatformState.LOST: frozenset(),
    PlatformState.SETTLED: frozenset(),
}

CLAIM_EVENT: dict[PlatformState, Event] = {
    PlatformState.WON: Event.WIN_DISPUTE,
    PlatformState.LOST: Event.LOSE_DISPUTE,
    PlatformState.SETTLED: Event.SETTLE_DISPUTE,
}


def check_platform_move(before: PlatformState, after: PlatformState) -> None:
    """Raises IllegalMoveError unless the table has this move."""
    if after not in PLATFORM_MOVES[before]:
        raise IllegalMoveError(f"a platform case that is {before} cannot become {after}")
