"""The conditions of a clause. Each looks at one fact and answers: met, failed, or nobody knows yet.

What is not known is not a refusal: a clause whose other conditions are met asks for it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from helpdesk.rules.claim_terms import EvidenceKind, Fault
from helpdesk.rules.policy_facts import Facts


class Outcome(StrEnum):
    MET = "met"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the fact is missing


# A member looked up on its class costs as much as a whole predicate; a decision asks some forty of them.
MET, FAILED, UNKNOWN = Outcome.MET, Outcome.FAILED, Outcome.UNKNOWN


class Check(NamedTuple):
    """One predicate, asked: part of the trace."""

    predicate: str  # the word of the file
    wanted: Any  # values that JSON has
    found: Any
    outcome: Outcome


class Predicate(Protocol):
    @property
    def name(self) -> str: ...  # the word of the file

    @property
    def fact(self) -> str: ...  # the field of Facts that it looks at

    @property
    def wanted(self) -> Any: ...  # as JSON has it

    def test(self, facts: Facts) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class OneOf:
    """The fact is one of these."""

    name: str
    fact: str
    values: frozenset[str]
    wanted: tuple[str, ...]

    def test(self, facts: Facts) -> Outcome:
        if getattr(facts, self.fact) in self.values:
            return MET
        return UNKNOWN if self._can_be_asked(facts) else FAILED

    def _can_be_asked(self, facts: Facts) -> bool:
        """Whether somebody can still say it. Goods without a category are of no category."""
        if self.fact in ("reason", "fault"):
            return facts.reason is None and facts.fault == Fault.UNKNOWN
        return self.fact == "condition" and facts.condition is None


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The fact is none of these; what nobody has said is not held against the buyer."""

    name: str
    fact: str
    values: frozenset[str]
    wanted: tuple[str, ...]

    def test(self, facts: Facts) -> Outcome:
        return FAILED if getattr(facts, self.fact) in self.values else MET


@dataclass(frozen=True, slots=True)
class AnyTag:
    """The goods have one of these tags."""

    name: str
    fact: str
    values: frozenset[str]
    wanted: tuple[str, ...]

    def test(self, facts: Facts) -> Outcome:
        return FAILED if self.values.isdisjoint(facts.tags) else MET


@dataclass(frozen=True, slots=True)
class NoTag:
    """The goods have none of these tags."""

    name: str
    fact: str
    values: frozenset[str]
    wanted: tuple[str, ...]

    def test(self, facts: Facts) -> Outcome:
        return MET if self.values.isdisjoint(facts.tags) else FAILED


@dataclass(frozen=True, slots=True)
class Within:
    """A number between two bounds, both included. Before delivery no day since delivery has passed."""

    name: str
    fact: str
    least: int | None
    most: int | None
    undelivered_ok: bool
    wanted: dict[str, int | bool]

    def test(self, facts: Facts) -> Outcome:
        found = getattr(facts, self.fact)
        if found is None:
            return self._without(facts)
        if (self.least is not None and found < self.least) or (self.most is not None and found > self.most):
            return FAILED
        return MET

    def _without(self, facts: Facts) -> Outcome:
        happened = facts.is_delivered or (self.fact == "days_since_shipped" and facts.state == "shipped")
        if happened:
            return UNKNOWN  # and nobody knows when
        return MET if self.undelivered_ok else FAILED


def within(name: str, least: int | None, most: int | None, *, undelivered_ok: bool = False) -> Within:
    """The predicate of a range over the fact of the same name."""
    bounds = {"min": least, "max": most, "undelivered_ok": undelivered_ok or None}
    wanted = {word: bound for word, bound in bounds.items() if bound is not None}
    return Within(name, name, least, most, undelivered_ok, wanted)


@dataclass(frozen=True, slots=True)
class Is:
    """A flag."""

    name: str
    fact: str
    wanted: bool

    def test(self, facts: Facts) -> Outcome:
        return MET if getattr(facts, self.fact) is self.wanted else FAILED


# The words of `when` and the facts they look at; `evidence` stands apart, see Clause.evidence.
LISTS: dict[str, tuple[type[OneOf] | type[NoneOf] | type[AnyTag] | type[NoTag], str]] = {
    "state": (OneOf, "state"),
    "reason": (OneOf, "reason"),
    "fault": (OneOf, "fault"),
    "category": (OneOf, "category"),
    "category_not": (NoneOf, "category"),
    "tags_any": (AnyTag, "tags"),
    "tags_none": (NoTag, "tags"),
    "condition": (OneOf, "condition"),
    "condition_not": (NoneOf, "condition"),
    "country": (OneOf, "country"),
    "country_not": (NoneOf, "country"),
    "region": (OneOf, "region"),
}
RANGES = ("days_since_delivery", "hours_since_delivery", "days_since_shipped", "buyer_refunds_12m")
FLAGS = ("event_active", "delivery_assumed")
WORDS = (*LISTS, *RANGES, *FLAGS, "evidence")


def found_in(facts: Facts, predicate: Predicate) -> Any:
    """The fact that the predicate looked at, as JSON has it."""
    found = getattr(facts, predicate.fact)
    return tuple(sorted(found)) if isinstance(found, frozenset) else found


def missing_evidence(wanted: tuple[EvidenceKind, ...], facts: Facts) -> tuple[EvidenceKind, ...]:
    return tuple(kind for kind in wanted if kind not in facts.evidence)
