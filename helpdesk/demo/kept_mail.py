"""Mail folders that survive a restart: pymap's folders in memory, every message also a file.

One folder on disk is `uidvalidity` and `<uid>.eml`; a deleted message leaves `<uid>.gone`, so that its UID
is never given again (RFC 9051 section 2.3.1.1). Flags are not kept. Files are written whole or not at all;
a power cut may lose the last seconds, which is good enough for a demo.
"""

import asyncio
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

from pymap.backend.dict.mailbox import LoadedMessage, MailboxData, MailboxSet, Message
from pymap.exceptions import NotSupportedError
from pymap.mailbox import MailboxSnapshot
from pymap.mime import MessageContent
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement, ObjectId

from helpdesk import clock


class KeptMessage(Message):
    """A message whose content stays on disk until it is fetched."""

    __slots__ = ["path"]

    def __init__(self, uid: int, path: Path, at: datetime, *, recent: bool, thread_id: ObjectId) -> None:
        super().__init__(uid, at, (), email_id=ObjectId.random_email_id(), thread_id=thread_id, recent=recent)
        self.path = path

    async def load_content(self, requirement: FetchRequirement) -> LoadedMessage:
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:  # deleted by another connection meanwhile
            raw = b""
        return LoadedMessage(self, requirement, MessageContent.parse(raw))


class KeptFolder(MailboxData):
    """One IMAP folder: pymap's, with every message in a file."""

    def __init__(self, owner: "KeptMail", path: Path) -> None:
        super().__init__(owner._content_cache, owner._thread_cache)
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._writing = asyncio.Lock()
        self._uid_validity = _kept_uidvalidity(path)
        uids = sorted(int(file.stem) for file in path.iterdir() if file.suffix in (".eml", ".gone"))
        self._max_uid = uids[-1] if uids else 0
        for uid in uids:
            file = self._file(uid)
            if file.exists():
                at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                self._show(KeptMessage(uid, file, at, recent=False, thread_id=ObjectId.random_thread_id()))

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> Message:
        """A new message at the end. What pymap could not show later is refused here, by its exception."""
        thread_id = self._thread_cache.add(MessageContent.parse(append_msg.literal))
        at = append_msg.when or clock.now()
        async with self._writing:
            uid = self._max_uid + 1
            write_whole(self._file(uid), append_msg.literal, at=at)
            self._max_uid = uid
            message = KeptMessage(uid, self._file(uid), at, recent=recent, thread_id=thread_id)
            message.permanent_flags = append_msg.flag_set
            self._show(message)
            self._updated.set()
        return message

    async def copy(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        message = self._messages.get(uid)
        if not isinstance(message, KeptMessage):
            return None
        again = AppendMessage(
            message.path.read_bytes(), message.internal_date, frozenset(message.permanent_flags)
        )
        return (await destination.append(again, recent=recent)).uid

    async def move(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        there = await self.copy(uid, destination, recent=recent)
        if there is not None:
            await self.delete([uid])
        return there

    async def delete(self, uids: Iterable[int]) -> None:
        uids = list(uids)
        for uid in uids:
            self._file(uid).with_suffix(".gone").touch()
            self._file(uid).unlink(missing_ok=True)
        await super().delete(uids)

    def _show(self, message: KeptMessage) -> None:
        self._messages[message.uid] = message
        self._mod_sequences.update([message.uid])

    def _file(self, uid: int) -> Path:
        return self.path / f"{uid:09}.eml"


class KeptMail(MailboxSet):
    """All folders of one address: INBOX and Sent from the start, more when a mail program makes them."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._inbox = KeptFolder(self, path / "INBOX")
        for name in ("Sent", *sorted(unquote(folder.name) for folder in path.iterdir() if folder.is_dir())):
            if name != "INBOX" and name not in self._set:
                self._set[name] = KeptFolder(self, path / _folder_name(name))

    async def add_mailbox(self, name: str) -> ObjectId:
        if name in self._set or len(_folder_name(name)) > 200:
            raise ValueError(name)
        folder = self._set[name] = KeptFolder(self, self.path / _folder_name(name))
        return folder.mailbox_id

    async def delete_mailbox(self, name: str) -> None:
        raise NotSupportedError()

    async def rename_mailbox(self, before: str, after: str) -> None:
        raise NotSupportedError()


def write_whole(path: Path, content: bytes, *, at: datetime) -> None:
    """The file appears complete or not at all; its time is the message's INTERNALDATE."""
    draft = path.with_suffix(".part")
    draft.write_bytes(content)
    os.utime(draft, (at.timestamp(), at.timestamp()))
    draft.replace(path)


def _kept_uidvalidity(path: Path) -> int:
    file = path / "uidvalidity"
    if not file.exists():
        write_whole(file, str(MailboxSnapshot.new_uid_validity()).encode(), at=clock.now())
    return int(file.read_text())


def _folder_name(name: str) -> str:
    """A file name for any IMAP folder name; no dots, so that it cannot climb."""
    return quote(name, safe="").replace(".", "%2E")
