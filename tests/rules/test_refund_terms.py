"""What a clause says of its money: what it waits for, and by when it is made."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from helpdesk.rules import refund_terms, settlement
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.policy_terms import Count
from helpdesk.rules.refund_terms import NO_ADDRESS, NO_PROOF, NOT_INSPECTED, Goods, RefundTerms
from helpdesk.rules.returns import Outcome, ReturnState
from helpdesk.rules.settlement import SettlementError, Shares

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
BACK, FULL, PART = Remedy.RETURN_REFUND, Remedy.FULL_REFUND, Remedy.PARTIAL_REFUND
AWAITED = Goods(state=ReturnState.AWAITING)
SENT = Goods(state=ReturnState.IN_TRANSIT, tracked_at=AT + timedelta(days=3))
HERE = Goods(state=ReturnState.RECEIVED, tracked_at=SENT.tracked_at, received_at=AT + timedelta(days=6))
LOST = Goods(state=ReturnState.LOST_IN_TRANSIT, tracked_at=SENT.tracked_at)
DONE = Goods(
    state=ReturnState.INSPECTED,
    outcome=Outcome.AS_AGREED,
    tracked_at=SENT.tracked_at,
    received_at=HERE.received_at,
    inspected_at=AT + timedelta(days=7),
)


@pytest.mark.parametrize(
    ("remedy", "until", "goods", "why"),
    [
        (BACK, "", None, NO_ADDRESS),
        (BACK, "", HERE, NOT_INSPECTED),
        (BACK, "", DONE, ""),
        (BACK, "inspected", SENT, NOT_INSPECTED),
        (BACK, "goods_or_proof", None, NO_ADDRESS),
        (BACK, "goods_or_proof", AWAITED, NO_PROOF),
        (BACK, "goods_or_proof", SENT, ""),
        (BACK, "goods_or_proof", HERE, ""),
        (BACK, "goods_or_proof", LOST, NO_PROOF),
        (FULL, "goods_or_proof", None, NO_ADDRESS),
        (FULL, "", None, ""),
        (PART, "goods_or_proof", None, ""),
    ],
)
def test_money_waits_for_what_the_clause_says(
    remedy: Remedy, until: str, goods: Goods | None, why: str
) -> None:
    terms = RefundTerms(withhold_until=until, goods_back=True)
    assert refund_terms.why_money_waits(remedy, terms, goods) == why


@pytest.mark.parametrize(
    ("within", "until", "goods", "days"),
    [
        ("", "", DONE, None),
        ("7d_after_receipt", "", None, None),
        ("7d_after_receipt", "", SENT, None),
        ("7d_after_receipt", "", HERE, 6 + 7),
        ("14d_after_notice", "goods_or_proof", None, None),
        ("14d_after_notice", "goods_or_proof", SENT, 14),
        ("2d_after_notice", "goods_or_proof", SENT, 3),  # withheld past its day: due as soon as it is free
        ("5d_after_approval", "goods_or_proof", SENT, 1 + 5),
    ],
)
def test_it_is_due_by_a_day_once_nothing_withholds_it(
    within: str, until: str, goods: Goods | None, days: int | None
) -> None:
    due = refund_terms.due_by(
        BACK,
        RefundTerms(withhold_until=until, refund_within=within, goods_back=True),
        goods,
        notice=AT,
        approval=AT + timedelta(days=1),
        count=Count(),
        zone=ZoneInfo("UTC"),
    )
    assert due == (AT + timedelta(days=days) if days is not None else None)


def test_terms_are_of_what_the_clause_grants_and_of_nothing_beyond() -> None:
    outcome: dict[str, Any] = {
        "remedies": ["return_refund"],
        "withhold_until": "goods_or_proof",
        "refund_within": "14d_after_notice",
        "deduction": "diminished_value_review",
        "goods_back": "required",
    }
    assert refund_terms.of_clause(outcome, BACK).withhold_until == "goods_or_proof"
    assert refund_terms.of_clause(outcome, FULL) == RefundTerms()
    assert refund_terms.of_clause(None, BACK) == RefundTerms()


def test_a_deduction_is_a_line_of_its_own_and_frees_the_last_payment_first() -> None:
    before = Shares(lines=((1, 6000), (2, 2900)), shipping=1000, payments=((7, 5000), (8, 4900)))

    after, freed = settlement.deduct(before, [(1, 2000)])

    assert after.lines == ((1, 4000), (2, 2900))
    assert after.payments == ((7, 5000), (8, 2900))
    assert (freed.lines, freed.payments) == (((1, 2000),), ((8, 2000),))
    found = settlement.sum_of(after)
    assert (found.goods, found.shipping, found.deducted, found.total) == (8900, 1000, 2000, 7900)
    assert Shares.from_json(after.to_json()) == after
    again, _ = settlement.deduct(after, [(1, 500), (2, 100)])
    assert again.deducted == ((1, 2500), (2, 100))


@pytest.mark.parametrize("kept", [[(1, 8901)], [(3, 1)], [(1, 8900)]])
def test_more_than_there_is_cannot_be_deducted(kept: list[tuple[int, int]]) -> None:
    with pytest.raises(SettlementError):
        settlement.deduct(Shares(lines=((1, 8900),), payments=((7, 8900),)), kept)
