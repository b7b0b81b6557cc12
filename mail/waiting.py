"""Waiting for new mail in IDLE (RFC 2177), and being called away from it by another thread."""

import imaplib
import select
import socket
import ssl
import time
from enum import StrEnum
from typing import Any, Protocol

from imapclient import IMAPClient


class Woken(StrEnum):
    """Why a wait ended."""

    MAIL = "mail"  # look with `uids_after`
    CALLED = "called"  # the wake-up descriptor is readable; drain it
    TIMEOUT = "timeout"


_CHATTER = 0.5  # seconds before IDLE again after a line that was no news: some servers greet every IDLE


class HasFileno(Protocol):
    def fileno(self) -> int: ...


class Waker:
    """A bell for a thread that waits in `Mailbox.wait`. `wake` may be called from any thread, or a signal."""

    def __init__(self) -> None:
        self._inside, self._outside = socket.socketpair()
        self._inside.setblocking(False)
        self._outside.setblocking(False)

    def wake(self) -> None:
        try:
            self._outside.send(b"\0")
        except BlockingIOError:
            return  # it rings already

    def fileno(self) -> int:
        return self._inside.fileno()

    def drain(self) -> None:
        """Forget all calls so far; to be done before looking for what one was called for."""
        try:
            while self._inside.recv(1024):
                pass
        except BlockingIOError:
            return

    def close(self) -> None:
        self._inside.close()
        self._outside.close()


class News:
    """Whether more messages were announced than when we last looked.

    An announcement may come in the answer to any command, and is then not repeated in IDLE.
    """

    def __init__(self, imap: Any, counted: int) -> None:
        self._untagged: dict[str, list[bytes]] = imap.untagged_responses
        self.counted = counted  # messages in the folder; never too few: that would hide mail
        self._looked = False  # nobody has looked since the folder was opened, so there may be mail

    def look(self) -> None:
        """From here on an announcement is news."""
        exists, expunged = self._untagged.pop("EXISTS", None), self._untagged.pop("EXPUNGE", [])
        self.counted = int(exists[-1]) if exists else max(0, self.counted - len(expunged))
        self._looked = True

    def announced(self) -> bool:
        exists, expunged = self._untagged.get("EXISTS"), self._untagged.get("EXPUNGE", [])
        return not self._looked or bool(exists and int(exists[-1]) > self.counted - len(expunged))


def idle(client: IMAPClient, news: News, called: list[HasFileno | int], *, until: float) -> Woken:
    """IDLE, again and again, until there is news, a call, or the time (monotonic seconds) is over."""
    while not news.announced():
        ended = _idle_once(client, news, called, until)
        if news.announced():
            break
        if ended is not None:
            return ended
        if readable(called, until=min(until, time.monotonic() + _CHATTER)):
            return Woken.CALLED
        if time.monotonic() >= until:
            return Woken.TIMEOUT
    return Woken.MAIL


def _idle_once(client: IMAPClient, news: News, called: list[HasFileno | int], until: float) -> Woken | None:
    """IDLE until something moves; None when it was the server.

    Not `IMAPClient.idle_check`: it reads without blocking and aborts on half a line. Not `IMAPClient.idle`:
    it fails when mail is announced before the server has said "+".
    """
    imap: Any = client._imap
    tag = imap._command("IDLE")
    while imap._get_response() is not None:  # None stands for the "+"
        if imap.tagged_commands[tag]:
            completed(imap, tag)
    line = client.socket()
    if news.announced() or has_buffered(imap):
        ready = {line.fileno()}
    else:
        ready = readable([line, *called], until=until)
    imap.send(b"DONE\r\n")
    while not imap.tagged_commands[tag]:
        imap._get_response()
    completed(imap, tag)
    imap.untagged_responses.pop("FETCH", None)  # flags that others set meanwhile
    if ready - {line.fileno()}:
        return Woken.CALLED
    return None if ready else Woken.TIMEOUT


def completed(imap: Any, tag: bytes) -> None:
    """Take note of a command's end. Raises imaplib's error when it was refused."""
    kind, data = imap.tagged_commands.pop(tag)
    if kind != "OK":
        raise imaplib.IMAP4.error(data[-1])


def readable(waited_for: list[HasFileno | int], *, until: float) -> set[int]:
    """Descriptors that can be read; empty when `until` (monotonic seconds) has come first."""
    poller = select.poll()
    for item in waited_for:
        poller.register(item, select.POLLIN)
    milliseconds = max(0, int((until - time.monotonic()) * 1000) + 1)
    return {descriptor for descriptor, _ in poller.poll(milliseconds)}


def has_buffered(imap: Any) -> bool:
    """Whether bytes were read ahead, by TLS or by imaplib, so that `poll` on the socket cannot see them."""
    if isinstance(imap.sock, ssl.SSLSocket) and imap.sock.pending():
        return True
    if hasattr(imap, "_readbuf"):  # Python 3.14 has a buffer of its own
        return any(imap._readbuf)
    patience = imap.sock.gettimeout()
    imap.sock.settimeout(0)
    try:
        return bool(imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        imap.sock.settimeout(patience)
