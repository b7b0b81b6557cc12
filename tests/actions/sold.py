"""Orders for tests: one as its source tells of it, with whatever a test wants to be different."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from helpdesk import clock
from helpdesk.actions import orders
from helpdesk.actions.orders import Saved
from helpdesk.db import transaction
from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.orders import GivenLine, GivenOrder, GivenPayment

LI = "li@buyer.example"
PAID_AT = datetime(2026, 5, 20, 3, tzinfo=UTC)
EVERYTHING = frozenset(GivenOrder.__dataclass_fields__)


def line(**changes: Any) -> GivenLine:
    return GivenLine(
        **{"sku": "CUP-1", "title": "杯子", "quantity": 2, "unit_paid_minor": 4450, "line_paid_minor": 8900}
        | changes
    )


def payment(**changes: Any) -> GivenPayment:
    return GivenPayment(
        **{"gateway": "alipay", "reference": "2026052022001", "captured_minor": 9900, "currency": "CNY"}
        | changes
    )


def given(number: str = "2398471029384756102", **changes: Any) -> GivenOrder:
    """A paid order of Li for two cups, 89.00 and 10.00 for delivery."""
    usual = {
        "source": "taobao",
        "external_no": number,
        "currency": "CNY",
        "state": OrderState.PAID,
        "told": EVERYTHING,
        "ordered_at": PAID_AT,
        "paid_at": PAID_AT,
        "buyer_name": "李梅",
        "phone_last4": "5678",
        "ship_country": "CN",
        "shipping_paid_minor": 1000,
        "shipping_standard_minor": 1000,
        "emails": (LI,),
        "lines": (line(),),
        "payments": (payment(),),
    }
    return GivenOrder(**usual | changes)


def sell(*given_orders: GivenOrder) -> list[Saved]:
    """Have these orders, one as above when none is given."""
    wanted: Sequence[GivenOrder] = given_orders or (given(),)
    with transaction() as session:
        return orders.save(session, wanted, by="test", at=clock.now())
