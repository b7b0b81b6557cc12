"""Two versions of a policy beside each other, and one case with one fact changed at a time."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from helpdesk.rules.claim_terms import REASONS
from helpdesk.rules.policy_deciding import first_fitting
from helpdesk.rules.policy_facts import Facts, fault_of
from helpdesk.rules.policy_grid import axes, grid, oddness
from helpdesk.rules.policy_terms import Clause, Policy, Verdict

RANKS = (Verdict.DENY, Verdict.REVIEW, Verdict.NEED_INFO, Verdict.ALLOW)
Answer = tuple[str, Verdict]  # clause ("" for none) and verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Cases whose answer changed in the same way."""

    before: Answer
    after: Answer
    cases: int
    case: Facts  # the plainest of them

    @property
    def is_better(self) -> bool | None:
        """For the buyer; None when only the clause or what it grants is another one."""
        worth = RANKS.index(self.after[1]) - RANKS.index(self.before[1])
        return worth > 0 if worth else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitMoved:
    """A sum of the part money that is another one. Minor units of each file's own currency."""

    name: str  # as in the file, behind its role: "agent per_day"
    before: int | None  # None: without limit, or the file does not name it
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    moved: tuple[Moved, ...]  # most cases first
    cases: int
    is_sampled: bool
    added: tuple[str, ...]  # ids of clauses
    removed: tuple[str, ...]
    reworded: tuple[str, ...]
    limits: tuple["LimitMoved", ...] = ()

    @property
    def changed(self) -> int:
        return sum(each.cases for each in self.moved)


def compare(before: Policy, after: Policy) -> Difference:
    """Which cases change, over a grid of both files' values."""
    cases = grid(before, after)
    found: Counter[tuple[Answer, Answer]] = Counter()
    one: dict[tuple[Answer, Answer], Facts] = {}
    for facts in cases.cells:
        old, new = first_fitting(before, facts), first_fitting(after, facts)
        if _same(old, new):
            continue
        key = (_answer(*old), _answer(*new))
        found[key] += 1
        one[key] = min(one.get(key, facts), facts, key=oddness)
    old_ids, new_ids = [clause.id for clause in before.clauses], [clause.id for clause in after.clauses]
    return Difference(
        moved=tuple(
            Moved(before=key[0], after=key[1], cases=count, case=one[key])
            for key, count in found.most_common()
        ),
        cases=len(cases.cells),
        is_sampled=cases.is_sampled,
        added=tuple(each for each in new_ids if each not in old_ids),
        removed=tuple(each for each in old_ids if each not in new_ids),
        reworded=tuple(
            clause.id for clause in after.clauses if _is_reworded(clause, before.clause(clause.id))
        ),
        limits=_limits_moved(before, after),
    )


def _limits_moved(before: Policy, after: Policy) -> tuple[LimitMoved, ...]:
    old, new = _sums(before), _sums(after)
    return tuple(
        LimitMoved(name=name, before=old.get(name), after=new.get(name))
        for name in dict.fromkeys((*old, *new))
        if (name in old, old.get(name), before.currency) != (name in new, new.get(name), after.currency)
    )


def _sums(policy: Policy) -> dict[str, int | None]:
    """Every sum of the part money, by its name."""
    money = policy.money
    own: dict[str, int | None] = {}
    for limit in money.limits:
        own |= {f"{limit.role} up_to": limit.up_to, f"{limit.role} per_day": limit.per_day}
    return {
        **own,
        "second_person_above": money.second_person_above,
        "auto_execute_up_to": money.auto_execute_up_to,
        "auto_daily_total": money.auto_daily_total,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldChange:
    """One fact that, were it otherwise, would lead to another answer."""

    fact: str
    before: Any
    after: Any
    clause: str
    decision: Verdict


def what_would_change(policy: Policy, facts: Facts) -> tuple[WouldChange, ...]:
    """Change one fact at a time to the values that the file tells apart; for each answer the nearest."""
    now = _answer(*first_fitting(policy, facts))
    found: dict[tuple[str, Answer], WouldChange] = {}
    for fact, values in axes(policy).items():
        current = getattr(facts, fact)
        for value in sorted(values, key=lambda value: _distance(current, value)):
            other = _changed(facts, fact, value)
            if value == current or other is None:
                continue
            clause, decision = _answer(*first_fitting(policy, other))
            if (clause, decision) != now:
                found.setdefault(
                    (fact, (clause, decision)),
                    WouldChange(fact=fact, before=current, after=value, clause=clause, decision=decision),
                )
    return tuple(found.values())


def _changed(facts: Facts, fact: str, value: Any) -> Facts | None:
    """The same case but for one fact; None where that makes no sense."""
    if fact == "reason":
        return replace(facts, reason=value, fault=fault_of(value)) if value in REASONS else None
    if fact in ("state", "category", "country", "region"):
        return None  # these are what they are: nobody can do anything about them
    if fact.endswith("since_delivery") and getattr(facts, fact) is None:
        return None
    if fact == "days_since_shipped" and facts.days_since_shipped is None:
        return None
    if fact == "evidence":
        value = facts.evidence | value
    return replace(facts, **{fact: value})


def _distance(current: Any, value: Any) -> int:
    if isinstance(current, int) and isinstance(value, int):
        return abs(current - value)
    return len(value) if isinstance(value, frozenset) else 0


def _answer(clause: Clause | None, verdict: Verdict) -> Answer:
    return (clause.id if clause else "", verdict)


def _same(old: tuple[Clause | None, Verdict], new: tuple[Clause | None, Verdict]) -> bool:
    if _answer(*old) != _answer(*new):
        return False
    return old[0] is None or new[0] is None or old[0].then == new[0].then


def _is_reworded(clause: Clause, before: Clause | None) -> bool:
    return before is not None and clause.text != before.text
