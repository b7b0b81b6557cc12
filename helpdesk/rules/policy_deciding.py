"""`decide`: what a policy says to a claim, with the trace of how it came to it.

The first clause that fits decides. Where it fits but for evidence or an unanswered question, the answer is
need_info, never a denial. The same facts and the same text always give the same clause and amounts.
"""

import json
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from helpdesk.rules.claim_terms import REASONS, EvidenceKind, Remedy
from helpdesk.rules.policy_amounts import Amounts, amounts, goods_back
from helpdesk.rules.policy_counting import last_day
from helpdesk.rules.policy_facts import Facts, fault_of
from helpdesk.rules.policy_filling import filled
from helpdesk.rules.policy_predicates import (
    FAILED,
    MET,
    UNKNOWN,
    Check,
    Outcome,
    found_in,
    missing_evidence,
)
from helpdesk.rules.policy_terms import Clause, GoodsBack, Policy, Then, Verdict

FITS, ASKS, FAILS = "fits", "asks", "fails"
NOT_THERE = frozenset({"missing", "not_received", "refused_parcel"})  # the buyer has nothing to send back


OF_THE_REASON = ("reason", "fault")  # predicates: the reason tells the fault too


@dataclass(frozen=True, slots=True)
class Traced:
    """One clause of the trace: whether it fits, and what each of its predicates found."""

    clause: str
    outcome: str  # FITS, ASKS (fits once something is there), FAILS
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    policy_id: str
    version: str
    decision: Verdict
    clause: str  # "" where no clause fits
    would_be: Verdict  # what it becomes when all that is missing is there; else the decision itself
    remedies: tuple[Remedy, ...] = ()
    alternatives: tuple[Remedy, ...] = ()
    amounts: Amounts = field(default_factory=Amounts)
    goods_back: GoodsBack = GoodsBack.NEVER  # REQUIRED or NEVER
    return_shipping: str = ""  # "buyer" or "seller"
    refund_within: str = ""
    withhold_until: str = ""
    deduction: str = ""
    same_means: bool = False
    missing_evidence: tuple[EvidenceKind, ...] = ()
    missing_facts: tuple[str, ...] = ()  # fields of Facts that somebody has to tell
    auto: bool = False  # may be carried out without a person
    for_lead: bool = False
    is_mixed: bool = False  # it refuses the whole, but not every item of it by itself: so a person decides
    days: int | None = None  # since delivery, where the clause counts them
    days_of: int | None = None  # on how many days it fits
    last_day: date | None = None  # on which it fits
    text: dict[str, str] = field(default_factory=dict)  # of the clause, filled in, by "zh" and "en"
    facts: Facts = field(default_factory=Facts)
    trace: tuple[Traced, ...] = ()

    @property
    def days_left(self) -> int | None:
        return None if self.days is None or self.days_of is None else max(self.days_of - self.days, 0)

    def to_json(self) -> dict[str, Any]:
        """Everything, with facts and trace, as JSON gives it back: so that it equals what was kept."""
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        kept["amounts"] = {each.name: getattr(self.amounts, each.name) for each in fields(Amounts)}
        kept["last_day"] = self.last_day.isoformat() if self.last_day else None
        kept["facts"] = self.facts.to_json()
        kept["trace"] = [
            [each.clause, each.outcome, [list(check) for check in each.checks]] for each in self.trace
        ]
        again: dict[str, Any] = json.loads(json.dumps(kept))
        return again

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Decision":
        """The decision that `to_json` has written."""
        values = dict(kept)
        for name in ("decision", "would_be"):
            values[name] = Verdict(values[name])
        for name in ("remedies", "alternatives"):
            values[name] = tuple(Remedy(remedy) for remedy in values[name])
        values["goods_back"] = GoodsBack(values["goods_back"])
        values["missing_evidence"] = tuple(EvidenceKind(kind) for kind in values["missing_evidence"])
        values["missing_facts"] = tuple(values["missing_facts"])
        lines = tuple((line, minor) for line, minor in values["amounts"]["lines"])
        values["amounts"] = Amounts(**{**values["amounts"], "lines": lines})
        values["last_day"] = date.fromisoformat(values["last_day"]) if values["last_day"] else None
        values["facts"] = Facts.from_json(values["facts"])
        values["trace"] = tuple(
            Traced(clause, outcome, tuple(_check(*check) for check in checks))
            for clause, outcome, checks in values["trace"]
        )
        return cls(**values)


def decide(policy: Policy, facts: Facts) -> Decision:
    """The answer of the first clause that fits, with every clause in the trace."""
    trace = tuple(traced(clause, facts) for clause in policy.clauses)
    for clause, found in zip(policy.clauses, trace, strict=True):
        if found.outcome != FAILS:
            if _turns_on_the_reason(found):
                return _by_all_that_it_may_be(policy, facts, trace) or _without_a_reason(policy, facts, trace)
            return _by_clause(policy, clause, facts, found, trace)
    return _otherwise(policy, facts, trace)


def _by_all_that_it_may_be(policy: Policy, facts: Facts, trace: tuple[Traced, ...]) -> Decision | None:
    """The one answer to all reasons that it may be, where there is one: then none has to be chosen."""
    answers = [
        replace(
            decide(policy, replace(facts, reason=code, fault=fault_of(code), may_be=frozenset())),
            facts=facts,
            trace=trace,
        )
        for code in sorted(facts.may_be)
    ]
    same = bool(answers) and bool(answers[0].clause) and all(each == answers[0] for each in answers[1:])
    return answers[0] if same else None


def _turns_on_the_reason(found: Traced) -> bool:
    """Whether nobody knows yet if a clause is about this matter at all: then it is not the one to name."""
    return any(check.outcome is UNKNOWN and check.predicate in OF_THE_REASON for check in found.checks)


