"""An agent's text as the send guard reads it: her own words without quotes, in sentences and clauses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.rules.folding import plain

LONGEST = 20_000  # characters that are looked at
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_BELOW_IS_QUOTED = re.compile(
    r"^[ \t]*(?:-{2,} ?(?:original message|forwarded message|原始邮件|转发邮件) ?-{2,}"
    r"|on .{4,120} wrote:|在.{2,80}写道:|于.{2,80}写道:|发件人: .*|from: .*@.*)[ \t]*$",
    re.MULTILINE,
)
_SENTENCE_ENDS = re.compile(r"[.!?;]+(?=\s|$|[\u3400-\u9fff\"'”’)])|\n")
_CLAUSE_ENDS = re.compile(r"(?<![0-9]),|,(?![0-9])|:(?![0-9/])|\bbut\b|但是?|不过")


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence in lower case, simplified and half-width, and where it stands."""

    text: str
    sentence: str  # the whole of it
    start: int


def own_words(text: str) -> str:
    """The text with what is quoted blanked out; places stay what they were."""
    text = text[:LONGEST]
    said = plain(text)
    below = _BELOW_IS_QUOTED.search(said)
    end = below.start() if below else len(text)
    holes = [match.span() for match in _QUOTED.finditer(said)]
    for start, stop in reversed(holes):
        text = text[:start] + " " * (stop - start) + text[stop:]
    return text[:end]


def clauses(own: str) -> Iterator[Clause]:
    """Of `own_words`, in their order."""
    said = plain(own)
    for start, end in _pieces(_SENTENCE_ENDS, said, 0, len(said)):
        for begins, ends in _pieces(_CLAUSE_ENDS, said, start, end):
            yield Clause(said[begins:ends], said[start:end], begins)


def _pieces(ends: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The mark that ends a piece belongs to it: a question is told by its sign."""
    for match in ends.finditer(text, start, end):
        yield start, match.end()
        start = match.end()
    if start < end:
        yield start, end
