"""The policies that come with the desk: examples and floors pass, and they are fair to buyers."""

import json
import time
import timeit
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.rules.claim_terms import REASONS, Condition, EvidenceKind, Fault, OrderState
from helpdesk.rules.policy_comparing import RANKS
from helpdesk.rules.policy_deciding import Decision, decide, first_fitting
from helpdesk.rules.policy_facts import Facts, LineMoney, ShippingMoney, fault_of
from helpdesk.rules.policy_reading import read_floor
from helpdesk.rules.policy_shipped import (
    FLOORS,
    FOLDER,
    PRESETS,
    checked,
    floor,
    preset_text,
    read_policy,
)
from helpdesk.rules.policy_terms import Policy, Verdict
from tests.figures import Figure
from tests.rules.policies import facts, preset
from tests.sizes import size

BOUND = 100  # microseconds for a decision
ROUNDS = size(small=300, full=5000)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_reads_without_a_fault(name: str) -> None:
    assert [str(problem) for problem in read_policy(preset_text(name)).problems] == []


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_may_be_activated(name: str) -> None:
    found = checked(preset(name))
    assert found.failed_examples == ()
    assert found.breaches == ()  # not even a warning
    assert found.unreached == ()
    assert found.may_be_activated


@pytest.mark.parametrize("name", FLOORS)
def test_a_floor_reads_and_says_when_it_was_reviewed(name: str) -> None:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    assert [str(problem) for problem in read_floor(text).problems] == []
    assert floor(name).id == name
    assert floor(name).reviewed_on is not None
    assert all(clause.law for clause in floor(name).clauses)


def test_no_file_of_the_folder_is_forgotten() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == {*PRESETS, *FLOORS}


TAGS = ["custom_made", "perishable", "hygiene_seal_broken"]


