"""Dates, amounts and methods as a buyer reads them."""

import copy
from datetime import datetime, tzinfo

from babel import Locale
from babel.dates import format_date

from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.money import Money

BABEL = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}
METHODS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "alipay": "支付宝",
        "wechat": "微信支付",
        "paypal": " PayPal ",
        "bank": "银行转账",
        "card": "银行卡",
        "other": "原支付方式",
    },
    "en": {
        "alipay": "Alipay",
        "wechat": "WeChat Pay",
        "paypal": "PayPal",
        "bank": "bank transfer",
        "card": "card",
        "other": "the method that you paid with",
    },
}
REFERENCE = {"zh-CN": "编号：", "en": "Reference: "}

# The first line of a notification to a colleague: in her answer, all that is hers stands above it.
ANSWER_ABOVE = {
    "zh-CN": "——— 请在此行以上回复 ———",
    "en": "--- Reply above this line ---",
}


def day(moment: datetime, locale: str, zone: tzinfo) -> str:
    """The day that it was, or will be, where the shop is."""
    return format_date(moment.astimezone(zone), format="long", locale=BABEL.get(locale, "en_GB"))


def moment(at: datetime, locale: str, zone: tzinfo) -> str:
    """The day and the minute, where the shop is."""
    local = at.astimezone(zone)
    return f"{day(at, locale, zone)} {local.strftime('%H:%M')}"


def amount(money: Money, locale: str) -> str:
    return in_currency(money, Locale.parse(BABEL.get(locale, "en_GB")))


def in_currency(money: Money, locale: Locale) -> str:
    """With the sign where the language puts it, and the digits of our own table: see rules/currencies."""
    pattern = copy.copy(locale.currency_formats["standard"])
    pattern.frac_prec = (EXPONENTS[money.currency],) * 2
    return str(pattern.apply(money.value, locale, currency=money.currency, currency_digits=False))


def reference(mark: str, locale: str) -> str:
    """The last line of every letter: it comes back in quoted words and tells which ticket they are from."""
    return f"{REFERENCE.get(locale, REFERENCE['en'])}{mark}"


def method(name: str, locale: str) -> str:
    return METHODS.get(locale, METHODS["en"])[name]
