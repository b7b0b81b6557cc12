"""Reasons, kinds of evidence, wishes and remedies as a buyer says them, by language and code.

For letters and for the pages behind their links; what staff reads is shorter and stands elsewhere.
"""

from collections.abc import Iterable, Mapping

from helpdesk.rules.claim_terms import EvidenceKind, Remedy, Wish

REASONS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "not_received": "还没有收到货",
        "late_dispatch": "迟迟没有发货",
        "damaged": "收到时商品或包装已破损",
        "defective": "商品有质量问题或用不了",
        "wrong_item": "收到的不是我买的商品",
        "missing": "少件、漏发或是空包裹",
        "not_as_described": "与页面描述不符",
        "size_fit": "尺码不合适",
        "changed_mind": "不想要了（无理由退货）",
        "order_error": "拍错、多拍或地址填错",
        "refused_parcel": "包裹我已拒收",
        "price_protection": "买贵了，或优惠没有用上",
        "duplicate_charge": "同一笔重复扣款",
        "counterfeit": "怀疑是假货",
        "agreed": "已与客服商量好",
        "other": "其他原因",
    },
    "en": {
        "not_received": "It has not arrived",
        "late_dispatch": "It has not been sent yet",
        "damaged": "It arrived damaged",
        "defective": "It is faulty or does not work",
        "wrong_item": "It is not what I ordered",
        "missing": "Something is missing, or the parcel was empty",
        "not_as_described": "It is not as described",
        "size_fit": "It does not fit",
        "changed_mind": "I have changed my mind",
        "order_error": "I ordered by mistake, too much, or to a wrong address",
        "refused_parcel": "I have refused the parcel",
        "price_protection": "The price has dropped, or a discount was not applied",
        "duplicate_charge": "I was charged twice",
        "counterfeit": "I believe that it is a counterfeit",
        "agreed": "We have agreed on it already",
        "other": "Another reason",
    },
}
EVIDENCE: dict[str, dict[EvidenceKind, str]] = {
    "zh-CN": {
        EvidenceKind.PHOTO: "商品照片（能看清问题所在）",
        EvidenceKind.PHOTO_OF_PARCEL: "外包装和快递面单的照片",
        EvidenceKind.VIDEO: "能看清问题的短视频",
        EvidenceKind.LISTING: "商品页面的截图",
        EvidenceKind.SCREENSHOT: "价格或优惠的截图",
        EvidenceKind.STATEMENT: "付款记录（银行或支付平台的账单）",
        EvidenceKind.TRACKING: "物流记录",
        EvidenceKind.WEIGHT: "包裹重量",
    },
    "en": {
        EvidenceKind.PHOTO: "a photo of the goods that shows the problem",
        EvidenceKind.PHOTO_OF_PARCEL: "a photo of the parcel with its label",
        EvidenceKind.VIDEO: "a short video that shows the problem",
        EvidenceKind.LISTING: "a screenshot of the product page",
        EvidenceKind.SCREENSHOT: "a screenshot of the price or the discount",
        EvidenceKind.STATEMENT: "the line of your bank or card statement",
        EvidenceKind.TRACKING: "the carrier's record",
        EvidenceKind.WEIGHT: "the weight of the parcel",
    },
}
WISHES: dict[str, dict[Wish, str]] = {
    "zh-CN": {
        Wish.REFUND: "退款",
        Wish.RETURN: "退货退款",
        Wish.EXCHANGE: "换货",
        Wish.RESEND: "补发",
        Wish.PARTIAL: "商品留下，退一部分款",
        Wish.CANCEL: "取消订单",
        Wish.WHERE_IS_IT: "想知道货到哪里了",
        Wish.WHERE_IS_THE_MONEY: "想知道退款到哪里了",
    },
    "en": {
        Wish.REFUND: "my money back",
        Wish.RETURN: "send it back and get the money",
        Wish.EXCHANGE: "an exchange",
        Wish.RESEND: "have it sent again",
        Wish.PARTIAL: "keep it and get a part of the money",
        Wish.CANCEL: "cancel the order",
        Wish.WHERE_IS_IT: "know where it is",
        Wish.WHERE_IS_THE_MONEY: "know where the money is",
    },
}
REMEDIES: dict[str, dict[Remedy, str]] = {
    "zh-CN": {
        Remedy.FULL_REFUND: "全额退款",
        Remedy.PARTIAL_REFUND: "部分退款",
        Remedy.RETURN_REFUND: "退货退款",
        Remedy.EXCHANGE: "换货",
        Remedy.REDELIVERY: "补发",
        Remedy.COUPON: "优惠券",
        Remedy.WAIT_WITH_DATE: "等待至约定日期",
    },
    "en": {
        Remedy.FULL_REFUND: "Full refund",
        Remedy.PARTIAL_REFUND: "Part of the money back",
        Remedy.RETURN_REFUND: "Return and refund",
        Remedy.EXCHANGE: "Exchange",
        Remedy.REDELIVERY: "Sent again",
        Remedy.COUPON: "Coupon",
        Remedy.WAIT_WITH_DATE: "Wait until the promised day",
    },
}
# The wishes that a form offers; where something is can be asked by mail.
OFFERED = (Wish.REFUND, Wish.RETURN, Wish.EXCHANGE, Wish.RESEND, Wish.PARTIAL, Wish.CANCEL)


def reasons(locale: str) -> Mapping[str, str]:
    """Code to words, in the order in which a buyer is asked."""
    return REASONS.get(locale, REASONS["en"])


def reason(code: str, locale: str) -> str:
    """ "" for a reason that is unknown."""
    return reasons(locale).get(code, "")


def evidence(kind: EvidenceKind, locale: str) -> str:
    return EVIDENCE.get(locale, EVIDENCE["en"])[kind]


def wish(each: Wish, locale: str) -> str:
    return WISHES.get(locale, WISHES["en"])[each]


def remedy(each: Remedy, locale: str) -> str:
    return REMEDIES.get(locale, REMEDIES["en"])[each]


def listed(lines: Iterable[str]) -> str:
    """One below the other, as a letter lists them."""
    return "\n".join(f"- {line}" for line in lines)
