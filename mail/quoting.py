"""Where a reply's own words end and the quoted message begins: one pass over lines, bounded look-ahead.

Nothing is deleted; the answer is an offset. In doubt everything is new: a quote shown twice is a nuisance, a
buyer's sentence hidden is a loss. The wording of each language stands in `quoting_words`.
"""

import re
from dataclasses import dataclass

from mail import quoting_words as words

MAX_SCANNED = 262_144  # characters; a cut further down is not looked for
_BLOCK = 8  # lines in which the labels of one header block stand
_WRAP = 3  # lines over which one attribution line may be wrapped
_LONGEST_LINE = 400  # characters of a line that are looked at

_ENTITIES = (("&nbsp;", " "), ("&gt;", ">"), ("&lt;", "<"), ("&quot;", '"'), ("&amp;", "&"))
_QUOTE_MARK = re.compile(r"[ \t]*[>＞]")
_RULE_CHARACTERS = "-_=—–─━*# \t|"
_RULER = re.compile(r"[ \t>]*(?:_{5,}|-{20,}|={20,}|─{5,}|━{5,})[ \t]*")
_FOOTER = re.compile(r"(?:-- ?|[_-]{20,}[ \t]*)")
_TIME = re.compile(r"\d{1,2}\s?[:：.h点點时時시]\s?\d{2}|\d{1,2}\s?[点點时時시]|\d\s?[AaPp]\.?[Mm]\b")
_MOMENT = re.compile(
    r"\d{1,2}[:：.]\d{2}|\d{4}\s?[-/.年년]\s?\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}|\b(?:19|20)\d{2}\b"
)
_LABEL = re.compile(r"[ \t>|*•]*([^\W\d_][^:：|\n*]{0,24}?)[ \t]*\*?[ \t]*[:：|][ \t]*\*?(.*)", re.S)


@dataclass(frozen=True, slots=True)
class Split:
    """A text and where its quoted part begins: `text[start:cut]` is new, the rest is quoted.

    `start` is above 0 only when the answer stands below a quote that opens the mail.
    """

    new: str
    quoted: str
    cut: int  # characters
    start: int = 0  # characters


@dataclass(frozen=True, slots=True)
class _Line:
    start: int  # offset in the text
    text: str  # for matching: bounded, entities and odd blanks replaced
    label: str  # from, date, to, subject or cc when it begins like a header, else ""
    value: str  # the words after the label

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


def split(text: str) -> Split:
    """New and quoted words of a reply. `quoted` is "" when nothing is quoted, or when in doubt."""
    lines = _lines(text)
    index = _quote_starts(lines)
    if index is not None and any(not line.is_blank for line in lines[:index]):
        cut = lines[index].start
        return Split(new=_shown(lines[:index], text, cut), quoted=text[cut:].strip(), cut=cut)
    start = _below_the_quote(lines)
    return Split(new=text[start:].strip(), quoted=text[:start].strip(), cut=len(text), start=start)


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    start = 0
    limit = min(len(text), MAX_SCANNED)
    while start < limit:
        end = text.find("\n", start, limit)
        end = limit if end < 0 else end
        shown = _plain(text[start : min(end, start + _LONGEST_LINE)], end - start)
        lines.append(_Line(start, shown, *_label(shown)))
        start = end + 1
    return lines


def _shown(lines: list[_Line], text: str, cut: int) -> str:
    """The new words without blank lines around, also those that QQ writes as `&nbsp;`."""
    written = [number for number, line in enumerate(lines) if not line.is_blank]
    end = lines[written[-1] + 1].start if written[-1] + 1 < len(lines) else cut
    return text[lines[written[0]].start : end].strip()


def _plain(piece: str, length: int) -> str:
    """The line as it looks: QQ leaves entities undecoded, Apple starts quotes with U+FEFF."""
    if "&" in piece:
        for entity, character in _ENTITIES:
            piece = piece.replace(entity, character)
    shown = (
        piece.replace("\xa0", " ").replace("\u3000", " ").replace("\ufeff", "").replace("\u200b", "").rstrip()
    )
    return shown if length <= _LONGEST_LINE else shown + "…"


def _quote_starts(lines: list[_Line]) -> int | None:
    """The line at which the quoted part begins, None when nothing is to be cut."""
    for index, line in enumerate(lines):
        bare = line.text.strip()
        if not bare:
            continue
        if _is_forward(bare):
            return None  # forwarded words are evidence
        if _is_separator(lines, index, bare):
            return _with_ruler(lines, index)
        if _is_header_block(lines, index):
            return _with_ruler(lines, index)
        first = _attribution(lines, index)
        if first is not None:
            if _answered_below(lines, index + 1):
                return None
            return first
        if _QUOTE_MARK.match(bare):
            return None if _answered_below(lines, index) else _with_introduction(lines, index)
    return None


def _is_forward(bare: str) -> bool:
    core = bare.strip(_RULE_CHARACTERS + ">").rstrip(":： ").lower()
    return len(core) < 60 and core in words.FORWARDED


def _is_separator(lines: list[_Line], index: int, bare: str) -> bool:
    """`---- Original Message ----`, or the bare words when a header block follows."""
    inner = bare.lstrip("> ")
    core = inner.strip(_RULE_CHARACTERS).rstrip(":： ").lower()
    if len(core) > 60:
        return False
    dashes = len(inner) - len(inner.lstrip("-_=—–─━*"))
    if core in words.ORIGINAL:
        near = range(index + 1, index + 5)
        return dashes >= 2 or any(_is_header_block(lines, number, announced=True) for number in near)
    return (
        dashes >= 3
        and inner.endswith("-")
        and core.endswith(words.EDITED)
        and ("@" in core or len(core) < 40)
    )