@st.composite
def coherent(draw: st.DrawFn) -> Facts:
    """A case as it can happen: the fault follows from the reason, only what arrived has days since then."""
    state = draw(
        st.sampled_from([OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.COMPLETED])
    )
    reason = draw(st.sampled_from(sorted(REASONS)))
    values: dict[str, Any] = {}
    if state in (OrderState.DELIVERED, OrderState.COMPLETED):
        hours = draw(st.one_of(st.integers(0, 24 * 40), st.integers(0, 24 * 800)))
        values = {"days_since_delivery": hours // 24, "hours_since_delivery": hours}
        values["condition"] = draw(st.sampled_from([None, *Condition]))
    if state is OrderState.SHIPPED:
        values["days_since_shipped"] = draw(st.integers(0, 40))
    return Facts(
        state=state,
        reason=reason,
        fault=fault_of(reason),
        category=draw(st.sampled_from([None, "fresh_food", "clothes"])),
        tags=frozenset(draw(st.sets(st.sampled_from(TAGS), max_size=2))),
        evidence=frozenset(draw(st.sets(st.sampled_from(list(EvidenceKind)), max_size=4))),
        buyer_refunds_12m=draw(st.integers(0, 4)),
        event_active=draw(st.booleans()),
        currency="CNY",
        lines=(LineMoney(line="1", paid=draw(st.integers(0, 50000))),),
        shipping=ShippingMoney(paid=draw(st.integers(0, 2000))),
        **values,
    )


def worth(decision: Decision) -> int:
    """How good the outcome is once all that was asked for is there."""
    return RANKS.index(decision.would_be)


def complete(decision: Decision) -> tuple[int, bool]:
    return worth(decision), decision.decision is not Verdict.NEED_INFO


policies = st.sampled_from(PRESETS).map(preset)


@settings(max_examples=ROUNDS, deadline=None)
@given(policies, coherent(), st.integers(1, 800))
def test_asking_earlier_is_never_worse(shop: Policy, late: Facts, days: int) -> None:
    if late.days_since_delivery is None or late.hours_since_delivery is None:
        return
    days = min(days, late.days_since_delivery)
    early = replace(
        late,
        days_since_delivery=late.days_since_delivery - days,
        hours_since_delivery=late.hours_since_delivery - 24 * days,
    )
    assert worth(decide(shop, early)) >= worth(decide(shop, late))


@pytest.mark.parametrize("name", ["eu-shop", "uk-shop"])
def test_nobody_who_waits_may_exchange_what_was_made_for_her_and_who_asks_at_once_may_not(name: str) -> None:
    """Found by the test above: it was sent late, and made to measure."""
    late: dict[str, Any] = {
        "state": OrderState.DELIVERED,
        "reason": "late_dispatch",
        "fault": fault_of("late_dispatch"),
    }
    goods: dict[str, Any] = {
        "tags": frozenset({"custom_made"}),
        "condition": Condition.UNOPENED,
        "currency": "EUR",
    }

    def asked_on(day: int) -> int:
        facts = Facts(days_since_delivery=day, hours_since_delivery=24 * day, **late, **goods)
        return worth(decide(preset(name), facts))

    assert asked_on(14) >= asked_on(15)


@settings(max_examples=ROUNDS, deadline=None)
@given(policies, coherent(), st.sets(st.sampled_from(list(EvidenceKind))))
def test_more_evidence_is_never_worse(shop: Policy, case: Facts, more: set[EvidenceKind]) -> None:
    with_more = replace(case, evidence=case.evidence | more)
    assert complete(decide(shop, with_more)) >= complete(decide(shop, case))


BUYERS = sorted(reason for reason in REASONS if fault_of(reason) is Fault.BUYER)
# A second payment has nothing to do with the goods: it is looked for whatever may be done about them.
OF_THE_PAYMENT = "duplicate_charge"
SELLERS = sorted(
    reason for reason in REASONS if fault_of(reason) is Fault.SELLER and reason != OF_THE_PAYMENT
)


@settings(max_examples=ROUNDS, deadline=None)
@given(policies, coherent(), st.sampled_from(BUYERS), st.sampled_from(SELLERS))
def test_a_fault_of_the_seller_is_never_worse_than_one_of_the_buyer(
    shop: Policy, case: Facts, buyers: str, sellers: str
) -> None:
    own = replace(case, reason=buyers, fault=Fault.BUYER)
    shops = replace(case, reason=sellers, fault=Fault.SELLER)
    assert worth(decide(shop, shops)) >= worth(decide(shop, own))


@settings(max_examples=ROUNDS, deadline=None)
@given(st.sampled_from(PRESETS), coherent())
def test_stored_facts_and_stored_text_give_the_same_again(name: str, case: Facts) -> None:
    decision = decide(preset(name), case)
    kept = json.loads(json.dumps(decision.to_json()))
    again = read_policy.__wrapped__(preset_text(name)).policy
    assert again is not None
    assert decide(again, Facts.from_json(kept["facts"])) == Decision.from_json(kept) == decision


@settings(max_examples=ROUNDS, deadline=None)
@given(policies, coherent())
def test_the_short_way_to_an_answer_is_the_long_one(shop: Policy, case: Facts) -> None:
    decision = decide(shop, case)
    clause, verdict = first_fitting(shop, case)
    assert (clause.id if clause else "", verdict) == (decision.clause, decision.decision)


@pytest.mark.money
@settings(max_examples=ROUNDS, deadline=None)
@given(policies, coherent())
def test_no_remedy_is_above_the_money_that_is_there(shop: Policy, case: Facts) -> None:
    sums = decide(shop, case).amounts
    there = sum(line.paid for line in case.lines) + case.shipping.paid
    assert 0 <= sums.full <= there
    assert 0 <= sums.partial_at_most <= sums.ceiling
    assert sum(minor for _, minor in sums.lines) == sums.goods


def test_a_decision_takes_less_than_its_bound(figure: Figure) -> None:
    case = facts(evidence=frozenset({EvidenceKind.PHOTO}), condition=Condition.OPENED_INTACT)
    for name in PRESETS:
        shop = preset(name)
        rounds = size(small=300, full=5000)
        taken = timeit.repeat(partial(decide, shop, case), timer=time.process_time, number=rounds, repeat=5)
        best = min(taken) / rounds * 1e6
        figure(f"policy: a decision by {name}, {len(shop.clauses)} clauses, with its trace", best, "µs")
        assert best < 5 * BOUND  # far from it even on a machine that does other things
