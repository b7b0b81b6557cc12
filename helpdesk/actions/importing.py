"""Mail that is given as files: stored like fetched mail, under a folder name of its own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions import mailboxes
from helpdesk.db import insert_missing
from helpdesk.desk import Desk
from helpdesk.errors import InvalidError, NotFoundError
from helpdesk.models import Mailbox, ReceivedMessage
from helpdesk.rules.states import ReceivedState
from mail import dates
from mail.types import Incoming

FIRST_YEAR = 1970  # a clock that was never set
ARCHIVE = "imported"  # the paused mailbox that holds old mail while there is no real one


def choose_mailbox(session: Session, desk: Desk, name: str | None, *, at: datetime) -> Mailbox:
    """The mailbox of this name, or the only one. Raises NotFoundError, InvalidError.

    Where there is none at all, a paused one is made, so that an archive can be looked through first.
    """
    known = session.scalars(select(Mailbox).where(Mailbox.removed_at.is_(None)).order_by(Mailbox.id)).all()
    if name is not None:
        for mailbox in known:
            if mailbox.name == name:
                return mailbox
        raise NotFoundError(f"there is no mailbox called {name!r}")
    if len(known) > 1:
        raise InvalidError(
            f"say whose mail this is: --mailbox {' | '.join(mailbox.name for mailbox in known)}",
            field="mailbox",
        )
    return known[0] if known else _archive(session, desk, at=at)


def store(
    session: Session,
    mailbox_id: int,
    files: Sequence[tuple[str, int]],
    *,
    run: str,
    position: int,
    quiet: bool,
    archived: bool,
    at: datetime,
) -> None:
    """Rows for (sha256, size) of files that are in the blob store, numbered from `position`."""
    rows = [
        {
            "mailbox_id": mailbox_id,
            "folder": run,
            "uidvalidity": 0,
            "uid": position + offset,
            "sha256": sha256,
            "size": size,
            "stored_at": at,
            "internal_at": None if quiet else at,
            "quiet": quiet,
            "archived": archived,
            "state": ReceivedState.STORED,
        }
        for offset, (sha256, size) in enumerate(files)
    ]
    counted = {"seen": Mailbox.seen + len(files), "kept": Mailbox.kept + len(files)}
    session.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(counted))
    insert_missing(session, ReceivedMessage, rows)


def came_at(incoming: Incoming, *, at: datetime) -> datetime:
    """When a mail from a file came, by the server that had it last, else by its own date; never after `at`.

    One that says neither, or names a time before there was mail, came now.
    """
    newest = incoming.header("Received").rpartition(";")[2]
    found = dates.moment(newest) or incoming.sent_at
    return min(found, at) if found and found.year > FIRST_YEAR else at


def _archive(session: Session, desk: Desk, *, at: datetime) -> Mailbox:
    form = mailboxes.MailboxForm(
        name=ARCHIVE,
        address="imported@localhost",
        imap_host="localhost",
        imap_port=143,
        imap_tls="tls",
        smtp_host="localhost",
        smtp_port=25,
        smtp_tls="tls",
        username="imported",
        password="none",  # noqa: S106  nobody logs in there
    )
    mailbox = mailboxes.add(session, desk, form, at=at)
    mailbox.active = False
    return mailbox
