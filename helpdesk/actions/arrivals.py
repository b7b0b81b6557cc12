"""Transaction A of a message in: the bytes, the cursor past them and the mailbox's count, or none of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions import mailboxes
from helpdesk.db import insert_missing
from helpdesk.models import Mailbox, ReceivedMessage
from helpdesk.rules.states import ReceivedState


class LeaseLostError(Exception):
    """Another worker reads this mailbox now; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One UID as the server gave it."""

    uid: int
    sha256: str  # "" when the server gave no bytes
    size: int
    internal_at: datetime | None
    problem: str = ""  # why there are no bytes, or not all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """UIDs that the server listed one after the other past the cursor, and what they gave.

    `listed` is what the list said, the rest what was done: so the ledger compares two things.
    """

    uidvalidity: int
    listed: tuple[int, ...]  # ascending, at least one
    before_start: frozenset[int] = frozenset()  # left alone: older than the start of the mailbox
    vanished: frozenset[int] = frozenset()  # expunged before they could be read
    arrivals: tuple[Arrival, ...] = ()


def store(session: Session, mailbox: Mailbox, stretch: Stretch, *, owner: str, at: datetime) -> None:
    """Keep what arrived and move the cursor past it. Raises LeaseLostError.

    `mailbox` as it was when the UIDs were listed: a folder met anew in the meantime refuses them.
    Who gets on keeps the lease: a large folder takes longer to read than a lease lasts.
    """
    up_to, known = stretch.listed[-1], _known_already(session, mailbox, stretch)
    moved = session.execute(
        update(Mailbox)
        .where(
            Mailbox.id == mailbox.id,
            Mailbox.lease_owner == owner,
            Mailbox.epoch == mailbox.epoch,
            Mailbox.uidvalidity == stretch.uidvalidity,
            Mailbox.last_uid < up_to,
        )
        .values(
            last_uid=up_to,
            leased_until=at + mailboxes.LEASE,
            seen=Mailbox.seen + len(set(stretch.listed) - known),
            before_start=Mailbox.before_start + len(stretch.before_start - known),
            vanished=Mailbox.vanished + len(stretch.vanished - known),
        )
    )
    if getattr(moved, "rowcount", 0) != 1:
        raise LeaseLostError(f"mailbox {mailbox.id} is read by another worker")
    rows = [_row(mailbox, arrival, stretch.uidvalidity, at) for arrival in stretch.arrivals]
    insert_missing(session, ReceivedMessage, rows)


def _known_already(session: Session, mailbox: Mailbox, stretch: Stretch) -> set[int]:
    """What was counted in an earlier epoch: a folder that is taken up again lists it anew."""
    if mailbox.epoch <= 1:
        return set()
    query = select(ReceivedMessage.uid).where(
        ReceivedMessage.mailbox_id == mailbox.id,
        ReceivedMessage.folder == mailbox.folder,
        ReceivedMessage.uidvalidity == stretch.uidvalidity,
        ReceivedMessage.uid.between(stretch.listed[0], stretch.listed[-1]),
    )
    return set(session.scalars(query))


def _row(mailbox: Mailbox, arrival: Arrival, uidvalidity: int, at: datetime) -> dict[str, object]:
    state = ReceivedState.PARKED if arrival.problem else ReceivedState.STORED
    return {
        "mailbox_id": mailbox.id,
        "folder": mailbox.folder,
        "uidvalidity": uidvalidity,
        "uid": arrival.uid,
        "sha256": arrival.sha256,
        "size": arrival.size,
        "internal_at": arrival.internal_at,
        "stored_at": at,
        "state": state,
        "problem": arrival.problem[:2000],
    }
