"""The variables of a saved reply: `{{ buyer.name }}`, from a fixed list. No expression, no loop, no engine.

A template engine's sandbox stops neither loops nor `'a' * 10**9`: here a name is looked up, or stays.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# In the order in which a page lists them, each with an example.
NAMES: dict[str, str] = {
    "buyer.name": "Li Mei",
    "buyer.email": "li@buyer.example",
    "ticket.number": "1042",
    "ticket.subject": "Broken cup",
    "order.number": "SH-10482",
    "order.total": "¥99.00",
    "order.carrier": "SF Express",
    "order.tracking": "SF1390000123456",
    "claim.number": "17",
    "claim.amount": "¥89.00",
    "refund.amount": "¥89.00",
    "refund.expected_on": "8 June 2026",
    "refund.reference": "2026060100001",
    "agent.name": "Mira",
    "shop.name": "Demo Shop",
}
_VARIABLE = re.compile(r"\{\{[ \t]*([A-Za-z_.]{1,40})[ \t]*\}\}")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A text with its variables put in; those without a value stand there as they were, and are named."""

    text: str
    missing: tuple[str, ...]


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Each known variable by its value. A value is never read again: what a buyer is called runs nothing."""
    missing: dict[str, None] = {}

    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1], "")
        if not value:
            missing[match[1]] = None
        return value or match[0]

    filled = _VARIABLE.sub(value_of, text)
    return Filled(text=filled, missing=tuple(missing))


def unknown(text: str) -> tuple[str, ...]:
    """What stands in braces and is no variable of ours, as it was written."""
    strange = [match[0] for match in _VARIABLE.finditer(text) if match[1] not in NAMES]
    left = _VARIABLE.sub("", text)
    if found := _BRACES.search(left):
        strange.append(left[found.start() : found.start() + LONGEST_SHOWN].split("\n", 1)[0])
    return tuple(dict.fromkeys(strange))
