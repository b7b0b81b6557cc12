"""Words of a text as the search index knows them, in Chinese, English, and both mixed.

    "我要退货款，iPhone15壳！"  ->  我要 要退 退货 货款 款 iphone 15 壳

A run of Han characters becomes its pairs, and the last character once more by itself: so every word of two
characters is a word of the index, a longer one is a phrase of pairs, and one character is the beginning of a
pair. Letters and figures are words apart, so "iPhone15" is found by either. Full-width, upper case, accents
and traditional characters are folded first, each to one character: a place found in the folded text is a
place in the text. The same function serves both databases, the index and the question.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpdesk.rules.folding import plain

LONGEST = 16_000  # characters of one text that are indexed: PostgreSQL counts places up to 16,383
LONGEST_WORD = 64
SHORTEST_BEGINNING = 3  # letters, from which on a word also finds longer ones: "refund", "refunded"
_HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0002ffff"
_RUN = re.compile(rf"[{_HAN}]+|[0-9]+|[^\W_0-9{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_ACCENTS = {
    code: base
    for code in range(0xC0, 0x250)
    if (base := unicodedata.normalize("NFKD", chr(code))[0]) != chr(code) and base.isascii()
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side. `begins`: the last of them may be the beginning of a longer one."""

    words: tuple[str, ...]
    begins: bool = False


def folded(text: str) -> str:
    """The text in its compared form, of the same length."""
    found = plain(text).translate(_ACCENTS)
    return found if len(found) == len(text) else text.lower()[: len(text)].ljust(len(text))


def words(text: str) -> list[str]:
    """Every word of the index, in order."""
    return [word for word, _, _ in _placed(folded(text[:LONGEST]))]


def phrase(text: str, *, exact: bool = False) -> Phrase | None:
    """What is asked of the index for these words side by side; None when there is no word in them.

    `exact`: as somebody wrote it in quotes, so "refund" does not find "refunded".
    """
    found = words(text)
    if not found:
        return None
    last = found[-1]
    if not _IS_HAN.match(last):
        begins = not exact and last.isalpha() and len(last) >= SHORTEST_BEGINNING
        return Phrase(tuple(found), begins)
    if len(found) > 1 and len(found[-2]) == 2 and _IS_HAN.match(found[-2]):
        return Phrase(tuple(found[:-1]))  # the run may go on in the text
    return Phrase(tuple(found), begins=True)


def places(text: str, wanted: Phrase) -> list[tuple[int, int]]:
    """Where the phrase stands in the text: start and end of each place, none of them overlapping."""
    plain_text, found = folded(text[:LONGEST]), list[tuple[int, int]]()
    if any(word not in plain_text for word in wanted.words):
        return found
    placed, count = list(_placed(plain_text)), len(wanted.words)
    for place in range(len(placed) - count + 1):
        if not _stands(placed[place : place + count], wanted):
            continue
        start, end = placed[place][1], _end(placed[place + count - 1], wanted)
        if not found or start >= found[-1][1]:
            found.append((start, end))
        elif end > found[-1][1]:
            found[-1] = (found[-1][0], end)
    return found


def _stands(placed: Sequence[tuple[str, int, int]], wanted: Phrase) -> bool:
    *front, last = wanted.words
    if any(word != asked for (word, _, _), asked in zip(placed, front, strict=False)):
        return False
    return placed[-1][0].startswith(last) if wanted.begins else placed[-1][0] == last


def _end(placed: tuple[str, int, int], wanted: Phrase) -> int:
    """Of a pair that was found by its first character, that one; of a longer word, all of it."""
    word, start, end = placed
    return start + len(wanted.words[-1]) if _IS_HAN.match(word) else end


def _placed(text: str) -> Iterator[tuple[str, int, int]]:
    """Words of a folded text, with start and end."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if not _IS_HAN.match(run[0]):
            yield run[0][:LONGEST_WORD], start, end
            continue
        for place in range(start, end - 1):
            yield text[place : place + 2], place, place + 2
        yield text[end - 1], end - 1, end
