"""The message that came back inside a delivery report: which it was, and where its copy begins."""

import re

from mail import bounce_words as words
from mail import classify, headers, mime, references
from mail.types import Attachment, Incoming

MOST_READ = 65_536  # characters of prose, bytes of a copy

_COPIES = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers")
# A Message-ID that is set in stands in the report's own summary of the returned message.
_FIELD = re.compile(
    r"[> \t]{0,4}(?:received|return-path|dkim-signature|mime-version):|[> ]{0,2}(?<! )message-id:", re.I
)
_MESSAGE_ID = re.compile(
    r"^[> \t|]{0,10}message-id:[ \t]{0,10}\r?\n?[ \t]{0,10}<([^<>\s]{1,998})>", re.I | re.M
)
_SUBJECT = re.compile(r"^[> \t]{0,4}subject:(.{1,998})$", re.I | re.M)
_TO = re.compile(r"^[> \t]{0,4}to:(.{1,500})$", re.I | re.M)


def is_copy(each: Attachment) -> bool:
    return each.content_type in _COPIES or each.filename.lower().endswith(".eml")


def prose_and_copy(text: str) -> tuple[str, str]:
    """The words of the report, and behind them what it quotes of the returned message."""
    text = text[:MOST_READ]
    offset = 0
    for number, line in enumerate(text.split("\n")):
        if number and _ends_the_prose(line[:200]):
            return text[:offset], text[offset:]
        offset += len(line) + 1
    return text, ""


def _ends_the_prose(line: str) -> bool:
    lowered = line.lower()
    ruled = lowered.lstrip()[:2] in ("--", "==", "__", "**")
    phrases = (*words.RETURNED, *words.RETURNED_RULED) if ruled else words.RETURNED
    return bool(_FIELD.match(line)) or any(each in lowered for each in phrases)


def message_id(incoming: Incoming, copy: str) -> str:
    """Message-ID of the message that came back: of its copy, quoted in words, or answered by the report.

    What is a report by words and sender alone may be a person's mail, which answers ours as well.
    """
    for each in incoming.attachments:
        if is_copy(each) and (found := references.message_ids(_field(each, "Message-ID"))):
            return found[0]
    match = _MESSAGE_ID.search(copy) or _MESSAGE_ID.search(incoming.text[:MOST_READ])
    if match:
        return match[1]
    named = references.message_ids(incoming.header("X-Original-Message-ID"))
    answered = incoming.references[-1:] if classify.proves_by_what_it_answers(incoming) else ()
    return next(iter((*named, *answered)), "")


def subject(incoming: Incoming) -> str:
    """The subject of the returned message, decoded; "" when the report does not show it."""
    for each in incoming.attachments:
        if is_copy(each) and (value := _field(each, "Subject")):
            return headers.decoded(value.encode("utf-8", "replace"))
    _, copy = prose_and_copy(incoming.text)
    match = _SUBJECT.search(copy)
    return headers.decoded(match[1].encode("utf-8", "replace")) if match else ""


def to(incoming: Incoming, copy: str) -> str:
    """The To field of the returned message, raw; "" when the report does not show it."""
    for each in incoming.attachments:
        if is_copy(each) and (value := _field(each, "To")):
            return value
    match = _TO.search(copy)
    return match[1] if match else ""


def _field(copy: Attachment, name: str) -> str:
    return headers.unfolded(mime.tree(copy.content[:MOST_READ].lstrip(), []).first(name))
