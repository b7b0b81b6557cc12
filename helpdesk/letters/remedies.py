"""What a buyer is offered or given, as one line of a letter or of a buyer's page."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from helpdesk.letters.claim_words import REMEDIES, say
from helpdesk.letters.words import BABEL, amount
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.money import Money
from helpdesk.rules.proposals import Part

JOINT = {"zh-CN": "，并", "en": ", and "}
# {amount} money or face, {what} goods in the agent's words, {by} a day
LINES: dict[str, dict[Remedy, str]] = {
    "zh-CN": {
        Remedy.FULL_REFUND: "全额退款 {amount}，原路退回",
        Remedy.PARTIAL_REFUND: "部分退款 {amount}，原路退回，商品由您保留",
        Remedy.RETURN_REFUND: "退货退款 {amount}：商品寄回，款项原路退回",
        Remedy.EXCHANGE: "换货",
        Remedy.REDELIVERY: "重新发货",
        Remedy.COUPON: "价值 {amount} 的优惠券",
        Remedy.WAIT_WITH_DATE: "订单保留",
    },
    "en": {
        Remedy.FULL_REFUND: "a full refund of {amount}, to the method that you paid with",
        Remedy.PARTIAL_REFUND: (
            "a partial refund of {amount}, to the method that you paid with; you keep the goods"
        ),
        Remedy.RETURN_REFUND: (
            "a refund of {amount}, to the method that you paid with, for the goods that you send back"
        ),
        Remedy.EXCHANGE: "an exchange",
        Remedy.REDELIVERY: "a new delivery",
        Remedy.COUPON: "a coupon worth {amount}",
        Remedy.WAIT_WITH_DATE: "we keep your order",
    },
}
# For goods that are with the shop already, after an inspection.
RETURNED: dict[str, dict[Remedy, str]] = {
    "zh-CN": {
        Remedy.PARTIAL_REFUND: "部分退款 {amount}，原路退回",
        Remedy.RETURN_REFUND: "退货退款 {amount}：商品已退回，款项原路退回",
    },
    "en": {
        Remedy.PARTIAL_REFUND: "a partial refund of {amount}, to the method that you paid with",
        Remedy.RETURN_REFUND: (
            "a refund of {amount}, to the method that you paid with, for the goods that you have sent back"
        ),
    },
}
LESS = {"zh-CN": "（{agreed} − {deducted}，扣除原因：{why}）", "en": " ({agreed} less {deducted}: {why})"}
WITH = {"zh-CN": "（{what}）", "en": " ({what})"}
BY = {"zh-CN": "，最迟 {by}", "en": ", by {by} at the latest"}


def line(part: Part, currency: str, locale: str) -> str:
    """ "a partial refund of £20.00, to the method that you paid with; you keep the goods" """
    words = {**LINES.get(locale, LINES["en"]), **(RETURNED.get(locale, RETURNED["en"]) if part.back else {})}
    said = words[part.remedy].format(amount=amount(Money(part.amount, currency), locale))
    if part.back is not None and part.back.deducted:
        said += LESS.get(locale, LESS["en"]).format(
            agreed=amount(Money(part.amount + part.back.deducted, currency), locale),
            deducted=amount(Money(part.back.deducted, currency), locale),
            why=part.back.why,
        )
    what = ", ".join(each for each in (part.named, part.words) if each)
    if what:
        said += WITH.get(locale, WITH["en"]).format(what=what)
    if part.by:
        said += BY.get(locale, BY["en"]).format(by=day(part.by, locale))
    return said


def option(parts: Sequence[Part], currency: str, locale: str) -> str:
    """The parts of one option in one line."""
    return JOINT.get(locale, JOINT["en"]).join(line(part, currency, locale) for part in parts)


def options(parts: Sequence[Part], currency: str, locale: str) -> list[tuple[int, str]]:
    """Every option with its number, in order."""
    numbers = sorted({part.option for part in parts})
    return [
        (number, option([part for part in parts if part.option == number], currency, locale))
        for number in numbers
    ]


def day(when: date, locale: str) -> str:
    return format_date(when, format="long", locale=BABEL.get(locale, "en_GB"))


DELIVERED = {
    "zh-CN": "签收日期：{delivered}；申请日期：{claimed}，为签收后第 {days} 天。",
    "en": "Delivered on {delivered}; you asked on {claimed}, day {days} after delivery.",
}
ASSUMED = {
    "zh-CN": "我们没有签收记录，按发货日期推算签收日期为 {delivered}；"
    "申请日期：{claimed}，为其后第 {days} 天。",
    "en": "We have no record of the delivery; by the day of shipping we take it to have been on {delivered}. "
    "You asked on {claimed}, day {days} after that.",
}


def names(remedies: Sequence[str], locale: str) -> str:
    """ "an exchange, a coupon" """
    return ("、" if locale == "zh-CN" else ", ").join(say(REMEDIES, each, locale) for each in remedies)


def delivered_line(delivered_on: str, claimed_on: str | None, locale: str, *, assumed: bool) -> str:
    """The dates behind a decision, given as ISO days; the days between them as the calendar has them."""
    delivered = date.fromisoformat(delivered_on)
    claimed = date.fromisoformat(claimed_on) if claimed_on else delivered
    said = ASSUMED if assumed else DELIVERED
    return said.get(locale, said["en"]).format(
        delivered=day(delivered, locale),
        claimed=day(claimed, locale),
        days=max((claimed - delivered).days, 0),
    )
