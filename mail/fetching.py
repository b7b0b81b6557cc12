"""Fetching messages by UID so that neither a huge one nor a broken one stops the others."""

import imaplib
import re
from collections.abc import Iterator, Sequence
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
_REFUSALS = 10  # single messages refused in one block; more is the server's trouble, not the messages'
# IMAPClient's parser raises the last three on answers it does not understand.
_REFUSED_OR_UNREADABLE = (imaplib.IMAP4.error, ValueError, TypeError, AttributeError)
_GONE = re.compile(r"EXPUNGEISSUED|no longer exist", re.IGNORECASE)

_Facts = dict[int, dict[bytes, Any]]  # what a FETCH answered, by UID


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One message as the server holds it."""

    uid: int
    internal_at: datetime | None  # aware; when the server took it in; None when it gave no readable date
    size: int  # as the server says, before fetching: a hint, wrong by thousands at some
    raw: bytes | None = field(repr=False)
    reason: str = ""  # why raw is None: "no body" (look again later) or "too large" (over LARGEST)
    header: bytes = field(default=b"", repr=False)  # of a message that is too large


def fetch(client: IMAPClient, account: ServerAccount, uids: Sequence[int]) -> Iterator[Fetched]:
    """The messages that still exist, in ascending order of UID. Sizes first, then bodies.

    A message that an answer leaves out is asked for once more: only one that is left out again is gone.
    """
    ordered = sorted(set(uids))
    for start in range(0, len(ordered), _BLOCK):
        block = ordered[start : start + _BLOCK]
        facts, refused = _ask(client, account, block, ["RFC822.SIZE", "INTERNALDATE"])
        facts |= {uid: {} for uid in refused}  # its size cannot be told; perhaps its body can
        facts |= _still_there(client, account, [uid for uid in block if uid not in facts])
        for batch in _by_bytes(facts):
            yield from _bodies(client, account, batch, facts)


def _bodies(
    client: IMAPClient, account: ServerAccount, uids: Sequence[int], facts: _Facts
) -> Iterator[Fetched]:
    large = {uid for uid in uids if _size(facts[uid]) > LARGEST}
    answers, refused = _ask(client, account, [uid for uid in uids if uid not in large], ["BODY.PEEK[]"])
    headers, no_header = _ask(client, account, sorted(large), ["BODY.PEEK[HEADER]"])
    answers |= headers | {uid: {} for uid in refused + no_header}
    left_out = [uid for uid in uids if uid not in answers]
    answers |= {uid: {} for uid in _still_there(client, account, left_out)}  # listed, and without a body
    for uid in uids:
        if uid in answers:
            yield _fetched(uid, facts[uid], answers[uid], large=uid in large)


def _still_there(client: IMAPClient, account: ServerAccount, uids: list[int]) -> _Facts:
    """What the server says of UIDs that it left out a moment ago."""
    if not uids:
        return {}
    with imap_wire(account):
        client.noop()
    known, _ = _ask(client, account, uids, ["RFC822.SIZE", "INTERNALDATE"])
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
        raw=raw if whole else None,
        reason="" if whole else "too large" if large else "no body",
        header=header if isinstance(header, bytes) else b"",
    )


def _size(facts: dict[bytes, Any]) -> int:
    size = facts.get(b"RFC822.SIZE")
    return size if isinstance(size, int) else 0
