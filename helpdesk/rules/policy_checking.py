"""Everything that can be said about a policy before it is used: its own examples, clauses that nothing
reaches, the legal floor, and how much it leaves to a person."""

from collections import Counter
from dataclasses import dataclass

from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.policy_deciding import decide, first_fitting
from helpdesk.rules.policy_facts import Facts
from helpdesk.rules.policy_floors import Breach, breaches
from helpdesk.rules.policy_grid import Grid, cells_for, grid
from helpdesk.rules.policy_predicates import MET
from helpdesk.rules.policy_terms import Clause, Example, Policy

TRIED_PER_CLAUSE = 4000  # cells in which a clause would fit, before it is said that none reaches it


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleResult:
    number: int  # in the file, from 1
    line: int
    passed: bool
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    clause: str
    line: int
    shadowed_by: str  # the clause that decides most of its cases; "" when no case fits it at all


@dataclass(frozen=True, slots=True, kw_only=True)
class FallsThrough:
    """How many cases of a reason in a state no clause fits."""

    reason: str
    state: OrderState
    cases: int
    of: int

    @property
    def share(self) -> float:
        return self.cases / self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    examples: tuple[ExampleResult, ...]
    unreached: tuple[Unreached, ...]
    breaches: tuple[Breach, ...]
    falls_through: tuple[FallsThrough, ...]  # the pairs in which it happens, most first
    cases: int
    whole: int  # cases that there would be; more than `cases` when they were sampled
    is_sampled: bool
    otherwise: int  # cases that no clause fits
    floor: Policy | None

    @property
    def failed_examples(self) -> tuple[ExampleResult, ...]:
        return tuple(each for each in self.examples if not each.passed)

    @property
    def floor_errors(self) -> tuple[Breach, ...]:
        return tuple(breach for breach in self.breaches if breach.is_error)

    @property
    def otherwise_share(self) -> float:
        return self.otherwise / self.cases if self.cases else 0.0

    @property
    def may_be_activated(self) -> bool:
        return not self.failed_examples and not self.floor_errors


def check(policy: Policy, floor: Policy | None) -> Checked:
    """Try a policy with its examples and with a grid of cases made from its own values and the floor's."""
    cases = grid(policy, *([floor] if floor else []))
    pairs = _left_to_a_person(policy, cases)
    return Checked(
        examples=run_examples(policy),
        unreached=_unreached(policy, cases),
        breaches=breaches(policy, floor, cases.cells) if floor else (),
        falls_through=pairs,
        otherwise=sum(each.cases for each in pairs),
        cases=len(cases.cells),
        whole=cases.whole,
        is_sampled=cases.is_sampled,
        floor=floor,
    )


def run_examples(policy: Policy) -> tuple[ExampleResult, ...]:
    return tuple(_run(policy, example, number) for number, example in enumerate(policy.examples, 1))


def _run(policy: Policy, example: Example, number: int) -> ExampleResult:
    """Only what the example says is compared."""
    decision = decide(policy, Facts(**example.facts))
    pairs: list[tuple[str | int, str | int]] = []
    if example.clause is not None:
        pairs.append((example.clause or "otherwise", decision.clause or "otherwise"))
    if example.decision is not None:
        pairs.append((str(example.decision), str(decision.decision)))
    if example.refund is not None:
        pairs.append((example.refund, decision.amounts.full))
    return ExampleResult(
        number=number,
        line=example.line,
        passed=all(expected == found for expected, found in pairs),
        expected=" ".join(str(expected) for expected, _ in pairs),
        found=" ".join(str(found) for _, found in pairs),
    )


def _unreached(policy: Policy, cases: Grid) -> tuple[Unreached, ...]:
    """Clauses that decide no case, neither of the grid nor of those made to fit them."""
    deciding = {clause.id for clause, _ in (first_fitting(policy, facts) for facts in cases.cells) if clause}
    found = []
    for clause in policy.clauses:
        if clause.id not in deciding:
            others = _deciders(policy, clause)
            if clause.id not in others:
                shadow = others.most_common(1)[0][0] if others else ""
                found.append(Unreached(clause=clause.id, line=clause.line, shadowed_by=shadow))
    return tuple(found)


def _deciders(policy: Policy, clause: Clause) -> Counter[str]:
    """Which clauses decide the cases that this one fits."""
    found: Counter[str] = Counter()
    for facts in cells_for(clause, policy, TRIED_PER_CLAUSE):
        if not all(predicate.test(facts) is MET for predicate in clause.when):
            continue
        deciding, _ = first_fitting(policy, facts)
        if deciding is not None:
            found[deciding.id] += 1
        if deciding is clause:
            break
    return found


def _left_to_a_person(policy: Policy, cases: Grid) -> tuple[FallsThrough, ...]:
    tried: Counter[tuple[str, OrderState]] = Counter()
    fallen: Counter[tuple[str, OrderState]] = Counter()
    for facts in cases.cells:
        key = (facts.reason or "", facts.state)
        tried[key] += 1
        fallen[key] += first_fitting(policy, facts)[0] is None
    pairs = [
        FallsThrough(reason=reason, state=state, cases=count, of=tried[reason, state])
        for (reason, state), count in fallen.items()
        if count
    ]
    return tuple(sorted(pairs, key=lambda each: (-each.share, each.reason, each.state)))
