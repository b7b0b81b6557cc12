"""A morning's mail of the demo shop: what buyers, machines and advertisers write, in Chinese and English."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.demo import photos
from helpdesk.demo.provider import SHOP
from mail.compose import compose
from mail.types import Address, Attachment, Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message to hand over, and when."""

    sender: str  # of the envelope, "" for a bounce
    raw: bytes
    before: timedelta  # how long ago, seen from the first start


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    hours: float
    name: str
    email: str
    subject: str
    text: str
    pictures: tuple[Attachment, ...] = ()
    automatic: str = ""
    head: str = ""  # more header lines
    answers: str = ""  # Message-ID


def mails(at: datetime) -> Iterator[Mail]:
    """All of it, oldest first, dated relative to `at`."""
    written = [*_letters(), *_chinese_letters()]
    made = [_made(letter, number, at) for number, letter in enumerate(written, 1)]
    made += [_in_gbk(at), _bounce(at)]
    yield from sorted(made, key=lambda mail: mail.before, reverse=True)


def _letters() -> tuple[_Letter, ...]:
    emma = ("Emma Clarke", "emma.clarke@post.example")
    return (
        _Letter(
            hours=21,
            name=emma[0],
            email=emma[1],
            subject="Wrong size: order 2026-10482",
            text="Hi,\n\nI ordered the linen shirt in M (order 2026-10482), the label says M, but it is cut "
            "like an S. I would like to send it back and get my money back.\n\nWhat do I have to do?\n\n"
            "Best,\nEmma\n",
        ),
        _Letter(
            hours=17.5,
            name="Daniel Novák",
            email="daniel.novak@inbox.example",
            subject="Mug arrived broken",
            text="Hello,\n\nthe blue mug from order 2026-10455 came in two pieces. Photos attached: one from "
            "the front, one of the other mug of the set, which is fine.\n\nI do not need a new one, a refund "
            "for the broken one (14.90 EUR) would be great.\n\nDaniel\n",
            pictures=(
                _picture("broken-mug.png", (64, 108, 176), broken=True),
                _picture("other-mug.png", (64, 108, 176), broken=False),
            ),
        ),
        _Letter(
            hours=13,
            name="Priya Nair",
            email="priya.nair@mail.example",
            subject="Where is my parcel?",
            text='Order 2026-10399 has been "out for delivery" for nine days now. The carrier does not '
            "answer. Please find out where it is, or refund me.\n\nPriya Nair\n",
        ),
        _Letter(
            hours=9.2,
            name="Tom Becker",
            email="tom@becker.example",
            subject="Colour is nothing like on the page",
            text='Hi there,\n\nthe mug is sold as "sand". What I got is orange, see the picture. '
            "Partial refund or return, whatever is easier for you.\n\nTom\n\n--\nsent from my phone\n",
            pictures=(_picture("IMG_2210.png", (214, 122, 48), broken=False),),
        ),
        _Letter(
            hours=6,
            name=emma[0],
            email=emma[1],
            subject="Re: Wrong size: order 2026-10482",
            text="One more thing: the tags are still on it.\n\nEmma\n\n> I ordered the linen shirt in M "
            "(order 2026-10482), the label says M,\n> but it is cut like an S.\n",
            answers="1.first-mail@post.example",
        ),
        _Letter(
            hours=4.5,
            name="Grace Lee",
            email="grace.lee@post.example",
            subject="Thank you!",
            text="The replacement came today, and the note in the box made me smile. Thank you!\n\nGrace\n",
        ),
        _Letter(
            hours=3,
            name="Jonas Weber",
            email="j.weber@office.example",
            subject="Automatic reply: your order has been shipped",
            text="I am out of the office until Monday and read mail only now and then.\n\nJonas Weber\n",
            automatic="auto-replied",
        ),
        _Letter(
            hours=2,
            name="Parcel Weekly",
            email="news@parcel-weekly.example",
            subject="7 boxes your competitors already use",
            text="Our autumn catalogue is out. Paper, tape, tissue: everything for your packing table.\n",
            head="List-Id: Parcel Weekly <news.parcel-weekly.example>\r\n"
            "List-Unsubscribe: <https://parcel-weekly.example/bye>\r\nPrecedence: bulk\r\n",
        ),
        _Letter(
            hours=1.2,
            name="Oliver Grant",
            email="oliver.grant@mail.example",
            subject="Charged twice?",
            text="My card shows two payments of 42.00 USD for order 2026-10510. Could you check and send one "
            "of them back?\n\nThanks, Oliver\n",
        ),
    )


