"""Who writes in the stories, and in which words: one voice for each language.

`told` are the words that the rules of the desk read in a story; where a sentence stands in SAME as well,
copies of the story say it in other words that mean the same.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One buyer with one order, and all that is said in her story."""

    locale: str  # "zh-CN", "en"
    name: str
    email: str
    source: str
    order: str  # the number of the order, as printed
    second_order: str
    currency: str
    country: str
    gateway: str  # that pays at once in the sandbox
    item: tuple[str, str]  # title and SKU
    carrier: str
    tracking: str
    back: str  # the number of the parcel that she sends back
    coupon: str
    told: dict[str, str]


ZH = Voice(
    locale="zh-CN",
    name="欧阳静姝",
    email="ouyang.jingshu@youxiang.example",
    source="taobao",
    order="2398471029384756102",
    second_order="2398471029384756219",
    currency="CNY",
    country="CN",
    gateway="alipay",
    item=("青瓷茶杯", "CUP-QC"),
    carrier="顺丰",
    tracking="SF1390284756102",
    back="SF1390284756218",
    coupon="QUAN-8H3K-27PX",
    told={
        "question": "请问这款可以用洗碗机吗？",
        "question.subject": "使用咨询",
        "answer": "可以的，放在上层、普通程序就行。",
        "thanks": "好的，明白了，谢谢！",
        "thanks.subject": "谢谢",
        "cancel": "订单 {order} 不想要了，请取消并退款。",
        "cancel.subject": "取消订单",
        "damaged": "订单 {order} 收到的时候已经碎了，请退款。",
        "damaged.subject": "收到的商品碎了",
        "size": "订单 {order} 尺码偏小，穿不了，想退货退款。",
        "size.subject": "尺码不合适，想退货",
        "late": "订单 {order} 一直没有收到，物流好几天没有更新，请退款。",
        "late.subject": "没有收到包裹",
        "wrong": "订单 {order} 发错了，我要的不是这个颜色，请换货。",
        "wrong.subject": "发错颜色了",
        "photo": "照片补上了，请看附件。",
        "accept": "可以，我接受。",
        "counter": "太少了，我希望能多退一些。",
        "arrived": "退款已经收到了，谢谢。",
        "nothing": "还是没有收到退款，麻烦查一下。",
        "ask_photo": "请补一张能看清破损的照片，我们收到后马上处理。",
        "wait": "我们正在向仓库核实，有消息马上告诉您。",
        "more": "再补充一点：外箱也压扁了。",
        "again": "您好，还有一个问题想问一下。",
        "again.answer": "您请说，我们会尽快回复。",
        "note": "老客户，之前没有退过货，可以放宽一点。",
        "call": "电话里说好了：先查物流，周五前给答复。",
        "side": "请查一下这个包裹是哪天出库的，有没有称重记录。",
        "side.answer": "周二下午出库，重量 0.62 公斤，面单没有问题。",
        "reject": "超过了可以退货的时间，很抱歉这次不能退。",
        "verdict": "平台认定商家责任成立，按平台结果处理。",
        "lesson": "加厚内衬，瓷器单独装箱。",
        "spam": "代开发票，点数优惠，量大从优，加微信详谈。",
        "spam.subject": "代开各类发票",
        "offer": "给您添麻烦了，您看这样可以吗？",
        "trace": "款项卡在收款行，次日入账",
        "comment": "处理得很快，态度也好。",
    },
)
EN = Voice(
    locale="en",
    name="Philippa Ashdown",
    email="philippa.ashdown@post.example",
    source="shopify",
    order="SH-20481776",
    second_order="SH-20481993",
    currency="EUR",
    country="DE",
    gateway="stripe",
    item=("Celadon teacup", "CUP-CL"),
    carrier="DHL",
    tracking="00340434161094042557",
    back="00340434161094055632",
    coupon="GIFT-8H3K-27PX",
    told={
        "question": "Can this one go into the dishwasher?",
        "question.subject": "A question before I use it",
        "answer": "Yes, in the upper basket and with the normal programme.",
        "thanks": "Understood, thank you very much!",
        "thanks.subject": "Thank you",
        "cancel": "I changed my mind about order {order}. Please cancel it and refund me.",
        "cancel.subject": "Cancel my order",
        "damaged": "Order {order} arrived broken. I would like a refund.",
        "damaged.subject": "It arrived broken",
        "size": "Order {order} is too small for me. I want to send it back for a refund.",
        "size.subject": "Too small",
        "late": "Order {order} has not arrived and the tracking does not move. Please refund me.",
        "late.subject": "Where is my parcel?",
        "wrong": "You sent me the wrong colour with order {order}. I would like an exchange.",
        "wrong.subject": "Wrong colour",
        "photo": "Here is the photo that you asked for.",
        "accept": "Yes, I accept that.",
        "counter": "That is not enough. I had hoped for more.",
        "arrived": "The money is on my account now, thank you.",
        "nothing": "I still have not received the refund. Could you check?",
        "ask_photo": "Please send us a photo that shows the damage. We will see to it at once.",
        "wait": "We are asking our warehouse, and will write as soon as we know more.",
        "more": "One more thing: the box was crushed as well.",
        "again": "Hello, I have one more question.",
        "again.answer": "Please ask, we will answer as soon as we can.",
        "note": "A loyal buyer who never sent anything back: we can be generous here.",
        "call": "Agreed on the phone: we ask the carrier first, and answer by Friday.",
        "side": "Please look up on which day this parcel left, and what it weighed.",
        "side.answer": "It left on Tuesday afternoon, 0.62 kg. The label was fine.",
        "reject": "The time in which it could come back is over, so we cannot take it this time.",
        "verdict": "The platform decides for the buyer.",
        "lesson": "Thicker padding, and china in a box of its own.",
        "spam": "Rank first on every search engine. Our prices end tonight.",
        "spam.subject": "Grow your shop tonight",
        "offer": "We are sorry for the trouble. Would one of these suit you?",
        "trace": "The payment is held at the receiving bank until tomorrow",
        "comment": "Quick and friendly.",
    },
)
VOICES = (ZH, EN)
# Each line: sentences that may stand for each other. The first is the one of the story.
SAME: tuple[tuple[str, ...], ...] = (
    (
        "请问这款可以用洗碗机吗？",
        "请问这款能进微波炉吗？",
        "请问怎么清洗比较好？",
        "请问还有别的颜色吗？",
        "请问保修多长时间？",
        "请问有配套的盖子吗？",
    ),
    (
        "可以的，放在上层、普通程序就行。",
        "可以的，注意不要超过两分钟。",
        "有的，商品页下方可以选。",
        "您好，说明书第二页有详细介绍。",
    ),
    ("好的，明白了，谢谢！", "收到，非常感谢。", "谢谢客服，问题解决了。", "明白，辛苦了！"),
    ("使用咨询", "咨询一下", "售前问题", "关于保养", "请教一个问题"),
    (
        "再补充一点：外箱也压扁了。",
        "另外，快递员让我当面拆的，他也看到了。",
        "补充：配件袋是完好的。",
        "对了，发票还没有收到。",
    ),
    (
        "老客户，之前没有退过货，可以放宽一点。",
        "已和仓库确认过，库存还有两件。",
        "买家着急送人，优先处理。",
        "同一批次已有三起，注意质量。",
    ),
    ("电话里说好了：先查物流，周五前给答复。", "买家同意等三天，期间不要再催。", "买家希望换同款，不急。"),
    ("您好，还有一个问题想问一下。", "打扰了，想再确认一件事。", "不好意思，又来麻烦您了。"),
    ("处理得很快，态度也好。", "等得有点久，不过解决了。", "很满意，下次还来。", "一般般。"),
    ("给您添麻烦了，您看这样可以吗？", "很抱歉，我们想这样补偿您。", "对不起，您看哪一种更合适？"),
    (
        "Can this one go into the dishwasher?",
        "Is it safe to put it in the microwave?",
        "How do I clean it best?",
        "Does it come in another colour?",
        "How long is the warranty?",
        "Is there a lid that fits?",
    ),
    (
        "Yes, in the upper basket and with the normal programme.",
        "Yes, for two minutes at most.",
        "Yes, you can choose it at the foot of the page.",
        "Hello, the second page of the leaflet explains it.",
    ),
    (
        "Understood, thank you very much!",
        "Got it, many thanks.",
        "Thanks, that solves it.",
        "Perfect, thank you for the quick help!",
    ),
    (
        "A question before I use it",
        "Quick question",
        "Before I buy another one",
        "How do I look after it?",
        "Product question",
    ),
    (
        "One more thing: the box was crushed as well.",
        "By the way, the courier saw it too.",
        "The accessories are all there, though.",
        "I have not got the invoice yet either.",
    ),
    (
        "A loyal buyer who never sent anything back: we can be generous here.",
        "The warehouse has two left, I checked.",
        "It is a birthday present: please see to it first.",
        "The third one of this batch: look at the quality.",
    ),
    (
        "Agreed on the phone: we ask the carrier first, and answer by Friday.",
        "She will wait three days, no more reminders until then.",
        "He would rather have the same again, no hurry.",
    ),
    ("Hello, I have one more question.", "Sorry to bother you again.", "May I ask one more thing?"),
    ("Quick and friendly.", "Took a while, but it was solved.", "Very happy, I will be back.", "So so."),
    (
        "We are sorry for the trouble. Would one of these suit you?",
        "Our apologies. This is what we can do for you.",
        "We would like to make up for it like this.",
    ),
)
