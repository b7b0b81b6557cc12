"""Rules as data: what buyers say, what it means, what before it takes it back. Read from TOML by lines.

negations = ["没有", "not ..."]      right before a phrase they take it back; with a gap, shortly before

[[rule]]
reason = "damaged"                   or wish = "refund", flag = "anger" | "legal", sign = "delay"
weight = 3                           1 a hint, 3 enough alone, 5 hardly to be taken otherwise
phrases = ["(came|arrived) broken"]
unless_before = ["in case it"]       besides the negations; also in the gaps of a phrase
unless_after = ["... the refund"]    what behind it makes it mean something else
negations = false                    for phrases that "not" does not take back
circumstance = true                  no reason where the order is called off, unless a sign complains of it
yes = ["It arrived broken."]         sentences in which the rule must speak,
no = ["It was not broken"]           and in which it must not
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from helpdesk.rules.folding import Folded, fold
from helpdesk.rules.phrases import Found, Phrase, places

NEAR = 2  # words, or Han characters, between a negation with a gap and what it takes back


_CLAUSE = 12  # words before a phrase that are looked at


@dataclass(frozen=True, slots=True)
class Denials:
    """What takes a phrase back in the same clause: folded, each between blanks."""

    right: tuple[str, ...] = ()  # right before it, or right behind
    near: tuple[str, ...] = ()  # with up to NEAR words between


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Phrases that say the same. Compared by identity of place: file and line."""

    source: str  # name of the file
    line: int
    says: str  # "reason", "wish", "flag" or "sign"
    code: str  # of the reason, wish or flag
    weight: int
    phrases: tuple[Phrase, ...] = field(repr=False)
    before: Denials = field(repr=False)
    after: Denials = field(repr=False)
    yes: tuple[str, ...]
    no: tuple[str, ...]
    circumstance: bool = False  # said of an order that is called off, it is no reason by itself


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that spoke, and by which words."""

    rule: Rule
    found: Found


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the text that led to something: `text[start:end]`."""

    start: int
    end: int
    words: str


class Book:
    """All rules of all files, ready to be looked up. Nothing in it changes."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_key: dict[object, list[tuple[Rule, Phrase]]] = {}
        self._always: list[tuple[Rule, Phrase]] = []
        for rule in self.rules:
            for phrase in rule.phrases:
                if phrase.keys is None:
                    self._always.append((rule, phrase))
                for key in phrase.keys or ():
                    self._by_key.setdefault(key, []).append((rule, phrase))

    def matches(self, folded: Folded) -> tuple[Match, ...]:
        """Every rule that speaks, once for each place, without those inside the words of a longer match."""
        found = [
            Match(rule, place)
            for rule, phrase in self._candidates(folded)
            for place in places(phrase, folded)
            if not taken_back(rule, folded.tokens, place)
        ]
        return tuple(_longest(found))

    def _candidates(self, folded: Folded) -> Iterable[tuple[Rule, Phrase]]:
        found = {id(each[1]): each for key in folded.keys & self._by_key.keys() for each in self._by_key[key]}
        return (*found.values(), *self._always)


def taken_back(rule: Rule, tokens: tuple[str, ...], found: Found) -> bool:
    """Whether words before it, in its gaps or behind it say that it is not so."""
    before = _clause(tokens[max(0, found.first - _CLAUSE) : found.first][::-1])[::-1]
    gaps = (tokens[end:begin] for (_, end), (begin, _) in pairwise(found.pieces) if begin > end)
    behind = _clause(tokens[found.last + 1 : found.last + 1 + _CLAUSE])
    return (
        _denied_before(rule.before, before)
        or any(_denied_before(rule.before, gap) for gap in gaps)
        or _denied_behind(rule.after, behind)
    )


def _denied_before(denials: Denials, words: tuple[str, ...]) -> bool:
    if f" {' '.join(words)} ".endswith(denials.right):
        return True
    ends = (f" {' '.join(words[: len(words) - gap])} " for gap in range(min(NEAR, len(words)) + 1))
    return bool(denials.near) and any(end.endswith(denials.near) for end in ends)


def _denied_behind(denials: Denials, words: tuple[str, ...]) -> bool:
    if not denials.right and not denials.near:
        return False
    if f" {' '.join(words)} ".startswith(denials.right):
        return True
    return any(f" {' '.join(words[gap:])} ".startswith(denials.near) for gap in range(NEAR + 1))


def _clause(words: tuple[str, ...]) -> tuple[str, ...]:
    """These words as far as the first sign."""
    end = next((index for index, word in enumerate(words) if word in (",", ".")), len(words))
    return words[:end]


def _longest(found: list[Match]) -> Iterator[Match]:
    """ "wrong size" says nothing of its own where "wrong size chart" stands."""
    by_word: dict[int, list[Match]] = {}
    for match in found:
        for word in match.found.words:
            by_word.setdefault(word, []).append(match)
    for match in found:
        words = match.found.words
        over = by_word[match.found.first]
        if not any(words < other.found.words and other.rule.says == match.rule.says for other in over):
            yield match


def span(folded: Folded, found: Found) -> Span:
    """From the first of its words to the last, as written; signs at the end are not words."""
    last = found.last
    while last > found.first and folded.tokens[last] in (",", "."):
        last -= 1
    start, end = folded.places[found.first][0], folded.places[last][1]
    return Span(start, end, folded.text[start:end])


def speaks(rule: Rule, sentence: str) -> bool:
    """Whether this rule alone finds something here."""
    return bool(Book([rule]).matches(fold(sentence)))
