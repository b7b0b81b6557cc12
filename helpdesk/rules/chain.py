"""The hash chain of a conversation: what is hashed, in which form, and how it is checked.

    payload_commit = sha256(salt | canonical payload)       the payload may be erased, the commit stays
    hash           = sha256("helpdesk-entry-1" | canonical row without hash), the row holding prev_hash

The first entry's prev_hash names its ticket, so that a chain cannot be moved to another one.
A chain finds edits, deletions in the middle and reordering; a cut tail or a chain rewritten as a
whole is found only against a copy of the head kept elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

VERSION = "helpdesk-entry-1"
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The chained part of one entry."""

    ticket_id: int
    seq: int  # counts from one
    kind: str
    verb: str
    actor: str
    at: datetime
    payload_commit: str
    prev_hash: str
    hash: str = ""


def canonical(value: Mapping[str, Any]) -> bytes:
    """One spelling per value: sorted keys, no spaces, UTF-8 (after RFC 8785, for our few types)."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def commitment(salt: bytes, payload: Mapping[str, Any]) -> str:
    """The promise about a payload that does not give it away, not even by guessing (hence the salt)."""
    return hashlib.sha256(salt + canonical(payload)).hexdigest()


def genesis(ticket_id: int) -> str:
    """prev_hash of a ticket's first entry."""
    return hashlib.sha256(f"{VERSION}|ticket|{ticket_id}".encode()).hexdigest()


def digest(link: Link) -> str:
    """The hash of a link from all its other fields."""
    row = {
        "ticket": link.ticket_id,
        "seq": link.seq,
        "kind": link.kind,
        "verb": link.verb,
        "actor": link.actor,
        "at": link.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "payload_commit": link.payload_commit,
        "prev_hash": link.prev_hash,
    }
    return hashlib.sha256(VERSION.encode() + b"|" + canonical(row)).hexdigest()


def first_break(ticket_id: int, links: Iterable[Link]) -> str | None:
    """What is wrong with the first bad entry of a chain, or None when it holds."""
    expected, previous = 1, genesis(ticket_id)
    for link in links:
        if link.seq != expected:
            return f"entry {expected} of ticket {ticket_id} is missing"
        if link.ticket_id != ticket_id or link.prev_hash != previous:
            return f"entry {link.seq} of ticket {ticket_id} does not follow the one before it"
        if digest(link) != link.hash:
            return f"entry {link.seq} of ticket {ticket_id} was changed"
        expected, previous = link.seq + 1, link.hash
    return None
