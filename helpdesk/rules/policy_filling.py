"""The text of a clause with its blanks filled in, as buyer and staff read it.

A blank is a word in braces. Which blanks a clause may have follows from what it looks at: a text that names
the event stands in a clause that asks for one.
"""

import re
from collections.abc import Mapping
from datetime import date

from helpdesk.rules.policy_facts import Facts
from helpdesk.rules.policy_terms import Clause

BLANK = re.compile(r"\{([a-z_]*)\}")
BRACE = re.compile(r"[{}]")
ALWAYS = frozenset({"claimed_on", "category"})
DAYS = frozenset({"delivered_on", "days", "days_allowed", "last_day"})
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
EVENT = frozenset({"event_name", "event_until"})


def blanks_in(text: str) -> frozenset[str]:
    return frozenset(BLANK.findall(text))


def has_stray_brace(text: str) -> bool:
    return BRACE.search(BLANK.sub("", text)) is not None


def blanks_of(clause: Clause) -> frozenset[str]:
    """The blanks that something fills whenever this clause fits."""
    known = set(ALWAYS)
    for predicate in clause.when:
        if predicate.name == "tags_any":
            known.add("tag")
        if predicate.name == "event_active" and predicate.wanted is True:
            known |= EVENT
        if predicate.name == "days_since_delivery":
            known |= DAYS if clause.last_day is not None else {"delivered_on", "days"}
    return frozenset(known)


def filled(
    clause: Clause, facts: Facts, words: Mapping[str, Mapping[str, str]], *, last_day: date | None
) -> dict[str, str]:
    """Its texts by language, tags and categories by their own `words`.

    A blank whose fact is missing becomes a dash: nothing in braces goes out.
    """
    if not any("{" in text for text in clause.text.values()):
        return clause.text
    return {
        language: _fill(text, _values(clause, facts, language, words, last_day))
        for language, text in clause.text.items()
    }


def _fill(text: str, known: Mapping[str, str]) -> str:
    return BLANK.sub(lambda blank: known.get(blank[1], "–"), text)


def _values(
    clause: Clause,
    facts: Facts,
    language: str,
    words: Mapping[str, Mapping[str, str]],
    last_day: date | None,
) -> Mapping[str, str]:
    def called(word: str) -> str:
        return words.get(word, {}).get(language, word)

    event = facts.event
    found = {
        "event_name": getattr(event, language) if event else None,
        "event_until": _day(event.until_on, language) if event else None,
        "tag": ("、" if language == "zh" else ", ").join(map(called, _tags(clause, facts))) or None,
        "category": called(facts.category) if facts.category else None,
        "claimed_on": _day(facts.claimed_on, language),
        "delivered_on": _day(facts.delivered_on, language),
        "days": _days_ago(facts),
        "days_allowed": clause.last_day,
        "last_day": _day(last_day, language),
    }
    return {name: str(value) for name, value in found.items() if value is not None}


def _tags(clause: Clause, facts: Facts) -> list[str]:
    """Those of the goods that the clause asks for."""
    wanted = next((predicate.wanted for predicate in clause.when if predicate.name == "tags_any"), ())
    return [tag for tag in wanted if tag in facts.tags]


def _days_ago(facts: Facts) -> int | None:
    """As the calendar has it: the policy may count a day more, or over days off fewer."""
    if facts.delivered_on is None or facts.claimed_on is None or facts.days_since_delivery is None:
        return facts.days_since_delivery
    return max((facts.claimed_on - facts.delivered_on).days, 0)


def _day(day: date | None, language: str) -> str | None:
    """As letters write it: "21 November 2026"."""
    if day is None:
        return None
    return (
        f"{day.year}年{day.month}月{day.day}日"
        if language == "zh"
        else f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    )
