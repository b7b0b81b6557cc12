"""What becomes of a proposal, of the approval it may need, and of what was agreed."""

from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from helpdesk.rules.states import IllegalMoveError


class OfferState(StrEnum):
    PROPOSED = "proposed"  # inside the house: a second person has to say yes before the buyer sees it
    OPEN = "open"
    ACCEPTED = "accepted"
    COUNTERED = "countered"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ApprovalState(StrEnum):
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    VOID = "void"  # what it was about has changed


class RemedyState(StrEnum):
    AGREED = "agreed"
    UNDER_WAY = "under_way"  # money instructed, parcel sent, goods on their way back
    COMPLETE = "complete"
    CANCELED = "canceled"


OFFER_MOVES: dict[OfferState, frozenset[OfferState]] = {
    OfferState.PROPOSED: frozenset({OfferState.OPEN, OfferState.ACCEPTED, OfferState.WITHDRAWN}),
    OfferState.OPEN: frozenset(
        {
            OfferState.ACCEPTED,
            OfferState.COUNTERED,
            OfferState.DECLINED,
            OfferState.EXPIRED,
            OfferState.WITHDRAWN,
        }
    ),
    OfferState.ACCEPTED: frozenset(),
    OfferState.COUNTERED: frozenset(),
    OfferState.DECLINED: frozenset(),
    OfferState.EXPIRED: frozenset(),
    OfferState.WITHDRAWN: frozenset(),
}

REMEDY_MOVES: dict[RemedyState, frozenset[RemedyState]] = {
    RemedyState.AGREED: frozenset({RemedyState.UNDER_WAY, RemedyState.COMPLETE, RemedyState.CANCELED}),
    RemedyState.UNDER_WAY: frozenset({RemedyState.AGREED, RemedyState.COMPLETE, RemedyState.CANCELED}),
    # The parcel was lost; the money came back, all of it or one part.
    RemedyState.COMPLETE: frozenset({RemedyState.UNDER_WAY, RemedyState.AGREED}),
    RemedyState.CANCELED: frozenset(),
}


def last_moment(at: datetime, days: int, zone: tzinfo) -> datetime:
    """The last second of the last day on which an offer stands, where the shop is: letters name that day."""
    after = at.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(after, datetime.min.time(), zone) - timedelta(seconds=1)


def check_offer_move(before: OfferState, after: OfferState) -> None:
    """Raises IllegalMoveError unless the table has this move."""
    if after not in OFFER_MOVES[before]:
        raise IllegalMoveError(f"an offer that is {before} cannot become {after}")


def check_remedy_move(before: RemedyState, after: RemedyState) -> None:
    """Raises IllegalMoveError unless the table has this move."""
    if after not in REMEDY_MOVES[before]:
        raise IllegalMoveError(f"a remedy that is {before.replace('_', ' ')} cannot become {after}")
