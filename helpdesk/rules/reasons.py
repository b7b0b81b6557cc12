"""Why a buyer wants the money back, as far as the words and the order tell. It only ever suggests.

The two likeliest reasons are named with the words that led to them. It is `clear` when the first one stands
well before the second; else it is silent, and the buyer is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.rules.folding import Folded, fold
from helpdesk.rules.phrasebook import Book, Match, Span, span

ENOUGH = 3  # points of the first reason
MARGIN = 2  # points before the second
CALLS_OFF = {("wish", "cancel"), ("reason", "changed_mind"), ("reason", "order_error")}
_MOST = 9  # points of one reason: saying it a tenth time makes it no truer


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known beside the words. Nothing known is the default."""

    dispatched: bool | None = None  # None: there is no order to look at
    overdue: bool = False  # not dispatched, and the promised day has passed
    lost: bool = False  # the carrier says so
    refused: bool = False  # the carrier says that the parcel was refused
    photos: int = 0  # that came with the mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One reason, what speaks for it, and how much."""

    code: str
    score: int
    spans: tuple[Span, ...]  # in the order of the text
    facts: tuple[str, ...] = ()  # of "not_dispatched", "overdue", "lost", "refused", "photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """At most two guesses, the likelier first."""

    guesses: tuple[Guess, ...] = ()
    clear: bool = False
    near: tuple[str, ...] = ()  # codes too near to each other to tell which is meant, however many

    @property
    def code(self) -> str:
        """The reason to speak of; "" where the buyer has to be asked."""
        return self.guesses[0].code if self.clear else ""


NO_FACTS = Facts()


def suggest(text: str, book: Book, facts: Facts = NO_FACTS) -> Suggestion:
    """`text` are the new words of a mail, without quote and signature, the subject before them."""
    folded = fold(text)
    return suggestion(folded, book.matches(folded), facts)


def suggestion(folded: Folded, matches: Iterable[Match], facts: Facts = NO_FACTS) -> Suggestion:
    """The same, of what was found already."""
    said: dict[str, list[Match]] = {}
    for match in _without_circumstances(tuple(matches)):
        if match.rule.says == "reason":
            said.setdefault(match.rule.code, []).append(match)
    heard = {code: _counted(found) for code, found in said.items()}
    guesses = _with_facts({code: _points(found) for code, found in heard.items()}, facts)
    ranked = sorted(guesses.items(), key=lambda each: (-each[1][0], each[0]))[:2]
    first, second = (*(points for _, (points, _) in ranked), 0, 0)[:2]
    clear = first >= ENOUGH and first - second >= MARGIN
    return Suggestion(
        guesses=tuple(
            Guess(code=code, score=points, spans=_spans(folded, _behind(code, heard)), facts=because)
            for code, (points, because) in ranked
        ),
        clear=clear,
        near=() if clear or first < ENOUGH else _near(guesses, first),
    )


def _near(guesses: dict[str, tuple[int, tuple[str, ...]]], first: int) -> tuple[str, ...]:
    return tuple(sorted(code for code, (points, _) in guesses.items() if first - points < MARGIN))


def _without_circumstances(matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """ "It is not shipped yet" beside "I changed my mind" only says that it may still be called off."""
    said = {(match.rule.says, match.rule.code) for match in matches}
    if not said & CALLS_OFF or ("sign", "delay") in said:
        return matches
    return tuple(match for match in matches if not match.rule.circumstance)


def _counted(found: list[Match]) -> list[Match]:
    """The heaviest matches that share no words: the same words are not counted twice."""
    kept: list[Match] = []
    taken: set[int] = set()
    for match in sorted(found, key=lambda each: (-each.rule.weight, each.found.first)):
        if taken.isdisjoint(match.found.words):
            kept.append(match)
            taken |= match.found.words
    return sorted(kept, key=lambda each: each.found.first)


def _points(found: list[Match]) -> int:
    """A rule counts once, however often it speaks."""
    return min(_MOST, sum({id(match.rule): match.rule.weight for match in found}.values()))


def _with_facts(points: dict[str, int], facts: Facts) -> dict[str, tuple[int, tuple[str, ...]]]:
    """What is known raises what is said; alone it makes a guess, never a clear one."""
    found: dict[str, tuple[int, tuple[str, ...]]] = {code: (each, ()) for code, each in points.items()}

    def raises(code: str, by: int, because: str) -> None:
        before, reasons = found.get(code, (0, ()))
        found[code] = (before + by, (*reasons, because))

    if facts.dispatched is False:
        # Nothing has been handed to a carrier: what has not come has not been sent.
        waiting, _ = found.pop("not_received", (0, ()))
        if waiting or "late_dispatch" in found:
            raises("late_dispatch", waiting + 1, "not_dispatched")
    if facts.overdue:
        raises("late_dispatch", 2, "overdue")
    if facts.lost:
        raises("not_received", 2, "lost")
    if facts.refused:
        raises("refused_parcel", 2, "refused")
    if facts.photos:
        for code in ("damaged", "defective"):
            if code in found:
                raises(code, 1, "photo")
    return found


def _behind(code: str, heard: dict[str, list[Match]]) -> list[Match]:
    """The words behind a guess; "not received" speaks for late dispatch where nothing was sent."""
    found = heard.get(code, [])
    if code == "late_dispatch" and not found:
        found = heard.get("not_received", [])
    return found


def _spans(folded: Folded, found: list[Match]) -> tuple[Span, ...]:
    return tuple(span(folded, match.found) for match in found)
