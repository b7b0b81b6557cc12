"""An IMAP server that says exactly what a test tells it to: for servers that nobody can start here."""

import contextlib
import socket
import threading
from collections.abc import Callable, Mapping

from mail.accounts import ServerAccount, Tls

Answer = bytes | Callable[[bytes], bytes]  # the untagged lines and, unless it ends the command itself, no OK
_GOOD: dict[bytes, Answer] = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n",
    b"EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n* OK [UIDNEXT 30] fine\r\n",
    b"IDLE": b"+ idling\r\n",
    b"LOGOUT": b"* BYE\r\n",
}


class OddImap:
    """Answers each command by its name ("FETCH" for UID FETCH): OK, after the lines given for it.

    In an answer, `%(tag)s` stands for the tag; an answer with it, or one that begins with "+", is all that is
    said. `HANG` leaves the client waiting, `CLOSE` hangs up, after
    what stands before it. `said` holds the commands. `dialogue` answers
    every line from AUTHENTICATE on, until it says `%(auth)s`, the tag of that.
    """

    HANG = b"HANG"
    CLOSE = b"CLOSE"

    def __init__(
        self,
        answers: Mapping[bytes, Answer],
        *,
        greeting: bytes = b"* OK hello\r\n",
        dialogue: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._dialogue, self._auth_tag = dialogue, b""
        self._answers = {**_GOOD, **answers}
        self._greeting = greeting
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.said: list[bytes] = []
        self._thread = threading.Thread(target=self._converse, daemon=True)
        self._thread.start()

    def __enter__(self) -> "OddImap":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes a thread that nobody has connected to
        self._listening.close()
        self._thread.join(5)

    def account(self, *, timeout: float = 2) -> ServerAccount:
        return ServerAccount(
            host="127.0.0.1",
            port=self._listening.getsockname()[1],
            tls=Tls.NONE,
            username="shop@shop.example",
            password="secret",
            timeout=timeout,
        )

    def _converse(self) -> None:
        try:
            line, _ = self._listening.accept()
            with line, line.makefile("rb") as commands:
                line.sendall(self._greeting)
                while command := commands.readline():
                    self.said.append(command.strip())
                    if not self._answer(line, command):
                        return
        except OSError:
            return  # the client is gone, or the test is over

    def _answer(self, line: socket.socket, command: bytes) -> bool:
        if self._dialogue is not None and (self._auth_tag or b"AUTHENTICATE" in command):
            self._auth_tag = self._auth_tag or command.split(b" ")[0]
            said = self._dialogue(command)
            line.sendall(said.replace(b"%(auth)s", self._auth_tag))
            self._auth_tag = b"" if b"%(auth)s" in said else self._auth_tag
            return True
        tag, _, rest = command.strip().partition(b" ")
        name = rest.removeprefix(b"UID ").split(b" ")[0].upper()
        if tag == b"DONE":
            line.sendall(self._idle_tag + b" OK done\r\n")
            return True
        if name == b"IDLE":
            self._idle_tag = tag
        answer = self._answers.get(name, b"")
        said = answer(command) if callable(answer) else answer
        if said in (self.HANG, self.CLOSE):
            return said == self.HANG
        if said.endswith(self.CLOSE):
            line.sendall(said.removesuffix(self.CLOSE))
            return False
        ended = b"%(tag)s" in said or name == b"IDLE"
        line.sendall(said.replace(b"%(tag)s", tag) + (b"" if ended else tag + b" OK done\r\n"))
        return True
