"""The bytes of an `Outgoing`: CRLF, seven bits, lines of at most 998 characters; for SMTP and APPEND."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from mail import folding
from mail.markup import html_of
from mail.types import Attachment, Outgoing

__all__ = ["compose", "html_of"]

_AUTOMATIC = {"auto-replied", "auto-generated"}  # RFC 3834 section 5
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_NEWEST_REFERENCES = 20  # kept besides the first: some servers refuse header lines without end
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {127: None}


class _AsWritten(EmailPolicy):
    """Headers go out as `mail.folding` has folded them; the library's own folding is not asked."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        return name, value

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return value

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}\r\n"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


_POLICY = _AsWritten(linesep="\r\n", cte_type="7bit", max_line_length=78)


def can_be_written_to(email: str) -> bool:
    """Whether a message to it can be composed: no empty, broken or non-ASCII local part (RFC 6531)."""
    try:
        return folding.addr_spec(email).isascii()
    except ValueError:  # UnicodeError of an impossible domain is one too
        return False


def compose(outgoing: Outgoing) -> bytes:
    """The message as it goes over the wire.

    Raises ValueError for what cannot be said in a header: no address, no Message-ID, a foreign value of
    `automatic`, an unsubscribe address that is not http(s). Newlines in subject and names become spaces.
    """
    message = _body(outgoing)
    for name, value in _head(outgoing):
        message[name] = value
    return message.as_bytes(policy=_POLICY)


def _head(outgoing: Outgoing) -> Iterator[tuple[str, str]]:
    if not folding.is_message_id(outgoing.message_id):
        raise ValueError(f"{outgoing.message_id!r} is not a Message-ID")
    if outgoing.sent_at.tzinfo is None:
        raise ValueError("sent_at must be aware")
    yield "Date", format_datetime(outgoing.sent_at)
    yield "From", folding.address(outgoing.sender)
    yield "To", folding.address(outgoing.to)
    if outgoing.cc:
        yield "Cc", folding.addresses(outgoing.cc)
    if outgoing.reply_to is not None:
        yield "Reply-To", folding.address(outgoing.reply_to)
    yield "Subject", folding.text(outgoing.subject)
    yield "Message-ID", f"<{outgoing.message_id}>"
    yield from _threading(outgoing)
    yield from _automatic(outgoing)
    yield from _unsubscribing(outgoing)
    if re.fullmatch(r"[A-Za-z0-9-]{1,35}", outgoing.language):
        yield "Content-Language", outgoing.language


def _threading(outgoing: Outgoing) -> Iterator[tuple[str, str]]:
    """RFC 5322 section 3.6.4, the chain cut to its first and its newest links."""
    chain = tuple(dict.fromkeys((*outgoing.references, outgoing.in_reply_to)))
    known = tuple(each for each in chain if folding.is_message_id(each))
    if folding.is_message_id(outgoing.in_reply_to):
        yield "In-Reply-To", f"<{outgoing.in_reply_to}>"
    if known:
        newest = known[1:][-_NEWEST_REFERENCES:]
        yield "References", folding.message_ids((known[0], *newest))


def _automatic(outgoing: Outgoing) -> Iterator[tuple[str, str]]:
    if not outgoing.automatic:
        return
    if outgoing.automatic not in _AUTOMATIC:
        raise ValueError(f"automatic is auto-replied or auto-generated, not {outgoing.automatic!r}")
    yield "Auto-Submitted", outgoing.automatic
    yield "X-Auto-Response-Suppress", "All"  # Exchange looks at nothing else


def _unsubscribing(outgoing: Outgoing) -> Iterator[tuple[str, str]]:
    url = outgoing.unsubscribe_url
    if not url:
        return
    if not re.fullmatch(r"https?://[!-;=?-~]{1,900}", url):
        raise ValueError("unsubscribe_url must be an http(s) address in ASCII")
    yield "Precedence", "bulk"
    yield "List-Unsubscribe", f"<{url}>"
    if url.startswith("https:"):
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"  # RFC 8058 allows it for https only


def _body(outgoing: Outgoing) -> EmailMessage:
    """text, or alternative(text, html), or mixed(that, attachments); its pictures are related to the HTML."""
    inline = [a for a in outgoing.attachments if outgoing.html and a.inline and a.content_id]
    body = _text_part(outgoing.text, "plain")
    if outgoing.html:
        html = _text_part(outgoing.html, "html")
        body = _multipart("alternative", [body, _related(html, inline) if inline else html])
    attached = [_file_part(a) for a in outgoing.attachments if a not in inline]
    body = _multipart("mixed", [body, *attached]) if attached else body
    body["MIME-Version"] = "1.0"
    return body


def _related(html: EmailMessage, inline: list[Attachment]) -> EmailMessage:
    return _multipart("related", [html, *(_file_part(attachment) for attachment in inline)])


def _multipart(subtype: str, parts: list[EmailMessage]) -> EmailMessage:
    whole = EmailMessage(_POLICY)
    whole["Content-Type"] = f"multipart/{subtype}"
    for part in parts:
        whole.attach(part)
    return whole


def _text_part(text: str, subtype: str) -> EmailMessage:
    part = EmailMessage(_POLICY)
    clean = text.translate(_CONTROLS).encode("utf-8", "replace").decode()
    part.set_content(clean if clean.endswith("\n") else clean + "\n", subtype=subtype, charset="utf-8")
    del part["MIME-Version"]
    return part


def _file_part(attachment: Attachment) -> EmailMessage:
    claimed = attachment.content_type.lower()
    known = _CONTENT_TYPE.fullmatch(claimed) and not claimed.startswith(("message/", "multipart/"))
    part = EmailMessage(_POLICY)
    part.set_content(attachment.content, "application", "octet-stream", cte="base64")
    del part["MIME-Version"], part["Content-Type"], part["Content-Disposition"]
    kind = claimed if known else "application/octet-stream"  # base64 is not allowed for message/*
    part["Content-Type"] = kind + folding.file_name_parameters("name", attachment.filename)
    disposition = "inline" if attachment.inline and attachment.content_id else "attachment"
    part["Content-Disposition"] = disposition + folding.file_name_parameters("filename", attachment.filename)
    if folding.is_message_id(attachment.content_id):
        part["Content-ID"] = f"<{attachment.content_id}>"
    return part
