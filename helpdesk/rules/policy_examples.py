"""The examples of a policy file: facts and what is to come out of them. They are the file's own tests."""

from typing import Any

from helpdesk.rules.claim_terms import REASONS, Condition, EvidenceKind, Fault, OrderState
from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.policy_facts import LineMoney, ShippingMoney, fault_of
from helpdesk.rules.policy_terms import Example, Verdict
from helpdesk.rules.policy_values import N_, Table

NUMBERS = ("days_since_delivery", "hours_since_delivery", "days_since_shipped", "buyer_refunds_12m")
TEXTS = ("category", "country", "region")
FLAGS = ("event_active", "delivery_assumed")


def read_examples(top: Table, *, currency: str) -> tuple[Example, ...]:
    """All examples, in the order of the file."""
    clauses = _ids(top)
    return tuple(_example(table, clauses, currency) for table in top.tables("example", "example"))


def _ids(top: Table) -> set[str]:
    given = top.values.get("clause", [])
    found = [each.get("id") for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    return {clause for clause in found if isinstance(clause, str)}


def _example(table: Table, clauses: set[str], currency: str) -> Example:
    for key in ("facts", "expect"):
        if not table.has(key):
            table.complain("", N_("%(key)s is missing"), key=key)
    expect = table.table("expect")
    clause = expect.text("clause") if expect.has("clause") else None
    if clause == "otherwise":
        clause = ""
    elif clause and clause not in clauses:
        expect.unknown("clause", clause, clauses)
    example = Example(
        facts=_facts(table.table("facts"), currency),
        clause=clause,
        decision=expect.member("decision", Verdict, None),
        refund=expect.amount("refund", currency),
        line=table.faults.line(table.path),
    )
    expect.close()
    table.close()
    return example


def _facts(table: Table, currency: str) -> dict[str, Any]:
    """Keyword arguments of Facts. What is not said is as usual; the fault follows the reason."""
    reason = table.choice("reason", REASONS) or None
    state = table.member("state", OrderState, None)
    if "state" not in table.values:
        table.complain("", N_("%(key)s is missing"), key="state")
    facts: dict[str, Any] = {
        "reason": reason,
        "state": state or OrderState.PAID,
        "fault": table.member("fault", Fault, fault_of(reason)),
        "condition": table.member("condition", Condition, None),
        "evidence": frozenset(table.members("evidence", EvidenceKind))
        if table.values.get("evidence")
        else frozenset(),
        "tags": frozenset(table.words("tags")) if table.values.get("tags") else frozenset(),
        "currency": currency,
        "exponent": EXPONENTS.get(currency, 2),
    }
    table.known |= {"evidence", "tags"}  # an empty list says that there is none
    facts |= {key: table.whole(key, None) for key in NUMBERS if table.has(key)}
    facts |= {key: table.text(key) for key in TEXTS if table.has(key)}
    facts |= {key: table.flag(key) for key in FLAGS if table.has(key)}
    facts |= _money(table, currency)
    table.close()
    return facts


def _money(table: Table, currency: str) -> dict[str, Any]:
    sums = {
        key: table.amount(key, currency) or 0 for key in ("paid", "refunded", "reserved", "shipping_paid")
    }
    standard = table.amount("shipping_standard", currency)
    line = LineMoney(line="1", paid=sums["paid"], refunded=sums["refunded"], reserved=sums["reserved"])
    return {
        "lines": (line,) if sums["paid"] else (),
        "shipping": ShippingMoney(paid=sums["shipping_paid"], standard=standard),
    }
