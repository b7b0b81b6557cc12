"""What a clause says of its money beside the sum, and a sum line by line: for letters and pages alike."""

from datetime import datetime, tzinfo

from helpdesk.letters import words
from helpdesk.letters.claim_words import Said
from helpdesk.rules.money import Money
from helpdesk.rules.policy_terms import Duration
from helpdesk.rules.refund_terms import APPROVAL, GOODS_OR_PROOF, NOTICE, RECEIPT, RefundTerms
from helpdesk.rules.settlement import Sum

PROOF = Said(
    "退款将在我们收到商品，或收到您的寄件凭证之后办理。",
    "The refund is made once the goods, or the proof that you have sent them, have reached us.",
)
BACK = Said(
    "退款将在我们收到商品并完成验货之后办理。",
    "The refund is made once the goods are back and inspected.",
)
LOSS = Said(
    "如商品因使用超出查看所需而贬值，我们可能从退款中扣除相应金额，并告知您金额和原因。",
    "If the goods have lost value because they were used more than is needed to look at them, that may be"
    " taken off the sum. We would tell you how much, and why.",
)
BY = Said("我们最迟于{day}退款。", "We make the refund by {day} at the latest.")
WITHIN = {
    RECEIPT: Said(
        "我们在收到商品后 {span}内退款。", "We make the refund within {span} of the goods' arrival."
    ),
    NOTICE: Said(
        "我们自您提出申请之日起 {span}内退款。", "We make the refund within {span} of your request."
    ),
    APPROVAL: Said("我们自同意之日起 {span}内退款。", "We make the refund within {span} of our agreement."),
}
UNITS = {
    "d": (Said("{n} 天", "{n} day"), Said("{n} 天", "{n} days")),
    "h": (Said("{n} 小时", "{n} hour"), Said("{n} 小时", "{n} hours")),
    "bd": (Said("{n} 个工作日", "{n} working day"), Said("{n} 个工作日", "{n} working days")),
}
GOODS, SHIPPING = Said("货款 {amount}", "goods {amount}"), Said(" + 运费 {amount}", " + postage {amount}")
LESS = Said(" − 价值减损 {amount}", " − loss of value {amount}")
TOTAL = Said(" = {amount}", " = {amount}")


def sentences(terms: RefundTerms, due: datetime | None, locale: str, zone: tzinfo) -> list[str]:
    """What the money waits for, by when it is made, what may lower it. `due` where the day is known."""
    said = []
    if terms.withhold_until:
        said.append((PROOF if terms.withhold_until == GOODS_OR_PROOF else BACK).to(locale))
    if due is not None:
        said.append(BY.to(locale).format(day=words.day(due, locale, zone)))
    elif terms.within is not None:
        said.append(within(terms, locale))
    if terms.deduction:
        said.append(LOSS.to(locale))
    return said


def within(terms: RefundTerms, locale: str) -> str:
    """ "We make the refund within 7 days of the goods' arrival."; "" where nothing is promised."""
    if terms.within is None:
        return ""
    span, since = terms.within
    return WITHIN[since].to(locale).format(span=_span(span, locale))


def total(found: Sum, currency: str, locale: str) -> str:
    """ "goods £89.00 − loss of value £20.00 = £69.00": nothing is hidden in the price of the goods."""
    lines = [(GOODS, found.goods), (SHIPPING, found.shipping), (LESS, found.deducted)]
    parts = [(said, minor) for said, minor in lines if minor] + [(TOTAL, found.total)]
    return "".join(
        said.to(locale).format(amount=words.amount(Money(minor, currency), locale)) for said, minor in parts
    ).strip(" +")


def _span(span: Duration, locale: str) -> str:
    one, many = UNITS[span.unit]
    return (one if span.count == 1 else many).to(locale).format(n=span.count)
