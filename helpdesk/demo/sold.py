"""What the demo shop sold before its first morning: the orders that its buyers write about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.orders import GivenLine, GivenOrder, GivenPayment, GivenShipment

TOLD = frozenset(GivenOrder.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sold:
    number: str
    name: str
    email: str
    currency: str
    lines: tuple[tuple[str, str, int, int], ...]  # sku, title, quantity, minor units of one
    days: float  # ago
    shipping: int = 0
    shipped: float | None = None  # days after it was ordered
    delivered: float | None = None
    parcel: tuple[str, str] = ("", "")
    gateway: str = "card"
    paid_twice: bool = False


def orders(at: datetime) -> Iterator[GivenOrder]:
    """All of them, dated relative to `at`."""
    for sold in (*_EUROPE, *_CHINA):
        yield _given(sold, at - timedelta(days=sold.days))


_EUROPE = (
    _Sold(
        number="2026-10482", name="Emma Clarke", email="emma.clarke@post.example", currency="GBP", days=6,
        lines=(("SHIRT-LIN-M", "Linen shirt, M", 1, 5900),), shipping=390, shipped=1, delivered=3.5,
        parcel=("Royal Mail", "QK109228317GB"),
    ),
    _Sold(
        number="2026-10455", name="Daniel Novák", email="daniel.novak@inbox.example", currency="EUR", days=8,
        lines=(("MUG-BLUE", "Mug, blue", 2, 1490), ("TEA-GREEN", "Green tea, 100 g", 1, 890)), shipping=490,
        shipped=1, delivered=6.8, parcel=("DPD", "05212034918273"),
    ),
    _Sold(
        number="2026-10399", name="Priya Nair", email="priya.nair@mail.example", currency="EUR", days=14,
        lines=(("VASE-L", "Vase, large", 1, 6400),), shipping=690, shipped=2,
        parcel=("Hermes", "H8817203365"),
    ),
    _Sold(
        number="2026-10471", name="Tom Becker", email="tom@becker.example", currency="EUR", days=7,
        lines=(("MUG-SAND", "Mug, sand", 1, 1490),), shipping=490, shipped=1, delivered=5,
        parcel=("DHL", "00340434161094042557"),
    ),
    _Sold(
        number="2026-10510", name="Oliver Grant", email="oliver.grant@mail.example", currency="USD", days=2,
        lines=(("BOWL-S", "Bowl, small", 2, 1850),), shipping=500, paid_twice=True,
    ),
)  # fmt: skip
_CHINA = (
    _Sold(
        number="20261107-3391", name="李晓梅", email="lixiaomei@youxiang.example", currency="CNY", days=5,
        lines=(("KNIT-L", "羊毛衫 L 码", 1, 32900),), shipped=0.6, delivered=3,
        parcel=("顺丰速运", "SF1390284756102"), gateway="alipay",
    ),
    _Sold(
        number="20261101-2087", name="陈思远", email="chensiyuan@youxiang.example", currency="CNY", days=9,
        lines=(("LAMP-01", "台灯", 1, 26800),), shipped=1, delivered=8.2,
        parcel=("中通快递", "ZT78120039485761"), gateway="wechat",
    ),
    _Sold(
        number="20261109-4410", name="周雨桐", email="zhouyutong@xinxiang.example", currency="CNY", days=4,
        lines=(("PLATE-C", "青瓷盘", 2, 5900),), shipping=800, shipped=0.5, delivered=3.2,
        parcel=("圆通速递", "YT8827163549012"), gateway="alipay",
    ),
    _Sold(
        number="20261029-1765", name="张伟", email="zhangwei@xinxiang.example", currency="CNY", days=17,
        lines=(("KETTLE", "玻璃水壶", 1, 15800),), shipped=1, delivered=4,
        parcel=("韵达快递", "YD4310029384756"), gateway="alipay",
    ),
    _Sold(
        number="20261104-2956", name="王磊", email="wanglei@laoyouxiang.example", currency="CNY", days=6,
        lines=(("CUP-W", "白瓷杯", 1, 8900),), shipped=1, delivered=4.4,
        parcel=("极兔速递", "JT3092817465021"), gateway="alipay",
    ),
)  # fmt: skip


def _given(sold: _Sold, ordered_at: datetime) -> GivenOrder:
    lines = tuple(
        GivenLine(sku=sku, title=title, quantity=count, unit_paid_minor=unit, line_paid_minor=count * unit)
        for sku, title, count, unit in sold.lines
    )
    total = sum(line.line_paid_minor for line in lines) + sold.shipping
    paid_at = ordered_at + timedelta(minutes=2)
    shipped_at = ordered_at + timedelta(days=sold.shipped) if sold.shipped is not None else None
    delivered_at = ordered_at + timedelta(days=sold.delivered) if sold.delivered is not None else None
    state = OrderState.SHIPPED if shipped_at is not None else OrderState.PAID
    carrier, tracking = sold.parcel
    return GivenOrder(
        source="shop",
        external_no=sold.number,
        currency=sold.currency,
        state=OrderState.DELIVERED if delivered_at is not None else state,
        told=TOLD,
        ordered_at=ordered_at,
        paid_at=paid_at,
        shipped_at=shipped_at,
        delivered_at=delivered_at,
        buyer_name=sold.name,
        ship_country={"CNY": "CN", "GBP": "GB", "USD": "US"}.get(sold.currency, "DE"),
        shipping_paid_minor=sold.shipping,
        shipping_standard_minor=sold.shipping,
        emails=(sold.email,),
        lines=lines,
        payments=tuple(
            GivenPayment(
                gateway=sold.gateway,
                reference=f"{sold.number}-{place}",
                captured_minor=total,
                currency=sold.currency,
                paid_at=paid_at + timedelta(minutes=place),
            )
            for place in range(1, 3 if sold.paid_twice else 2)
        ),
        shipments=(
            GivenShipment(
                carrier=carrier, tracking=tracking, shipped_at=shipped_at, delivered_at=delivered_at
            ),
        )
        if tracking
        else (),
    )
