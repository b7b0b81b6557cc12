"""What is new in a mailbox's folders: listed, fetched, stored (A), filed (B), until nothing is left.

read_all   the other folders first, by a look that opens none without need; the main one last
read_new   the folder that is open
"""

import logging
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from helpdesk import clock
from helpdesk.actions import arrivals, folders, late_bytes
from helpdesk.actions.arrivals import Arrival, Stretch
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Mailbox, MailboxFolder
from helpdesk.rules.states import FolderRole
from helpdesk.workers import lease
from helpdesk.workers.filing import file_stored
from mail import mailbox as wire
from mail.errors import AccountError

BATCH_MESSAGES = 50
BATCH_BYTES = 16 * 1024 * 1024
PROBLEMS = {
    "no body": "the server lists this message and gives no bytes of it: look in the mailbox itself",
    "too large": "the message is too large to be fetched: only its header was",
}
LARGEST_SIZE = 2**31 - 1  # what the column holds; a server may claim more

log = logging.getLogger(__name__)


def read_all(mailbox_id: int, main: wire.Mailbox, *, owner: str) -> int:
    """Read every folder of the mailbox, the one that is open last; how many messages came.

    A folder besides the main one that cannot be read has a problem of its own and stops nothing.
    """
    _look_for_junk(mailbox_id, main)
    with reading() as session:
        cursors = folders.to_read(session, mailbox_id)
    count = 0
    for cursor in cursors:
        if cursor.name == main.folder or cursor.role is FolderRole.MAIN:
            continue
        try:
            if _has_news(cursor, main.status(cursor.name)):
                with main.inside(cursor.name):
                    meet(mailbox_id, main)
                    count += read_new(mailbox_id, main, owner=owner)
        except AccountError as error:
            _note(cursor, str(error))
    return count + read_new(mailbox_id, main, owner=owner)


def meet(mailbox_id: int, folder: wire.Mailbox) -> None:
    """Bring the cursor and the folder that is open together; a changed UIDVALIDITY starts a new epoch."""
    uidnext = folder.state.uidnext
    if uidnext is None:
        uidnext = max(folder.uids_after(0), default=0) + 1
    with transaction() as session:
        folders.meet(
            session, mailbox_id, folder.folder, uidvalidity=folder.state.uidvalidity, uidnext=uidnext
        )


def read_new(mailbox_id: int, folder: wire.Mailbox, *, owner: str) -> int:
    """Store and file until the open folder has nothing new; how many messages came. Raises LeaseLostError.

    The lease is kept meanwhile. What an earlier process stored and did not file comes first, with what had
    no bytes the last time.
    """
    with lease.kept(mailbox_id, owner=owner):
        return _read_all(mailbox_id, folder, owner)


def _read_all(mailbox_id: int, folder: wire.Mailbox, owner: str) -> int:
    _ask_again(mailbox_id, folder)
    count = file_stored(mailbox_id)
    while True:
        with reading() as session:
            cursor = folders.named(session, mailbox_id, folder.folder)
        uids = folder.uids_after(cursor.last_uid)
        if not uids:
            return count
        for listed, messages in _stretches(uids, folder.fetch(uids)):
            _store(cursor, folder, listed, messages, owner=owner)
            count += file_stored(mailbox_id)


def _look_for_junk(mailbox_id: int, main: wire.Mailbox) -> None:
    """The folder of junk is found by what the server says of it, once."""
    with reading() as session:
        wanted = session.get_one(Mailbox, mailbox_id).reads_junk
        known = any(row.role is FolderRole.JUNK for row in folders.to_read(session, mailbox_id))
    if not wanted or known:
        return
    name = main.junk_folder()
    if name is not None and name != main.folder:
        with transaction() as session:
            folders.found_junk(session, mailbox_id, name, at=clock.now())


def _has_news(cursor: MailboxFolder, state: wire.FolderState) -> bool:
    """By what STATUS says; a server that keeps its UIDNEXT to itself is opened each time."""
    if state.uidnext is None or state.uidvalidity != cursor.uidvalidity:
        return True
    return state.uidnext - 1 > cursor.last_uid


def _note(cursor: MailboxFolder, problem: str) -> None:
    if problem != cursor.problem:
        log.warning("mailbox %s: a folder cannot be read: %s", cursor.mailbox_id, problem)
        with transaction() as session:
            folders.note_problem(session, cursor.id, problem)


def _ask_again(mailbox_id: int, folder: wire.Mailbox) -> None:
    """What the server listed without bytes may have them by now; the cursor did not wait for it."""
    with reading() as session:
        missing = late_bytes.awaited(
            session, mailbox_id, folder.folder, uidvalidity=folder.state.uidvalidity, at=clock.now()
        )
    fetched = {message.uid: message.raw for message in folder.fetch(list(missing))} if missing else {}
    for uid, received_id in missing.items():
        raw = fetched.get(uid)
        sha256 = current_desk().blobs.put(raw) if raw else ""
        with transaction() as session:
            late_bytes.supply(session, received_id, sha256)


def _stretches(
    uids: list[int], fetched: Iterable[wire.Fetched]
) -> Iterator[tuple[list[int], list[wire.Fetched]]]:
    """The listed UIDs in stretches bounded by count and bytes, each with the messages that it gave."""
    start, messages, size = 0, list[wire.Fetched](), 0
    for message in fetched:
        messages.append(message)
        size += len(message.raw or b"")
        if len(messages) >= BATCH_MESSAGES or size >= BATCH_BYTES:
            end = bisect_right(uids, message.uid)
            yield uids[start:end], messages
            start, messages, size = end, [], 0
    if start < len(uids):  # also when nothing came: the last ones may be gone by now
        yield uids[start:], messages


def _store(
    cursor: MailboxFolder,
    folder: wire.Mailbox,
    listed: list[int],
    messages: list[wire.Fetched],
    *,
    owner: str,
) -> None:
    """Bytes to the blob store, then rows, cursor and count in one transaction."""
    older = frozenset(each.uid for each in messages if not folders.takes(cursor, each.internal_at))
    missing = set(listed) - {each.uid for each in messages}
    held_back = missing & set(folder.uids_after(min(missing) - 1)) if missing else set()
    with current_desk().blobs.together():
        arrived = [_kept(each) for each in messages if each.uid not in older]
        arrived += [_without_bytes(uid) for uid in sorted(held_back)]
    stretch = Stretch(
        uidvalidity=folder.state.uidvalidity,
        listed=tuple(listed),
        before_start=older,
        vanished=frozenset(missing - held_back),
        arrivals=tuple(arrived),
    )
    with transaction() as session:
        arrivals.store(session, cursor, stretch, owner=owner, at=clock.now())


def _without_bytes(uid: int) -> Arrival:
    """One that gave no message, and stands in the folder all the same: it did not vanish."""
    return Arrival(uid=uid, sha256="", size=0, internal_at=None, problem=PROBLEMS["no body"])


def _kept(message: wire.Fetched) -> Arrival:
    content = message.raw or message.header
    return Arrival(
        uid=message.uid,
        sha256=current_desk().blobs.put(content) if content else "",
        size=min(message.size, LARGEST_SIZE),
        internal_at=message.internal_at,
        server_id=message.server_id[:64],
        server_thread=message.server_thread[:64],
        problem=PROBLEMS.get(message.reason, message.reason),
    )