def is_counted(policy: Policy, facts: Facts) -> bool:
    """Whether sums of the policy can be held against this order's: they are in the same currency."""
    return facts.currency in ("", policy.currency)


def of_mixed_items(refusal: Decision) -> Decision:
    """A refusal that some of the items do not deserve: a person tells them apart."""
    return replace(refusal, decision=Verdict.REVIEW, would_be=Verdict.REVIEW, is_mixed=True)


def first_fitting(policy: Policy, facts: Facts) -> tuple[Clause | None, Verdict]:
    """Clause and verdict alone, without a trace: for looking at many cases."""
    for clause in policy.clauses:
        outcome = MET
        for predicate in clause.when:
            found = predicate.test(facts)
            if found is FAILED:
                break
            if found is UNKNOWN:
                outcome = found
        else:
            if outcome is UNKNOWN or not facts.evidence.issuperset(clause.evidence):
                return clause, Verdict.NEED_INFO
            return clause, clause.then.decision
    return None, policy.otherwise


def traced(clause: Clause, facts: Facts) -> Traced:
    """Ask every predicate of a clause, also behind the first that fails."""
    checks: list[Check] = []
    fails = asks = False
    for predicate in clause.when:
        outcome = predicate.test(facts)
        checks.append(Check(predicate.name, predicate.wanted, found_in(facts, predicate), outcome))
        fails = fails or outcome is FAILED
        asks = asks or outcome is UNKNOWN
    if clause.evidence:
        outcome = UNKNOWN if missing_evidence(clause.evidence, facts) else MET
        checks.append(Check("evidence", clause.evidence, tuple(sorted(facts.evidence)), outcome))
        asks = asks or outcome is UNKNOWN
    return Traced(clause.id, FAILS if fails else ASKS if asks else FITS, tuple(checks))


def _by_clause(
    policy: Policy, clause: Clause, facts: Facts, found: Traced, trace: tuple[Traced, ...]
) -> Decision:
    then = clause.then
    unknown = tuple(
        check.predicate
        for check in found.checks
        if check.outcome is UNKNOWN and check.predicate != "evidence"
    )
    sums = amounts(then, facts, policy.money)
    counted = is_counted(policy, facts)
    back = GoodsBack.NEVER if facts.reason in NOT_THERE else goods_back(then, sums.ceiling, counted=counted)
    verdict = then.decision if found.outcome == FITS else Verdict.NEED_INFO
    days_of = clause.last_day
    ends = last_day(policy.count, facts.delivered_on, days_of)
    for_lead = then.for_lead or _is_for_lead(facts)
    return Decision(
        policy_id=policy.id,
        version=policy.version,
        decision=verdict,
        clause=clause.id,
        would_be=then.decision,
        remedies=_remedies(then, back),
        alternatives=then.alternatives,
        amounts=sums,
        goods_back=back,
        return_shipping=then.return_shipping if back is GoodsBack.REQUIRED else "",
        refund_within=then.refund_within,
        withhold_until=then.withhold_until,
        deduction=then.deduction,
        same_means=then.same_means,
        missing_facts=_asked(unknown),
        # Which proof is needed may depend on what is still to be told: one question after the other.
        missing_evidence=() if unknown else missing_evidence(clause.evidence, facts),
        auto=verdict is Verdict.ALLOW and not for_lead and _may_run_by_itself(then, sums, facts, policy),
        for_lead=for_lead,
        days=facts.days_since_delivery if days_of is not None else None,
        days_of=days_of,
        last_day=ends,
        text=filled(clause, facts, policy.words, last_day=ends),
        facts=facts,
        trace=trace,
    )


def _without_a_reason(policy: Policy, facts: Facts, trace: tuple[Traced, ...]) -> Decision:
    """The reason comes first: no clause is named, and none of its sums or proofs, before it is known."""
    return replace(_otherwise(policy, facts, trace), decision=Verdict.NEED_INFO, missing_facts=("reason",))


def _remedies(then: Then, back: GoodsBack) -> tuple[Remedy, ...]:
    """Where the goods come back, all of the money goes back once they are there."""
    if back is not GoodsBack.REQUIRED:
        return then.remedies
    waits = (Remedy.RETURN_REFUND if each is Remedy.FULL_REFUND else each for each in then.remedies)
    return tuple(dict.fromkeys(waits))


def _otherwise(policy: Policy, facts: Facts, trace: tuple[Traced, ...]) -> Decision:
    return Decision(
        policy_id=policy.id,
        version=policy.version,
        decision=policy.otherwise,
        clause="",
        would_be=policy.otherwise,
        amounts=amounts(Then(decision=policy.otherwise), facts, policy.money),
        for_lead=_is_for_lead(facts),
        facts=facts,
        trace=trace,
    )


def _asked(predicates: tuple[str, ...]) -> tuple[str, ...]:
    """What to ask for: the reason tells the fault too."""
    return tuple(dict.fromkeys("reason" if word == "fault" else word for word in predicates))


def _is_for_lead(facts: Facts) -> bool:
    return facts.reason in REASONS and REASONS[facts.reason].for_lead


def _may_run_by_itself(then: Then, sums: Amounts, facts: Facts, policy: Policy) -> bool:
    if not then.auto or facts.delivery_assumed or facts.currency != policy.currency:
        return False
    return 0 < sums.full <= policy.money.auto_execute_up_to


def _check(predicate: str, wanted: Any, found: Any, outcome: str) -> Check:
    return Check(predicate, _as_tuple(wanted), _as_tuple(found), Outcome(outcome))


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
