"""What the receiving provider thinks of a message: spam or not, by the headers that its filter writes.

A sender can write such a header as well, but only to be taken for spam; a header that praises is not read.
Amavis and SpamAssassin: X-Spam-Flag, X-Spam-Status. Rspamd: X-Spam, X-Spam-Action. Exchange and
Microsoft 365: the spam confidence level of X-MS-Exchange-Organization-SCL (5 and more is spam), SFV:SPM and
SFV:SKB of X-Forefront-Antispam-Report, dest:J of X-Microsoft-Antispam-Mailbox-Delivery.
"""

import re

from mail.types import Incoming

_YES = re.compile(r"^\s*(?:yes|true|spam)\b", re.IGNORECASE)
_SPAM_HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("X-Spam-Flag", _YES),
    ("X-Spam-Status", _YES),
    ("X-Spam", _YES),
    ("X-Spam-Action", re.compile(r"^\s*(?:add header|rewrite subject|reject|quarantine)\b", re.IGNORECASE)),
    ("X-MS-Exchange-Organization-SCL", re.compile(r"^\s*[5-9]\s*$")),
    ("X-Forefront-Antispam-Report", re.compile(r"(?:^|;)\s*SFV:(?:SPM|SKB|SKS)\b", re.IGNORECASE)),
    ("X-Microsoft-Antispam-Mailbox-Delivery", re.compile(r"(?:^|;)\s*dest:J\b", re.IGNORECASE)),
)
_LONGEST = 4_000  # characters of one header that are read


def said_by(incoming: Incoming) -> str:
    """The name of the header that calls this message spam, "" when none does."""
    for name, pattern in _SPAM_HEADERS:
        for value in incoming.all_headers(name):
            if pattern.search(value[:_LONGEST]):
                return name
    return ""
