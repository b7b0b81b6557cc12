"""Numbers of people that no page needs: identity cards, telephones, bank cards. Shown with a hole in them.

The raw mail stays as it is; this is for what staff read: conversation, queue, notifications. A number of ours
(an order's) is never taken for a bank card, but always for an identity card or a telephone when it looks so.
Digits are replaced one by one, so every position in the text stays what it was.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

MASK = "*"
# Full-width digits of an input method become plain ones, and every blank and hyphen that a mail program puts
# for ours becomes ours; one character each, so that places stay the same.
PLAIN = str.maketrans(
    "０１２３４５６７８９＋－（）　Ｘｘ\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013",
    "0123456789+-() Xx    ----",
)
INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)  # soft hyphen, zero width
# Latin letters and digits before or behind make it a piece of something longer: SF1390000... is a parcel.
_ALONE, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_INSIDE_NUMBER = r"(?<![0-9][-.])"

# GB 11643-1999: six digits of a place, eight of a birthday, three of order, one to check.
IDENTITY = re.compile(rf"{_ALONE}[1-9]\d{{5}}[ -]?(?:18|19|20)\d{{6}}[ -]?\d{{3}}[0-9Xx]{_END}", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

MOBILE = re.compile(
    rf"(?<![A-Za-z0-9]){_INSIDE_NUMBER}(?:\+?86[ -]?)?1[3-9]\d([ -]?)\d{{4}}\1\d{{4}}(?![0-9]|-[0-9])",
    re.ASCII,
)
LANDLINE = re.compile(
    r"(?<![A-Za-z0-9-])(?:0[1-9]\d{1,2}-|\(0[1-9]\d{1,2}\) ?)\d{7,8}(?![0-9]|-[0-9])", re.ASCII
)
# E.164 with its plus; nothing else is written like this.
ABROAD = re.compile(r"(?<![A-Za-z0-9+])\+(?!86[ -]?1[3-9])[1-9](?:[ .()-]{0,2}\d){7,14}(?![0-9])", re.ASCII)
CARD = re.compile(
    rf"{_ALONE}{_INSIDE_NUMBER}"
    r"(?:\d{13,19}|\d{4}([ -])(?:\d{4}\1){2,3}\d{1,7}|\d{4} \d{6} \d{5})"
    r"(?![A-Za-z0-9]|-[0-9])",
    re.ASCII,
)


def masked(text: str, *, known: Collection[str] = (), cards: bool = True) -> str:
    """The text with those numbers masked; `known` are digits of orders of ours, which are no bank cards.

    `cards`: False where nobody can say which numbers are orders.
    """
    if not any(char.isdigit() for char in text):
        return text
    plain, places = _seen(text)
    holes: set[int] = set()
    for start, end, keep_front, keep_back in _numbers(plain, known, cards=cards):
        digits = [place for place in range(start, end) if plain[place].isalnum()]
        holes.update(places[place] for place in digits[keep_front : len(digits) - keep_back])
    return "".join(MASK if place in holes else char for place, char in enumerate(text)) if holes else text


def perhaps_cards(text: str) -> set[str]:
    """Digits that would be masked as a bank card, unless they are the number of an order."""
    found = CARD.finditer(_seen(text)[0])
    return {digits for match in found if is_card(digits := only_digits(match[0]))}


def _seen(text: str) -> tuple[str, Sequence[int]]:
    """What is seen of a text, with plain digits, and where each character of it stands in the text."""
    if not INVISIBLE.search(text):
        return text.translate(PLAIN), range(len(text))
    places = [place for place, char in enumerate(text) if not INVISIBLE.match(char)]
    return "".join(text[place] for place in places).translate(PLAIN), places


def people_spans(plain: str) -> Iterator[tuple[int, int]]:
    """Where identity cards and telephones stand in a text with plain digits: no order number is there."""
    for match in IDENTITY.finditer(plain):
        if is_identity(match[0]):
            yield match.span()
    for pattern in (MOBILE, LANDLINE, ABROAD):
        yield from (match.span() for match in pattern.finditer(plain))


def is_identity(number: str) -> bool:
    """Whether date and check digit are those of a resident identity card."""
    digits = re.sub(r"[ -]", "", number).upper()
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == digits[17]


def is_card(digits: str) -> bool:
    """ISO/IEC 7812: 13 to 19 digits that Luhn's sum agrees with, and not one digit again and again."""
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 3:
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


def only_digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _numbers(plain: str, known: Collection[str], *, cards: bool) -> Iterator[tuple[int, int, int, int]]:
    """Start, end, and how many characters are left at the front and at the back."""
    keeps: tuple[tuple[re.Pattern[str], int, int, Callable[[str], bool]], ...] = (
        (IDENTITY, 3, 2, is_identity),
        (MOBILE, 3, 4, lambda number: True),
        (LANDLINE, 3, 2, lambda number: True),
        (ABROAD, 2, 2, lambda number: True),
        (CARD, 4, 4, lambda number: is_card(only_digits(number)) and only_digits(number) not in known),
    )
    for pattern, front, back, holds in keeps:
        for match in pattern.finditer(plain) if cards or pattern is not CARD else ():
            if holds(match[0]):
                # The country's code in front of a mobile number is no secret, and none of its first digits.
                extra = 2 if pattern is MOBILE and len(only_digits(match[0])) == 13 else 0
                yield *match.span(), front + extra, back
