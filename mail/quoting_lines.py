"""The lines of a text as the search for quotes looks at them: bounded, entities undone, labels recognised."""

import re
from dataclasses import dataclass

from mail import quoting_words as words

MAX_SCANNED = 262_144  # characters; a cut further down is not looked for
_LONGEST_LINE = 400  # characters of a line that are looked at

QUOTE_MARK = re.compile(r"[ \t]*[>＞]")
RULER = re.compile(r"[ \t>]*(?:_{5,}|-{20,}|={20,}|─{5,}|━{5,})[ \t]*")
_ENTITIES = (("&nbsp;", " "), ("&gt;", ">"), ("&lt;", "<"), ("&quot;", '"'), ("&amp;", "&"))
_INVISIBLE = str.maketrans(
    {"\xa0": " ", "\u3000": " ", "\u202f": " ", "\x0b": " ", "\x0c": " "}
    | dict.fromkeys("\ufeff\u200b\u200e\u200f\u2066\u2067\u2068\u2069", "")
)
_LABEL = re.compile(r"[ \t>|*•]*([^\W\d_][^:：|\n*]{0,24}?)[ \t]*\*?[ \t]*[:：|][ \t]*\*?(.*)", re.S)


@dataclass(frozen=True, slots=True)
class Line:
    start: int  # offset in the text
    text: str  # for matching: bounded, entities and odd blanks replaced
    label: str  # from, date, to, subject, cc or courier when it begins like that, else ""
    value: str  # the words after the label

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    @property
    def is_quoted(self) -> bool:
        return QUOTE_MARK.match(self.text) is not None


def lines(text: str) -> list[Line]:
    """The first MAX_SCANNED characters, line by line."""
    found: list[Line] = []
    start = 0
    limit = min(len(text), MAX_SCANNED)
    while start < limit:
        end = text.find("\n", start, limit)
        end = limit if end < 0 else end
        shown = _plain(text[start : min(end, start + _LONGEST_LINE)], end - start)
        found.append(Line(start, shown, *_label(shown)))
        start = end + 1
    return found


def _plain(piece: str, length: int) -> str:
    """The line as it looks: QQ leaves entities undecoded, Apple starts quotes with U+FEFF."""
    if "&" in piece:
        for entity, character in _ENTITIES:
            piece = piece.replace(entity, character)
    shown = piece.translate(_INVISIBLE).rstrip()
    return shown if length <= _LONGEST_LINE else shown + "…"


def _label(line: str) -> tuple[str, str]:
    """What kind of header label a line begins with ("" for none), and the words after it."""
    match = _LABEL.match(line[:200])
    if match is None:
        return "", ""
    return words.LABELS.get(re.sub(r"[\s.]+", "", match[1]).lower(), ""), match[2]
