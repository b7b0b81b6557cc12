"""How carriers write the numbers of their parcels. A number that cannot be one of theirs is asked for again.

Shapes are those that the carriers print today and tell of on their tracking pages; they change, so each is as
wide as it may be. Where a number holds a check digit it is counted: UPU S10 (13 characters, "LX123456785CN")
and UPS ("1Z"). A carrier that is not in the table may be named by a word, and its numbers are not judged.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_NAME = 60
_NUMBER = re.compile(r"[A-Z0-9]{6,40}")
_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_UPS = re.compile(r"1Z([A-Z0-9]{15})(\d)")


class TrackingError(ValueError):
    """`str()` is a sentence for the page."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """One line of the table."""

    code: str
    name: str  # as people write it, in both scripts where it has two
    shape: re.Pattern[str]
    also: tuple[str, ...] = ()  # other words for it, casefolded


def _carrier(code: str, name: str, shape: str, *also: str) -> Carrier:
    return Carrier(code, name, re.compile(shape), also)


_ANY_S10 = r"[A-Z]{2}\d{9}[A-Z]{2}"
CARRIERS: dict[str, Carrier] = {
    carrier.code: carrier
    for carrier in (
        _carrier("sf", "顺丰 SF Express", r"SF\d{12,15}|\d{12}|\d{15}", "顺丰", "顺丰速运", "sf express"),
        _carrier("zto", "中通 ZTO", r"\d{12,15}", "中通", "中通快递"),
        _carrier("yto", "圆通 YTO", r"YT\d{13,16}|[A-Z]?\d{9,13}|\d{18}", "圆通", "圆通速递"),
        _carrier("yunda", "韵达 Yunda", r"(YD)?\d{13,15}", "韵达", "韵达快递", "yunda express"),
        _carrier("sto", "申通 STO", r"(STO)?\d{12,15}", "申通", "申通快递"),
        _carrier("jt", "极兔 J&T", r"(JT|UT)?\d{12,15}", "极兔", "极兔速递", "j&t express"),
        _carrier("jd", "京东物流 JD", r"JD[A-Z0-9]{10,20}(-\d+)*|\d{13,15}", "京东", "京东物流", "京东快递"),
        _carrier(
            "ems", "邮政 EMS / China Post", rf"{_ANY_S10}|\d{{13}}", "ems", "邮政", "中国邮政", "邮政快递"
        ),
        _carrier("dhl", "DHL", r"\d{10,11}|JJ?D\d{12,21}|\d{12}|\d{20}|[A-Z]{3}\d{9,20}", "dhl express"),
        _carrier("ups", "UPS", r"1Z[A-Z0-9]{16}|\d{9}|\d{12}|T\d{10}"),
        _carrier("dpd", "DPD", r"\d{14}[A-Z0-9]?|\d{10}"),
        _carrier("gls", "GLS", r"\d{11,12}|[A-Z0-9]{8}"),
        _carrier("hermes", "Hermes / Evri", r"\d{14,16}|[A-Z]\d{15}|H\d{19}", "hermes", "evri"),
        _carrier("royal_mail", "Royal Mail", rf"{_ANY_S10}|\d{{16}}|\d{{21}}", "royal mail", "royalmail"),
        _carrier("fedex", "FedEx", r"\d{12}|\d{15}|\d{20}|\d{22}"),
        _carrier("usps", "USPS", rf"{_ANY_S10}|9[1-5]\d{{18,24}}|\d{{20}}"),
    )
}


def read(carrier: str, number: str) -> tuple[str, str]:
    """(code or word, number as it is compared). Raises TrackingError with what is wrong.

    Full-width characters, blanks and hyphens are taken for what they mean.
    """
    known = _find(carrier)
    if known is None and not carrier.strip():
        raise TrackingError("name the carrier")
    plain = normal(number)
    if not plain:
        raise TrackingError("give the number of the parcel")
    if not _NUMBER.fullmatch(plain):
        raise TrackingError("a parcel's number has 6 to 40 letters and digits")
    if known is None:
        return carrier.strip()[:LONGEST_NAME], plain
    if not known.shape.fullmatch(plain) or not _checks_out(plain):
        raise TrackingError(f"{known.name} writes its numbers in another way: look at the receipt again")
    return known.code, plain


def name(carrier: str) -> str:
    """How a carrier is called: by the table, else the word that was typed."""
    return CARRIERS[carrier].name if carrier in CARRIERS else carrier


def normal(number: str) -> str:
    """A number without what people put between its characters."""
    return re.sub(r"[\s\-–—.]", "", unicodedata.normalize("NFKC", number)).upper()


def _find(carrier: str) -> Carrier | None:
    wanted = unicodedata.normalize("NFKC", carrier).strip().casefold()
    for each in CARRIERS.values():
        if wanted in (each.code, each.name.casefold(), *each.also):
            return each
    return None


def _checks_out(number: str) -> bool:
    """Whether the check digit, where the number has one, is right."""
    if (s10 := _S10.fullmatch(number)) is not None:
        total = sum(int(digit) * weight for digit, weight in zip(s10[1], _S10_WEIGHTS, strict=True))
        return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11) == int(s10[2])
    if (ups := _UPS.fullmatch(number)) is not None:
        values = [int(char) if char.isdigit() else (ord(char) - 63) % 10 for char in ups[1]]
        total = sum(values[::2]) + 2 * sum(values[1::2])
        return -total % 10 == int(ups[2])
    return True
