"""The marks that mail programs put above what they quote: separators, header blocks, attribution lines.

Each question looks at a bounded number of lines. What the marks say in each language stands in
`quoting_words`; the rules here are the same for all of them.
"""

import re

from mail import quoting_words as words
from mail.quoting_lines import RULER, Line

_BLOCK = 8  # lines in which the labels of one header block stand
_WRAP = 3  # lines over which one attribution line may be wrapped
_LONGEST_CORE = 60  # characters of the words between the dashes

_LONGEST_EDITED = 200  # with a date, a name and an address between the dashes

_RULE_CHARACTERS = "-‐_=—–─━*# \t|"
_TIME = re.compile(r"\d{1,2}\s?[:：.h点點时時시]\s?\d{2}|\d{1,2}\s?[点點时時시]|\d\s?[AaPp]\.?[Mm]\b")
_MOMENT = re.compile(
    r"\d{1,2}[:：.]\d{2}|\d{4}\s?[-/.年년]\s?\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}|\b(?:19|20)\d{2}\b"
)
_DAY = re.compile(
    r"\d{4}\s?[-/.年년]\s?\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}|\b(?:19|20)\d{2}\b|\d{1,2}\s?[月월]\s?\d{1,2}"
    r"|(?<![\d:：.])\d{1,2}\.?\s[^\W\d_]{3}|[^\W\d_]{3}\.?\s\d{1,2}(?![\d:：.])"
)
# Lotus Notes: `"Shop" ---13-11-2019 12:48:15---the first words of it`
_NOTES = re.compile(r" -{3}\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4} \d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?-{3}")


def is_forward(line: Line) -> bool:
    """`---------- Forwarded message ---------` and its kin."""
    core = line.text.strip().strip(_RULE_CHARACTERS + ">").rstrip(":： ").lower()
    known = len(core) < _LONGEST_CORE and core in words.FORWARDED
    return known or words.FORWARDED_BY.match(line.text) is not None


def is_separator(lines: list[Line], index: int) -> bool:
    """`---- Original Message ----`, or the bare words when a header block follows. Dashes alone are none."""
    inner = lines[index].text.strip().lstrip("> ")
    core = inner.strip(_RULE_CHARACTERS).rstrip(":： ").lower()
    if _NOTES.search(inner):
        return any(is_header_block(lines, n) for n in range(index + 1, min(index + 6, len(lines))))
    dashes = len(inner) - len(inner.lstrip("-‐_=—–─━*"))
    if len(core) > _LONGEST_CORE:  # Zoho: `---- On Tue, 05 Mar 2024 09:12:34 +0100 N <a@x> wrote ----`
        edited = len(core) < _LONGEST_EDITED and core.endswith(words.EDITED) and "@" in core
        return edited and dashes >= 3 and inner.endswith("-") and bool(_TIME.search(core))
    if core in words.ORIGINAL:
        below = next((n for n in range(index + 1, min(index + 5, len(lines))) if not lines[n].is_blank), -1)
        return dashes >= 2 or (below > 0 and is_header_block(lines, below, announced=True))
    if core.startswith(words.ORIGINAL_BY) or (inner[:1] in "#-=_*" and words.REPLY_ABOVE.search(core)):
        return True
    return (
        dashes >= 3
        and inner.endswith("-")
        and core.endswith(words.EDITED)
        and ("@" in core or len(core) < 40)
    )


def is_header_block(lines: list[Line], index: int, *, announced: bool = False) -> bool:
    """A From label with a time, and a Subject label or a To label and an address, within the next lines.

    The labels of a parcel are no header block: they have no time, or they go on with a number, a phone, an
    address. Below the words "Original message" the time is enough.
    """
    if index >= len(lines):
        return False
    first = lines[index]
    if first.label in ("date", "subject"):
        return not announced and _is_turned_block(lines, index)
    if first.label != "from" or not first.value.strip("| \t*"):
        return False
    below = lines[index + 1 : index + 1 + _BLOCK]
    if _is_courier_form(lines, index):
        return False
    kinds = {line.label for line in below if line.label != "date" or _TIME.search(line.value)}
    if "date" not in kinds:
        return False
    if announced or "subject" in kinds:
        return True
    addressed = any("@" in line.value for line in (first, *below) if line.label in ("from", "to"))
    return "to" in kinds and (addressed or _is_below_ruler(lines, index))


def _is_below_ruler(lines: list[Line], index: int) -> bool:
    above = next((line for line in reversed(lines[max(0, index - 3) : index]) if not line.is_blank), None)
    return above is not None and RULER.fullmatch(above.text) is not None


