"""Transaction A of a message in: the bytes, the cursor past them and the mailbox's count, or none of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions import mailboxes
from helpdesk.db import insert_missing
from helpdesk.models import Mailbox, MailboxFolder, ReceivedMessage
from helpdesk.rules.states import FolderRole, ReceivedState


class LeaseLostError(Exception):
    """Another worker reads this mailbox now; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One UID as the server gave it."""

    uid: int
    sha256: str  # "" when the server gave no bytes
    size: int
    internal_at: datetime | None
    server_id: str = ""  # its name in every folder, where the server has one
    server_thread: str = ""
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


def store(session: Session, folder: MailboxFolder, stretch: Stretch, *, owner: str, at: datetime) -> None:
    """Keep what arrived and move the cursor past it. Raises LeaseLostError.

    `folder` as it was when the UIDs were listed: a folder met anew in the meantime refuses them.
    Who gets on keeps the lease: a large folder takes longer to read than a lease lasts.
    """
    up_to, known = stretch.listed[-1], _known_already(session, folder, stretch)
    held = session.execute(
        update(Mailbox)
        .where(Mailbox.id == folder.mailbox_id, Mailbox.lease_owner == owner)
        .values(
            leased_until=at + mailboxes.LEASE,
            seen=Mailbox.seen + len(set(stretch.listed) - known),
            kept=Mailbox.kept + len({arrival.uid for arrival in stretch.arrivals} - known),
            before_start=Mailbox.before_start + len(stretch.before_start - known),
            vanished=Mailbox.vanished + len(stretch.vanished - known),
        )
    )
    moved = session.execute(
        update(MailboxFolder)
        .where(
            MailboxFolder.id == folder.id,
            MailboxFolder.epoch == folder.epoch,
            MailboxFolder.uidvalidity == stretch.uidvalidity,
            MailboxFolder.last_uid < up_to,
        )
        .values(last_uid=up_to)
    )
    if getattr(held, "rowcount", 0) != 1 or getattr(moved, "rowcount", 0) != 1:
        raise LeaseLostError(f"mailbox {folder.mailbox_id} is read by another worker")
    rows = [_row(folder, arrival, stretch.uidvalidity, at) for arrival in stretch.arrivals]
    insert_missing(session, ReceivedMessage, rows)


def _known_already(session: Session, folder: MailboxFolder, stretch: Stretch) -> set[int]:
    """What was counted in an earlier epoch: a folder that is taken up again lists it anew."""
    if folder.epoch <= 1:
        return set()
    query = select(ReceivedMessage.uid).where(
        ReceivedMessage.mailbox_id == folder.mailbox_id,
        ReceivedMessage.folder == folder.name,
        ReceivedMessage.uidvalidity == stretch.uidvalidity,
        ReceivedMessage.uid.between(stretch.listed[0], stretch.listed[-1]),
    )
    return set(session.scalars(query))


def _row(folder: MailboxFolder, arrival: Arrival, uidvalidity: int, at: datetime) -> dict[str, object]:
    state = ReceivedState.PARKED if arrival.problem else ReceivedState.STORED
    return {
        "mailbox_id": folder.mailbox_id,
        "folder": folder.name,
        "junk": folder.role is FolderRole.JUNK,
        "server_id": arrival.server_id,
        "server_thread": arrival.server_thread,
        "uidvalidity": uidvalidity,
        "uid": arrival.uid,
        "sha256": arrival.sha256,
        "size": arrival.size,
        "internal_at": arrival.internal_at,
        "stored_at": at,
        "state": state,
        "problem": arrival.problem[:2000],
    }
