"""Words that were never meant for a buyer: what was to be filled in, and what was meant for colleagues."""

import re
from collections.abc import Iterable

from helpdesk.rules.folding import plain

# Of our own grammar, or of somebody's templates: no letter is written like this on purpose.
_NEVER = re.compile(r"\{\{[^{}\n]{0,80}\}\}|\{%[^%\n]{0,80}%\}|\{\{|\}\}")
_NAMED = (
    r"(?:(?:your|the|buyer'?s?|customer'?s?|client'?s?|order|tracking|refund|first|last|full|item|product"
    r"|agent) )?(?:name|number|no\.?|amount|date|address|id|reason|product|item|link|company|shop|details?"
    r"|insert [a-z ]{1,24})"
)
_NAMED_HAN = (
    r"(?:客户|买家|顾客|收件人|商品|订单|退款|快递|物流|店铺|您的|你的)?"
    r"(?:姓名|名字|名称|称呼|订单号|单号|编号|金额|日期|时间|地址|原因|链接|电话)"
)
_LIKELY = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[\[<]{_NAMED}[\]>]",
        rf"[\[<【〔]{_NAMED_HAN}[\]>】〕]",
        r"\{[a-z][a-z_.]{1,40}\}",
        r"%[a-z][a-z_]{2,40}%",
        r"(?<=[^\s_])[ \t]*_{3,}|_{3,}[ \t]*(?=[^\s_])",
        r"某某某?|\b(?:tbd|todo|lorem ipsum)\b",
    )
)
# "order XXX", "退款XX元"; a size, a kiss and masked digits are none.
_CROSSES = re.compile(r"(?<![A-Za-z0-9*#-])(?:X{3,}|[Xx×]{2,}(?=[元号天日]))(?![A-Za-z0-9-])(?! ?[0-9]{3})")

_INSIDE = re.compile(
    r"^\W*(?:internal(?: (?:note|only|use|use only|memo))?\s*(?:[:\]\)\-–—]|$)|internal (?:note|use only)\b"
    r"|(?:for )?colleagues(?: only)?\s*:|note to (?:self|team|colleagues)\b"
    r"|(?:仅供?|限)?内部(?:备注|沟通|使用|说明|留言|消息|注|记录|参考)?\s*(?:[:\]\)】\-–—]|$)|(?:内部备注|仅供内部|仅限内部)"
    r"|给?同事(?:们)?(?:备注|看)?\s*:|备注给同事)",
    re.MULTILINE,
)
_NOT_FOR_BUYERS = re.compile(
    r"\b(?:do not|don't|never) (?:send|forward|show|tell|mention|share)(?: (?:this|that|it))?"
    r"(?: (?:to|with))? (?:the )?(?:customer|buyer|client)s?\b"
    r"|\bfor internal use only\b|\bnot for the (?:customer|buyer|client)\b"
    r"|(?:不要|别|勿|不能|请勿)(?:把这个?|将此)?(?:发|告诉|转|透露|给)(?:发?给)?(?:客户|买家|顾客)|仅限内部|仅供内部"
)


def placeholder(text: str) -> str:
    """What certainly was to be filled in, "" for nothing."""
    found = _NEVER.search(text)
    return found[0] if found else ""


def likely_placeholder(text: str) -> str:
    """What looks as if it was to be filled in; `text` as it was written."""
    crosses = _CROSSES.search(text)
    if crosses:
        return crosses[0]
    said = plain(text)
    found = next((match for pattern in _LIKELY if (match := pattern.search(said))), None)
    return text[found.start() : found.end()].strip() if found else ""


def meant_inside(own: str) -> str:
    """Words that say themselves that they are for colleagues; of `own_words`."""
    said = plain(own)
    first = said.lstrip()[:200].split("\n", 1)[0]
    found = _INSIDE.match(first) or _NOT_FOR_BUYERS.search(said)
    return found[0].strip() if found else ""


def mentioned(own: str, names: Iterable[str]) -> str:
    """ "@mira", where a colleague is called so; of `own_words`. The longest name that fits."""
    if "@" not in own:
        return ""
    said = plain(own)
    known = sorted({each for name in names for each in _called(name)}, key=len, reverse=True)
    for each in known:
        found = re.search(rf"(?<![\w.@-])@{re.escape(each)}(?![a-z0-9_@]|\.[a-z])", said)
        if found:
            return found[0]
    return ""


def _called(name: str) -> tuple[str, ...]:
    """A whole name, its first word, what stands before the @ of an address."""
    whole = plain(name).strip()
    if "@" in whole:
        whole = whole.partition("@")[0]
    first = whole.split(" ", 1)[0]
    return tuple(each for each in {whole, first} if len(each) > 1)
