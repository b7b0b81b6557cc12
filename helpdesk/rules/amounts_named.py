"""Amounts of money, and shares of the price, as buyers write them: 128元, ￥128, $12.50, 12,50 €, half."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.rules import money
from helpdesk.rules.folding import Folded, plain
from helpdesk.rules.money import Money
from helpdesk.rules.phrasebook import Span

MOST = 20  # amounts of one mail that are looked at
BEFORE = {
    "hk$": "HKD", "nt$": "TWD", "us$": "USD", "au$": "AUD", "a$": "AUD", "ca$": "CAD", "c$": "CAD",
    "s$": "SGD", "$": "USD", "¥": "CNY", "£": "GBP", "€": "EUR", "usd": "USD", "eur": "EUR", "gbp": "GBP",
    "cny": "CNY", "rmb": "CNY", "hkd": "HKD", "chf": "CHF", "jpy": "JPY", "人民币": "CNY",
}  # fmt: skip
BEHIND = {
    "元": "CNY", "块": "CNY", "¥": "CNY", "人民币": "CNY", "rmb": "CNY", "cny": "CNY", "yuan": "CNY",
    "美元": "USD", "美金": "USD", "usd": "USD", "dollars": "USD", "dollar": "USD", "bucks": "USD", "$": "USD",
    "欧元": "EUR", "欧": "EUR", "eur": "EUR", "euros": "EUR", "euro": "EUR", "€": "EUR",
    "英镑": "GBP", "gbp": "GBP", "pounds": "GBP", "pound": "GBP", "quid": "GBP", "£": "GBP",
    "港币": "HKD", "港元": "HKD", "hkd": "HKD", "日元": "JPY", "jpy": "JPY", "chf": "CHF", "台币": "TWD",
    "新台币": "TWD",
}  # fmt: skip


def _any_of(words: dict[str, str]) -> str:
    return "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))


# Every repetition has an end, and no two share a character: nothing makes them go back and forth.
_NUMBER = r"[0-9]{1,9}(?:[., ][0-9]{3}){0,3}(?:[.,][0-9]{1,2})?(?![0-9])"
MONEY = re.compile(
    rf"(?<![a-z0-9])(?P<before>{_any_of(BEFORE)}) ?(?P<one>{_NUMBER})"
    rf"|(?<![0-9.,])(?P<two>{_NUMBER}) ?(?P<behind>{_any_of(BEHIND)})(?![a-z])"
)
_SHARE = re.compile(
    r"(?<![0-9.,])(?P<percent>[0-9]{1,2}) ?(?:%|percent|per cent)"
    r"|(?P<half>half (?:of )?(?:the |my )?(?:price|money|amount|cost|back)|half off|一半)"
)
# What was paid is not what is wanted back.
_PRICES = re.compile(
    r"(?:\bpaid|\bcosts?|\bpaying|\bspent|\bworth|\bbought[a-z ]{0,12} for|\bprice (?:of|was|is)|原价|花了"
    r"|买的时候|付了|价格|卖|总价|实付|价值)[^.,。，;；!！?？0-9]{0,8}$"
)
_PRICE_BEHIND = re.compile(r" ?(?:买的|买来|拍的|入手|购买|的(?:东西|商品|衣服|鞋))")
_LOOKED_BACK = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Exactly one of the two, and where it stands."""

    money: Money | None
    percent: int | None  # of the price
    span: Span


def amounts(folded: Folded) -> Iterator[Amount]:
    """All that could be meant as wanted back, in the order of the text, the first few."""
    text = plain(folded.text)
    found = [*_named(folded, text), *_shares(folded, text)]
    yield from sorted(found, key=lambda each: each.span.start)[:MOST]


def _named(folded: Folded, text: str) -> Iterator[Amount]:
    for match in MONEY.finditer(text):
        if _is_price(text, match):
            continue
        currency = BEFORE[match["before"]] if match["before"] else BEHIND[match["behind"]]
        try:
            value = money.read(plainly(match["one"] or match["two"]), currency)
        except money.AmountError:
            continue
        yield Amount(money=value, percent=None, span=_span(folded, match))


def _shares(folded: Folded, text: str) -> Iterator[Amount]:
    for match in _SHARE.finditer(text):
        percent = int(match["percent"] or 50)
        if percent:
            yield Amount(money=None, percent=percent, span=_span(folded, match))


def _is_price(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _LOOKED_BACK) : match.start()]
    return bool(_PRICES.search(before) or _PRICE_BEHIND.match(text, match.end()))


def plainly(number: str) -> str:
    """ "1.299,00" and "1 299,00" as 1299.00: the last sign before one or two figures is the point."""
    whole, fraction = number, ""
    if len(number) > 2 and number[-3:-2] in (".", ","):
        whole, fraction = number[:-3], number[-2:]
    elif len(number) > 1 and number[-2:-1] in (".", ","):
        whole, fraction = number[:-2], number[-1:]
    digits = "".join(each for each in whole if each.isdigit())
    return f"{digits}.{fraction}" if fraction else digits


def _span(folded: Folded, match: re.Match[str]) -> Span:
    return Span(match.start(), match.end(), folded.text[match.start() : match.end()])