def _label(line: str) -> tuple[str, str]:
    """What kind of header label a line begins with ("" for none), and the words after it."""
    match = _LABEL.match(line[:200])
    if match is None:
        return "", ""
    return words.LABELS.get(re.sub(r"[\s.]+", "", match[1]).lower(), ""), match[2]


def _is_header_block(lines: list[_Line], index: int, *, announced: bool = False) -> bool:
    """A From label with a time, and a To or Subject label, within the next lines: courier forms have none.

    Below the words "Original message" the time is enough.
    """
    if index >= len(lines):
        return False
    if lines[index].label != "from" or not lines[index].value.strip("| \t*"):
        return False
    below = lines[index + 1 : index + 1 + _BLOCK]
    kinds = {line.label for line in below if line.label != "date" or _TIME.search(line.value)}
    return "date" in kinds and (announced or "to" in kinds or "subject" in kinds)


def _attribution(lines: list[_Line], index: int) -> int | None:
    """The line where `On ..., N wrote:` begins that ends in this line, None when this is none."""
    ending = lines[index].text.lstrip("> \t")
    if not _says_wrote(ending):
        return None
    together = ""
    for back in range(index, max(-1, index - _WRAP - 1), -1):
        piece = lines[back].text.lstrip("> \t")
        if not piece:
            return None
        together = f"{piece} {together}"
        if not _opens(piece, together):
            continue
        if not (_MOMENT.search(together) and _something_follows(lines, index)):
            return None
        above = lines[back - 1].text.rstrip() if back else ""
        goes_on = (
            piece.lower().startswith(words.ATTRIBUTION_CONTINUES) and above.endswith(">") and "@" in above
        )
        return back - 1 if goes_on else back
    return None


def _says_wrote(line: str) -> bool:
    """Ends in the verb, or holds it before the date and ends in a colon, or is `2014-03-05 N <a@x>:`."""
    lowered = line.rstrip("* ").lower()
    if lowered.endswith(words.WROTE):
        return True
    if not lowered.endswith((":", "：")):
        return False
    if lowered.rstrip(":： ").endswith(">") and "@" in lowered and lowered[:1].isdigit():
        return True
    return any(f" {verb} " in lowered for verb in words.WROTE_BEFORE_DATE)


def _opens(piece: str, together: str) -> bool:
    """Whether this line can be the first of an attribution."""
    lowered = piece.lower()
    if lowered.startswith(words.ATTRIBUTION_OPENERS):
        return True
    if "<" in piece and "@" in piece and not piece.startswith("<"):
        return bool(_MOMENT.search(together))
    return bool(_MOMENT.search(piece)) and (len(piece) < 120)


def _something_follows(lines: list[_Line], index: int) -> bool:
    return any(line.text.strip() for line in lines[index + 1 : index + 6])


def _answered_below(lines: list[_Line], index: int) -> bool:
    """Whether own words stand between or below quoted lines, footers and wrapped lines apart."""
    quoted = False
    for number in range(index, len(lines)):
        text = lines[number].text
        if _QUOTE_MARK.match(text):
            quoted = True
            continue
        if not text.strip():
            continue
        if not quoted:
            return False  # the quote has no marks: nothing below can be told apart from it
        if _FOOTER.fullmatch(text):
            return False
        if _is_wrapped_rest(lines, number):
            continue
        return True
    return False


def _below_the_quote(lines: list[_Line]) -> int:
    """Where the answer begins when one quote opens the mail and all own words stand below it, else 0."""
    first = next((number for number, line in enumerate(lines) if not line.is_blank), None)
    if first is None:
        return 0
    top = next(
        (n for n in range(first, min(first + _WRAP, len(lines))) if _attribution(lines, n) == first), None
    )
    number = first if top is None else top + 1
    last_quoted = -1
    while number < len(lines):
        if _QUOTE_MARK.match(lines[number].text):
            if last_quoted >= 0 and any(
                not line.is_blank and not _is_wrapped_rest(lines, last_quoted + 1 + offset)
                for offset, line in enumerate(lines[last_quoted + 1 : number])
            ):
                return 0  # own words between quoted ones
            last_quoted = number
        elif not lines[number].is_blank and last_quoted < 0:
            return 0
        number += 1
    below = lines[last_quoted + 1 :] if last_quoted >= 0 else []
    answer = next((line for line in below if not line.is_blank), None)
    return 0 if answer is None or _FOOTER.fullmatch(answer.text) else answer.start


def _is_wrapped_rest(lines: list[_Line], number: int) -> bool:
    """A line without a mark directly between marked ones is what the mailer wrapped off the one above."""
    before = lines[number - 1].text
    after = lines[number + 1].text if number + 1 < len(lines) else ""
    return bool(_QUOTE_MARK.match(before) and _QUOTE_MARK.match(after) and len(before) > 60)


def _with_ruler(lines: list[_Line], index: int) -> int:
    """Take the ruler above a header block along, and a line of its own that only holds a blank."""
    above = index - 1
    while above >= 0 and index - above < 4 and not lines[above].text.strip():
        above -= 1
    if above >= 0 and _RULER.fullmatch(lines[above].text):
        return above
    return index


def _with_introduction(lines: list[_Line], index: int) -> int:
    """A last line that ends in a colon and names somebody belongs to the quote below it."""
    above = index - 1
    while above >= 0 and index - above < 3 and not lines[above].text.strip():
        above -= 1
    text = lines[above].text.rstrip() if above >= 0 else ""
    if text.endswith((":", "：")) and text.lower().endswith(words.WROTE):
        return above
    return index
