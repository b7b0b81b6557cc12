"""The machine's half of a delivery report (RFC 3464): groups of fields, one group for each recipient."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mail import headers, mime
from mail.types import Incoming

MAX_RECIPIENTS = 100
ADDRESS = re.compile(
    r"[\w.!#$%&'*+/=?^{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,10}", re.ASCII
)  # ASCII only: Chinese sentences stand around addresses without a blank
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)")

_IN_A_FIELD = re.compile(r"[^\s<>();,\"@]{1,64}@[^\s<>();,\"@]{1,253}")  # beyond ASCII too (RFC 6533)

_TYPES = ("message/delivery-status", "message/global-delivery-status")
_MOST_READ = 65_536  # bytes
_BLANK_LINE = re.compile(rb"\r?\n[ \t]{0,100}\r?\n")
_RECIPIENT_FIELD = re.compile(r"^(?:final|original)-recipient:", re.I | re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The fields about one recipient (section 2.3)."""

    recipient: str  # the one we wrote to where both are named (section 2.3.1)
    action: str
    status: str  # with its comment, as written
    diagnostic: str
    code_type: str  # "smtp", "x-unix"; "" when not given


def groups(incoming: Incoming) -> list[Group]:
    """What the report's own part says; [] when it has none."""
    found: list[Group] = []
    for content in _contents(incoming):
        for lines in _BLANK_LINE.split(content[:_MOST_READ].strip())[: MAX_RECIPIENTS * 2]:
            if group := _group(_fields(lines)):
                found.append(group)
    return found[:MAX_RECIPIENTS]


def _contents(incoming: Incoming) -> Iterator[bytes]:
    parts = [each.content for each in incoming.attachments if each.content_type in _TYPES]
    yield from parts
    if not parts and (match := _RECIPIENT_FIELD.search(incoming.text[:_MOST_READ])):
        # A broken boundary, or a server that pastes the fields into its prose.
        start = incoming.text.rfind("\n\n", 0, match.start()) + 1
        yield incoming.text[start : start + _MOST_READ].encode("utf-8", "replace")


def _fields(lines: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in mime.tree(lines.strip() + b"\n\n", []).headers:
        fields.setdefault(name.lower(), headers.decoded(value))
    return fields


def _group(fields: dict[str, str]) -> Group | None:
    if "action" not in fields and "status" not in fields:
        return None
    recipient = _typed(fields.get("original-recipient", "")) or _typed(fields.get("final-recipient", ""))
    if not recipient and "final-recipient" not in fields:
        return None
    code_type, _, said = fields.get("diagnostic-code", "").partition(";")
    return Group(
        recipient=recipient,
        action=_action(fields.get("action", "")),
        status=fields.get("status", ""),
        diagnostic=said.strip() or code_type.strip(),
        code_type=code_type.strip().lower() if said else "",
    )


def _action(value: str) -> str:
    """One of the five of section 2.3.3; whatever else is written there, the message did not arrive."""
    word = (value.split() or ["failed"])[0].lower().strip("();,")
    return word if word in ("failed", "delayed", "delivered", "relayed", "expanded") else "failed"


def _typed(value: str) -> str:
    """The address of `rfc822; a@x` without its type."""
    address = _IN_A_FIELD.search(value.rpartition(";")[2][:1_000])
    return address[0] if address else ""
