"""What `helpdesk policy check` says, as lines for people and as values for scripts."""

from dataclasses import asdict, dataclass
from typing import Any

from helpdesk.queries.policies import Touched
from helpdesk.rules.money import Money
from helpdesk.rules.policy_checking import Checked
from helpdesk.rules.policy_comparing import Difference
from helpdesk.rules.policy_facts import Facts
from helpdesk.rules.policy_terms import Policy

MOST = 12  # lines of one kind that are printed
# Facts that say nothing about why a case stands out.
QUIET = {"exponent", "shipping", "lines", "fault", "currency"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClaims:
    """Open claims that the file would answer otherwise; `away` says why nobody has looked."""

    touched: tuple[Touched, ...] = ()
    away: str = ""


def as_text(
    asked: Policy, found: Checked, difference: Difference | None, taken: float, claims: OpenClaims
) -> list[str]:
    return [
        f"{asked.id} {asked.version}: {len(asked.clauses)} clauses",
        f"examples: {len(found.examples) - len(found.failed_examples)} of {len(found.examples)} pass",
        *(
            f"  FAILS example {each.number}, line {each.line}: expected {each.expected}, found {each.found}"
            for each in found.failed_examples
        ),
        *_floor_lines(found),
        f"clauses that nothing reaches: {len(found.unreached) or 'none'}",
        *(
            f"  {each.clause}, line {each.line}: "
            + (f"{each.shadowed_by} takes its cases before it" if each.shadowed_by else "no case fits it")
            for each in found.unreached
        ),
        f"left to a person: {found.otherwise_share:.0%} of {_cases(found)}",
        *(f"  {each.reason} when {each.state}: {each.share:.0%}" for each in found.falls_through[:MOST]),
        *(_difference_lines(difference) if difference else []),
        *_claim_lines(claims),
        f"a decision takes {taken:.0f} µs",
    ]


def _cases(found: Checked) -> str:
    if found.is_sampled:
        return f"{found.cases:,} cases, a fixed sample of {found.whole:,}"
    return f"{found.cases:,} cases, all there are"


def _floor_lines(found: Checked) -> list[str]:
    if found.floor is None:
        return ["legal floor: none named"]
    errors = len(found.floor_errors)
    counts = f"{errors} errors, {len(found.breaches) - errors} warnings"
    return [
        f"legal floor {found.floor.id}, reviewed on {found.floor.reviewed_on}: {counts}",
        *(
            f"  {'ERROR' if each.is_error else 'warning'} {each.law} against {each.clause or 'otherwise'}: "
            f"{each.sentence} ({each.cases} cases, such as {_case(each.case)})"
            for each in found.breaches[:MOST]
        ),
    ]


def _difference_lines(difference: Difference) -> list[str]:
    named = (("new", difference.added), ("gone", difference.removed), ("reworded", difference.reworded))
    return [
        f"compared: {difference.changed:,} of {difference.cases:,} cases change",
        *(f"  {word} clauses: {', '.join(clauses)}" for word, clauses in named if clauses),
        *(
            f"  {each.name}: {_minor(each.before)} -> {_minor(each.after)} minor units"
            for each in difference.limits
        ),
        *(
            f"  {each.cases} cases: {each.before[0] or 'otherwise'} {each.before[1]} -> "
            f"{each.after[0] or 'otherwise'} {each.after[1]}, such as {_case(each.case)}"
            for each in difference.moved[:MOST]
        ),
    ]


def _minor(sum_of: int | None) -> str:
    return "none" if sum_of is None else f"{sum_of:,}"


def _claim_lines(claims: OpenClaims) -> list[str]:
    if claims.away:
        return [f"open claims: not looked at, {claims.away}"]
    return [
        f"open claims that it would answer otherwise: {len(claims.touched) or 'none'}",
        *(
            f"  claim {each.claim}, ticket {each.ticket}: {each.before_clause or 'otherwise'} {each.before}"
            f"{_partial(each, each.partial_before)} -> {each.after_clause or 'otherwise'} {each.after}"
            f"{_partial(each, each.partial_after)}"
            for each in claims.touched
        ),
    ]


def _partial(each: Touched, most: int) -> str:
    """The most of a partial refund, where that is what changes."""
    if each.partial_before == each.partial_after or not each.currency:
        return ""
    return f", partial refund at most {Money(most, each.currency)}" if most else ", no partial refund"


def _case(facts: Facts) -> str:
    said = {name: value for name, value in facts.to_json().items() if value and name not in QUIET}
    return ", ".join(f"{name}={plain(value)}" for name, value in said.items())


def plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "|".join(str(each) for each in value)
    if isinstance(value, dict):
        return "/".join(f"{key} {each}" for key, each in value.items())
    return str(value)


def as_json(
    asked: Policy, found: Checked, difference: Difference | None, taken: float, claims: OpenClaims
) -> dict[str, Any]:
    return {
        "policy": asked.id,
        "version": asked.version,
        "clauses": len(asked.clauses),
        "examples": [asdict(each) for each in found.examples],
        "floor": found.floor.id if found.floor else None,
        "floor_reviewed_on": found.floor.reviewed_on if found.floor else None,
        "breaches": [
            {**asdict(each), "case": each.case.to_json(), "is_error": each.is_error}
            for each in found.breaches
        ],
        "unreached": [asdict(each) for each in found.unreached],
        "cases": found.cases,
        "of_cases": found.whole,
        "otherwise_share": found.otherwise_share,
        "falls_through": [{**asdict(each), "share": each.share} for each in found.falls_through],
        "difference": _difference_as_json(difference) if difference else None,
        "open_claims": None if claims.away else [asdict(each) for each in claims.touched],
        "open_claims_away": claims.away,
        "microseconds": round(taken, 1),
        "may_be_activated": found.may_be_activated,
    }


def _difference_as_json(difference: Difference) -> dict[str, Any]:
    moved = [{**asdict(each), "case": each.case.to_json()} for each in difference.moved]
    return {**asdict(difference), "moved": moved, "changed": difference.changed}
