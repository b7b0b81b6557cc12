"""Sentences that are made where no language is known, found again so that a page can translate them.

`%(name)s` in a sentence stands for what was filled in.
"""

import re
from collections.abc import Iterable

BLANK = re.compile(r"%\((\w+)\)s")
GREEDY = "said"  # what a server said may hold full stops and words of ours: it ends where it can end last


class KnownSentences:
    """The sentences of one room of the product."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        # The one with the most words of its own first: the blanks of a short one would swallow a long one.
        self._patterns = sorted(
            ((text, _pattern(text)) for text in self.sentences), key=_own_words, reverse=True
        )

    def found(self, said: str) -> tuple[str, dict[str, str]] | None:
        """The sentence that was said and what was filled in, or None for an unknown one."""
        for sentence, pattern in self._patterns:
            match = pattern.fullmatch(said)
            if match:
                return sentence, match.groupdict()
        return None


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = BLANK.split(sentence)
    fixed, names = parts[::2], parts[1::2]
    filled = "".join(
        f"(?P<{name}>{_filling(name)}){re.escape(text)}" for name, text in zip(names, fixed[1:], strict=True)
    )
    return re.compile(re.escape(fixed[0]) + filled, re.DOTALL)


def _filling(name: str) -> str:
    return ".+" if name == GREEDY else ".+?"


def _own_words(pair: tuple[str, re.Pattern[str]]) -> int:
    """How many characters of a sentence are not blanks."""
    return len(BLANK.sub("", pair[0]))
