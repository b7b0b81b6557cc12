"""Good rows of macros and of what people are told, and what is refused of them."""

from typing import Any

from tests.models.order_rows import AT

TELLING: dict[str, dict[str, Any]] = {
    "alert": {
        "agent_id": 1,
        "event": "assigned",
        "about": "entry:1",
        "ticket_id": 1,
        "entry_id": 1,
        "by": "agent:1",
        "words": "",
        "by_browser": True,
        "by_mail": False,
        "at": AT,
    },
    "macro": {
        "name": "Thank and solve",
        "place": 1,
        "steps": [{"do": "state", "value": "solved"}],
        "updated_at": AT,
        "updated_by_id": 1,
    },
}
TELLING_OFFENDING: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("alert", "ck_alert_event", {"about": "entry:2", "event": "bored"}),
    ("alert", "uq_alert_about", {"event": "answered"}),
    ("macro", "ck_macro_has_a_name", {"name": ""}),
)
