"""What a clause says of its money beside the sum: what it waits for, by when it is made, what may lower it.

`withhold_until`: until the goods are back and inspected, or until they or the proof of sending are here.
`refund_within`: "7d_after_receipt", "14d_after_notice", "3bd_after_approval".
`deduction`: an inspection that finds a loss of value lowers the sum, which then needs no new decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.policy_counting import after
from helpdesk.rules.policy_terms import Count, Duration, GoodsBack
from helpdesk.rules.returns import Outcome, ReturnState

GOODS_OR_PROOF, INSPECTED = "goods_or_proof", "inspected"
RECEIPT, NOTICE, APPROVAL = "receipt", "notice", "approval"
NO_ADDRESS = "send the buyer the address for the return first"
NOT_INSPECTED = "the goods have to be back and inspected first"
NO_PROOF = "the goods, or the proof that they were sent, have to be here first"
ON_THE_WAY = (ReturnState.IN_TRANSIT, ReturnState.RECEIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTerms:
    """Of the clause that granted a remedy; all "" where a person granted more than a clause."""

    withhold_until: str = ""
    refund_within: str = ""
    deduction: str = ""
    goods_back: bool = False  # the clause wants the goods

    @property
    def within(self) -> tuple[Duration, str] | None:
        """How long, and after what."""
        if not self.refund_within:
            return None
        span, _, since = self.refund_within.partition("_after_")
        count = span.rstrip("bdh")
        return Duration(int(count), span.removeprefix(count)), since

    def wants_goods(self, remedy: Remedy) -> bool:
        """Whether goods come back for the money of this remedy."""
        withheld = bool(self.withhold_until) and self.goods_back
        return remedy is Remedy.RETURN_REFUND or (withheld and remedy is Remedy.FULL_REFUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """The newest return of a remedy, as far as it was not called off."""

    state: ReturnState
    outcome: Outcome | None = None
    tracked_at: datetime | None = None
    received_at: datetime | None = None
    inspected_at: datetime | None = None


def of_clause(outcome: Mapping[str, Any] | None, remedy: Remedy) -> RefundTerms:
    """The terms of a decision (`Decision.to_json`) for a remedy that its clause grants; else none."""
    if outcome is None or remedy not in outcome.get("remedies", ()):
        return RefundTerms()
    return RefundTerms(
        withhold_until=str(outcome.get("withhold_until") or ""),
        refund_within=str(outcome.get("refund_within") or ""),
        deduction=str(outcome.get("deduction") or ""),
        goods_back=outcome.get("goods_back") == GoodsBack.REQUIRED,
    )


def why_money_waits(remedy: Remedy, terms: RefundTerms, goods: Goods | None) -> str:
    """Why the money of a remedy may not leave yet, as a sentence; "" when it may."""
    if not terms.wants_goods(remedy) or free_since(remedy, terms, goods) is not None:
        return ""
    if goods is None:
        return NO_ADDRESS
    return NO_PROOF if terms.withhold_until == GOODS_OR_PROOF else NOT_INSPECTED


def free_since(remedy: Remedy, terms: RefundTerms, goods: Goods | None) -> datetime | None:
    """Since when nothing withholds the money; None while something does, or where nothing ever did."""
    if goods is None or not terms.wants_goods(remedy):
        return None
    known = [goods.inspected_at] if goods.outcome is Outcome.AS_AGREED else []
    if terms.withhold_until == GOODS_OR_PROOF and (goods.state in ON_THE_WAY or known):
        known += [goods.tracked_at, goods.received_at]
    return min((moment for moment in known if moment is not None), default=None)


def due_by(
    remedy: Remedy,
    terms: RefundTerms,
    goods: Goods | None,
    *,
    notice: datetime,
    approval: datetime,
    count: Count,
    zone: ZoneInfo,
) -> datetime | None:
    """By when the money has to be made; None where nobody promised it, or while what it waits for is away.

    Money that was withheld past its day is due at the moment when nothing withholds it any more.
    """
    if terms.within is None:
        return None
    span, since = terms.within
    free = free_since(remedy, terms, goods)
    if since == RECEIPT:
        received = goods.received_at if goods is not None else None
        return after(span, received, count, zone) if received is not None else None
    if terms.wants_goods(remedy) and free is None:
        return None
    day = after(span, notice if since == NOTICE else approval, count, zone)
    return max(day, free) if free is not None else day
