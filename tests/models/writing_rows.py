"""Good rows of what agents write."""

from typing import Any

from tests.models.order_rows import AT, HASH

WRITING: dict[str, dict[str, Any]] = {
    "draft": {
        "agent_id": 1,
        "ticket_id": 1,
        "kind": "reply",
        "text": "",
        "cc": "",
        "bcc": "",
        "replaced": "",
        "pane": "",
        "version": 1,
        "updated_at": AT,
    },
    "draft_file": {
        "draft_id": 1,
        "filename": "a.png",
        "content_type": "image/png",
        "size": 1,
        "sha256": HASH,
    },
    "saved_reply": {
        "owner_id": 1,
        "name": "Sorry",
        "text_en": "We are sorry.",
        "text_zh": "",
        "updated_at": AT,
        "updated_by_id": 1,
    },
    "tag": {"name": "Late", "folded": "late", "created_at": AT},
    "ticket_tag": {"ticket_id": 1, "tag_id": 1},
    "batch": {
        "agent_id": 1,
        "deed": "tag",
        "facts": {"tags": ["Late"]},
        "state": "running",
        "total": 1,
        "undoes_id": 1,
        "created_at": AT,
    },
    "batch_ticket": {
        "batch_id": 1,
        "ticket_id": 1,
        "seen_seq": 1,
        "fate": "waiting",
        "problem": "",
    },
}
