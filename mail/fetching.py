"""Fetching messages by UID so that neither a huge one nor a broken one stops the others.

What is longer than a piece comes in pieces: no line is silent for long, and all see that we are at work.
"""

import imaplib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient

from mail.accounts import ServerAccount
from mail.errors import TransientError
from mail.failures import busy, imap_wire

LARGEST = 35_000_000  # bytes; of a larger message only the header is fetched
_BLOCK = 200  # UIDs per command: 2 kB of command line, within what every server takes
_BLOCK_BYTES = 16_000_000  # bodies held in memory at once, unless one message is larger
_PIECE = 1_000_000  # bytes of one piece (RFC 9051 section 6.4.5: BODY.PEEK[]<offset.length>)
_REFUSALS = 10  # single messages refused in one block; more is the server's trouble, not the messages'
# IMAPClient's parser raises the last three on answers it does not understand.
_REFUSED_OR_UNREADABLE = (imaplib.IMAP4.error, ValueError, TypeError, AttributeError)
_GONE = re.compile(r"EXPUNGEISSUED|no longer exist", re.IGNORECASE)

_FACTS = ("RFC822.SIZE", "INTERNALDATE")
_IDENTITIES = (("X-GM-EXT-1", ("X-GM-MSGID", "X-GM-THRID")), ("OBJECTID", ("EMAILID", "THREADID")))
_Facts = dict[int, dict[bytes, Any]]  # what a FETCH answered, by UID
Progress = Callable[[], None]  # called between pieces and batches; what it raises ends the fetching


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One message as the server holds it."""

    uid: int
    internal_at: datetime | None  # aware; when the server took it in; None when it gave no readable date
    size: int  # as the server says, before fetching: a hint, wrong by thousands at some
    raw: bytes | None = field(repr=False)
    server_id: str = ""  # the same in every folder: Gmail's X-GM-MSGID, or EMAILID (RFC 8474); "" elsewhere
    server_thread: str = ""  # X-GM-THRID, or THREADID
    reason: str = ""  # why raw is None: "no body" (look again later) or "too large" (over LARGEST)
    header: bytes = field(default=b"", repr=False)  # of a message that is too large


def fetch(
    client: IMAPClient, account: ServerAccount, uids: Sequence[int], progress: Progress = lambda: None
) -> Iterator[Fetched]:
    """The messages that still exist, in ascending order of UID. Sizes first, then bodies.

    A message that an answer leaves out is asked for once more: only one that is left out again is gone.
    """
    ordered = sorted(set(uids))
    items = [*_FACTS, *_identities(client)]
    for start in range(0, len(ordered), _BLOCK):
        block = ordered[start : start + _BLOCK]
        facts, refused = _ask(client, account, block, items)
        facts |= {uid: {} for uid in refused}  # its size cannot be told; perhaps its body can
        facts |= _still_there(client, account, [uid for uid in block if uid not in facts])
        for batch in _by_bytes(facts):
            yield from _bodies(client, account, batch, facts, progress)
            progress()


def _identities(client: IMAPClient) -> tuple[str, ...]:
    """What this server calls a message and its thread, in every folder alike."""
    return next((items for offered, items in _IDENTITIES if client.has_capability(offered)), ())


def _bodies(
    client: IMAPClient, account: ServerAccount, uids: Sequence[int], facts: _Facts, progress: Progress
) -> Iterator[Fetched]:
    large = {uid for uid in uids if _size(facts[uid]) > LARGEST}
    long = [uid for uid in uids if _PIECE < _size(facts[uid]) <= LARGEST]
    short = [uid for uid in uids if uid not in large and uid not in long]
    answers, refused = _ask(client, account, short, ["BODY.PEEK[]"])
    answers |= {uid: body for uid in long if (body := _in_pieces(client, account, uid, progress)) is not None}
    headers, no_header = _ask(client, account, sorted(large), ["BODY.PEEK[HEADER]"])
    answers |= headers | {uid: {} for uid in refused + no_header}
    left_out = [uid for uid in uids if uid not in answers]
    answers |= {uid: {} for uid in _still_there(client, account, left_out)}  # listed, and without a body
    for uid in uids:
        if uid in answers:
            yield _fetched(uid, facts[uid], answers[uid], large=uid in large)


def _in_pieces(
    client: IMAPClient, account: ServerAccount, uid: int, progress: Progress
) -> dict[bytes, Any] | None:
    """A long body, as one answer would have given it; None when the message is gone.

    The end is where a piece is empty, not where the size says: that is wrong by thousands at some. A server
    that knows no pieces is asked for the whole.
    """
    body = bytearray()
    while True:
        answers, refused = _ask(client, account, [uid], [f"BODY.PEEK[]<{len(body)}.{_PIECE}>"])
        if refused and not body:
            answers, refused = _ask(client, account, [uid], ["BODY.PEEK[]"])
        if uid not in answers:
            return {} if refused else None
        if isinstance(answers[uid].get(b"BODY[]"), bytes):
            return answers[uid]
        piece = answers[uid].get(b"BODY[]<%d>" % len(body))
        if not isinstance(piece, bytes) or not piece:
            return {b"BODY[]": bytes(body)}
        body += piece
        if len(body) > LARGEST:
            return {}
        progress()


def _still_there(client: IMAPClient, account: ServerAccount, uids: list[int]) -> _Facts:
    """What the server says of UIDs that it left out a moment ago."""
    if not uids:
        return {}
    with imap_wire(account):
        client.noop()
    known, _ = _ask(client, account, uids, list(_FACTS))
    return known


def _ask(
    client: IMAPClient, account: ServerAccount, uids: Sequence[int], items: list[str]
) -> tuple[_Facts, list[int]]:
    """FETCH by UID; what is refused as a whole is asked for in halves, down to the message at fault."""
    if not uids:
        return {}, []
    with imap_wire(account):
        try:
            return dict(client.fetch(uids, items)), []
        except imaplib.IMAP4.abort:
            raise
        except _REFUSED_OR_UNREADABLE as error:
            client._imap.untagged_responses.pop("FETCH", None)
            if waiting := busy(str(error), account):
                raise waiting from error
            if len(uids) == 1:
                return {}, [] if _GONE.search(str(error)) else list(uids)
    middle = len(uids) // 2
    first, refused = _ask(client, account, uids[:middle], items)
    second, also_refused = _ask(client, account, uids[middle:], items)
    if len(refused) + len(also_refused) > _REFUSALS:
        raise TransientError(f"{account} refuses to hand out its messages.")
    return first | second, refused + also_refused


def _by_bytes(facts: _Facts) -> Iterator[list[int]]:
    batch: list[int] = []
    total = 0
    for uid in sorted(facts):
        size = min(_size(facts[uid]), LARGEST)
        if batch and total + size > _BLOCK_BYTES:
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch


def _fetched(uid: int, facts: dict[bytes, Any], answer: dict[bytes, Any], *, large: bool) -> Fetched:
    at = facts.get(b"INTERNALDATE")
    header, raw = answer.get(b"BODY[HEADER]"), answer.get(b"BODY[]")
    whole = isinstance(raw, bytes) and raw != b""
    return Fetched(
        uid=uid,
        internal_at=at if at is None or at.tzinfo else at.replace(tzinfo=UTC),
        size=_size(facts),
        server_id=_identity(facts, b"X-GM-MSGID", b"EMAILID"),
        server_thread=_identity(facts, b"X-GM-THRID", b"THREADID"),
        raw=raw if whole else None,
        reason="" if whole else "too large" if large else "no body",
        header=header if isinstance(header, bytes) else b"",
    )


def _identity(facts: dict[bytes, Any], *names: bytes) -> str:
    """A number at Gmail, (text) at others, NIL where a message has no thread."""
    found = next((facts[name] for name in names if facts.get(name)), "")
    first = found[0] if isinstance(found, tuple) else found
    return first.decode("ascii", "replace") if isinstance(first, bytes) else str(first)


def _size(facts: dict[bytes, Any]) -> int:
    size = facts.get(b"RFC822.SIZE")
    return size if isinstance(size, int) else 0
