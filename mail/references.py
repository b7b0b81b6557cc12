"""Message-IDs: reading the ones a message names, minting ours, and knowing ours again.

Ours are `hd.<ticket>.<random>.<mac>@<domain>`. The mac covers ticket and random part, not the domain, which
relays like to rewrite; so a reference proves that we wrote to this ticket before, whoever sends it.
"""

import hashlib
import hmac
import re
import secrets

MAX_REFERENCES = 100
_ID = re.compile(r"<([^<>]{1,998})(?:>|$)")
_OURS = re.compile(r"hd\.([0-9]{1,15})\.([0-9a-f]{16})\.([0-9a-f]{16})")
_SPACE = re.compile(r"\s+")


def message_ids(value: str) -> tuple[str, ...]:
    """The ids in a Message-ID, In-Reply-To or References value, in order, without <> and duplicates.

    Tolerates commas, missing blanks, ids broken by folding, and a last id whose ">" was cut off. Bare words
    count only when no id stands in brackets.
    """
    found = [_SPACE.sub("", each) for each in _ID.findall(value)]
    if not found:
        found = [word for word in re.split(r"[\s,;]+", value) if "@" in word.strip("<>@")]
    return tuple(dict.fromkeys(each.strip("<>") for each in found if each.strip("<>")))


def references(references_value: str, in_reply_to_value: str) -> tuple[str, ...]:
    """What a message refers to, oldest first, In-Reply-To last; the newest MAX_REFERENCES of them."""
    answered = message_ids(in_reply_to_value)
    earlier = (each for each in message_ids(references_value) if each not in answered)
    return (*earlier, *answered)[-MAX_REFERENCES:]


def mint(ticket: int, *, domain: str, secret: bytes) -> str:
    """A new Message-ID, without <>, of a message that we are about to send on this ticket."""
    random = secrets.token_hex(8)
    return f"hd.{ticket}.{random}.{_mac(str(ticket), random, secret)}@{domain}"


def ticket_of(message_id: str, *, secret: bytes) -> int | None:
    """The ticket of an id that `mint` made with this secret, None for every other id."""
    local = message_id.strip().strip("<>").rpartition("@")[0].lower()
    match = _OURS.fullmatch(local)
    if match is None or not hmac.compare_digest(_mac(match[1], match[2], secret), match[3]):
        return None
    return int(match[1])


def _mac(ticket: str, random: str, secret: bytes) -> str:
    return hmac.new(secret, f"message-id:{ticket}:{random}".encode(), hashlib.sha256).hexdigest()[:16]
