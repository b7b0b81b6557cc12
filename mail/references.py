"""What in a message names a ticket of ours: reading it, minting it, and knowing our own again.

Message-ID      hd.<ticket>.<random>.<mac>@<domain>   in In-Reply-To and References
reply address   <local>+hd.<ticket>.<mac>@<domain>    where the provider keeps the rest after a plus
mark            RF-<ticket>-<mac>                     at the foot of a letter: it survives in the quoted words

What is told to a member of staff has tokens of another form, which name her as well: whoever holds one kind
holds nothing of the other.

Message-ID      hn.<ticket>.<agent>.<random>.<mac>@<domain>
reply address   <local>+hn.<ticket>.<agent>.<random>.<mac>@<domain>

What is asked of people inside the shop who have no login has tokens of a third form, for the same reason.

Message-ID      hq.<ticket>.<inquiry>.<random>.<mac>@<domain>
reply address   <local>+hq.<ticket>.<inquiry>.<random>.<mac>@<domain>
mark            RQ-<ticket>-<inquiry>-<mac>

Each mac covers the ticket and what the token is for, not the domain, which relays like to rewrite. So any of
them proves that we wrote to this ticket before; whoever shows it, which is another question.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

MAX_REFERENCES = 100
_ID = re.compile(r"<([^<>]{1,998})(?:>|$)")
_OURS = re.compile(r"hd\.([0-9]{1,15})\.([0-9a-f]{16})\.([0-9a-f]{16})")
_REPLY = re.compile(r"hd\.([0-9]{1,15})\.([0-9a-f]{16})")
_TOLD = re.compile(r"hn\.([0-9]{1,15})\.([0-9]{1,15})\.([0-9a-f]{16})\.([0-9a-f]{16})")
_ASKED = re.compile(r"hq\.([0-9]{1,15})\.([0-9]{1,15})\.([0-9a-f]{16})\.([0-9a-f]{16})")
_ASKED_MARK = re.compile(
    r"(?<![0-9a-z])rq-([0-9]{1,15})-([0-9]{1,15})-([0-9a-f]{16})(?![0-9a-z])", re.IGNORECASE
)
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
    return _with_token(address, f"hd.{ticket}.{_mac(secret, 'reply', str(ticket))}")


def ticket_of_address(address: str, *, secret: bytes) -> int | None:
    """The ticket of an address that `reply_address` made, None for every other one."""
    _, plus, token = address.strip().strip("<>").rpartition("@")[0].lower().rpartition("+")
    match = _REPLY.fullmatch(token) if plus else None
    if match is None or not hmac.compare_digest(_mac(secret, "reply", match[1]), match[2]):
        return None
    return int(match[1])


@dataclass(frozen=True, slots=True)
class Told:
    """One notification: about which ticket, to which member of staff, and which of all of them."""

    ticket: int
    agent: int
    random: str  # 16 hexadecimal digits

    @classmethod
    def new(cls, ticket: int, agent: int) -> "Told":
        return cls(ticket, agent, secrets.token_hex(8))

    def message_id(self, *, domain: str, secret: bytes) -> str:
        """The Message-ID, without <>, of the notification."""
        return f"{self._token('told', secret)}@{domain}"

    def reply_address(self, address: str, *, secret: bytes) -> str:
        """The address to answer it at; the plain one when its local part would grow too long."""
        return _with_token(address, self._token("told-reply", secret))

    def _token(self, purpose: str, secret: bytes) -> str:
        mac = _mac(secret, purpose, str(self.ticket), str(self.agent), self.random)
        return f"hn.{self.ticket}.{self.agent}.{self.random}.{mac}"


def told_by(message_id: str, *, secret: bytes) -> Told | None:
    """The notification whose Message-ID this is, None for every id that we did not mint as one."""
    return _told(message_id.strip().strip("<>").rpartition("@")[0], "told", secret)


def told_at(address: str, *, secret: bytes) -> Told | None:
    """The notification whose reply address this is, None for every other address."""
    _, plus, token = address.strip().strip("<>").rpartition("@")[0].rpartition("+")
    return _told(token, "told-reply", secret) if plus else None


@dataclass(frozen=True, slots=True)
class Asked:
    """One side mail: about which ticket, and which inquiry."""

    ticket: int
    inquiry: int
    random: str  # 16 hexadecimal digits; "" in a mark

    @classmethod
    def new(cls, ticket: int, inquiry: int) -> "Asked":
        return cls(ticket, inquiry, secrets.token_hex(8))

    def message_id(self, *, domain: str, secret: bytes) -> str:
        """The Message-ID, without <>, of the side mail."""
        return f"{self._token('asked', secret)}@{domain}"

    def reply_address(self, address: str, *, secret: bytes) -> str:
        """The address to answer it at; the plain one when its local part would grow too long."""
        return _with_token(address, self._token("asked-reply", secret))

    def mark(self, *, secret: bytes) -> str:
        """What stands at its foot: for mail programs that drop References."""
        mac = _mac(secret, "asked-mark", str(self.ticket), str(self.inquiry))
        return f"RQ-{self.ticket}-{self.inquiry}-{mac}"

    def _token(self, purpose: str, secret: bytes) -> str:
        mac = _mac(secret, purpose, str(self.ticket), str(self.inquiry), self.random)
        return f"hq.{self.ticket}.{self.inquiry}.{self.random}.{mac}"


def asked_by(message_id: str, *, secret: bytes) -> Asked | None:
    """The side mail whose Message-ID this is, None for every id that we did not mint as one."""
    return _asked(message_id.strip().strip("<>").rpartition("@")[0], "asked", secret)


def asked_at(address: str, *, secret: bytes) -> Asked | None:
    """The side mail whose reply address this is, None for every other address."""
    _, plus, token = address.strip().strip("<>").rpartition("@")[0].rpartition("+")
    return _asked(token, "asked-reply", secret) if plus else None


def asked_in(text: str, *, secret: bytes) -> Asked | None:
    """The side mail whose mark stands in a text, the first genuine one of a few."""
    for tried, match in enumerate(_ASKED_MARK.finditer(text)):
        if tried == MOST_MARKS:
            break
        if hmac.compare_digest(_mac(secret, "asked-mark", match[1], match[2]), match[3].lower()):
            return Asked(int(match[1]), int(match[2]), "")
    return None


def shows_told(text: str) -> bool:
    """Whether something in a text looks like a notification's token, genuine or not."""
    return _TOLD.search(text.lower()) is not None


def is_ours(message_id: str, *, secret: bytes) -> bool:
    """Whether we wrote the message of this id, to a buyer or to somebody inside the shop."""
    minted = ticket_of(message_id, secret=secret) is not None
    inside = told_by(message_id, secret=secret) or asked_by(message_id, secret=secret)
    return minted or inside is not None


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


def _with_token(address: str, token: str) -> str:
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged}@{domain}" if len(tagged.encode()) <= LONGEST_LOCAL_PART else address


def _told(token: str, purpose: str, secret: bytes) -> Told | None:
    match = _TOLD.fullmatch(token.lower())
    if match is None or not hmac.compare_digest(_mac(secret, purpose, *match.groups()[:3]), match[4]):
        return None
    return Told(int(match[1]), int(match[2]), match[3])


def _asked(token: str, purpose: str, secret: bytes) -> Asked | None:
    match = _ASKED.fullmatch(token.lower())
    if match is None or not hmac.compare_digest(_mac(secret, purpose, *match.groups()[:3]), match[4]):
        return None
    return Asked(int(match[1]), int(match[2]), match[3])


def _mac(secret: bytes, *said: str) -> str:
    return hmac.new(secret, ":".join(said).encode(), hashlib.sha256).hexdigest()[:16]
