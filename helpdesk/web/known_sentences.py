"""Sentences that are made where no language is known, found again so that a page can translate them.

`%(name)s` in a sentence stands for what was filled in.
"""

import re
from collections.abc import Iterable


class KnownSentences:
    """The sentences of one room of the product."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        # The ones without blanks first: a blank would swallow them.
        self._patterns = sorted(((text, _pattern(text)) for text in self.sentences), key=_has_blanks)

    def found(self, said: str) -> tuple[str, dict[str, str]] | None:
        """The sentence that was said and what was filled in, or None for an unknown one."""
        for sentence, pattern in self._patterns:
            match = pattern.fullmatch(said)
            if match:
                return sentence, match.groupdict()
        return None


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", sentence)
    fixed, names = parts[::2], parts[1::2]
    filled = "".join(f"(?P<{name}>.+?){re.escape(text)}" for name, text in zip(names, fixed[1:], strict=True))
    return re.compile(re.escape(fixed[0]) + filled, re.DOTALL)


def _has_blanks(pair: tuple[str, re.Pattern[str]]) -> bool:
    return "%(" in pair[0]
