"""Good rows of orders and of what links a ticket to them, for tests/models/rows.py."""

from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
HASH = "0" * 64

ORDERS: dict[str, dict[str, Any]] = {
    "api_key": {"name": "erp", "token_sha256": HASH, "scope": "orders:write", "created_at": AT},
    "shop_order": {
        "source": "taobao",
        "external_no": "1234567890123456789",
        "external_no_norm": "1234567890123456789",
        "state": "paid",
        "currency": "CNY",
        "exponent": 2,
        "buyer_name": "Li",
        "phone_last4": "5678",
        "platform_id": "",
        "ship_country": "CN",
        "ship_region": "",
        "shipping_paid_minor": 0,
        "shipping_standard_minor": 0,
        "fees_minor": 0,
        "discount_minor": 0,
        "shipping_given_minor": 0,
        "created_at": AT,
        "updated_at": AT,
    },
    "order_address": {"order_id": 1, "email": "li@buyer.example", "key": "li@buyer.example"},
    "order_line": {
        "order_id": 1,
        "position": 1,
        "sku": "",
        "title": "Cup",
        "category": "",
        "tags": [],
        "quantity": 2,
        "unit_paid_minor": 100,
        "line_paid_minor": 200,
        "compensated_quantity": 0,
        "given_minor": 0,
    },
    "payment": {
        "order_id": 1,
        "position": 1,
        "gateway": "alipay",
        "reference": "1",
        "method": "",
        "captured_minor": 200,
        "reserved_minor": 0,
        "refunded_minor": 0,
        "currency": "CNY",
        "exponent": 2,
    },
    "shipment": {"order_id": 1, "position": 1, "carrier": "SF", "tracking": "SF1", "state": ""},
    "order_change": {"order_id": 1, "at": AT, "by": "api:erp", "changes": {}},
    "order_shape": {"source": "taobao", "shape": "###################"},
    "ticket_order": {
        "ticket_id": 1,
        "order_id": 1,
        "level": "weak",
        "how": "number",
        "other_address": False,
        "linked_at": AT,
        "entry_id": 1,
    },
    "named_number": {"ticket_id": 1, "entry_id": 1, "number": "SH-10482", "named_at": AT, "attempts": 0},
    "order_proof": {
        "ticket_id": 1,
        "order_id": 1,
        "sent_to": "li@buyer.example",
        "sent_at": AT,
        "expires_at": AT,
        "tries": 0,
    },
}
