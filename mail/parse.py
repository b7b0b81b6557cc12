"""Raw bytes to `Incoming`: total (no exception for any bytes) and bounded (caps before structure).

What is over a cap stays in the raw message, which the product keeps; a sentence in `defects` says so.
"""

from dataclasses import replace
from datetime import datetime
from itertools import islice

from mail import addresses, attachments, body, charset, dates, headers, mime, quoting_lines, references
from mail.classify import classify
from mail.mime import Part
from mail.types import Address, Incoming

_SENDER_FIELDS = ("Reply-To", "Return-Path", "Sender")  # asked in this order when From names nobody
_DELIVERED_FIELDS = ("Delivered-To", "X-Original-To", "X-Forwarded-To", "Envelope-To", "X-Delivered-To")


def parse(raw: bytes) -> Incoming:
    """Read one message. Never raises; oddities stand in `defects`."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    defects: list[str] = []
    root = mime.tree(raw, defects)
    read = body.read(raw, root, defects)
    sent_at = _sent_at(root, defects)
    _note_caps(root, read.text, defects)
    incoming = Incoming(
        message_id=_message_id(root),
        references=references.references(_ids(root, "References"), _ids(root, "In-Reply-To")),
        sender=_sender(root, defects),
        reply_to=_addresses(root, "Reply-To", defects),
        to=_addresses(root, "To", defects),
        cc=_addresses(root, "Cc", defects),
        delivered_to=tuple(
            dict.fromkeys(each.email for name in _DELIVERED_FIELDS for each in _all(root, name))
        ),
        subject=headers.one_line(charset.mended(headers.decoded(root.first("Subject")))),
        text=read.text,
        html=read.html,
        attachments=attachments.of(read, defects),
        sent_at=sent_at,
        headers=tuple((name, _value(name, value)) for name, value in root.headers),
        parts=tuple(part.content_type for part in root.walk()),
        wrapping=read.wrapping,
        defects=tuple(defects),
    )
    return replace(incoming, kind=classify(incoming))


def _value(name: str, value: bytes) -> str:
    """As a person should read it. What a server found stays as it is: decoding could make new words of it."""
    return headers.unread(value) if name.lower() == "authentication-results" else headers.decoded(value)


def _note_caps(root: Part, text: str, defects: list[str]) -> None:
    """What other rooms read only in part; all of it stays in the raw message."""
    if any(value.count(b"=?") > 2 * headers.MAX_WORDS for _, value in root.headers):
        mime.note(
            defects, f"a header holds more than {headers.MAX_WORDS:,} encoded words; the rest is shown raw"
        )
    if _ids(root, "References").count("<") > references.MAX_REFERENCES:
        mime.note(defects, f"more than {references.MAX_REFERENCES} references; only the last ones were read")
    if len(text) > quoting_lines.MAX_SCANNED:
        mime.note(defects, "the text is longer than 256 kB; a quote further down was not looked for")


def _sent_at(root: Part, defects: list[str]) -> datetime | None:
    date = headers.decoded(root.first("Date"))
    if date and dates.moment(date) is None:
        mime.note(defects, f"the date {date[:60]!r} cannot be used")
    received = tuple(
        headers.unfolded(value)
        for value in islice((value for name, value in root.headers if name.lower() == "received"), 3)
    )
    off = dates.days_off(date, received)
    if off < 0:
        mime.note(defects, f"the date lies {-off} days before the mail was received")
    elif off:
        mime.note(defects, f"the date lies {off} days after the mail was received")
    return dates.sent_at(date, received)


def _message_id(root: Part) -> str:
    found = references.message_ids(headers.unfolded(root.first("Message-ID")))
    return found[0] if found else ""


def _ids(root: Part, name: str) -> str:
    """All headers of this name as one value; some programs write References twice."""
    return " ".join(headers.unfolded(value) for key, value in root.headers if key.lower() == name.lower())


def _all(root: Part, name: str) -> tuple[Address, ...]:
    found = (
        each
        for key, value in root.headers
        if key.lower() == name.lower()
        for each in addresses.addresses(value)
    )
    return tuple(dict.fromkeys(found))


def _addresses(root: Part, name: str, defects: list[str]) -> tuple[Address, ...]:
    found = _all(root, name)
    if len(found) >= addresses.MAX_ADDRESSES:
        mime.note(
            defects, f"{name} names {addresses.MAX_ADDRESSES} addresses or more; the rest were not read"
        )
    return found[: addresses.MAX_ADDRESSES]


def _sender(root: Part, defects: list[str]) -> Address | None:
    """The one person in From; Sender decides between several; other headers only when From names nobody."""
    found = _all(root, "From")
    if len({each.key for each in found}) == 1:
        return found[0]
    if found:
        mime.note(defects, f"{addresses.UNCLEAR_FROM} several people")
        claimed = {each.key for each in _all(root, "Sender")}
        chosen = [each for each in found if each.key in claimed]
        return chosen[0] if len({each.key for each in chosen}) == 1 else None
    written = [value for key, value in root.headers if key.lower() == "from"]
    if len(written) == 1 and (only := addresses.lone(written[0])):
        mime.note(defects, f"{addresses.UNCLEAR_FROM} one address in a form that is not valid")
        return only
    for name in _SENDER_FIELDS:
        others = _all(root, name)
        if len(others) == 1:
            mime.note(defects, f"{addresses.UNCLEAR_FROM} nobody; the sender is taken from {name}")
            return others[0]
    mime.note(defects, "nobody is named as the sender")
    return None
