"""Amounts that a text says go back, and numbers of orders that it names: compared with what stands here.

Only what is said of the buyer's money is compared: postage, vouchers and prices have figures of their own.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from helpdesk.rules import money
from helpdesk.rules.amounts_named import BEFORE, BEHIND, MONEY, plainly
from helpdesk.rules.guard_text import Clause, clauses
from helpdesk.rules.masking import PLAIN
from helpdesk.rules.money import Money
from helpdesk.rules.order_numbers import NEAR, Candidate, candidates, normal

_DOLLARS = frozenset({"USD", "HKD", "TWD", "AUD", "CAD", "SGD", "NZD", "MXN"})
_YUAN = frozenset({"CNY", "TWD", "HKD", "MOP"})
# What a sign may mean besides; a code means itself.
_MEANS = {
    "$": _DOLLARS,
    "dollars": _DOLLARS,
    "dollar": _DOLLARS,
    "bucks": _DOLLARS,
    "¥": frozenset({"CNY", "JPY"}),
    "元": _YUAN,
    "块": _YUAN,
}
_GOES_BACK = re.compile(
    r"\brefund|\breimburs|\bpa(?:y|id|ying) (?:you )?back|\bsen[dt] (?:you )?back|\bcompensat"
    r"|\bcredit(?:ed|ing)?\b|\btransferr|\bgiv(?:e|ing) (?:you|back)\b|\bmoney back\b"
    r"|退款|退还|退给|退您|退你|退回|退到|退了|全额退|部分退|可退|仅退"
    r"|退(?= ?[¥$€£0-9])|赔|补偿|返还|返现|打款|转账|到账"
)
# Ours is said to be otherwise: what the buyer wants, what we do not do, what else has a price, or about.
_NOT_OURS = re.compile(
    r"\bnot\b|n't\b|\bcannot\b|\bunable\b|\binstead of\b|\brather than\b"
    r"|\byou(?:'ve| have|'d| had)? (?:ask|request|want|claim|demand|propos)"
    r"|\byour (?:request|claim|proposal|wish)|\bshipping|\bpostage|\bdelivery\b|\bcoupon|\bvoucher"
    r"|\bdiscount|\bcode\b|\bfees?\b|\bcosts?\b|\bprice|\bpaid\b(?! back)|\borders? over\b|\bmore than\b"
    r"|\bless than\b|\bup to\b|\bat (?:most|least)\b|\babout\b|\baround\b|\broughly\b|\bover\b|\bunder\b"
    r"|\bexceed|[不没未无](?!便|好意思|胜)|而不是|[您你](?:要求|申请|提出|希望|想要?|说的?|要的)|运费|邮费"
    r"|快递费|手续费|优惠|红包|折扣|(?<![充圆美])满(?=[0-9¥])|超过|以上|以下|以内|最多|至少|大约|约|左右|原价"
    r"|标价|差价|单价|实付|支付了|付了|花了"
)
_UNITS = r"kg|g|lbs?|cm|mm|m|km|ml|l|am|pm|x|days?|hours?|[件个天日号折公克斤点时]"
_BARE = re.compile(
    r"(?:\brefund(?:ed|ing)?(?: you)?(?: of| for)? |\bgiv(?:e|ing) you (?=[0-9., ]+ back\b)"
    r"|退(?:款|还|给)?[您你]?(?:了)?(?:金额)?(?:为|是|共)?:? ?)"
    r"(?P<number>[0-9]{1,9}(?:[., ][0-9]{3}){0,3}[.,][0-9]{2})"
    rf"(?![0-9a-z%.,]| ?(?:{_UNITS})(?![a-z]))"
)
_OTHER_ORDER = re.compile(
    r"(?:new|replacement|other|different|future|next) (?:order|parcel|number)|新订单|新的订单|新单"
    r"|补发|换货单|另一|其他订单|下一"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_COUNTS = re.compile(
    r" ?(?:元|块|件|个|天|日|人|%|days?\b|pieces?\b|pcs\b|items?\b|points?\b)", re.IGNORECASE
)
_BEFORE_NUMBER = 30  # characters in which the word for another order is looked for


@dataclass(frozen=True, slots=True)
class Written:
    """An amount in a text: its words, and what it may be; nothing where it names no currency."""

    words: str
    meant: frozenset[Money]


def amounts(own: str) -> Iterator[Written]:
    """Amounts that the text says go back to the buyer; of `own_words`."""
    for clause in clauses(own):
        if _GOES_BACK.search(clause.sentence) and not _NOT_OURS.search(clause.text):
            yield from _amounts(clause, own)


def wrong_amount(own: str, known: Collection[Money]) -> str:
    """The first of them that stands nowhere in `known`; "" for none, or where nothing is known."""
    if not known:
        return ""
    currencies = {each.currency for each in known}
    for written in amounts(own):
        meant = written.meant or _in_each(written.words, currencies)
        if not meant & set(known):
            return written.words
    return ""


def numbers(own: str, shapes: Iterable[str]) -> Iterator[Candidate]:
    """Numbers in the text that it calls an order's, or that look like the shop's; of `own_words`."""
    shapes = tuple(shapes)
    for each in candidates(body=own, shapes=shapes):
        at = own.translate(PLAIN).find(each.written)
        if _is_an_orders(own, at, each, shapes):
            yield replace(each, written=own[at : at + len(each.written)])


def wrong_order(own: str, known: Collection[str], shapes: Iterable[str], *, heard: str = "") -> str:
    """The first of these numbers that is none of `known` (in compared form).

    The end of a known one is right, and so is what stands in `heard`: words of the buyer. "" where the ticket
    has no order.
    """
    if not known:
        return ""
    for each in numbers(own, shapes):
        is_known = any(number == each.number or _is_end(each.number, number) for number in known)
        if not is_known and each.number not in normal(heard):
            return each.written
    return ""


def _amounts(clause: Clause, own: str) -> Iterator[Written]:
    for match in MONEY.finditer(clause.text):
        sign = match["before"] or match["behind"]
        usual = BEFORE.get(sign) or BEHIND[sign]
        number = plainly(match["one"] or match["two"])
        read = (_read(number, code) for code in {usual, *_MEANS.get(sign, ())})
        meant = frozenset(value for value in read if value is not None)
        if meant:
            yield Written(own[clause.start + match.start() : clause.start + match.end()].strip(), meant)
    for match in _BARE.finditer(clause.text):
        yield Written(match["number"], frozenset())


def _in_each(number: str, currencies: Iterable[str]) -> frozenset[Money]:
    found = (_read(plainly(number), code) for code in currencies)
    return frozenset(each for each in found if each is not None)


def _read(number: str, currency: str) -> Money | None:
    try:
        return money.read(number, currency)
    except money.AmountError:
        return None


def _is_end(number: str, whole: str) -> bool:
    return len(number) >= 3 and whole.endswith(number)


def _is_an_orders(text: str, at: int, each: Candidate, shapes: tuple[str, ...]) -> bool:
    """The shop's numbers look like it, with letters or signs of their own; or a word beside it says so."""
    before, behind = text[max(0, at - _BEFORE_NUMBER) : at], text[at + len(each.written) :]
    if _OTHER_ORDER.search(before.lower()):
        return False
    if any(shape.strip("#") and _fits(each.number, shape) for shape in shapes):
        return True
    is_short = len(each.number) < 4 or _YEAR.fullmatch(each.number) is not None
    if (is_short and not before.endswith("#")) or _COUNTS.match(behind):
        return False
    return NEAR.search(f"{before[-14:]} {behind[:4]}") is not None


def _fits(number: str, shape: str) -> bool:
    return len(number) == len(shape) and all(
        char.isdigit() if part == "#" else char.isalpha() if part == "@" else char == part.upper()
        for char, part in zip(number, shape, strict=True)
    )
