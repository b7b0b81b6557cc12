"""What in a message names a ticket of ours: reading it, minting it, and knowing our own again.

Message-ID      hd.<ticket>.<random>.<mac>@<domain>   in In-Reply-To and References
reply address   <local>+hd.<ticket>.<mac>@<domain>    where the provider keeps the rest after a plus
mark            RF-<ticket>-<mac>                     at the foot of a letter: it survives in the quoted words

Each mac covers the ticket and what the token is for, not the domain, which relays like to rewrite. So any of
them proves that we wrote to this ticket before; whoever shows it, which is another question.
"""

import base64
import hashlib
import hmac
import re
import secrets

MAX_REFERENCES = 100
_ID = re.compile(r"<([^<>]{1,998})(?:>|$)")
_OURS = re.compile(r"hd\.([0-9]{1,15})\.([0-9a-f]{16})\.([0-9a-f]{16})")
_REPLY = re.compile(r"hd\.([0-9]{1,15})\.([0-9a-f]{16})")
_MARK = re.compile(r"(?<![0-9a-z])rf-([0-9]{1,15})-([0-9a-f]{16})(?![0-9a-z])", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
MOST_MARKS = 5  # different tickets that the marks of one message are looked up for
LONGEST_LOCAL_PART = 64  # octets; RFC 5321 section 4.5.3.1.1


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


def thread_root(thread_index: str) -> str:
    """What all mails of one Outlook conversation share: the first 22 bytes of Thread-Index, in hex
    ([MS-OXOMSG] section 2.2.1.3); "" when there is none. Any sender may write any value: weak evidence."""
    try:
        index = base64.b64decode(_SPACE.sub("", thread_index[:8_192]), validate=True)
    except ValueError:
        return ""
    return index[:22].hex() if len(index) >= 22 else ""


def mint(ticket: int, *, domain: str, secret: bytes) -> str:
    """A new Message-ID, without <>, of a message that we are about to send on this ticket."""
    random = secrets.token_hex(8)
    return f"hd.{ticket}.{random}.{_mac(secret, 'message-id', str(ticket), random)}@{domain}"


def ticket_of(message_id: str, *, secret: bytes) -> int | None:
    """The ticket of an id that `mint` made with this secret, None for every other id."""
    local = message_id.strip().strip("<>").rpartition("@")[0].lower()
    match = _OURS.fullmatch(local)
    if match is None or not hmac.compare_digest(_mac(secret, "message-id", match[1], match[2]), match[3]):
        return None
    return int(match[1])


def reply_address(address: str, ticket: int, *, secret: bytes) -> str:
    """The address to answer to on this ticket; the plain one when its local part would grow too long."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+hd.{ticket}.{_mac(secret, 'reply', str(ticket))}"
    return f"{tagged}@{domain}" if len(tagged.encode()) <= LONGEST_LOCAL_PART else address


def ticket_of_address(address: str, *, secret: bytes) -> int | None:
    """The ticket of an address that `reply_address` made, None for every other one."""
    _, plus, token = address.strip().strip("<>").rpartition("@")[0].lower().rpartition("+")
    match = _REPLY.fullmatch(token) if plus else None
    if match is None or not hmac.compare_digest(_mac(secret, "reply", match[1]), match[2]):
        return None
    return int(match[1])


def mark(ticket: int, *, secret: bytes) -> str:
    """What stands at the foot of a letter on this ticket."""
    return f"RF-{ticket}-{_mac(secret, 'mark', str(ticket))}"


def tickets_of_marks(text: str, *, secret: bytes) -> tuple[int, ...]:
    """The tickets whose marks stand in a text, in order: the newest letter is quoted first. Forgeries do not
    count, neither as a ticket nor towards MOST_MARKS."""
    found: dict[int, None] = {}
    for match in _MARK.finditer(text):
        if hmac.compare_digest(_mac(secret, "mark", match[1]), match[2].lower()):
            found[int(match[1])] = None
            if len(found) == MOST_MARKS:
                break
    return tuple(found)


def _mac(secret: bytes, *said: str) -> str:
    return hmac.new(secret, ":".join(said).encode(), hashlib.sha256).hexdigest()[:16]
