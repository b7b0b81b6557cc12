"""What the buyers of the generated mail are called, and what they say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentences:
    greeting: str
    first: str  # takes wish, order, number
    wishes: tuple[str, ...]
    more: tuple[str, ...]
    farewell: str


DOMAINS = ("qq.example", "163.example", "gmail.example", "outlook.example", "foxmail.example", "126.example")
NAMES = {
    "zh": ("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀兰霞平"),
    "en": (
        ("Alice", "Bob", "Carla", "David", "Emma", "Frank", "Grace", "Henry", "Irene", "Jack", "Karen"),
        ("Smith", "Jones", "Miller", "Garcia", "Brown", "Novak", "Rossi", "Tanaka", "Silva", "Dubois"),
    ),
}
SUBJECT = {"zh": "退款申请 订单{order}", "en": "Refund request for order {order}"}
AGAIN = {"zh": ("回复: ", "Re: ", "回复：", "答复: "), "en": ("Re: ",)}
SENTENCES = {
    "zh": Sentences(
        greeting="您好：",
        first="{wish}。订单号 {order}，退款编号 {number} 号。",
        wishes=(
            "收到的衣服尺码不对，想退货退款",
            "商品有破损，外包装完好但里面裂了",
            "发错颜色了，我要的是黑色",
            "物流显示已签收但我没有收到包裹",
            "质量问题，洗了一次就掉色",
            "申请部分退款，少发了一个配件",
            "与描述不符，实物和图片差别很大",
            "退款一个星期了还没有到账",
        ),
        more=(
            "麻烦尽快处理一下，谢谢。",
            "照片已经附在邮件里，请查看。",
            "我已经在后台提交了退款申请。",
            "运费应该由卖家承担吧？",
            "如果不能退款，我会申请平台介入。",
            "请问退款多久可以到账？",
            "我愿意接受补发或者优惠券补偿。",
            "退货单号已经填写，请确认收货。",
            "这已经是我第三次写邮件了。",
            "请告诉我退货地址和联系电话。",
        ),
        farewell="此致",
    ),
    "en": Sentences(
        greeting="Hello,",
        first="{wish}. Order number {order}, my note number {number}, paid €49.",
        wishes=(
            "The jacket arrived in the wrong size and I would like a refund",
            "The mug was broken when I opened the parcel",
            "I received the wrong colour",
            "Tracking says delivered but nothing has arrived",
            "The fabric faded after one wash",
            "One accessory is missing, I am asking for a partial refund",
            "The item does not match the description",
            "My refund was approved a week ago but has not arrived",
        ),
        more=(
            "Please look into this as soon as possible. ",
            "I have attached photos as evidence. ",
            "I already filed the refund form on the order page. ",
            "The return shipping should be paid by the seller. ",
            "How long does the refund take to reach my card? ",
            "I would also accept a redelivery or a coupon. ",
            "The return tracking number is on file. ",
            "This is the third time I am writing. ",
            "Please send me the return address and a phone number. ",
            "The order page says completed, yet nothing came. ",
        ),
        farewell="Kind regards",
    ),
}
