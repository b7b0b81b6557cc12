"""Tags: free words of the shop on its tickets. What one may look like, and when two are the same."""

import re
import unicodedata
from collections.abc import Iterable

from helpdesk.rules import segmenting

LONGEST = 40  # characters
MOST_ON_A_TICKET = 20
_BETWEEN = re.compile(r"[,，、;；\n]")
_QUOTES = '"“”„‟〝〞＂「」『』'


class OddTagError(ValueError):
    """This is no tag: `word` as typed; empty where nothing was."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def typed(text: str) -> tuple[str, ...]:
    """The tags that somebody typed, with commas between them, each once. Raises OddTagError."""
    named = {folded(name): name for each in reversed(_BETWEEN.split(text)) if (name := named_by(each))}
    found = tuple(reversed(named.values()))
    if not found:
        raise OddTagError(text.strip()[:LONGEST])
    for name in found:
        if len(name) > LONGEST:
            raise OddTagError(name)
    return found


def named_by(text: str) -> str:
    """As it is kept and shown: composed, one blank between words, no sign before it, no quotes; may be ""."""
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(char for char in plain if char not in _QUOTES and (char.isprintable() or char.isspace()))
    return " ".join(kept.split()).lstrip("#").strip()


def folded(name: str) -> str:
    """By which two tags are the same: case, accents and traditional characters make no difference."""
    return segmenting.folded(name).casefold()


def joined(names: Iterable[str]) -> str:
    """A search for tickets with all of these."""
    return " ".join(f'tag:"{name}"' if " " in name else f"tag:{name}" for name in names)
