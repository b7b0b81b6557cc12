"""Money is a whole number of the currency's smallest unit, with the currency beside it."""

import re
import unicodedata
from dataclasses import dataclass

# ISO 4217 minor units of the currencies a shop here is paid in; others are refused, not guessed.
EXPONENTS: dict[str, int] = {
    "CNY": 2,
    "USD": 2,
    "EUR": 2,
    "GBP": 2,
    "HKD": 2,
    "TWD": 2,
    "SGD": 2,
    "AUD": 2,
    "CAD": 2,
    "CHF": 2,
    "JPY": 0,
    "KRW": 0,
}
AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]+)?")
THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


class AmountError(ValueError):
    """Not an amount of money; `str()` says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Money:
    minor: int  # 1250 = 12.50 CNY
    currency: str  # ISO 4217

    def __str__(self) -> str:
        exponent = EXPONENTS[self.currency]
        if not exponent:
            return f"{self.minor} {self.currency}"
        whole, rest = divmod(self.minor, 10**exponent)
        return f"{whole}.{rest:0{exponent}d} {self.currency}"


def read(amount: str, currency: str) -> Money:
    """ "12.5", "CNY" to 1250 minor units. Raises AmountError for anything unclear or not positive."""
    if currency not in EXPONENTS:
        raise AmountError(f"{currency!r} is not one of {', '.join(EXPONENTS)}")
    given = unicodedata.normalize("NFKC", amount).strip()  # an input method types １２８．５０
    given = given.replace(",", "") if THOUSANDS.fullmatch(given) else given
    if not AMOUNT.fullmatch(given):
        raise AmountError(f"{amount!r} is not an amount: write it like 128.50")
    whole, _, fraction = given.partition(".")
    exponent = EXPONENTS[currency]
    if len(fraction) > exponent:
        raise AmountError(f"{currency} has {exponent} digits after the point, {amount!r} has {len(fraction)}")
    minor = int(whole + fraction.ljust(exponent, "0"))
    if minor <= 0:
        raise AmountError("an amount of nothing is no refund")
    return Money(minor, currency)
