"""Money is a whole number of the currency's smallest unit, with the currency beside it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from helpdesk.rules.currencies import EXPONENTS

AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]+)?")
# Both ways to write 1234.56, where nobody can take one for the other. "1,234" is more than a thousand; of a
# currency with three digits behind the point it may be little more than one, so it is refused there.
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
POINTED_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}|(?:\.[0-9]{3})+,[0-9]{1,2})")
DECIMAL_COMMA = re.compile(r"[0-9]{1,12},[0-9]{1,2}")
SHOWN = 24  # characters of something that is no amount


class AmountError(ValueError):
    """Not an amount of money; `str()` says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount; only whole minor units, so that nothing is rounded behind anybody's back."""

    minor: int  # 1250 = 12.50 CNY
    currency: str  # ISO 4217

    def __post_init__(self) -> None:
        whole(self.minor)

    def __str__(self) -> str:
        exponent = EXPONENTS[self.currency]
        sign, count = "-" if self.minor < 0 else "", abs(self.minor)
        if not exponent:
            return f"{sign}{count} {self.currency}"
        units, rest = divmod(count, 10**exponent)
        return f"{sign}{units}.{rest:0{exponent}d} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    @property
    def value(self) -> Decimal:
        """In units of the currency, exactly; for showing."""
        return Decimal(self.minor).scaleb(-EXPONENTS[self.currency])

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise AmountError(f"{self.currency} and {other.currency} cannot be added")
        return other.minor


def whole(minor: int) -> int:
    """The number itself. Raises TypeError for a float or a bool: those are no minor units."""
    if type(minor) is not int:
        raise TypeError(f"minor units are whole numbers, not {type(minor).__name__}")
    return minor


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Split minor units in proportion to weights by largest remainder; the parts add up exactly.

    No part differs from its exact share by a whole unit. Equal remainders go to the earlier part; weights
    that are all zero count as equal. Raises ValueError for a negative total or weight, or no weights at all.
    """
    if whole(total) < 0 or any(whole(weight) < 0 for weight in weights):
        raise ValueError("neither the total nor a weight may be negative")
    if not weights:
        raise ValueError("there is nothing to spread over")
    if not any(weights):
        weights = [1] * len(weights)
    among = sum(weights)
    parts = [total * weight // among for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda each: -(total * weights[each] % among))
    for each in by_remainder[: total - sum(parts)]:
        parts[each] += 1
    return parts


def exponent_of(currency: str) -> int:
    """Digits of the minor unit. Raises AmountError for what is no active currency of ISO 4217."""
    if currency not in EXPONENTS:
        raise AmountError(f"{currency!r} is not one of the currencies of ISO 4217")
    return EXPONENTS[currency]


def read(amount: str, currency: str) -> Money:
    """ "12.5", "CNY" to 1250 minor units. Raises AmountError for anything unclear or not positive."""
    found = read_or_nothing(amount, currency)
    if found.minor == 0:
        raise AmountError("an amount of nothing is no refund")
    return found


def read_or_nothing(amount: str, currency: str) -> Money:
    """The same, and 0 is an amount too: of what a line cost, or its delivery."""
    exponent = exponent_of(currency)
    given = unicodedata.normalize("NFKC", amount).strip()  # an input method types １２８．５０
    given = _pointed(given, exponent)
    if not AMOUNT.fullmatch(given):
        raise AmountError(f"{_cut(amount)!r} is not an amount: write it like 128.50")
    units, _, fraction = given.partition(".")
    if len(fraction) > exponent:
        fraction = fraction.rstrip("0").ljust(exponent, "0")
    if len(fraction) > exponent:
        raise AmountError(
            f"{currency} has {exponent} digits after the point, {_cut(amount)!r} has {len(fraction)}"
        )
    return Money(int(units + fraction.ljust(exponent, "0")), currency)


def _pointed(given: str, exponent: int) -> str:
    """The same with a decimal point and nothing between thousands; as it is where that is not clear."""
    if THOUSANDS.fullmatch(given) and (exponent < 3 or "." in given or given.count(",") > 1):
        return given.replace(",", "")
    if POINTED_THOUSANDS.fullmatch(given):
        return given.replace(".", "").replace(",", ".")
    return given.replace(",", ".") if DECIMAL_COMMA.fullmatch(given) else given


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
