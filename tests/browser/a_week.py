"""Who writes what in the week of the demo shop that the screens show."""

from dataclasses import dataclass

from helpdesk.demo import photos

ANSWERED = (  # subject, reply (the desk signs it); afterwards all of these wait for the buyer
    (
        "Wrong size: order 2026-10482",
        "Dear Emma,\n\nno need to send it back: please keep the shirt or pass it on. "
        "We have returned 39.00 GBP to your bank account today.",
    ),
    (
        "尺码不合适，想退货",
        "晓梅，您好！\n\n毛衣不用寄回了，退款 329 元今天已原路退回支付宝，一般次日到账。",
    ),
    (
        "Mug arrived broken",
        "Dear Daniel,\n\nthank you for the photos, the crack is easy to see. We are sorry!\n"
        "Was the outer box damaged as well? Then the carrier has to pay, not the maker.",
    ),
    (
        "杯子碎了",
        "王磊，您好！\n\n照片已收到，非常抱歉，是我们包装得不够好。"
        "请问外包装有没有破损？我们好跟快递公司核实。",
    ),
    (
        "Where is my parcel?",
        "Dear Priya,\n\nthe carrier has lost it. We have sent 54.20 EUR back the way you paid.",
    ),
    (
        "显示已签收，但没有收到包裹",
        "思远，您好！\n\n快递公司承认包裹丢失，268 元已退回微信，请留意到账通知。",
    ),
    (
        "Colour is nothing like on the page",
        "Hi Tom,\n\nyou are right, the picture was wrong. 6.00 EUR are on their way back to you; "
        "keep the mug.",
    ),
    ("少发了一件", "雨桐，您好！\n\n是我们漏装了，59 元已退回支付宝。"),
    ("Charged twice?", "Dear Oliver,\n\nwe see both payments and ask the bank today."),
    ("退款什么时候到账？", "张伟，您好！\n\n我们正在向支付宝核实，今天之内给您答复。"),
)
REFUNDED = (  # subject, amount, currency, method, reference
    ("Wrong size: order 2026-10482", "39.00", "GBP", "bank", "7LR03921GT"),
    ("尺码不合适，想退货", "329", "CNY", "alipay", "2026112200172"),
    ("Where is my parcel?", "54.20", "EUR", "bank", "7LR04410QK"),
    ("显示已签收，但没有收到包裹", "268", "CNY", "wechat", "4200002611"),
    ("Colour is nothing like on the page", "6.00", "EUR", "bank", "7LR05127MM"),
    ("少发了一件", "59", "CNY", "alipay", "2026112200188"),
)
ARRIVED = ("emma.clarke@post.example", "chensiyuan@youxiang.example", "tom@becker.example",
           "zhouyutong@xinxiang.example", "priya.nair@mail.example")  # fmt: skip
SCORED = (  # buyer, score, comment
    ("emma.clarke@post.example", "5", "Money back the same day, and I could keep the shirt."),
    ("chensiyuan@youxiang.example", "4", "处理得很快，就是等快递公司的答复久了一点。"),
    ("tom@becker.example", "5", ""),
    ("zhouyutong@xinxiang.example", "5", "很满意，谢谢！"),
)
SOLVED = ("Thank you!", "谢谢，已经收到退款", "Automatic reply: your order has been shipped",
          "7 boxes your competitors already use")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A new mail of the last day."""

    name: str
    email: str
    subject: str
    text: str
    photo: photos.Colour | None = None


NEWS = (
    Letter(
        "Hannah Lindqvist",
        "hannah@lindqvist.example",
        "Tablecloth with a stain",
        "Hello,\n\nthe linen tablecloth (order 2026-10533) has a yellow stain along the fold. "
        "Can I have my money back?\n\nHannah\n",
    ),
    Letter(
        "孙悦", "sunyue@youxiang.example", "碗的釉面有裂纹",
        "客服您好：\n\n订单 20261112-0934 的饭碗有一道裂纹，装热汤会渗水。见照片，想退款 46 元。\n\n孙悦\n",
        (226, 214, 190),
    ),
    Letter(
        "Marek Zieliński", "marek.z@poczta.example", "Refund for a returned lamp",
        "Your warehouse signed for my return on Monday (tracking RR 4471 0092). "
        "When will the 72.00 EUR be refunded?\n\nMarek\n",
    ),
    Letter(
        "何静", "hejing@xinxiang.example", "降价了，可以退差价吗？",
        "前天 159 元买的围巾，今天页面上是 119 元。能不能把差价退给我？订单 20261118-2210。\n",
    ),
)  # fmt: skip
