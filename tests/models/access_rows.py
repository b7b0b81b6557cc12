"""Good rows of how people get in, and what is refused of them."""

from typing import Any

from tests.models.order_rows import AT, HASH

ACCESS: dict[str, dict[str, Any]] = {
    "agent_session": {
        "agent_id": 1,
        "token_sha256": HASH,
        "how": "password",
        "address": "203.0.113.7",
        "user_agent": "Firefox",
        "created_at": AT,
        "seen_at": AT,
    },
    "invitation": {
        "email": "bob@shop.example",
        "role": "agent",
        "locale": "en",
        "invited_by_id": 1,
        "invited_at": AT,
    },
    "staff_link": {
        "door": "invitation",
        "token_sha256": HASH,
        "invitation_id": 1,
        "created_at": AT,
        "expires_at": AT,
    },
    "staff_letter": {
        "told": "invitation",
        "recipient": "bob@shop.example",
        "invitation_id": 1,
        "facts": {},
        "due_at": AT,
        "attempts": 0,
        "problem": "",
        "created_at": AT,
    },
    "authenticator": {"agent_id": 1, "secret_sealed": b"x", "last_step": 0, "created_at": AT},
    "passkey": {
        "agent_id": 1,
        "credential_id": "a",
        "public_key": b"x",
        "sign_count": 0,
        "name": "phone",
        "created_at": AT,
    },
    "recovery_code": {"agent_id": 1, "code_sha256": HASH},
    "shop": {"id": 1, "name": "Tea House"},
    "staff_event": {"at": AT, "verb": "invited", "by_id": 1, "facts": {}},
}

# What the databases refuse of them: see test_constraints.py.
ACCESS_OFFENDING: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("agent_session", "ck_agent_session_how", {"how": "charm"}),
    ("invitation", "ck_invitation_invited_role", {"email": "b", "role": "king"}),
    (
        "invitation",
        "ck_invitation_invitation_ends_once",
        {"email": "b", "agent_id": 1, "withdrawn_at": AT},
    ),
    ("invitation", "uq_invitation_open", {"role": "lead"}),
    ("staff_link", "ck_staff_link_door", {"token_sha256": "1" * 64, "door": "back"}),
    ("staff_link", "uq_staff_link_token_sha256", {"door": "set_up"}),
    ("passkey", "uq_passkey_credential_id", {"name": "stick"}),
    ("recovery_code", "uq_recovery_code", {"used_at": AT}),
    ("shop", "ck_shop_there_is_one", {"id": 2}),
    ("staff_letter", "ck_staff_letter_told", {"told": "gossip"}),
)
