"""Dates, amounts and methods as a buyer reads them."""

from datetime import datetime, tzinfo
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency

from helpdesk.rules.money import EXPONENTS, Money

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
        "other": "the way you paid",
    },
}
REFERENCE = {"zh-CN": "编号：", "en": "Reference: "}


def day(moment: datetime, locale: str, zone: tzinfo) -> str:
    """The day that it was, or will be, where the shop is."""
    return format_date(moment.astimezone(zone), format="long", locale=BABEL.get(locale, "en_GB"))


def amount(money: Money, locale: str) -> str:
    value = Decimal(money.minor).scaleb(-EXPONENTS[money.currency])
    return format_currency(value, money.currency, locale=BABEL.get(locale, "en_GB"))


def reference(mark: str, locale: str) -> str:
    """The last line of every letter: it comes back in quoted words and tells which ticket they are from."""
    return f"{REFERENCE.get(locale, REFERENCE['en'])}{mark}"


def method(name: str, locale: str) -> str:
    return METHODS.get(locale, METHODS["en"])[name]
