r"""One IMAP folder, read by UID without leaving a trace: never \Seen, no SEARCH in the main path, no BINARY.

poller: connect -> uids_after(cursor) -> fetch -> (store) -> ... until nothing is left -> wait -> again
"""

import contextlib
import imaplib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from imapclient import IMAPClient

from mail.accounts import ServerAccount, login_refused
from mail.errors import AccountError, MailError, TransientError
from mail.failures import imap_failure, imap_wire
from mail.fetching import Fetched, Progress, fetch
from mail.folders import Folder, junk_among, read_listing, sent_among, wire_name
from mail.signin import hang_up, sign_in
from mail.waiting import HasFileno, News, Waker, Woken, completed, idle, readable

__all__ = ["Fetched", "FolderState", "Mailbox", "Waker", "Woken", "check"]

_LONGEST_IDLE = 25 * 60  # seconds; RFC 2177 lets the server hang up after 30 minutes
_UID = re.compile(rb"\bUID (\d{1,10})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """The folder as it was when it was opened."""

    uidvalidity: int  # another value than before: the UIDs of before mean nothing any more
    uidnext: int | None  # None when the server keeps it to itself
    exists: int  # messages


def check(account: ServerAccount, folder: str = "INBOX") -> FolderState:
    """Log in, open the folder, log out: for the settings page. Raises AccountError or TransientError."""
    with Mailbox.connect(account, folder=folder) as mailbox:
        return mailbox.state


class Mailbox:
    """One connection with one folder open for reading; to be used by one thread.

    Every method raises TransientError (reconnect later) or AccountError (a person is needed).
    """

    def __init__(self, client: IMAPClient, account: ServerAccount, folder: str) -> None:
        self._client = client
        self._imap: Any = client._imap
        self._account = account
        self.folder = folder
        self.state = self._open(folder)

    @classmethod
    @contextlib.contextmanager
    def connect(cls, account: ServerAccount, *, folder: str = "INBOX") -> Iterator[Self]:
        """Log in and open the folder with EXAMINE, so that nothing done here can set a flag."""
        client = sign_in(account)
        try:
            yield cls(client, account, folder)
        except TransientError:
            raise  # the line may be dead: no LOGOUT, it would only wait
        except BaseException:
            _log_out(client)
            raise
        else:
            _log_out(client)
        finally:
            hang_up(client)

    def close(self) -> None:
        """Log out, best effort; leaving `connect` does the same."""
        _log_out(self._client)
        hang_up(self._client)

    def uids_after(self, last: int) -> list[int]:
        """The UIDs above `last`, ascending. `last=0` gives all of them; 150,000 and more are no trouble."""
        with imap_wire(self._account):
            self._imap.noop()  # some servers count new mail only now; and a dead line shows itself
            self._news.look()
            if self._news.counted == 0:
                return []
            tag = self._imap._command("UID", "FETCH", f"{last + 1}:*", "(UID)")
            # n:* always holds the last message, however low its UID
            return sorted(uid for uid in self._streamed_uids(tag) if uid > last)

    def fetch(self, uids: Sequence[int], *, progress: Progress = lambda: None) -> Iterator[Fetched]:
        """The messages in ascending order of UID, in batches bounded by count and bytes.

        A UID that was expunged in the meantime is simply not yielded. `progress` is called every megabyte or
        so, by whoever must show that work goes on.
        """
        return fetch(self._client, self._account, uids, progress)

    def wait(self, *, seconds: float, wake: HasFileno | int | None = None) -> Woken:
        """Sleep until mail is announced, `wake` can be read, or the time is over (25 minutes at most).

        Without IDLE (RFC 2177) at the server only the latter two happen. `wake` is not drained here.
        """
        until = time.monotonic() + min(seconds, _LONGEST_IDLE)
        called = [] if wake is None else [wake]
        if not self._client.has_capability("IDLE"):
            return Woken.CALLED if readable(called, until=until) else Woken.TIMEOUT
        with imap_wire(self._account):
            return idle(self._client, self._news, called, until=until)

    def folders(self) -> tuple[Folder, ...]:
        """All folders of the account."""
        with imap_wire(self._account):
            return read_listing(self._client.list_folders())

    def sent_folder(self) -> str | None:
        """The name of the folder of sent mail, by SPECIAL-USE (RFC 6154), then by its usual names."""
        found = sent_among(self.folders())
        return found.name if found else None

    def junk_folder(self) -> str | None:
        """The name of the folder of unwanted mail, found in the same way."""
        found = junk_among(self.folders())
        return found.name if found else None

    def status(self, folder: str) -> FolderState:
        """What another folder holds, without opening it (RFC 9051 section 6.3.11)."""
        try:
            said = self._client.folder_status(wire_name(folder), ("UIDVALIDITY", "UIDNEXT", "MESSAGES"))
        except (imaplib.IMAP4.abort, OSError) as error:
            raise imap_failure(error, self._account) from error
        except imaplib.IMAP4.error as error:
            raise self._not_opened(folder, str(error)) from error
        return FolderState(
            uidvalidity=said.get(b"UIDVALIDITY", 0),
            uidnext=said.get(b"UIDNEXT"),
            exists=said.get(b"MESSAGES", 0),
        )

    @contextlib.contextmanager
    def inside(self, folder: str) -> Iterator[None]:
        """Read another folder with the same methods; afterwards the own one is open again.

        To be looked into anew then: `wait` would end at once.
        """
        own = self.folder
        try:
            self.state, self.folder = self._open(folder), folder
        except AccountError:
            self.state = self._open(own)  # a refused EXAMINE leaves no folder open
            raise
        try:
            yield
        finally:
            self.folder = own
        self.state = self._open(own)

    def append(
        self, folder: str, raw: bytes, *, flags: Sequence[str] = ("\\Seen",), at: datetime | None = None
    ) -> None:
        """File a copy in a folder. TransientError leaves open whether it is there: look with `find_in`."""
        with imap_wire(self._account):
            self._client.append(wire_name(folder), raw, flags=flags, msg_time=at)

    def find_in(self, folder: str, message_id: str, *, newest: int = 200) -> bool:
        """Whether one of the newest messages of a folder bears this Message-ID (without <>).

        Afterwards the own folder is open again, with a fresh `state`.
        """
        try:
            exists = self._open(folder).exists
            return exists > 0 and self._newest_bear(message_id, first=max(1, exists - newest + 1))
        finally:
            self.state = self._open(self.folder)

    # -- below: one IMAP command each -----------------------------------------------------------------------

    def _open(self, name: str) -> FolderState:
        try:
            answer = self._client.select_folder(wire_name(name), readonly=True)
        except (imaplib.IMAP4.abort, OSError) as error:
            raise imap_failure(error, self._account) from error
        except imaplib.IMAP4.error as error:
            raise self._not_opened(name, str(error)) from error
        if b"UIDVALIDITY" not in answer:
            raise AccountError(f"{self._account} gives the folder {name} no UIDVALIDITY.", part="folder")
        exists = answer.get(b"EXISTS", 0)
        self._news = News(self._imap, exists)
        return FolderState(uidvalidity=answer[b"UIDVALIDITY"], uidnext=answer.get(b"UIDNEXT"), exists=exists)

    def _not_opened(self, name: str, said: str) -> MailError:
        if "unsafe login" in said.lower():
            return login_refused(self._account, said)
        names = [folder.name for folder in self.folders() if "\\noselect" not in folder.flags]
        if name in names or name.upper() == "INBOX":
            return TransientError(f"{self._account} will not open the folder {name} just now: {said}.")
        return AccountError(
            f"There is no folder {name} in this mailbox. There are: {', '.join(names[:30])}.", part="folder"
        )

    def _streamed_uids(self, tag: bytes) -> Iterator[int]:
        """UIDs line by line as they arrive; one SEARCH answer of 150,000 would break imaplib's line limit."""
        while not self._imap.tagged_commands[tag]:
            self._imap._get_response()
            for line in self._imap.untagged_responses.pop("FETCH", ()):
                text = line[0] if isinstance(line, tuple) else line
                if found := _UID.search(text):  # none in an unsolicited FETCH of flags
                    yield int(found[1])
        completed(self._imap, tag)

    def _newest_bear(self, message_id: str, *, first: int) -> bool:
        with imap_wire(self._account):
            kind, data = self._imap.fetch(f"{first}:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
            if kind != "OK":
                raise imaplib.IMAP4.error(data[-1])
        wanted = f"<{message_id}>".encode()
        return any(wanted in (b" ".join(line) if isinstance(line, tuple) else line or b"") for line in data)


def _log_out(client: IMAPClient) -> None:
    with contextlib.suppress(Exception):
        client.socket().settimeout(5)
        client.logout()
