"""Where a reply's own words end and the quoted message begins: one pass over lines, bounded look-ahead.

Nothing is deleted; the answer is an offset. In doubt everything is new: a quote shown twice is a nuisance, a
buyer's sentence hidden is a loss. The marks of a quote stand in `quoting_marks`, the wording of each language
in `quoting_words`.
"""

import re
from dataclasses import dataclass

from mail import quoting_marks as marks
from mail import signatures, subjects
from mail.quoting_lines import QUOTE_MARK, RULER, Line, lines
from mail.types import Incoming

_WRAP = 3  # lines over which one attribution line may be wrapped
_FOOTER = re.compile(r"(?:-- ?|[_-]{20,}[ \t]*)")


@dataclass(frozen=True, slots=True)
class Split:
    """A text and where its quoted part begins: `text[start:cut]` is new, the rest is quoted.

    `start` is above 0 only when the answer stands below a quote that opens the mail.
    """

    new: str
    quoted: str
    cut: int  # characters
    start: int = 0  # characters

    @property
    def signature(self) -> str:
        """The end of `new` that is a signature beyond doubt, "" without one: to be folded, not lost."""
        return self.new[signatures.begins(self.new) :].strip()


def of(incoming: Incoming) -> Split:
    """The split of a whole message: its subject tells a forward, whose enclosed words are evidence."""
    return split(incoming.text, is_forward=subjects.is_forward(incoming.subject))


def split(text: str, *, is_forward: bool = False) -> Split:
    """New and quoted words of a reply. `quoted` is "" when nothing is quoted, or when in doubt."""
    if is_forward:
        return Split(new=text.strip(), quoted="", cut=len(text))
    found = lines(text)
    index = _quote_starts(found)
    if index is not None and any(not line.is_blank for line in found[:index]):
        cut = found[index].start
        return Split(new=_shown(found[:index], text, cut), quoted=text[cut:].strip(), cut=cut)
    start = _below_the_quote(found)
    return Split(new=text[start:].strip(), quoted=text[:start].strip(), cut=len(text), start=start)


def _shown(above: list[Line], text: str, cut: int) -> str:
    """The new words without blank lines around, also those that QQ writes as `&nbsp;`."""
    written = [number for number, line in enumerate(above) if not line.is_blank]
    end = above[written[-1] + 1].start if written[-1] + 1 < len(above) else cut
    return text[above[written[0]].start : end].strip()


def _quote_starts(found: list[Line]) -> int | None:
    """The line at which the quoted part begins, None when nothing is to be cut."""
    for index, line in enumerate(found):
        if line.is_blank:
            continue
        if marks.is_forward(line):
            return None  # forwarded words are evidence
        if marks.is_separator(found, index) or marks.is_header_block(found, index):
            return _with_ruler(found, index)
        first = marks.attribution(found, index)
        if first is not None:
            return None if _answered_below(found, index + 1) else first
        if marks.goes_on_behind(line):
            return None if _answered_below(found, index + 1) else index
        if line.is_quoted:
            if _answered_below(found, index) or _is_told_by_the_writer(found, index):
                return None
            return _with_introduction(found, index)
    return None


def _is_told_by_the_writer(found: list[Line], index: int) -> bool:
    """Right below her own words: one lone marked line, or lines that her colon announces.

    A container of HTML becomes marked lines too, below a blank one: it is always a quote.
    """
    above = found[index - 1] if index else None
    if above is None or above.is_blank or marks.introduces(above) or "@" in above.text:
        return False
    alone = not any(line.is_quoted for line in found[index + 1 : index + 3])
    return alone or above.text.rstrip().endswith((":", "："))


def _answered_below(found: list[Line], index: int) -> bool:
    """Whether own words stand between or below quoted lines; footers, wrapped lines and older mail apart."""
    quoted = False
    for number in range(index, len(found)):
        line = found[number]
        if line.is_quoted:
            quoted = True
            continue
        if line.is_blank:
            continue
        if not quoted:
            return False  # the quote has no marks: nothing below can be told apart from it
        if _FOOTER.fullmatch(line.text) or signatures.is_device_line(line.text):
            return False
        if marks.begins_at(found, number) is not None:
            return False  # an older message, quoted by another program
        if _is_wrapped_rest(found, number) or _opens_an_attribution(found, number):
            continue
        return True
    return False


def _opens_an_attribution(found: list[Line], number: int) -> bool:
    """The first lines of an attribution that ends a little further down."""
    return any(
        marks.attribution(found, below) == number
        for below in range(number + 1, min(number + _WRAP + 1, len(found)))
    )


def _below_the_quote(found: list[Line]) -> int:
    """Where the answer begins when one quote opens the mail and all own words stand below it, else 0."""
    first = next((number for number, line in enumerate(found) if not line.is_blank), None)
    if first is None:
        return 0
    top = next(
        (n for n in range(first, min(first + _WRAP, len(found))) if marks.attribution(found, n) == first),
        None,
    )
    number = first if top is None else top + 1
    last_quoted = -1
    while number < len(found):
        if found[number].is_quoted:
            if last_quoted >= 0 and any(
                not line.is_blank and not _is_wrapped_rest(found, last_quoted + 1 + offset)
                for offset, line in enumerate(found[last_quoted + 1 : number])
            ):
                return 0  # own words between quoted ones
            last_quoted = number
        elif not found[number].is_blank and last_quoted < 0:
            return 0
        number += 1
    if top is None and last_quoted == first:
        return 0  # one marked line: an arrow, not a quote
    below = found[last_quoted + 1 :] if last_quoted >= 0 else []
    answer = next((line for line in below if not line.is_blank), None)
    return 0 if answer is None or _FOOTER.fullmatch(answer.text) else answer.start


def _is_wrapped_rest(found: list[Line], number: int) -> bool:
    """A line without a mark directly between marked ones is what the mailer wrapped off the one above."""
    before = found[number - 1].text
    after = found[number + 1].text if number + 1 < len(found) else ""
    return bool(QUOTE_MARK.match(before) and QUOTE_MARK.match(after) and len(before) > 60)


def _with_ruler(found: list[Line], index: int) -> int:
    """Take the ruler above a header block along, and a line of its own that only holds a blank."""
    above = index - 1
    while above >= 0 and index - above < 4 and found[above].is_blank:
        above -= 1
    if above >= 0 and RULER.fullmatch(found[above].text):
        return above
    return index


def _with_introduction(found: list[Line], index: int) -> int:
    """A last line that ends in a colon and says that somebody wrote belongs to the quote below it."""
    above = index - 1
    while above >= 0 and index - above < 3 and found[above].is_blank:
        above -= 1
    return above if above >= 0 and marks.introduces(found[above]) else index
