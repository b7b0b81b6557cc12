"""What the pages of the policy show: clauses, decisions, faults and findings in the reader's language."""

from dataclasses import dataclass

from helpdesk.letters import claim_words, policy_said
from helpdesk.letters.claim_words import say
from helpdesk.rules.money import Money
from helpdesk.rules.policy_checking import Checked
from helpdesk.rules.policy_comparing import Difference, Moved, WouldChange
from helpdesk.rules.policy_deciding import ASKS, FITS, Decision
from helpdesk.rules.policy_explaining import explain, unused_limit
from helpdesk.rules.policy_facts import Facts
from helpdesk.rules.policy_grid import STATES
from helpdesk.rules.policy_predicates import Outcome
from helpdesk.rules.policy_terms import Clause, Policy, Problem, Verdict
from helpdesk.web import refusals
from helpdesk.web.language import chosen
from helpdesk.web.translate import _, _l
from helpdesk.web.wording import ROLES, money

PLACES = {
    "clause": _l("clause %(name)s"),
    "example": _l("example %(name)s"),
    "timer": _l("timer %(name)s"),
    "limit": _l("limit %(name)s"),
}
PARTS = {
    "file": _l("the file"),
    "policy": _l("part policy"),
    "money": _l("part money"),
    "count": _l("part count"),
    "words": _l("part words"),
    "floor": _l("part floor"),
}
# Facts worth a word when a case is named; the others are as in any case.
TOLD = (
    "state",
    "reason",
    "days_since_delivery",
    "hours_since_delivery",
    "days_since_shipped",
    "category",
    "tags",
    "condition",
    "evidence",
    "buyer_refunds_12m",
    "country",
    "region",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseView:
    id: str
    decision: Verdict
    verdict: str
    text: str  # as a buyer reads it, in the reader's language where there is one
    conditions: list[str]
    grants: list[str]
    law: str
    is_event: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A clause of the trace."""

    clause: str
    mark: str  # "decided", "later", "failed"
    checks: list[tuple[str, Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    verdict: Verdict
    headline: str
    lines: list[str]
    text: str
    remedies: list[str]
    steps: list[StepView]
    changes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemView:
    line: int
    where: str
    said: str
    source: str  # the line itself


def limits(policy: Policy) -> list[str]:
    """Who may agree to how much, a sentence each."""
    said = []
    for limit in policy.money.limits:
        names = {"role": ROLES[limit.role], "up_to": _sum(limit.up_to, policy)}
        if limit.per_day is None:
            said.append(_("%(role)s: %(up_to)s on a claim", **names))
        else:
            day = _sum(limit.per_day, policy)
            said.append(_("%(role)s: %(up_to)s on a claim, %(per_day)s in a day", **names, per_day=day))
    above = policy.money.second_person_above
    return said + ([_("A second person above %(sum)s", sum=_sum(above, policy))] if above is not None else [])


def limits_moved(difference: Difference, before: Policy, after: Policy) -> list[tuple[str, str, str]]:
    """Sums that are others: name in the file, before, after."""
    return [(each.name, _sum(each.before, before), _sum(each.after, after)) for each in difference.limits]


def _sum(minor: int | None, policy: Policy) -> str:
    return _("without limit") if minor is None else money(Money(minor, policy.currency))


def clauses(policy: Policy) -> list[ClauseView]:
    return [_clause(clause, policy) for clause in policy.clauses]


def _clause(clause: Clause, policy: Policy) -> ClauseView:
    locale = chosen()
    return ClauseView(
        id=clause.id,
        decision=clause.then.decision,
        verdict=policy_said.verdict(clause.then.decision, locale),
        text=policy_said.text(clause, _language_of(clause.text), locale),
        conditions=policy_said.conditions(clause, locale, policy.words),
        grants=policy_said.grants(clause, policy, locale),
        law=clause.law,
        is_event=clause.kind == "force_majeure",
    )


def decided(decision: Decision, policy: Policy, changes: tuple[WouldChange, ...]) -> DecisionView:
    """A decision with its trace and what would change it."""
    locale, told = chosen(), explain(decision)
    currency = decision.facts.currency or policy.currency
    unused = unused_limit(decision, policy)
    said = (*told.lines, *((unused,) if unused else ()))
    lines = [policy_said.line(line, locale, currency=currency) for line in said]
    return DecisionView(
        verdict=decision.decision,
        headline=lines[0],
        lines=lines[1:],
        text=in_language(decision.text),
        remedies=[say(claim_words.REMEDIES, each, locale) for each in decision.remedies],
        steps=_steps(decision, policy),
        changes=[policy_said.would_change(each, locale, policy.words) for each in changes],
    )


def _steps(decision: Decision, policy: Policy) -> list[StepView]:
    steps = []
    for traced in decision.trace:
        mark = "later" if traced.outcome in (FITS, ASKS) else "failed"
        steps.append(
            StepView(
                clause=traced.clause,
                mark="decided" if traced.clause == decision.clause else mark,
                checks=[
                    (policy_said.check(check, chosen(), policy.words), check.outcome)
                    for check in traced.checks
                ],
            )
        )
    return steps


def problems(found: tuple[Problem, ...], text: str) -> list[ProblemView]:
    """Every fault with the line that it is about."""
    lines = text.splitlines()
    return [
        ProblemView(
            line=problem.line,
            where=_place(problem.where),
            said=_(problem.sentence, **_values(problem)),
            source=lines[problem.line - 1].strip() if 0 < problem.line <= len(lines) else "",
        )
        for problem in found
    ]


def _values(problem: Problem) -> dict[str, str]:
    """Of what is filled in, these are words of ours; the rest stands in the file."""
    values = dict(problem.values)
    for name, in_words in (("kind", _), ("said", refusals.translated)):
        if name in values:
            values[name] = in_words(values[name])
    return values


def _place(where: str) -> str:
    word, _space, name = where.partition(" ")
    if name and word in PLACES:
        return str(PLACES[word] % {"name": name})
    return str(PARTS.get(word, where))


def case(facts: Facts, policy: Policy) -> str:
    """A case of the grid in words."""
    parts = [
        policy_said.found(name, value, chosen(), policy.words)
        for name in TOLD
        if (value := _plain(getattr(facts, name))) not in (None, (), 0) or name == "state"
        if name != "hours_since_delivery" or facts.days_since_delivery is None
    ]
    if facts.event_active:
        parts.append(policy_said.found("event_active", True, chosen(), policy.words))
    return " · ".join(parts)


def _plain(value: object) -> object:
    return tuple(sorted(value)) if isinstance(value, frozenset) else value


def answer(given: tuple[str, Verdict]) -> str:
    """A clause and its verdict, as a comparison names them."""
    clause, verdict = given
    return f"{clause or _('no clause')} · {policy_said.verdict(verdict, chosen())}"


def moved(each: Moved, policy: Policy) -> dict[str, object]:
    return {
        "before": answer(each.before),
        "after": answer(each.after),
        "cases": each.cases,
        "case": case(each.case, policy),
        "is_better": each.is_better,
        "grants_change": each.before == each.after,
    }


def moves(difference: Difference, policy: Policy) -> list[dict[str, object]]:
    return [moved(each, policy) for each in difference.moved]


def falls_through(found: Checked) -> list[tuple[str, list[float | None]]]:
    """For each reason the share of cases that no clause fits, by the states of an order."""
    shares = {(each.reason, each.state): each.share for each in found.falls_through}
    reasons = dict.fromkeys(each.reason for each in sorted(found.falls_through, key=lambda each: each.reason))
    return [
        (say(claim_words.REASONS_SHORT, reason, chosen()), [shares.get((reason, state)) for state in STATES])
        for reason in reasons
    ]


def _language_of(texts: dict[str, str]) -> str:
    """The reader's, else the first that there is."""
    own = chosen().partition("-")[0]
    return own if own in texts else next(iter(texts), "")


def in_language(texts: dict[str, str]) -> str:
    """The text in the reader's language, else in the one that there is."""
    return texts.get(_language_of(texts), "")
