"""Folders of a mailbox: which are read, and how far. One is the main one, where IDLE waits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.models import Mailbox, MailboxFolder
from helpdesk.rules.states import FolderRole

NOW = "now"  # of `since`: what comes from the first look on
MOST = 10  # folders besides the main one


def set_up(session: Session, mailbox: Mailbox, more: Sequence[str], *, at: datetime) -> None:
    """Read the mailbox's main folder and these others.

    A main folder that replaces another is read from its beginning, as far as the mailbox goes back; a folder
    that is added beside it is read from now on, unless the mailbox itself is new and goes further back.
    """
    known = {row.name: row for row in _all(session, mailbox.id)}
    is_new = not any(row.epoch for row in known.values())
    wanted = dict.fromkeys(more, FolderRole.MORE) | {mailbox.folder: FolderRole.MAIN}
    for name, role in wanted.items():
        row = known.get(name) or _new(mailbox, name, role, is_new=is_new, at=at)
        row.role, row.is_read = role, True
        session.add(row)
    for name, row in known.items():
        if name not in wanted and row.role is not FolderRole.JUNK:
            row.is_read = False
    for row in known.values():
        if row.role is FolderRole.JUNK:
            row.is_read = mailbox.reads_junk
    session.flush()


def begin_anew(session: Session, mailbox_id: int) -> None:
    """Another account: its folders may have the same numbers by chance, so each starts a new epoch."""
    session.execute(
        update(MailboxFolder)
        .where(MailboxFolder.mailbox_id == mailbox_id)
        .values(uidvalidity=None, problem="")
    )


def found_junk(session: Session, mailbox_id: int, name: str, *, at: datetime) -> None:
    """The server says which folder holds junk; read it from now on, where the mailbox wants that."""
    mailbox = session.get_one(Mailbox, mailbox_id)
    known = {row.name: row for row in _all(session, mailbox_id)}
    if name in known and known[name].role is not FolderRole.JUNK:
        return  # a person has named it: then its mail is mail
    for row in known.values():
        if row.role is FolderRole.JUNK:
            row.is_read = row.name == name
    if name not in known:
        session.add(_new(mailbox, name, FolderRole.JUNK, is_new=False, at=at))
    session.flush()


def to_read(session: Session, mailbox_id: int) -> list[MailboxFolder]:
    """The main folder last: its news are waited for afterwards."""
    rows = [row for row in _all(session, mailbox_id) if row.is_read]
    return sorted(rows, key=lambda row: (row.role is FolderRole.MAIN, row.id))


def named(session: Session, mailbox_id: int, name: str) -> MailboxFolder:
    """Raises NoResultFound for a folder that is not one of ours."""
    return session.scalars(
        select(MailboxFolder).where(MailboxFolder.mailbox_id == mailbox_id, MailboxFolder.name == name)
    ).one()


def meet(session: Session, mailbox_id: int, name: str, *, uidvalidity: int, uidnext: int) -> MailboxFolder:
    """The cursor for the folder as the server shows it now; a new uidvalidity starts a new epoch.

    The first epoch of a folder that starts "now" begins past everything that is there. A later epoch begins
    at zero: what was stored before is recognised, and mail from before `starts_at` is left alone.
    """
    session.get_one(Mailbox, mailbox_id, with_for_update=True, populate_existing=True)
    folder = named(session, mailbox_id, name)
    session.refresh(folder)
    folder.problem = ""
    if folder.uidvalidity == uidvalidity:
        return folder
    first = folder.epoch == 0
    folder.epoch += 1
    folder.uidvalidity = uidvalidity
    folder.last_uid = max(uidnext - 1, 0) if first and folder.since == NOW else 0
    return folder


def takes(folder: MailboxFolder, internal_at: datetime | None) -> bool:
    """Whether a mail past the cursor is ours to take, by when the server got it."""
    if folder.starts_at is None or internal_at is None:
        return True
    if folder.epoch == 1 and folder.since == NOW:
        return True  # past the cursor means new, even when moved here from another folder
    return internal_at >= folder.starts_at.replace(microsecond=0)  # servers count whole seconds


def note_problem(session: Session, folder_id: int, problem: str) -> None:
    """A folder besides the main one that cannot be read stops nothing else."""
    session.get_one(MailboxFolder, folder_id).problem = problem[:1000]


def _new(mailbox: Mailbox, name: str, role: FolderRole, *, is_new: bool, at: datetime) -> MailboxFolder:
    as_the_mailbox = is_new or role is FolderRole.MAIN
    return MailboxFolder(
        mailbox_id=mailbox.id,
        name=name,
        role=role,
        is_read=True,
        since=mailbox.since if as_the_mailbox else NOW,
        starts_at=mailbox.starts_at if as_the_mailbox else at,
        # A later main folder has had its "now": it is read from the beginning, by date.
        epoch=1 if role is FolderRole.MAIN and not is_new else 0,
        last_uid=0,
        problem="",
    )


def _all(session: Session, mailbox_id: int) -> list[MailboxFolder]:
    query = select(MailboxFolder).where(MailboxFolder.mailbox_id == mailbox_id).order_by(MailboxFolder.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))
