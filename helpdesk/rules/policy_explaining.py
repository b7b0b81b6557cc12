"""A decision as lines that a page or a letter says in its own language: codes and values, no words.

`letters/policy_said.py` has the words, the same for the colleague who decides and for the buyer who is told.
"""

from dataclasses import dataclass, field
from typing import Any

from helpdesk.rules.policy_amounts import MONEY_BACK
from helpdesk.rules.policy_deciding import ASKS, FITS, NOT_THERE, Decision, Traced, is_counted
from helpdesk.rules.policy_predicates import Check, Outcome
from helpdesk.rules.policy_terms import GoodsBack, Policy, Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence: which one, and what is filled in."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplied:
    """A clause that did not decide: because of this check, or because another one stood before it."""

    clause: str
    because: Check | None  # None: it fits too, or would with more proof, but was not reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    headline: Line
    counting: tuple[Line, ...]  # days and dates
    because: tuple[Check, ...]  # what the deciding clause looked at
    consequences: tuple[Line, ...]  # goods back, money
    missing: tuple[Line, ...]
    not_applied: tuple[NotApplied, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Everything but the checks and the other clauses, from the top."""
        return (self.headline, *self.counting, *self.consequences, *self.missing)


def explain(decision: Decision) -> Explanation:
    """How the decision came about, the deciding clause first."""
    deciding = next((each for each in decision.trace if each.clause == decision.clause), None)
    return Explanation(
        headline=Line(
            _headline(decision),
            {"clause": decision.clause, "policy": decision.policy_id, "version": decision.version},
        ),
        counting=_counting(decision),
        because=deciding.checks if deciding else (),
        consequences=(*_goods(decision), *_money(decision), *_terms(decision)),
        missing=_missing(decision),
        not_applied=tuple(_not_applied(each) for each in decision.trace if each is not deciding),
    )


def _headline(decision: Decision) -> str:
    if decision.clause:
        return str(decision.decision)
    return "no_reason" if decision.decision is Verdict.NEED_INFO else "otherwise"


def unused_limit(decision: Decision, policy: Policy) -> Line | None:
    """The limit of the deciding clause that is in another currency than the order, and so was not used."""
    clause = policy.clause(decision.clause)
    if clause is None or clause.then.goods_back is not GoodsBack.IF_VALUE_ABOVE:
        return None
    if decision.facts.reason in NOT_THERE or is_counted(policy, decision.facts):
        return None
    return Line("limit_unused", {"amount": clause.then.goods_back_above, "currency": policy.currency})


def _counting(decision: Decision) -> tuple[Line, ...]:
    facts, lines = decision.facts, []
    if facts.delivered_on:
        assumed = "delivered_assumed" if facts.delivery_assumed else "delivered"
        lines.append(Line(assumed, {"day": facts.delivered_on}))
    elif facts.shipped_on:
        lines.append(Line("shipped", {"day": facts.shipped_on}))
    if facts.claimed_on:
        lines.append(Line("claimed", {"day": facts.claimed_on}))
    if decision.days is not None and decision.days_of is not None:
        lines.append(Line("day_of", {"days": decision.days, "of": decision.days_of}))
    if decision.last_day is not None:
        lines.append(Line("last_day", {"day": decision.last_day}))
    return tuple(lines)


def _goods(decision: Decision) -> tuple[Line, ...]:
    if decision.clause == "" or not decision.remedies:
        return ()
    if decision.goods_back is GoodsBack.REQUIRED:
        return (Line("goods_back", {"pays": decision.return_shipping}),)
    return (Line("goods_stay"),) if MONEY_BACK & set(decision.remedies) else ()


def _money(decision: Decision) -> tuple[Line, ...]:
    """The full refund and its ceiling, where the clause gives money back and the sums are known."""
    sums, facts = decision.amounts, decision.facts
    if not facts.lines or not facts.currency:
        return ()
    lines = []
    if MONEY_BACK & set(decision.remedies):
        lines.append(Line("refund", {"goods": sums.goods, "shipping": sums.shipping, "full": sums.full}))
        if sums.restocking:
            lines.append(Line("restocking", {"amount": sums.restocking}))
    if "partial_refund" in decision.remedies:
        lines.append(Line("partial", {"amount": sums.partial_at_most}))
    back = sum(line.refunded + line.reserved for line in facts.lines)
    lines.append(Line("ceiling", {"ceiling": sums.ceiling, "paid": sums.paid, "back": back}))
    return tuple(lines)


def _terms(decision: Decision) -> tuple[Line, ...]:
    """What the money waits for, by when it is made, what may lower it."""
    if not MONEY_BACK & set(decision.remedies):
        return ()
    lines = []
    if decision.withhold_until:
        lines.append(Line(f"withhold_{decision.withhold_until}"))
    if decision.refund_within:
        lines.append(Line("within", {"within": decision.refund_within}))
    if decision.deduction:
        lines.append(Line("deduction"))
    return tuple(lines)


def _missing(decision: Decision) -> tuple[Line, ...]:
    evidence = Line("missing_evidence", {"kinds": decision.missing_evidence})
    facts = Line("missing_facts", {"facts": decision.missing_facts})
    mixed = (Line("mixed"),) if decision.is_mixed else ()
    return (*mixed, *(line for line in (facts, evidence) if any(line.values.values())))


def _not_applied(traced: Traced) -> NotApplied:
    """The first check that failed says most; a clause behind the deciding one may well have fitted."""
    if traced.outcome in (FITS, ASKS):
        return NotApplied(clause=traced.clause, because=None)
    failed = next(check for check in traced.checks if check.outcome is Outcome.FAILED)
    return NotApplied(clause=traced.clause, because=failed)