def _is_turned_block(lines: list[Line], index: int) -> bool:
    """Hotmail begins with the date, others with the subject: then all of it must stand line upon line."""
    kinds: set[str] = set()
    addressed = False
    for line in lines[index : index + _BLOCK]:
        if not line.label or (line.label == "date" and not _TIME.search(line.value)):
            break
        kinds.add(line.label)
        addressed = addressed or (line.label in ("from", "to") and "@" in line.value)
    return addressed and {"from", "date", "subject"} <= kinds and "courier" not in kinds


def _is_courier_form(lines: list[Line], index: int) -> bool:
    for line in lines[index + 1 : index + 1 + _BLOCK]:
        if not line.label:
            return False
        if line.label == "courier":
            return True
    return False


def attribution(lines: list[Line], index: int) -> int | None:
    """The line where `On ..., N wrote:` begins that ends in this line, None when this is none."""
    ending = lines[index].text.lstrip("> \t").rstrip("* ")
    is_said = _says_wrote(ending)
    if not is_said and not ending.endswith((":", "：")):
        return None
    together = ""
    for back in range(index, max(-1, index - _WRAP - 1), -1):
        piece = lines[back].text.lstrip("> \t")
        if not piece:
            return None
        together = f"{piece} {together}"
        if not (is_said or _names_somebody(lines, index, together)):
            continue
        if not _opens(piece, together):
            continue
        if not _is_dated(together, lines, index):
            return None
        above = lines[back - 1].text.rstrip() if back else ""
        goes_on = (
            piece.lower().startswith(words.ATTRIBUTION_CONTINUES) and above.endswith(">") and "@" in above
        )
        return back - 1 if goes_on else back
    return None


def goes_on_behind(line: Line) -> bool:
    """`On Tue, Mar 5, 2024 at 9:12 AM, Shop<a@x> wrote: Dear Jane`, one line of Yahoo on Android."""
    lowered = line.text.strip().lower()
    if not lowered.startswith(words.ATTRIBUTION_OPENERS):
        return False
    heads = (lowered[: lowered.find(verb)] for verb in words.WROTE if verb[-1] in ":：" and verb in lowered)
    return any(
        head.rstrip(" ,").endswith(">") and "@" in head and bool(_TIME.search(head) and _DAY.search(head))
        for head in heads
    )


def _is_dated(together: str, lines: list[Line], index: int) -> bool:
    """With a date, and words below it; without quote marks there, a day and an address.

    Buyers tell who said what and when: "at 10:00 the courier wrote:" and their own words go on below.
    """
    if not (_MOMENT.search(together) and something_follows(lines, index)):
        return False
    return next_is_quoted(lines, index) or ("@" in together and bool(_DAY.search(together)))


def _says_wrote(line: str) -> bool:
    """Ends in the verb, or holds it before the date and ends in a colon, or is `2014-03-05 N <a@x>:`."""
    lowered = line.lower()
    if lowered.endswith(words.WROTE):
        return True
    if not lowered.endswith((":", "：")):
        return False
    if lowered.rstrip(":： ").endswith(">") and "@" in lowered and lowered[:1].isdigit():
        return True
    return _holds_verb(lowered)


def _holds_verb(lowered: str) -> bool:
    return any(f" {verb} " in lowered for verb in words.WROTE_BEFORE_DATE)


def _names_somebody(lines: list[Line], index: int, together: str) -> bool:
    """Without a verb at the end: one before the name, or an address right above lines with quote marks."""
    lowered = together.lower()
    if _holds_verb(lowered):
        return True
    return "@" in lowered and next_is_quoted(lines, index)


def _opens(piece: str, together: str) -> bool:
    """Whether this line can be the first of an attribution."""
    lowered = piece.lower()
    if lowered.startswith(words.ATTRIBUTION_OPENERS):
        return True
    if "<" in piece and "@" in piece and not piece.startswith("<"):
        return bool(_MOMENT.search(together))
    return bool(_MOMENT.search(piece)) and (len(piece) < 120)


def something_follows(lines: list[Line], index: int) -> bool:
    return any(line.text.strip() for line in lines[index + 1 : index + 6])


def next_is_quoted(lines: list[Line], index: int) -> bool:
    """Whether the next line that is not blank carries a quote mark."""
    following = next((line for line in lines[index + 1 : index + 6] if not line.is_blank), None)
    return following is not None and following.is_quoted


def begins_at(lines: list[Line], index: int) -> int | None:
    """The line at which a quote begins that is recognised in this one, None when this is no mark of one."""
    if is_separator(lines, index) or is_header_block(lines, index):
        return index
    return attribution(lines, index)


def introduces(line: Line) -> bool:
    """A line right above a quote that says that somebody wrote, without a time."""
    lowered = line.text.strip().lower()
    if not lowered.endswith((":", "：")):
        return False
    named = "@" in lowered and lowered.startswith(words.INTRODUCTIONS)
    return named or lowered.endswith(words.WROTE)
