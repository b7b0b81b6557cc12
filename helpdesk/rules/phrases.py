"""Phrases that are looked for in folded words, in a notation without anything that could hang.

    broken                 the word
    (came|arrived) broken  one or the other; (very|) may be left out
    box ... crushed        up to eight words or characters may stand between, within one sentence
    crack*                 any ending of the word
    坏了(，|。)             a sign is a word: a clause or a sentence ends here, or the mail does

A phrase takes steps from word to word, each to one of a few next ones, so that looking costs as much as the
text is long.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from helpdesk.rules.folding import Folded, fold

GAP = 8  # words, or Han characters
MOST_CHOICES = 100  # in one pair of brackets
MOST_STEPS = 12  # of one phrase
_MOST_PLACES = 20  # of one phrase in one text: a mail that says it more often says no more by it
_GROUP = re.compile(r"\(([^()]*)\)")
_GLUED = re.compile(r"[a-zA-Z0-9]\(|\)[a-zA-Z0-9]")

Words = tuple[str, ...]


class PhraseError(ValueError):
    """Not a phrase; `str()` says what is wrong."""


@dataclass(frozen=True, slots=True)
class Step:
    """One choice among words that may follow; each is a run of words."""

    by_first: Mapping[str, tuple[Words, ...]]
    open: tuple[Words, ...]  # of these the last word may have any ending
    optional: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """Pieces with a gap between them, each some steps without one."""

    pieces: tuple[tuple[Step, ...], ...]
    keys: (
        frozenset[object] | None
    )  # a text has one of these (Folded.keys), or not the phrase; None: look anyway


@dataclass(frozen=True, slots=True)
class Found:
    """Where a phrase stands: each piece from its first word to behind its last."""

    pieces: tuple[tuple[int, int], ...]
    words: frozenset[int]  # those of the pieces, without the gaps

    @property
    def first(self) -> int:
        return self.pieces[0][0]

    @property
    def last(self) -> int:
        return self.pieces[-1][1] - 1


def phrase(written: str) -> Phrase:
    """Raises PhraseError."""
    if _GLUED.search(written):
        raise PhraseError("brackets hold whole words: put a blank before and behind them")
    pieces = tuple(tuple(_steps(part)) for part in written.replace("…", "...").split("..."))
    steps = [step for piece in pieces for step in piece]
    if not all(pieces) or any(piece[0].optional for piece in pieces) or len(steps) > MOST_STEPS:
        raise PhraseError(f"every piece begins with words that are needed, at most {MOST_STEPS} steps in all")
    return Phrase(pieces=pieces, keys=_keys(pieces))


def places(wanted: Phrase, folded: Folded) -> Iterator[Found]:
    """Where it stands, from the front, the first few."""
    found = 0
    for start in _starts(wanted.pieces[0][0], folded):
        spans = _follow(wanted.pieces, folded.tokens, start)
        if spans:
            words = frozenset(index for begin, end in spans for index in range(begin, end))
            yield Found(pieces=tuple(spans), words=words)
            found += 1
            if found == _MOST_PLACES:
                return


def _starts(step: Step, folded: Folded) -> list[int]:
    firsts = step.by_first.keys() & folded.at.keys()
    if step.open:
        begins = tuple(said[0] for said in step.open)
        firsts |= {word for word in folded.at if word.startswith(begins)}
    if len(firsts) == 1:
        return folded.at[firsts.pop()][:_MOST_PLACES]
    return sorted({index for first in firsts for index in folded.at[first][:_MOST_PLACES]})


def _follow(pieces: Sequence[Sequence[Step]], tokens: Words, start: int) -> list[tuple[int, int]]:
    """Where each piece stands, the later ones as near as possible; empty when one of them does not."""
    spans: list[tuple[int, int]] = []
    begins: Sequence[int] = (start,)
    for piece in pieces:
        for begin in begins:
            end = _end(piece, tokens, begin)
            if end:
                break
        else:
            return []
        spans.append((begin, end))
        begins = _reach(tokens, end)
    return spans


def _end(piece: Sequence[Step], tokens: Words, start: int) -> int:
    """Behind the longest way through these steps from here; 0 when there is none."""
    ends = {start}
    for step in piece:
        after = set(ends) if step.optional else set()
        for at in ends:
            if at == len(tokens):
                continue
            for said in step.by_first.get(tokens[at], ()):
                if len(said) == 1 or tokens[at : at + len(said)] == said:
                    after.add(at + len(said))
            for said in step.open:
                if _stands_open(said, tokens, at):
                    after.add(at + len(said))
        if not after:
            return 0
        ends = after
    return max(ends)


def _stands_open(said: Words, tokens: Words, at: int) -> bool:
    there = tokens[at : at + len(said)]
    return len(there) == len(said) and there[:-1] == said[:-1] and there[-1].startswith(said[-1])


def _reach(tokens: Words, end: int) -> Sequence[int]:
    """Where the next piece may begin: within the gap, and in the same sentence."""
    window = tokens[end : end + GAP]
    return range(end, end + (window.index(".") if "." in window else len(window)) + 1)


def _steps(part: str) -> Iterator[Step]:
    for odd, piece in enumerate(_GROUP.split(part)):
        if odd % 2:
            yield _step(piece.split("|"))
        elif any(sign in piece for sign in "()|"):
            raise PhraseError(
                "a bracket is not closed, or stands in another one, or a | stands outside of them"
            )
        elif piece.strip():
            yield _step([piece])


def _step(choices: list[str]) -> Step:
    if len(choices) > MOST_CHOICES:
        raise PhraseError(f"there are more than {MOST_CHOICES} choices in one pair of brackets")
    by_first: dict[str, tuple[Words, ...]] = {}
    left_open: list[Words] = []
    for choice in choices:
        written = choice.strip()
        said = fold(written.removesuffix("*")).tokens[:-1]
        if "*" in written[:-1] or (written and not said):
            raise PhraseError(f"{choice!r} has no words, or a * that is not at its end")
        if written.endswith("*"):
            left_open.append(said)
        elif said:
            by_first[said[0]] = (*by_first.get(said[0], ()), said)
    return Step(by_first=by_first, open=tuple(left_open), optional=not all(map(str.strip, choices)))


def _keys(pieces: Sequence[Sequence[Step]]) -> frozenset[object] | None:
    """Of all sets of words of which one has to be there, the one whose commonest word is longest."""
    sets: list[set[object]] = []
    for piece in pieces:
        for step, after in zip(piece, [*piece[1:], None], strict=True):
            sets.append(_alone(step))
            if after is not None:
                sets.append(_together(step, after))
    best = max(sets, key=lambda keys: min((_length(key) for key in keys), default=0))
    return frozenset(best) or None


def _alone(step: Step) -> set[object]:
    if step.optional or step.open:
        return set()
    said = [words for choices in step.by_first.values() for words in choices]
    return {words[0] if len(words) == 1 else words[:2] for words in said}


def _together(step: Step, after: Step) -> set[object]:
    """The last word of one and the first of the next: neighbours, whatever is chosen."""
    if step.optional or step.open or after.optional or after.open:
        return set()
    lasts = {words[-1] for choices in step.by_first.values() for words in choices}
    return {(last, first) for last in lasts for first in after.by_first}


def _length(key: object) -> int:
    return len(key) if isinstance(key, str) else sum(map(len, key)) + 1 if isinstance(key, tuple) else 0
