"""The frozen values that cross the seam between e-mail and the product."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from string import ascii_lowercase, ascii_uppercase

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def key_of(email: str) -> str:
    """The form two spellings of one address share; never shown, only compared.

    Only ASCII letters lose their case: what folds more (ß to ss, ſ to s) makes one person of two.
    """
    return email.translate(_LOWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mailbox of a person (RFC 5322 section 3.4), decoded for showing."""

    email: str  # domain in lower case; the local part as written
    name: str = ""  # decoded display name, without control characters

    @property
    def key(self) -> str:
        """`key_of` this address."""
        return key_of(self.email)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


class Kind(StrEnum):
    """What sort of sender is behind a message. Only HUMAN is ever acknowledged."""

    HUMAN = "human"
    AUTOMATIC = "automatic"  # out of office, acknowledgements of other desks (RFC 3834)
    BULK = "bulk"  # mailing lists, newsletters, campaigns
    BOUNCE = "bounce"  # a delivery report (RFC 3464) or one of the free forms
    RECEIPT = "receipt"  # read receipts (RFC 8098)
    COMPLAINT = "complaint"  # abuse reports (ARF, RFC 5965)


class Wrapping(StrEnum):
    """What stands between the message and a reader. Signatures are not checked here, nothing is decrypted."""

    NONE = "none"
    SIGNED = "signed"  # S/MIME or PGP; the text is shown
    ENCRYPTED = "encrypted"  # cannot be read here; the raw message stays
    PARTIAL = "partial"  # one piece of a message sent in several (RFC 2046 section 5.2.2)
    EXTERNAL = "external"  # the content lies elsewhere and is not fetched (section 5.2.3)


class Verdict(StrEnum):
    """What the receiving server says of the From address (RFC 8601)."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"  # no header of a server that we trust


class Doubt(StrEnum):
    """What looks like a pretence about a sender; honest people do some of it too."""

    NAME = "name"  # the name shown holds another address than the one behind it
    REPLY_TO = "reply_to"  # answers are asked for at another domain
    FROM = "from"  # From is not one clear person


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file that came with, or goes with, a message."""

    filename: str  # safe to show: no path, no control or bidi characters; never empty
    content_type: str  # "image/jpeg", lower case, as claimed by the sender: not to be believed
    content: bytes = field(repr=False)
    content_id: str = ""  # without <>; what a cid: link names
    inline: bool = False  # meant to stand inside the HTML
    is_signature: bool = False  # of S/MIME or PGP: no evidence, shown as what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message as we understood it. Parsing never raises: what was odd stands in `defects`."""

    message_id: str  # without <>; "" when missing or empty
    references: tuple[str, ...]  # without <>, oldest first, In-Reply-To last, no duplicates
    sender: Address | None  # the one person it is from, or None when that cannot be said
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]  # Delivered-To, X-Original-To, X-Forwarded-To: where it really went
    subject: str
    text: str  # what to read, always there when anything readable is; no NUL, no lone surrogates
    html: str  # as sent, unsafe; "" when none
    attachments: tuple[Attachment, ...]
    sent_at: datetime | None  # aware; the sender's clock: shown, never sorted by
    headers: tuple[tuple[str, str], ...]  # every header in order, name as written, value unfolded and decoded
    parts: tuple[str, ...]  # content types of all parts, depth first, lower case
    kind: Kind = Kind.HUMAN
    wrapping: Wrapping = Wrapping.NONE
    defects: tuple[str, ...] = ()  # sentences for the agent: "the charset x-foo is unknown, read as utf-8"

    def header(self, name: str) -> str:
        """The first header of this name, "" when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One recipient that a message of ours did not reach (RFC 3464 section 2.3)."""

    recipient: str  # "" when the report does not name it
    action: str  # failed, delayed, delivered, relayed, expanded
    status: str  # "5.1.1"; "" when not given
    permanent: bool  # True only where trying again is pointless, not for every 5xx
    diagnostic: str  # the other server's words, at most 500 characters
    message_id: str  # of the message that came back, without <>; "" when the report does not hold it
    provider_limit: bool = False  # refused for rate, content or reputation: says nothing of the address


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Everything a composed message needs; `mail.compose.compose` makes the bytes."""

    message_id: str  # without <>, minted by the caller before anything is stored
    sender: Address
    to: Address
    subject: str
    sent_at: datetime  # the Date header, aware
    text: str
    html: str = ""
    cc: tuple[Address, ...] = ()  # who gets a copy without being named stands in the envelope only
    reply_to: Address | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()  # oldest first
    attachments: tuple[Attachment, ...] = ()
    automatic: str = ""  # "auto-replied" or "auto-generated" (RFC 3834 section 5); "" for an agent's words
    language: str = ""  # Content-Language: "zh-CN", "en"
    unsubscribe_url: str = ""  # List-Unsubscribe with one click (RFC 8058); surveys only
