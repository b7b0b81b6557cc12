"""The words of a policy as people read them: verdicts, conditions, grants, lines of an explanation."""

from collections.abc import Mapping

from helpdesk.letters.claim_words import Said
from helpdesk.rules.policy_terms import Shipping, Verdict

VERDICTS: Mapping[str, Said] = {
    Verdict.ALLOW: Said("同意", "Allowed"),
    Verdict.DENY: Said("不同意", "Denied"),
    Verdict.REVIEW: Said("由人决定", "A person decides"),
    Verdict.NEED_INFO: Said("还缺材料", "Something is missing"),
}
# What a condition looks at, as a label before a colon.
LABELS: Mapping[str, Said] = {
    "state": Said("订单", "order"),
    "reason": Said("原因", "reason"),
    "fault": Said("责任", "answerable"),
    "category": Said("商品种类", "kind of goods"),
    "category_not": Said("商品种类不是", "kind of goods is not"),
    "tags_any": Said("商品标记", "goods marked"),
    "tags_none": Said("商品没有标记", "goods not marked"),
    "tags": Said("商品标记", "goods marked"),
    "condition": Said("商品状态", "state of the goods"),
    "condition_not": Said("商品状态不是", "the goods are not"),
    "country": Said("收货国家", "delivered to"),
    "country_not": Said("收货国家不是", "not delivered to"),
    "region": Said("收货地区", "delivered to"),
    "days_since_delivery": Said("签收后", "since delivery"),
    "hours_since_delivery": Said("签收后", "since delivery"),
    "days_since_shipped": Said("发货后", "since it was sent"),
    "buyer_refunds_12m": Said("近12个月退款次数", "refunds in twelve months"),
    "event_active": Said("不可抗力", "force majeure"),
    "delivery_assumed": Said("签收日期为推算", "day of delivery is assumed"),
    "evidence": Said("凭证", "proof"),
}
UNITS: Mapping[str, Said] = {
    "days_since_delivery": Said("天", " days"),
    "hours_since_delivery": Said("小时", " hours"),
    "days_since_shipped": Said("天", " days"),
    "buyer_refunds_12m": Said("次", ""),
}
ONE: Mapping[str, Said] = {
    "days_since_delivery": Said("天", " day"),
    "hours_since_delivery": Said("小时", " hour"),
    "days_since_shipped": Said("天", " day"),
    "buyer_refunds_12m": Said("次", ""),
}
# Filled with str.format.
RANGES: Mapping[str, Said] = {
    "at_most": Said("{label}不超过{most}{unit}", "at most {most}{unit} {label}"),
    "at_least": Said("{label}满{least}{unit}", "{least}{unit} or more {label}"),
    "between": Said("{label}{least}至{most}{unit}", "{least} to {most}{unit} {label}"),
    "exactly": Said("{label}{least}{unit}", "{least}{unit} {label}"),
    "undelivered": Said("，或尚未签收", ", or not delivered yet"),
    "only_undelivered": Said("尚未签收", "not delivered yet"),
}
FLAGS: Mapping[tuple[str, bool], Said] = {
    ("event_active", True): Said("有已宣布的不可抗力事件", "an event of force majeure is declared"),
    ("event_active", False): Said("没有已宣布的不可抗力事件", "no event of force majeure is declared"),
    ("delivery_assumed", True): Said("签收日期为推算", "the day of delivery is assumed"),
    ("delivery_assumed", False): Said("签收日期已知", "the day of delivery is known"),
}
# Lines of an explanation, filled with str.format.
LINES: Mapping[str, Said] = {
    "allow": Said("同意：{clause}（{policy} {version}）", "Allowed: {clause} ({policy} {version})"),
    "deny": Said("不同意：{clause}（{policy} {version}）", "Denied: {clause} ({policy} {version})"),
    "review": Said(
        "由人决定：{clause}（{policy} {version}）", "A person decides: {clause} ({policy} {version})"
    ),
    "need_info": Said(
        "还缺材料：{clause}（{policy} {version}）", "Something is missing: {clause} ({policy} {version})"
    ),
    "no_reason": Said(
        "还不知道原因：选定后才能按规则裁定（{policy} {version}）",
        "The reason is missing: choose it, and a clause decides ({policy} {version})",
    ),
    "otherwise": Said(
        "没有条款适用，由人决定（{policy} {version}）",
        "No clause fits, so a person decides ({policy} {version})",
    ),
    "delivered": Said("{day}签收", "delivered on {day}"),
    "delivered_assumed": Said("推算{day}签收", "delivered on {day} (assumed)"),
    "shipped": Said("{day}发货", "sent on {day}"),
    "claimed": Said("{day}提出", "asked on {day}"),
    "day_of": Said("第{days}天，期限{of}天", "day {days} of {of}"),
    "last_day": Said("最后一天{day}", "last day {day}"),
    "goods_back_buyer": Said("商品需寄回，运费由买家承担", "the goods come back, the buyer pays the way"),
    "goods_back_seller": Said("商品需寄回，运费由我们承担", "the goods come back, we pay the way"),
    "goods_back_": Said("商品需寄回", "the goods come back"),
    "limit_unused": Said(
        "价值界限 {amount} 未适用：订单币种为 {currency}，因此商品需寄回",
        "the limit of {amount} was not used: the order is in {currency}, so the goods come back",
    ),
    "goods_stay": Said("商品不用寄回", "the goods need not come back"),
    "refund": Said(
        "全额退款 {full} = 货款 {goods} + 运费 {shipping}",
        "full refund {full} = goods {goods} + postage {shipping}",
    ),
    "restocking": Said("扣除整理费 {amount}", "less restocking {amount}"),
    "withhold_goods_or_proof": Said(
        "收到商品或寄件凭证后才退款", "the money waits for the goods, or the proof that they were sent"
    ),
    "withhold_inspected": Said("商品寄回并验货后才退款", "the money waits until the goods are inspected"),
    "deduction": Said("验货发现的价值减损从退款中扣除", "a loss of value that is found is taken off the sum"),
    "partial": Said("部分退款最多 {amount}", "partial refund at most {amount}"),
    "ceiling": Said(
        "商品（不含运费）上限 {ceiling} = 已付 {paid} − 已退或已承诺 {back}",
        "goods only: ceiling {ceiling} = paid {paid} − refunded or promised {back}",
    ),
    "mixed": Said(
        "这不适用于所有商品：请按种类分别选择商品再裁定",
        "not every item is of this kind: choose the items of one kind and decide them by themselves",
    ),
    "missing_evidence": Said("还缺：{kinds}", "still needed: {kinds}"),
    "missing_facts": Said("还要知道：{facts}", "still to be told: {facts}"),
}
# Blanks of a clause's text, where there is no case to fill them.
BLANKS: Mapping[str, Said] = {
    "event_name": Said("〈事件〉", "‹the event›"),
    "event_until": Said("〈事件结束日〉", "‹its end›"),
    "tag": Said("〈商品标记〉", "‹kind of goods›"),
    "category": Said("〈商品种类〉", "‹kind of goods›"),
    "claimed_on": Said("〈提出日〉", "‹day of asking›"),
    "delivered_on": Said("〈签收日〉", "‹day of delivery›"),
    "days": Said("〈天数〉", "‹number of›"),
    "last_day": Said("〈最后一天〉", "‹last day›"),
}
GRANTS: Mapping[str, Said] = {
    "percent": Said("退货款的{percent}%", "{percent} % of the price"),
    Shipping.NONE: Said("不退运费", "postage stays paid"),
    Shipping.STANDARD: Said("退标准运费", "standard postage back"),
    Shipping.ALL: Said("退全部运费", "all postage back"),
    "partial_cap": Said("部分退款最多{percent}%", "a partial refund of at most {percent} %"),
    "restocking": Said("扣整理费{percent}%", "less {percent} % for restocking"),
    "bad_quantity": Said("按坏损数量计", "by what is spoiled"),
    "required_buyer": Said("商品寄回，运费由买家承担", "goods come back, the buyer pays the way"),
    "required_seller": Said("商品寄回，运费由我们承担", "goods come back, we pay the way"),
    "if_value_above": Said(
        "货值超过{amount}才需寄回，运费由我们承担", "goods come back above {amount}, we pay the way"
    ),
    "if_value_above_buyer": Said(
        "货值超过{amount}才需寄回，运费由买家承担", "goods come back above {amount}, the buyer pays the way"
    ),
    "auto": Said("小额自动执行", "small sums by themselves"),
    "for_lead": Said("由主管决定", "for a lead"),
    "same_means": Said("按原支付方式退回", "by the same means of payment"),
    "alternatives": Said("可另行提供：{remedies}", "may be offered instead: {remedies}"),
}
NOT_REACHED = Said("前面的条款已经决定", "an earlier clause had decided")
UNKNOWN = Said("不清楚", "not known")
NOTHING = Said("没有", "none")
OR = Said("或", " or ")
AND = Said("、", ", ")
COLON = Said("：", ": ")