def _chinese_letters() -> tuple[_Letter, ...]:
    return (
        _Letter(
            hours=19,
            name="李晓梅",
            email="lixiaomei@youxiang.example",
            subject="尺码不合适，想退货",
            text="你好：\n\n订单 20261107-3391 的毛衣收到了，按尺码表选的 L，穿上偏小，袖子短一截。"
            "吊牌没有拆，想退货退款，请问退货地址是哪里？运费谁承担？\n\n谢谢\n李晓梅\n",
        ),
        _Letter(
            hours=11,
            name="陈思远",
            email="chensiyuan@youxiang.example",
            subject="显示已签收，但没有收到包裹",
            text="客服你好，\n\n订单 20261101-2087 物流显示昨天已签收，但我和家人都没有收到，驿站也查不到。"
            "麻烦帮忙核实一下，如果找不到请直接退款（268 元）。\n\n陈思远 138****2210\n",
        ),
        _Letter(
            hours=7.4,
            name="周雨桐",
            email="zhouyutong@xinxiang.example",
            subject="少发了一件",
            text="订单 20261109-4410 买了两个盘子，箱子里只有一个，包装是完好的。"
            "可以补发，也可以退一个的钱（59 元）。\n",
        ),
        _Letter(
            hours=2.6,
            name="张伟",
            email="zhangwei@xinxiang.example",
            subject="退款什么时候到账？",
            text="上周你们说已经退款到支付宝了，我这边一直没有看到。"
            "订单号 20261029-1765，麻烦查一下，谢谢。\n",
        ),
        _Letter(
            hours=0.6,
            name="赵敏",
            email="zhaomin@youxiang.example",
            subject="谢谢，已经收到退款",
            text="刚刚到账了，处理很快，谢谢你们！\n\n赵敏\n",
        ),
    )


def _made(letter: _Letter, number: int, at: datetime) -> Mail:
    domain = letter.email.partition("@")[2]
    raw = compose(
        Outgoing(
            message_id=f"{number}.first-mail@{domain}",
            sender=Address(email=letter.email, name=letter.name),
            to=Address(email=SHOP),
            subject=letter.subject,
            text=letter.text,
            in_reply_to=letter.answers,
            references=(letter.answers,) if letter.answers else (),
            attachments=letter.pictures,
            automatic=letter.automatic,
            sent_at=at - timedelta(hours=letter.hours),
        )
    )
    return Mail(sender=letter.email, raw=letter.head.encode() + raw, before=timedelta(hours=letter.hours))


def _picture(filename: str, colour: photos.Colour, *, broken: bool) -> Attachment:
    return Attachment(filename=filename, content_type="image/png", content=photos.mug(colour, broken=broken))


def _in_gbk(at: datetime) -> Mail:
    """As an older Chinese mail program writes it: GBK in body, subject, name and file name."""
    text = "杯子收到时已经碎了，见照片。订单 20261104-2956，请退款 89 元。\r\n王磊\r\n"
    picture = photos.mug((236, 236, 230), broken=True)
    return _by_hand(
        "wanglei@laoyouxiang.example",
        f"From: {_gbk('王磊')} <wanglei@laoyouxiang.example>\r\nTo: <{SHOP}>\r\n"
        f"Subject: {_gbk('杯子碎了')}\r\nMessage-ID: <gbk.first-mail@laoyouxiang.example>\r\n"
        "X-Mailer: Foxmail 7.2\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="=_part"\r\n\r\n'
        '--=_part\r\nContent-Type: text/plain; charset="gb2312"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"{_lines(text.encode('gbk'))}\r\n"
        f'--=_part\r\nContent-Type: image/png; name="{_gbk("碎杯子.png")}"\r\n'
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n"
        f"{_lines(picture)}\r\n--=_part--\r\n",
        hours=15,
        at=at,
    )


def _bounce(at: datetime) -> Mail:
    """Somebody else's server could not deliver something (RFC 3464)."""
    return _by_hand(
        "",
        f"From: Mail Delivery System <mailer-daemon@mx.elsewhere.example>\r\nTo: {SHOP}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <bounce.first-mail@mx.elsewhere.example>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_part"\r\n\r\n'
        "--=_part\r\nContent-Type: text/plain\r\n\r\nI could not deliver your message to "
        "old.buyer@elsewhere.example.\r\n"
        "--=_part\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.elsewhere.example\r\n\r\n"
        "Final-Recipient: rfc822; old.buyer@elsewhere.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
        "--=_part\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <before-the-desk@shop.example>\r\n"
        f"From: {SHOP}\r\nTo: old.buyer@elsewhere.example\r\nSubject: Your order\r\n--=_part--\r\n",
        hours=5.2,
        at=at,
    )


def _by_hand(sender: str, raw: str, *, hours: float, at: datetime) -> Mail:
    before = timedelta(hours=hours)
    date = f"Date: {(at - before):%a, %d %b %Y %H:%M:%S} +0000\r\n"
    return Mail(sender=sender, raw=(date + raw).encode("ascii"), before=before)


def _gbk(text: str) -> str:
    return f"=?gb2312?B?{base64.b64encode(text.encode('gbk')).decode()}?="


def _lines(content: bytes) -> str:
    return base64.encodebytes(content).decode().replace("\n", "\r\n").strip()
