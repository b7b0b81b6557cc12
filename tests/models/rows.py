"""One good row for every table, and a way to put in one that differs."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Enum, MetaData, String, Table, insert
from sqlalchemy.orm import Session

from helpdesk.db import Base

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
HASH = "0" * 64

# In the order in which they may be inserted; every row points at the first row of the others.
GOOD: dict[str, dict[str, Any]] = {
    "agent": {
        "email": "ann@shop.example",
        "name": "Ann",
        "password_hash": "x",
        "role": "agent",
        "active": True,
        "session_key": "key",
        "created_at": AT,
    },
    "buyer": {"name": "Li", "locale": "en", "created_at": AT},
    "buyer_address": {
        "buyer_id": 1,
        "email": "li@buyer.example",
        "key": "li@buyer.example",
        "created_at": AT,
    },
    "mailbox": {
        "name": "support",
        "address": "support@shop.example",
        "imap_host": "mail.example",
        "imap_port": 993,
        "imap_tls": "tls",
        "smtp_host": "mail.example",
        "smtp_port": 465,
        "smtp_tls": "tls",
        "username": "support",
        "password_sealed": b"x",
        "ca_file": "",
        "authserv_id": "",
        "folder": "INBOX",
        "active": True,
        "created_at": AT,
        "since": "now",
        "problem": "",
    },
    "mailbox_folder": {
        "mailbox_id": 1,
        "name": "INBOX",
        "role": "main",
        "is_read": True,
        "since": "now",
        "epoch": 0,
        "last_uid": 0,
        "problem": "",
    },
    "mailbox_grant": {
        "mailbox_id": 1,
        "provider": "google",
        "authority": "",
        "client_id": "desk",
    },
    "ticket": {
        "mailbox_id": 1,
        "buyer_id": 1,
        "subject": "Refund",
        "locale": "en",
        "state": "new",
        "preview": "",
        "created_at": AT,
        "updated_at": AT,
        "last_seq": 1,
        "head_hash": HASH,
    },
    "entry": {
        "ticket_id": 1,
        "seq": 1,
        "kind": "received",
        "verb": "received",
        "actor": "buyer:1",
        "at": AT,
        "payload_commit": HASH,
        "prev_hash": HASH,
        "hash": HASH,
    },
    "entry_payload": {"entry_id": 1, "salt": b"x", "facts": {}},
    "attachment": {
        "entry_id": 1,
        "position": 0,
        "filename": "a.png",
        "content_type": "image/png",
        "size": 1,
        "sha256": HASH,
        "content_id": "",
        "inline": False,
    },
    "received_message": {
        "mailbox_id": 1,
        "folder": "INBOX",
        "uidvalidity": 1,
        "uid": 1,
        "sha256": HASH,
        "size": 1,
        "stored_at": AT,
        "quiet": False,
        "state": "stored",
        "attempts": 0,
        "problem": "",
        "ignored_because": "",
        "message_id": "",
    },
    "outbox_message": {
        "reason": "entry:1",
        "ticket_id": 1,
        "entry_id": 1,
        "mailbox_id": 1,
        "recipient": "li@buyer.example",
        "automatic": False,
        "message_id": "1@shop.example",
        "sha256": HASH,
        "state": "queued",
        "due_at": AT,
        "attempts": 0,
        "answer": "",
        "created_at": AT,
    },
    "notification": {"ticket_id": 1, "agent_id": 1, "from_seq": 1, "due_at": AT},
    "suppression": {"key": "li@buyer.example", "because": "bounced", "created_at": AT},
    "refund": {
        "ticket_id": 1,
        "amount_minor": 1,
        "currency": "CNY",
        "method": "alipay",
        "reference": "1",
        "state": "succeeded",
        "entry_id": 1,
        "recorded_at": AT,
        "expected_at": AT,
    },
    "reminder": {
        "ticket_id": 1,
        "kind": "survey",
        "cycle": 1,
        "due_at": AT,
        "unless": [],
        "facts": {},
        "state": "planned",
        "withdrawn_because": "",
        "attempts": 0,
        "problem": "",
        "created_at": AT,
    },
    "submitted_form": {"key": HASH, "at": AT},
    "tally": {"key": HASH, "count": 1, "since": AT},
    "survey": {"ticket_id": 1, "sent_at": AT, "expires_at": AT, "comment": ""},
}


def put(session: Session, table: str, /, **changes: Any) -> None:
    """Insert the good row of a table with these changes, past the models and their enums."""
    columns = Base.metadata.tables[table].columns
    plain = Table(table, MetaData(), *[_unchecked(column) for column in columns])
    session.execute(insert(plain).values(GOOD[table] | changes))


def _unchecked(column: Any) -> Any:
    """The column without its Python-side check of enums, so that the database is asked."""
    kind = String() if isinstance(column.type, Enum) else column.type
    return Column(column.name, kind, primary_key=column.primary_key)
