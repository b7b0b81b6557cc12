"""Good rows of the tables of money, and what their constraints refuse."""

from typing import Any

from tests.models.order_rows import AT

MONEY: dict[str, dict[str, Any]] = {
    "refund": {
        "ticket_id": 1,
        "remedy_id": 1,
        "part": 1,
        "key": "R1-1",
        "gateway": "manual",
        "amount_minor": 100,
        "currency": "CNY",
        "method": "alipay",
        "reference": "1",
        "trace": "",
        "state": "succeeded",
        "said": "",
        "entry_id": 1,
        "recorded_at": AT,
        "submissions": 1,
        "looks": 0,
        "lease_owner": "",
        "paid_at": AT,
        "expected_at": AT,
        "arrival_assumed": False,
        "mistaken": False,
    },
    "switch": {"name": "money", "off": True, "why": "audit", "by_id": 1, "at": AT},
    "gateway_notice": {
        "gateway": "stripe",
        "event": "evt_1",
        "key": "R1-1",
        "reference": "re_1",
        "payment": "pi_1",
        "currency": "",
        "outcome": "succeeded",
        "came_at": AT,
    },
    "statement_line": {
        "source": "alipay",
        "file_sha256": "0" * 64,
        "line": 7,
        "key": "",
        "reference": "2026060122001",
        "payment": "",
        "amount_minor": 100,
        "currency": "CNY",
        "remark": "",
        "fate": "nothing",
        "says": "",
        "came_at": AT,
    },
}

OTHER_LINE = {"line": 8, "reference": "2"}
NOT_PAID = {"key": "R1-2", "part": 2, "reference": "2", "state": "failed", "paid_at": None}
ANOTHER = {"key": "R1-2", "part": 2, "reference": "2"}
MONEY_OFFENDING: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("refund", "ck_refund_state", {**ANOTHER, "state": "lost", "paid_at": None}),
    ("refund", "ck_refund_amount_is_positive", {**ANOTHER, "amount_minor": 0}),
    ("refund", "ck_refund_parts_count_from_one", {**ANOTHER, "part": 0}),
    ("refund", "ck_refund_paid_has_a_moment", {**ANOTHER, "paid_at": None}),
    ("refund", "ck_refund_paid_has_a_moment", {**ANOTHER, "state": "failed"}),
    ("refund", "ck_refund_a_lease_has_an_owner", {**ANOTHER, "lease_owner": "one"}),
    ("refund", "ck_refund_told_has_a_gateway", {**ANOTHER, "gateway": ""}),
    ("refund", "ck_refund_only_people_hold", {**ANOTHER, "gateway": "stripe", "held_by_id": 1}),
    ("refund", "ck_refund_mistaken_is_reversed", {**ANOTHER, "mistaken": True}),
    ("refund", "ck_refund_only_what_left_is_chased", {**NOT_PAID, "chased_at": AT}),
    ("refund", "ck_refund_only_arrivals_are_assumed", {**ANOTHER, "arrival_assumed": True}),
    ("refund", "uq_refund_key", {**ANOTHER, "key": "R1-1"}),
    ("refund", "uq_refund_part", {**ANOTHER, "part": 1}),
    ("refund", "uq_refund_reference", {**ANOTHER, "reference": "1"}),
    ("gateway_notice", "uq_gateway_notice", {"key": "R1-2"}),
    ("gateway_notice", "ck_gateway_notice_settled_by_somebody", {"event": "evt_2", "settled_at": AT}),
    ("statement_line", "uq_statement_line", {"reference": "2"}),
    ("statement_line", "uq_statement_line_reference", {"line": 8}),
    ("statement_line", "ck_statement_line_amount_is_positive", {**OTHER_LINE, "amount_minor": 0}),
    ("statement_line", "ck_statement_line_settled_has_a_moment", {**OTHER_LINE, "settled_by_id": 1}),
    ("statement_line", "ck_statement_line_known_is_settled", {**OTHER_LINE, "refund_id": 1}),
)
