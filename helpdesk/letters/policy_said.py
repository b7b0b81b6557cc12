"""A policy and its decisions said in the reader's language: clause by clause, for pages and letters alike."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date

from helpdesk.letters import claim_words, policy_words, refund_words, words
from helpdesk.letters.claim_words import Said, say
from helpdesk.rules.money import Money
from helpdesk.rules.policy_comparing import WouldChange
from helpdesk.rules.policy_explaining import Line, NotApplied
from helpdesk.rules.policy_filling import BLANK
from helpdesk.rules.policy_predicates import FLAGS, RANGES, Check
from helpdesk.rules.policy_terms import Clause, GoodsBack, Policy, Verdict
from helpdesk.rules.refund_terms import RefundTerms

# The shop's own words for tags and categories, as Policy.words has them.
OwnWords = Mapping[str, Mapping[str, str]]
VALUES: Mapping[str, Mapping[str, Said]] = {
    "state": claim_words.ORDER_STATES,
    "reason": claim_words.REASONS_SHORT,
    "fault": claim_words.FAULTS,
    "condition": claim_words.CONDITIONS,
    "condition_not": claim_words.CONDITIONS,
    "evidence": claim_words.EVIDENCE,
}


def verdict(decision: Verdict, locale: str) -> str:
    return say(policy_words.VERDICTS, decision, locale)


def conditions(clause: Clause, locale: str, own: OwnWords) -> list[str]:
    """What a clause asks for, one part each, the proof last."""
    parts = [wanted(predicate.name, predicate.wanted, locale, own) for predicate in clause.when]
    if clause.evidence:
        parts.append(wanted("evidence", clause.evidence, locale, own))
    return parts


def wanted(name: str, value: Any, locale: str, own: OwnWords) -> str:
    """One condition: "order: delivered or completed", "at most 7 days since delivery"."""
    if name in RANGES:
        return _range(name, value, locale)
    if name in FLAGS:
        return policy_words.FLAGS[name, value].to(locale)
    all_of_them = name in ("evidence", "condition_not", "category_not", "country_not", "tags_none")
    last = policy_words.AND if all_of_them else policy_words.OR
    said = _joined([_value(name, each, locale, own) for each in value], locale, last)
    return f"{label(name, locale)}{policy_words.COLON.to(locale)}{said}"


def label(name: str, locale: str) -> str:
    return say(policy_words.LABELS, name, locale)


def found(name: str, value: Any, locale: str, own: OwnWords) -> str:
    """A fact as it was found: "12 days since delivery", "answerable: the buyer"."""
    if name in RANGES:
        if value is None:
            return _no_number(name, locale)
        return _range(name, {"min": value, "max": value}, locale)
    if name in FLAGS:
        return policy_words.FLAGS[name, bool(value)].to(locale)
    what, said = label(name.removesuffix("_not"), locale), _values(name, value, locale, own)
    return f"{what}{policy_words.COLON.to(locale)}{said}"


def _no_number(name: str, locale: str) -> str:
    if name.endswith("since_delivery"):
        return policy_words.RANGES["only_undelivered"].to(locale)
    return f"{label(name, locale)}{policy_words.COLON.to(locale)}{policy_words.UNKNOWN.to(locale)}"


def check(asked: Check, locale: str, own: OwnWords) -> str:
    """What a predicate of the trace found."""
    fact = "tags" if asked.predicate.startswith("tags") else asked.predicate
    return found(fact, asked.found, locale, own)


def not_applied(clause: NotApplied, locale: str, own: OwnWords) -> str:
    """ "CN-FAULT (answerable: the buyer)": the clause and the first thing that did not fit."""
    why = check(clause.because, locale, own) if clause.because else policy_words.NOT_REACHED.to(locale)
    return f"{clause.clause}（{why}）" if locale == "zh-CN" else f"{clause.clause} ({why})"


def line(said: Line, locale: str, *, currency: str) -> str:
    """A line of an explanation."""
    if said.code == "within":
        return refund_words.within(RefundTerms(refund_within=said.values["within"]), locale)
    if said.code == "limit_unused":  # in its own currency, whatever the order's
        limit = words.amount(Money(said.values["amount"], said.values["currency"]), locale)
        return policy_words.LINES[said.code].to(locale).format(amount=limit, currency=currency)
    values = {name: _filled(name, value, locale, currency) for name, value in said.values.items()}
    code = f"{said.code}_{said.values['pays']}" if said.code == "goods_back" else said.code
    return policy_words.LINES[code].to(locale).format(**values)


def would_change(change: WouldChange, locale: str, own: OwnWords) -> str:
    """ "8 days since delivery → A person decides (CN-LATE)"."""
    said = f"{found(change.fact, _listed(change.after), locale, own)} → {verdict(change.decision, locale)}"
    if not change.clause:
        return said
    return f"{said}（{change.clause}）" if locale == "zh-CN" else f"{said} ({change.clause})"


def text(clause: Clause, language: str, locale: str) -> str:
    """What a clause says before there is a case: its blanks named, the days that are known filled in."""
    named = {name: said.to(locale) for name, said in policy_words.BLANKS.items()}
    if clause.last_day is not None:
        named["days_allowed"] = str(clause.last_day)
    return BLANK.sub(lambda blank: named.get(blank[1], blank[1]), clause.text.get(language, ""))


def grants(clause: Clause, policy: Policy, locale: str) -> list[str]:
    """What a clause gives, one part each, the remedies first."""
    then, said = clause.then, policy_words.GRANTS
    parts = [say(claim_words.REMEDIES, remedy, locale) for remedy in then.remedies]
    if {"full_refund", "return_refund"} & set(then.remedies):
        if then.items_percent != 100:
            parts.append(said["percent"].to(locale).format(percent=then.items_percent))
        parts.append(said[then.shipping].to(locale))
    if "partial_refund" in then.remedies and then.partial_cap != 100:
        parts.append(said["partial_cap"].to(locale).format(percent=then.partial_cap))
    if then.partial_by:
        parts.append(said[then.partial_by].to(locale))
    if then.restocking_percent:
        parts.append(said["restocking"].to(locale).format(percent=then.restocking_percent))
    parts += _goods(clause, policy, locale)
    if then.withhold_until:
        parts.append(policy_words.LINES[f"withhold_{then.withhold_until}"].to(locale))
    if then.refund_within:
        parts.append(refund_words.within(RefundTerms(refund_within=then.refund_within), locale))
    if then.deduction:
        parts.append(policy_words.LINES["deduction"].to(locale))
    parts += [said[name].to(locale) for name in ("auto", "for_lead", "same_means") if getattr(then, name)]
    if then.alternatives:
        remedies = (say(claim_words.REMEDIES, remedy, locale) for remedy in then.alternatives)
        joined = policy_words.AND.to(locale).join(remedies)
        parts.append(said["alternatives"].to(locale).format(remedies=joined))
    return parts


def day(on: date, locale: str) -> str:
    return format_date(on, format="medium", locale=words.BABEL.get(locale, "en_GB"))


def _goods(clause: Clause, policy: Policy, locale: str) -> list[str]:
    then = clause.then
    if then.goods_back is GoodsBack.NEVER:
        return []
    if then.goods_back is GoodsBack.REQUIRED:
        return [policy_words.GRANTS[f"required_{then.return_shipping}"].to(locale)]
    code = "if_value_above_buyer" if then.return_shipping == "buyer" else "if_value_above"
    above = words.amount(Money(then.goods_back_above, policy.currency), locale)
    return [policy_words.GRANTS[code].to(locale).format(amount=above)]


def _range(name: str, bounds: Mapping[str, Any], locale: str) -> str:
    least, most = bounds.get("min"), bounds.get("max")
    said = policy_words.RANGES
    if least is None and most is None:
        return said["only_undelivered"].to(locale)
    shape = "at_least" if most is None else "at_most" if least is None else "between"
    if least == most:
        shape = "exactly"
    units = policy_words.ONE if (most if most is not None else least) == 1 else policy_words.UNITS
    text = (
        said[shape]
        .to(locale)
        .format(label=label(name, locale), least=least, most=most, unit=units[name].to(locale))
    )
    return text + said["undelivered"].to(locale) if bounds.get("undelivered_ok") else text


def _values(name: str, value: Any, locale: str, own: OwnWords) -> str:
    if value is None:
        return (policy_words.NOTHING if name.startswith("category") else policy_words.UNKNOWN).to(locale)
    if isinstance(value, (list, tuple)):
        if not value:
            return policy_words.NOTHING.to(locale)
        return policy_words.AND.to(locale).join(_value(name, each, locale, own) for each in value)
    return _value(name, value, locale, own)


def _value(name: str, value: Any, locale: str, own: OwnWords) -> str:
    """A word of ours, else one of the shop's own."""
    if name in VALUES:
        return say(VALUES[name], value, locale)
    return own.get(str(value), {}).get(locale.partition("-")[0], str(value))


def _filled(name: str, value: Any, locale: str, currency: str) -> str:
    if isinstance(value, date):
        return day(value, locale)
    if name == "kinds":
        return policy_words.AND.to(locale).join(say(claim_words.EVIDENCE, kind, locale) for kind in value)
    if name == "facts":
        return policy_words.AND.to(locale).join(label(fact, locale) for fact in value)
    if isinstance(value, int) and name not in ("days", "of"):
        return words.amount(Money(value, currency), locale)
    return str(value)


def _joined(parts: list[str], locale: str, last: Said) -> str:
    """ "A, B or C"."""
    start = policy_words.AND.to(locale).join(parts[:-1])
    return f"{start}{last.to(locale)}{parts[-1]}" if start else parts[-1]


def _listed(value: Any) -> Any:
    return _sorted(value) if isinstance(value, frozenset) else value


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(values))
