"""Abuse reports (ARF, RFC 5965): a person called a message of ours junk, and the provider tells us."""

import re
from dataclasses import dataclass

from mail import provider_notices, returned_copies
from mail.status_reports import ADDRESS
from mail.types import Incoming, Kind

_MOST_READ = 65_536  # bytes
_RECIPIENT = re.compile(
    rb"^(?:original-rcpt-to|removal-recipient|x-hmxmroriginalrecipient):([^\r\n]{1,500})", re.I | re.M
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Who complained of which message; providers often black out the first."""

    recipient: str  # "" when it is not told
    message_id: str  # without <>; "" when it is not told


def read(incoming: Incoming) -> Complaint | None:
    """None when the message is no abuse report."""
    if incoming.kind is not Kind.COMPLAINT:
        return None
    if noticed := provider_notices.complaint(incoming):
        recipient, message_id = noticed
        return Complaint(recipient=recipient, message_id=message_id)
    _, copy = returned_copies.prose_and_copy(incoming.text)
    return Complaint(recipient=_recipient(incoming), message_id=returned_copies.message_id(incoming, copy))


def _recipient(incoming: Incoming) -> str:
    for each in incoming.attachments:
        if each.content_type not in ("message/feedback-report", "message/rfc822"):
            continue
        for value in _RECIPIENT.findall(each.content[:_MOST_READ]):
            if found := ADDRESS.search(value.decode("utf-8", "replace")):
                return found[0]
    return ""
