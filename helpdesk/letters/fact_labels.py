"""What a side mail calls the facts that an agent ticked, in the language of whoever reads it."""

from helpdesk.letters import claim_words
from helpdesk.letters.claim_words import Said

LABELS: dict[str, Said] = {
    "order": Said("订单", "Order"),
    "items": Said("商品", "Items"),
    "shipped": Said("发货日期", "Shipped"),
    "shipment": Said("包裹", "Parcel"),
    "region": Said("收货地区", "Goes to"),
    "reason": Said("原因", "Reason"),
    "buyer": Said("买家", "Buyer"),
    "words": Said("买家来信", "The buyer writes"),
}


def say(key: str, value: str, locale: str) -> tuple[str, str]:
    """A fact as (label, value); a reason in words."""
    if key == "reason" and value in claim_words.REASONS_SHORT:
        value = claim_words.say(claim_words.REASONS_SHORT, value, locale)
    return LABELS[key].to(locale) if key in LABELS else key, value
