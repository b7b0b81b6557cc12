"""Cases to try a policy with, made from the values that stand in its own file.

Every bound is tried on both sides, every listed word, every flag, and each in a coherent case: what was not
delivered has no day of delivery, and the fault follows from the reason. A grid that would be larger than its
limit is sampled, always in the same way, and says so.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any

from helpdesk.rules.claim_terms import REASONS, Condition, EvidenceKind, Fault, OrderState
from helpdesk.rules.policy_facts import Facts, fault_of
from helpdesk.rules.policy_predicates import Within
from helpdesk.rules.policy_terms import Clause, Policy

LARGEST = 40_000  # cells
SEED = 20261101
STATES = (OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.COMPLETED)
DELIVERED = (OrderState.DELIVERED, OrderState.COMPLETED)
Axes = dict[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Grid:
    cells: tuple[Facts, ...]
    whole: int  # how many there would be in all
    is_sampled: bool


def grid(*policies: Policy, limit: int = LARGEST) -> Grid:
    """The cases that these policies tell apart, each once: all of them, or a fixed sample of `limit`."""
    together = axes(*policies)
    parts = [(states, axes_of) for states, axes_of in _by_state(together)]
    whole = sum(prod(len(values) for values in each.values()) for _, each in parts)
    if whole <= limit:
        return Grid(tuple(dict.fromkeys(cell for _, each in parts for cell in _all(each))), whole, False)
    rng = random.Random(SEED)  # noqa: S311  (the same cases every time, nothing secret)
    cells: dict[Facts, None] = {}
    for _, each in parts:
        share = max(1, limit * prod(len(values) for values in each.values()) // whole)
        cells.update(dict.fromkeys(_sampled(each, share, rng)))
    return Grid(tuple(cells), whole, True)


def oddness(facts: Facts) -> tuple[int, int]:
    """How much a reader has to take in: the plainest of many cases is the one to show."""
    unusual = (
        facts.tags,
        facts.evidence,
        facts.condition,
        facts.category,
        facts.country,
        facts.region,
        facts.buyer_refunds_12m,
        facts.event_active,
        facts.state is OrderState.COMPLETED,
    )
    return sum(bool(each) for each in unusual), len(facts.evidence)


def axes(*policies: Policy) -> Axes:
    """For each fact that a clause looks at, the values worth trying."""
    found: dict[str, set[Any]] = {"state": set(STATES), "reason": set(REASONS), "evidence": {frozenset()}}
    evidence: set[EvidenceKind] = set()
    for clause in (clause for policy in policies for clause in policy.clauses):
        evidence |= set(clause.evidence)
        for predicate in clause.when:
            values = found.setdefault(predicate.fact, set())
            if isinstance(predicate, Within):
                values |= _around(predicate)
            elif isinstance(predicate.wanted, bool):
                values |= {True, False}
            else:
                values |= _worth_trying(predicate.fact, predicate.wanted)
    found["evidence"] |= {frozenset({kind}) for kind in evidence} | {frozenset(evidence)}
    found.pop("fault", None)  # follows from the reason
    return {fact: tuple(sorted(values, key=_order)) for fact, values in found.items()}


def cells_for(clause: Clause, policy: Policy, limit: int) -> Iterator[Facts]:
    """Cases that this clause fits, with all that other clauses look at tried beside: up to `limit`."""
    rng = random.Random(SEED)  # noqa: S311  (the same cases every time)
    narrowed = {fact: _fitting(clause, fact, values) for fact, values in axes(policy).items()}
    for _, each in _by_state(narrowed):
        if all(each.values()):
            size = prod(len(values) for values in each.values())
            yield from _all(each) if size <= limit else _sampled(each, limit, rng)


def _fitting(clause: Clause, fact: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
    if fact == "evidence":
        return tuple(kinds for kinds in values if kinds.issuperset(clause.evidence))
    asked = [each for each in clause.when if each.fact == fact]
    if fact == "reason":
        asked += [each for each in clause.when if each.fact == "fault"]
    kept = [value for value in values if all(each.test(_with(fact, value)) == "met" for each in asked)]
    return tuple(kept)


def _with(fact: str, value: Any) -> Facts:
    if fact == "reason":
        return Facts(reason=value, fault=fault_of(value))
    return replace(Facts(), **{fact: value})


def _around(predicate: Within) -> set[int]:
    bounds = {bound for bound in (predicate.least, predicate.most) if bound is not None}
    return {value for bound in bounds for value in (bound - 1, bound, bound + 1) if value >= 0} | {0}


def _worth_trying(fact: str, wanted: Iterable[str]) -> set[Any]:
    if fact == "tags":
        return {frozenset(), *(frozenset({tag}) for tag in wanted)}
    if fact == "condition":
        return {None, *Condition}
    if fact == "state":
        return {OrderState(word) for word in wanted}
    if fact == "fault":
        return {Fault(word) for word in wanted}
    return {None, *wanted} if fact != "reason" else set(wanted)


def _by_state(together: Axes) -> Iterator[tuple[OrderState, Axes]]:
    """The axes that make sense in each state of an order."""
    for state in together["state"]:
        kept = {"state": (state,)}
        for fact, values in together.items():
            if fact == "state" or (fact.endswith("since_delivery") and state not in DELIVERED):
                continue
            if (fact == "days_since_shipped" and state != OrderState.SHIPPED) or (
                fact in ("condition", "delivery_assumed") and state not in DELIVERED
            ):
                continue
            kept[fact] = values
        yield state, kept


def _all(each: Axes) -> Iterator[Facts]:
    for values in product(*each.values()):
        yield _cell(dict(zip(each, values, strict=True)))


def _sampled(each: Axes, count: int, rng: random.Random) -> Iterator[Facts]:
    for _ in range(count):
        yield _cell({fact: rng.choice(values) for fact, values in each.items()})


def _cell(values: dict[str, Any]) -> Facts:
    """One case. Hours and days since delivery tell the same story: the hours lie within the day."""
    days, hours = values.get("days_since_delivery"), values.get("hours_since_delivery")
    if days is not None and hours is not None and not days * 24 - 24 <= hours <= days * 24 + 24:
        values["hours_since_delivery"] = days * 24
    if days is None and hours is not None:
        values["days_since_delivery"] = hours // 24
    return Facts(**values, fault=fault_of(values["reason"]))


def _order(value: Any) -> tuple[bool, str, int]:
    if isinstance(value, frozenset):
        return (True, ",".join(sorted(value)), len(value))
    if isinstance(value, int):
        return (True, "", value)
    return (value is not None, str(value), 0)
