"""What a shop's policy may not fall below: a shipped file per country, its clauses laws with their article.

A floor is no legal advice and ages: each names its source and the day on which somebody last looked at it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.rules.policy_amounts import MONEY_BACK
from helpdesk.rules.policy_deciding import first_fitting
from helpdesk.rules.policy_facts import Facts
from helpdesk.rules.policy_grid import oddness
from helpdesk.rules.policy_terms import Clause, Policy, Shipping, Then, Verdict
from helpdesk.rules.policy_values import N_

POSTAGE = (Shipping.NONE, Shipping.STANDARD, Shipping.ALL)
DENIES = N_("the law allows it, this policy denies it")
REVIEWS = N_("the law allows it, this policy leaves it to a person")
ASKS = N_("the law allows it as it is, this policy asks for more first")
NO_MONEY = N_("the law gives the money back, this policy does not")
LESS_MONEY = N_("the law gives more of the price back")
LESS_POSTAGE = N_("the law gives more of the postage back")
RESTOCKING = N_("the law knows no such restocking fee")
WAY_BACK = N_("by law the seller pays the way back")
ERRORS = frozenset({DENIES, NO_MONEY, LESS_MONEY, LESS_POSTAGE, RESTOCKING, WAY_BACK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Cases in which a clause of the shop gives less than the law."""

    sentence: str
    law: str  # clause of the floor
    clause: str  # of the shop; "" for what no clause fits
    cases: int
    case: Facts  # the plainest of them

    @property
    def is_error(self) -> bool:
        return self.sentence in ERRORS


def breaches(policy: Policy, floor: Policy, cells: Iterable[Facts]) -> tuple[Breach, ...]:
    """Where the floor gives more than the policy: errors first, then by how many cases there are."""
    found: Counter[tuple[str, str, str]] = Counter()
    cases: dict[tuple[str, str, str], Facts] = {}
    for facts in cells:
        law, due = first_fitting(floor, facts)
        if law is None or due is not Verdict.ALLOW:
            continue
        clause, verdict = first_fitting(policy, facts)
        for sentence in _shortfalls(law, clause, verdict):
            key = (sentence, law.id, clause.id if clause else "")
            found[key] += 1
            cases[key] = min(cases.get(key, facts), facts, key=oddness)
    return tuple(
        Breach(sentence=key[0], law=key[1], clause=key[2], cases=count, case=cases[key])
        for key, count in sorted(
            found.items(), key=lambda each: (each[0][0] not in ERRORS, -each[1], each[0])
        )
    )


def _shortfalls(law: Clause, clause: Clause | None, verdict: Verdict) -> list[str]:
    if verdict is Verdict.DENY:
        return [DENIES]
    if verdict is Verdict.REVIEW:
        return [REVIEWS]
    if verdict is Verdict.NEED_INFO:
        return [ASKS]
    return _smaller_grants(law.then, clause.then) if clause else []


def _smaller_grants(due: Then, given: Then) -> list[str]:
    if MONEY_BACK & set(due.remedies) and not MONEY_BACK & set(given.remedies):
        return [NO_MONEY]
    found = []
    if given.items_percent < due.items_percent:
        found.append(LESS_MONEY)
    if POSTAGE.index(given.shipping) < POSTAGE.index(due.shipping):
        found.append(LESS_POSTAGE)
    if given.restocking_percent > due.restocking_percent:
        found.append(RESTOCKING)
    if due.return_shipping == "seller" and given.return_shipping == "buyer":
        found.append(WAY_BACK)
    return found
