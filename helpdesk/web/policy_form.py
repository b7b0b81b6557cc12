"""The form of "what if": a field for everything that the policy looks at, and the facts that were typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from helpdesk.letters import claim_words, policy_said
from helpdesk.letters.claim_words import Said, say
from helpdesk.rules.claim_terms import REASONS, Condition, EvidenceKind, OrderState
from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.money import AmountError, read_or_nothing
from helpdesk.rules.policy_facts import EventNames, Facts, LineMoney, ShippingMoney, fault_of
from helpdesk.rules.policy_grid import STATES, axes
from helpdesk.rules.policy_terms import Policy
from helpdesk.web.language import chosen
from helpdesk.web.translate import _

NUMBERS = ("days_since_delivery", "hours_since_delivery", "days_since_shipped", "buyer_refunds_12m")
MOST = 100_000
WORDS: Mapping[str, Mapping[str, Said]] = {
    "state": claim_words.ORDER_STATES,
    "reason": claim_words.REASONS_SHORT,
    "condition": claim_words.CONDITIONS,
    "evidence": claim_words.EVIDENCE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    label: str
    kind: str  # "choice", "several", "number", "flag", "money"
    value: Any
    choices: tuple[tuple[str, str], ...] = ()  # (value, words)


def fields(policy: Policy, facts: Facts) -> list[Field]:
    """One for each fact that a clause looks at, and the money, with what was typed."""
    asked = axes(policy)
    found = [
        _choice("state", facts.state, [*dict.fromkeys((*STATES, *asked["state"]))], policy),
        _choice("reason", facts.reason or "", ["", *REASONS], policy),
    ]
    found += [_number(name, getattr(facts, name)) for name in NUMBERS if name in asked]
    if "condition" in asked:
        found.append(_choice("condition", facts.condition or "", ["", *Condition], policy))
    for name in ("category", "country", "region"):
        if name in asked:
            values = ["", *(value for value in asked[name] if value)]
            found.append(_choice(name, getattr(facts, name) or "", values, policy))
    found.append(_money("paid", _("paid for the goods"), facts.lines[0].paid if facts.lines else 0, policy))
    found.append(_money("shipping", _("paid for postage"), facts.shipping.paid, policy))
    kinds = sorted(set().union(*asked["evidence"]))
    found.append(_several("evidence", facts.evidence, kinds, policy))
    if "tags" in asked:
        found.append(_several("tags", facts.tags, sorted(set().union(*asked["tags"])), policy))
    if "event_active" in asked:
        said = policy_said.found("event_active", True, chosen(), policy.words)
        found.append(Field(name="event_active", label=said, kind="flag", value=facts.event_active))
    return found


def facts(typed: MultiDict[str, str], policy: Policy, *, claimed_on: date) -> tuple[Facts, dict[str, str]]:
    """The case that was typed, and by field what is wrong with it. An empty form is an ordinary case."""
    if not typed.get("state"):
        return _ordinary(policy, claimed_on), {}
    problems: dict[str, str] = {}
    numbers = {name: _read_number(typed, name, problems) for name in NUMBERS}
    money = {name: _read_money(typed, name, policy, problems) for name in ("paid", "shipping")}
    state = _member(OrderState, typed.get("state", "")) or OrderState.DELIVERED
    reason = typed.get("reason") if typed.get("reason") in REASONS else None
    is_delivered = state in (OrderState.DELIVERED, OrderState.COMPLETED)
    days, hours = numbers["days_since_delivery"], numbers["hours_since_delivery"]
    is_active = typed.get("event_active") == "yes"
    return Facts(
        state=state,
        reason=reason,
        fault=fault_of(reason),
        days_since_delivery=days if is_delivered else None,
        hours_since_delivery=(hours if hours is not None or days is None else days * 24)
        if is_delivered
        else None,
        days_since_shipped=numbers["days_since_shipped"] if state is OrderState.SHIPPED else None,
        category=typed.get("category") or None,
        tags=frozenset(typed.getlist("tags")),
        condition=_member(Condition, typed.get("condition", "")),
        evidence=frozenset(kind for kind in EvidenceKind if kind in typed.getlist("evidence")),
        buyer_refunds_12m=numbers["buyer_refunds_12m"] or 0,
        event_active=is_active,
        event=_event() if is_active else None,
        country=typed.get("country") or None,
        region=typed.get("region") or None,
        currency=policy.currency,
        exponent=EXPONENTS[policy.currency],
        lines=(LineMoney(line="1", paid=money["paid"]),),
        shipping=ShippingMoney(paid=money["shipping"]),
        delivered_on=claimed_on - timedelta(days=days) if is_delivered and days is not None else None,
        claimed_on=claimed_on,
    ), problems


def _ordinary(policy: Policy, claimed_on: date) -> Facts:
    digits = 10 ** EXPONENTS[policy.currency]
    return Facts(
        state=OrderState.DELIVERED,
        reason="changed_mind",
        fault=fault_of("changed_mind"),
        days_since_delivery=5,
        hours_since_delivery=5 * 24,
        currency=policy.currency,
        exponent=EXPONENTS[policy.currency],
        delivered_on=claimed_on - timedelta(days=5),
        claimed_on=claimed_on,
        lines=(LineMoney(line="1", paid=199 * digits),),
        shipping=ShippingMoney(paid=12 * digits),
    )


def _event() -> EventNames:
    """What a clause's text names where the event is only supposed."""
    return EventNames(zh="不可抗力事件", en="the event")


def _member(kind: Any, value: str) -> Any:
    return kind(value) if value in {str(each) for each in kind} else None


def _read_number(typed: MultiDict[str, str], name: str, problems: dict[str, str]) -> int | None:
    text = typed.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) > MOST:
        problems[name] = _("A whole number from 0 on is needed.")
        return None
    return int(text)


def _read_money(typed: MultiDict[str, str], name: str, policy: Policy, problems: dict[str, str]) -> int:
    text = typed.get(name, "").strip()
    if not text:
        return 0
    try:
        return read_or_nothing(text, policy.currency).minor
    except AmountError:
        problems[name] = _("This is not an amount: write it like 128.50.")
        return 0


def _choice(name: str, value: str, values: list[Any], policy: Policy) -> Field:
    choices = tuple((str(each), _word(name, each, policy)) for each in values)
    return Field(
        name=name, label=policy_said.label(name, chosen()), kind="choice", value=str(value), choices=choices
    )


def _several(name: str, value: frozenset[Any], values: list[Any], policy: Policy) -> Field:
    choices = tuple((str(each), _word(name, each, policy)) for each in values)
    return Field(
        name=name, label=policy_said.label(name, chosen()), kind="several", value=value, choices=choices
    )


def _number(name: str, value: int | None) -> Field:
    labels = {
        "days_since_delivery": _("days since delivery"),
        "hours_since_delivery": _("hours since delivery"),
        "days_since_shipped": _("days since it was sent"),
        "buyer_refunds_12m": _("refunds in twelve months"),
    }
    return Field(name=name, label=labels[name], kind="number", value="" if value is None else value)


def _money(name: str, label: str, minor: int, policy: Policy) -> Field:
    digits = EXPONENTS[policy.currency]
    shown = f"{minor / 10**digits:.{digits}f}"
    return Field(name=name, label=f"{label} ({policy.currency})", kind="money", value=shown)


def _word(name: str, value: Any, policy: Policy) -> str:
    if not value:
        return _("not said") if name in ("reason", "condition") else _("any other")
    if name in WORDS:
        return say(WORDS[name], str(value), chosen())
    return policy.words.get(str(value), {}).get(chosen().partition("-")[0], str(value))
