"""What a platform's buyer types to show that an order is theirs: number, name, four digits of a telephone.

Taobao and Tmall give the shop no e-mail address, so there is nothing on file that a link could be sent to.
Exports often hold a name with stars in it ("李**"): then what can be read of it has to agree.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

TRIES = 5  # of one ticket
TRIES_OF_A_NUMBER = 10  # on all tickets together: more tickets are no more tries
WITHIN = timedelta(days=1)
_NOT_A_LETTER = re.compile(r"[^\w*]|_")
_DIGITS = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form as it was sent; nothing of it is believed."""

    number: str
    name: str
    last4: str


def digits(typed: str) -> str:
    """The last four digits of whatever part of a telephone number was typed; "" when there are not four."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", typed) if char.isdigit())
    return plain[-4:] if len(plain) >= 4 and plain.isascii() else ""


def fits(typed: Typed, *, name: str, last4: str) -> bool:
    """Whether name and digits are those of an order. Of an order without them nobody can show anything."""
    return bool(_DIGITS.fullmatch(last4)) and digits(typed.last4) == last4 and _same_name(typed.name, name)


def _same_name(typed: str, on_file: str) -> bool:
    given, known = _plain(typed), _plain(on_file)
    if not known.replace("*", "") or "*" in given:
        return False
    if "*" not in known:
        return given == known
    start, end = known[: known.index("*")], known[known.rindex("*") + 1 :]
    return len(given) > len(start + end) and given.startswith(start) and given.endswith(end)


def _plain(name: str) -> str:
    """Without case, width, spaces and points: "Ana  María" and "ａｎａ maría" are one name."""
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", name).casefold().replace("＊", "*"))
