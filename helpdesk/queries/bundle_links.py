"""Links to a buyer's own pages, taken out of what a bundle hands out: who holds one can act as the buyer.

A letter of ours is written anew without them. Mail that came in is never written anew (its signature would
say nothing any more, and foreign structure is not to be trusted): where it quotes such a link its words go
into the bundle instead, as text. The hash of the original stands beside either.
"""

import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from mail.parse import parse
from mail.types import Incoming

REMOVED = "[link removed]"
# The address of any page of ours for buyers, whatever the desk's own address was when the letter was written.
LINK = re.compile(r"https?://[^\s\"'<>]*?/b/[a-z]+/[\w.~-]{12,}[^\s\"'<>)\]]*")
POLICY = policy.default.clone(linesep="\r\n", cte_type="7bit", refold_source="none")


def removed(text: str) -> str:
    return LINK.sub(REMOVED, text)


def removed_within(value: Any) -> Any:
    """The same value, JSON as it is, with no such link in any of its texts."""
    if isinstance(value, str):
        return removed(value)
    if isinstance(value, dict):
        return {key: removed_within(each) for key, each in value.items()}
    return [removed_within(each) for each in value] if isinstance(value, list) else value


def cleaned(path: str, raw: bytes) -> tuple[str, bytes]:
    """A mail under its name in the bundle, as it may be handed out; unchanged where it holds no link."""
    incoming = parse(raw)
    if not any(LINK.search(text) for text in _texts(raw, incoming)):
        return path, raw
    if path.endswith("-sent.eml"):
        return path, _written_anew(raw)
    return f"{path.removesuffix('.eml')}.txt", _words(incoming)


def _texts(raw: bytes, incoming: Incoming) -> Iterable[str]:
    """Wherever a link may stand: as it is on the wire, in its headers, decoded, and in what is attached."""
    yield raw.decode("latin-1")
    yield from (value for _, value in incoming.headers)
    yield from (incoming.text, incoming.html)
    for file in incoming.attachments:
        yield file.content.decode("latin-1")
        if file.content_type.lower() == "message/rfc822":
            inner = parse(file.content)
            yield from (inner.text, inner.html)


def _written_anew(raw: bytes) -> bytes:
    """A letter that `mail.compose` has made: its texts without links, all else as it was."""
    message = message_from_bytes(raw, policy=POLICY)
    for name in ("List-Unsubscribe", "List-Unsubscribe-Post"):
        del message[name]
    for part in message.walk():
        if part.get_content_maintype() == "text" and not part.is_attachment():
            _write(part, removed(part.get_content()))
    return bytes(message)


def _write(part: EmailMessage, text: str) -> None:
    language, version = part["Content-Language"], part["MIME-Version"]
    part.set_content(text, subtype=part.get_content_subtype(), charset="utf-8")
    del part["MIME-Version"]
    if version is not None:
        part["MIME-Version"] = version
    if language is not None:
        part["Content-Language"] = language


def _words(incoming: Incoming) -> bytes:
    """What can be read of a mail: who, when, about what, the words; files are named, not given."""
    names = ("From", "To", "Cc", "Date", "Subject", "Message-ID")
    head = [f"{name}: {value}" for name in names for value in incoming.all_headers(name)]
    files = [
        f"[{file.filename or file.content_type}, {len(file.content)} bytes]" for file in incoming.attachments
    ]
    return removed("\n".join([*head, "", incoming.text, *files, ""])).encode("utf-8", "replace")
