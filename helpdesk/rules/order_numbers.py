"""Numbers in a mail that may be an order's. Candidates only: nothing counts but a hit in the table of orders.

The forms come from the platforms' own patterns and from the shapes of the numbers that the shop has: so a
prefix of its own is known from its first import on. Identity cards and telephones are never candidates.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from helpdesk.rules.masking import PLAIN, people_spans

MOST = 8  # looked up in one mail
LOOKED_AT = 200_000  # characters of each part
LONGEST = 64
MOST_SHAPES = 40  # of one source; beyond that its numbers have no shape


class Place(IntEnum):
    """Where it stood; the first counts most."""

    SUBJECT = 0
    BODY = 1  # above the quote
    QUOTED = 2
    FILE_NAME = 3
    EARLIER = 4  # an earlier mail of the conversation


@dataclass(frozen=True, slots=True)
class Candidate:
    number: str  # in the compared form, see `normal`
    written: str  # as it stood there
    place: Place


# The forms of the platforms. Longer ones first: what one of them has taken is not looked at again.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (source, re.compile(rf"(?<![A-Za-z0-9])(?<![0-9][-.]){pattern}(?![A-Za-z0-9]|[-.][0-9])", re.ASCII))
    for source, pattern in (
        ("pdd", r"\d{6}-\d{15}"),
        ("amazon", r"\d{3}-\d{7}-\d{7}"),
        ("ebay", r"\d{2}-\d{5}-\d{5}"),
        ("taobao", r"\d{18,19}"),
        ("jd", r"\d{11,12}"),
    )
)
# A short run of digits is a year, a price or a postcode, unless a word says that it is an order.
BARE = re.compile(r"(?<![A-Za-z0-9¥$€£.])(?<![0-9][-,])#?(\d{3,10})(?![A-Za-z0-9%]|[-.,][0-9])", re.ASCII)
NEAR = re.compile(r"订单|訂單|单号|單號|order|bestell|commande|pedido|注文", re.IGNORECASE)
HASH = re.compile(r"(?<![A-Za-z0-9&])#(\d{3,10})(?![A-Za-z0-9])", re.ASCII)
# "SH-10482": what a shop prints, perhaps; also a parcel or an article.
LETTERED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,8}[-_]?\d{3,20}(?![A-Za-z0-9]|[-.][0-9])", re.ASCII)
NEAR_BEFORE, NEAR_AFTER = 14, 4  # characters between the word and its number
_DROPPED = re.compile(r"[\s#]+")


def normal(written: str) -> str:
    """The form in which two spellings of one number are equal: NFKC, no spaces and no #, upper case."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", written)).upper()


def shape(number: str) -> str:
    """How a number looks: "SH-10482" is "SH-#####". Letters behind the first digit are just letters."""
    found, seen_digit = [], False
    for char in number:
        if char.isdigit():
            seen_digit = True
            found.append("#")
        else:
            found.append("@" if seen_digit and char.isalpha() else char)
    return "".join(found)


def candidates(
    *,
    subject: str = "",
    body: str = "",
    quoted: str = "",
    file_names: Iterable[str] = (),
    earlier: Iterable[str] = (),
    shapes: Iterable[str] = (),
) -> tuple[Candidate, ...]:
    """Every number that looks like an order's, most promising first, each once, at most `MOST`."""
    forms = _forms(shapes)
    places = (
        (Place.SUBJECT, (subject,)),
        (Place.BODY, (body,)),
        (Place.QUOTED, (quoted,)),
        (Place.FILE_NAME, tuple(file_names)),
        (Place.EARLIER, tuple(earlier)),
    )
    found: dict[str, Candidate] = {}
    for place, texts in places:
        for text in texts:
            for written in _written(text[:LOOKED_AT], forms):
                number = normal(written)
                found.setdefault(number, Candidate(number, written, place))
                if len(found) == MOST:
                    return tuple(found.values())
    return tuple(found.values())


def later(*texts: str) -> tuple[str, ...]:
    """Numbers with letters before them, in their compared form: of no shape that the shop has, as yet."""
    found = (
        normal(match[0]) for text in texts for match in LETTERED.finditer(text[:LOOKED_AT].translate(PLAIN))
    )
    return tuple(dict.fromkeys(islice(found, MOST)))


def _written(text: str, forms: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    """In the order of the forms, then of the text; no place of the text is used twice."""
    if not any(char.isdigit() for char in text):
        return
    plain = text.translate(PLAIN)
    taken = bytearray(len(plain))
    for start, end in people_spans(plain):
        taken[start:end] = b"x" * (end - start)
    for form in (*forms, HASH, BARE):
        for match in form.finditer(plain):
            start, end = match.span()
            if any(taken[start:end]) or (form is BARE and not _is_near(plain, match.span())):
                continue
            taken[start:end] = b"x" * (end - start)
            yield match[match.re.groups]


def _is_near(plain: str, span: tuple[int, int]) -> bool:
    around = plain[max(0, span[0] - NEAR_BEFORE) : span[0]] + " " + plain[span[1] : span[1] + NEAR_AFTER]
    return NEAR.search(around) is not None


def _forms(shapes: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """The shop's own shapes, longest first, before those of the platforms. A bare short run is no form."""
    own = sorted({each for each in shapes if len(each.strip("#")) or len(each) > 10}, key=len, reverse=True)
    compiled = (_pattern(each) for each in own)
    return (*compiled, *(pattern for _, pattern in PATTERNS))


def _pattern(shape: str) -> re.Pattern[str]:
    """A shape as a pattern: every character is one character, so it takes linear time."""
    parts = {"#": "[0-9]", "@": "[A-Za-z]"}
    body = "".join(parts.get(char) or re.escape(char) for char in shape)
    return re.compile(rf"(?<![A-Za-z0-9])(?<![0-9][-.])#?{body}(?![A-Za-z0-9]|[-.][0-9])", re.IGNORECASE)
