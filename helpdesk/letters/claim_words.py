"""The words of a claim as people read them: reasons, wishes, conditions, evidence, remedies, faults.

One table for letters, the buyer's pages and the agents' pages, so that all of them call a thing the same.
Reasons are said as a buyer would choose them from a list.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk.rules.claim_terms import Condition, EvidenceKind, Fault, LinkLevel, OrderState, Remedy, Wish

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing in both languages."""

    zh: str
    en: str

    def to(self, locale: str) -> str:
        return self.zh if locale == "zh-CN" else self.en


REASONS: Mapping[str, Said] = {
    "changed_mind": Said("不想要了（无理由退货）", "I changed my mind"),
    "order_error": Said("拍错、多拍或地址填错", "I ordered by mistake, or gave a wrong address"),
    "size_fit": Said("尺寸不合适", "It does not fit"),
    "late_dispatch": Said("没有按约定时间发货，或者缺货", "It was not sent out on time, or is out of stock"),
    "not_received": Said("没有收到包裹", "The parcel has not reached me"),
    "refused_parcel": Said("包裹已经拒收", "I did not accept the parcel"),
    "damaged": Said("包装或商品破损", "The parcel or the goods arrived damaged"),
    "defective": Said("商品有质量问题", "The goods are faulty"),
    "wrong_item": Said("收到的不是我买的商品", "I was sent something else than I ordered"),
    "missing": Said("少件、漏发或空包裹", "Something is missing, or the parcel was empty"),
    "not_as_described": Said("商品与页面描述不符", "It is not as it was described"),
    "counterfeit": Said("怀疑不是正品", "I doubt that it is genuine"),
    "price_protection": Said("降价了，或优惠没有用上", "The price fell, or a discount was not applied"),
    "duplicate_charge": Said("重复付款", "I was charged twice"),
    "agreed": Said("已经和店铺商量好", "As agreed with the shop"),
    "other": Said("其他原因", "Another reason"),
}
# A word or two, for lists and the strip above a conversation.
REASONS_SHORT: Mapping[str, Said] = {
    "changed_mind": Said("不想要了", "changed mind"),
    "order_error": Said("拍错", "ordered by mistake"),
    "size_fit": Said("尺寸不合", "does not fit"),
    "late_dispatch": Said("未按时发货", "not dispatched on time"),
    "not_received": Said("未收到货", "not received"),
    "refused_parcel": Said("已拒收", "parcel refused"),
    "damaged": Said("破损", "damaged"),
    "defective": Said("质量问题", "faulty"),
    "wrong_item": Said("发错货", "wrong item"),
    "missing": Said("少件", "something missing"),
    "not_as_described": Said("与描述不符", "not as described"),
    "counterfeit": Said("疑似假货", "perhaps counterfeit"),
    "price_protection": Said("价格保护", "price fell or discount missed"),
    "duplicate_charge": Said("重复付款", "charged twice"),
    "agreed": Said("协商一致", "agreed"),
    "other": Said("其他", "other"),
}
WISHES: Mapping[str, Said] = {
    Wish.REFUND: Said("退款", "money back"),
    Wish.RETURN: Said("退货退款", "send it back for a refund"),
    Wish.EXCHANGE: Said("换货", "an exchange"),
    Wish.RESEND: Said("补发", "to be sent what is missing or another one"),
    Wish.CANCEL: Said("取消订单", "to cancel the order"),
    Wish.PARTIAL: Said("退一部分款", "a part of the money back"),
    Wish.WHERE_IS_IT: Said("想知道包裹到哪了", "to know where the order is"),
    Wish.WHERE_IS_THE_MONEY: Said("想知道退款到哪了", "to know where the money is"),
}
CONDITIONS: Mapping[str, Said] = {
    Condition.UNOPENED: Said("未拆封", "unopened"),
    Condition.OPENED_INTACT: Said("已拆封，商品完好", "opened, in perfect order"),
    Condition.USED: Said("已使用", "used"),
    Condition.DAMAGED_BY_BUYER: Said("收货后损坏", "damaged after it arrived"),
    Condition.FAULTY: Said("商品有问题", "faulty"),
}
EVIDENCE: Mapping[str, Said] = {
    EvidenceKind.PHOTO: Said("商品照片", "a photo of the goods"),
    EvidenceKind.PHOTO_OF_PARCEL: Said("包装和快递面单的照片", "a photo of the box and its label"),
    EvidenceKind.VIDEO: Said("视频", "a video"),
    EvidenceKind.LISTING: Said("商品页面截图", "a picture of the page it was bought from"),
    EvidenceKind.SCREENSHOT: Said("截图", "a screenshot"),
    EvidenceKind.STATEMENT: Said("银行或支付账单", "the statement of your bank or card"),
    EvidenceKind.TRACKING: Said("物流记录（由我们查询）", "the carrier's record (we look it up)"),
    EvidenceKind.WEIGHT: Said("包裹重量", "the weight of the parcel"),
}
REMEDIES: Mapping[str, Said] = {
    Remedy.FULL_REFUND: Said("全额退款", "a full refund"),
    Remedy.PARTIAL_REFUND: Said("部分退款", "a partial refund"),
    Remedy.RETURN_REFUND: Said("退货退款", "a refund once the goods are back"),
    Remedy.EXCHANGE: Said("换货", "an exchange"),
    Remedy.REDELIVERY: Said("重新发货", "a new delivery"),
    Remedy.COUPON: Said("优惠券", "a coupon"),
    Remedy.WAIT_WITH_DATE: Said("保留订单，按新的日期发货", "to keep the order, with a new date"),
}
FAULTS: Mapping[str, Said] = {
    Fault.BUYER: Said("买家", "the buyer"),
    Fault.SELLER: Said("店铺", "the shop"),
    Fault.CARRIER: Said("物流", "the carrier"),
    Fault.NOBODY: Said("无人", "nobody"),
    Fault.UNKNOWN: Said("尚不清楚", "not known yet"),
}
ORDER_STATES: Mapping[str, Said] = {
    OrderState.UNPAID: Said("未付款", "not paid"),
    OrderState.PAID: Said("已付款，未发货", "paid, not sent out yet"),
    OrderState.SHIPPED: Said("已发货", "sent out"),
    OrderState.DELIVERED: Said("已送达", "delivered"),
    OrderState.COMPLETED: Said("交易完成", "completed"),
    OrderState.CANCELED: Said("已取消", "canceled"),
    OrderState.REFUNDED: Said("已全额退款", "refunded in full"),
}
LINK_LEVELS: Mapping[str, Said] = {
    LinkLevel.VERIFIED: Said("已核实", "verified"),
    LinkLevel.WEAK: Said("待核实", "not verified yet"),
    LinkLevel.SUGGESTED: Said("推测", "a guess"),
}
FLAGS: Mapping[str, Said] = {
    "anger": Said("情绪激动", "angry words"),
    "legal": Said("投诉或法律用语", "legal words"),
}


def say(words: Mapping[str, Said], code: str, locale: str) -> str:
    """The word for a code; the code itself when a newer release wrote one that this one does not know."""
    said = words.get(code)
    return said.to(locale) if said else code.replace("_", " ")
