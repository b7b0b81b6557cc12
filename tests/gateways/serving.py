"""A payment gateway on the loopback: keeps a book, answers by HTTP, and misbehaves once for each order."""

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import rsa

SLOW = 1.2  # seconds; adapters under test wait half of one
PATIENCE = (0.5, 0.5)


class Mishap(StrEnum):
    LOSE_REQUEST = "lose-request"  # the line ends before anything is done
    LOSE_ANSWER = "lose-answer"  # done, and the line ends
    DECLINE = "decline"
    PENDING = "pending"
    NEEDS_ACTION = "needs-action"
    ERROR_500 = "500"  # done, and told as an error of the server
    HTML = "html"  # done, and told by a proxy in between
    GARBAGE = "garbage"  # done, and half an answer
    SLOW = "slow"  # done, and told too late
    UNSIGNED = "unsigned"  # done, and told without a signature


@dataclass
class Row:
    """One refund as this gateway has it."""

    key: str
    ref: str
    payment: str
    minor: int
    state: str  # "succeeded", "pending", "needs-action", "failed"
    came_back: bool = False


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in small letters
    body: bytes
    target: str  # path and query as they came

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class GatewayServer:
    """The common half: a book, orders to misbehave, and a line. Subclasses speak one gateway's language."""

    payment = ""  # one that exists here
    captured = 10_000

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.requests: list[Request] = []
        self.script: list[Reply] = []  # what is answered next, whatever is asked
        self._mishaps: list[tuple[str, Mishap]] = []
        self._lock = threading.Lock()
        self._listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._listening.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._listening.server_port}"
        self._thread = threading.Thread(target=self._listening.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._listening.shutdown()
        self._listening.server_close()
        self._thread.join(10)

    def next(self, mishap: Mishap, *, on: str = "pay", times: int = 1) -> None:
        """Misbehave at the next refund that is asked for, or (on="ask") at the next question."""
        self._mishaps += [(on, mishap)] * times

    @property
    def paid_back(self) -> int:
        """What has really left, for all payments together."""
        return sum(row.minor for row in self.rows.values() if row.state == "succeeded" and not row.came_back)

    def book(self, key: str, payment: str, minor: int, mishap: Mishap | None) -> Row | None:
        """The refund of this key, made now if it is new; None when it is declined."""
        if key in self.rows:
            return self.rows[key]
        if mishap is Mishap.DECLINE:
            return None
        state = {Mishap.PENDING: "pending", Mishap.NEEDS_ACTION: "needs-action"}.get(
            mishap or Mishap.SLOW, "succeeded"
        )
        row = self.rows[key] = Row(key, self.new_ref(), payment, minor, state)
        return row

    def new_ref(self) -> str:
        return f"re_{secrets.token_hex(8)}"

    # -- for one gateway -----------------------------------------------------------------------------------

    def pays(self, request: Request) -> bool:
        """Does this request move money?"""
        raise NotImplementedError

    def answer(self, request: Request, mishap: Mishap | None) -> Reply:
        raise NotImplementedError

    def unsigned(self, reply: Reply) -> Reply:
        return reply

    def signed(self, status: int, content: str) -> Reply:
        """Any content, as this gateway would sign and send it."""
        return Reply(status, content.encode(), {"Content-Type": "application/json"})

    def serve(self, request: Request) -> Reply | None:
        """The answer, None when the line ends instead."""
        with self._lock:
            self.requests.append(request)
            if self.script:
                return self.script.pop(0)
            mishap = self._take("pay" if self.pays(request) else "ask")
            if mishap is Mishap.LOSE_REQUEST:
                return None
            reply = self.answer(request, mishap)
        match mishap:
            case Mishap.LOSE_ANSWER:
                return None
            case Mishap.SLOW:
                time.sleep(SLOW)
            case Mishap.ERROR_500:
                return Reply(500, b'{"code": "SYSTEM_ERROR"}', {"Content-Type": "application/json"})
            case Mishap.HTML:
                return Reply(200, b"<h1>Sign in to the network</h1>", {"Content-Type": "text/html"})
            case Mishap.GARBAGE:
                return Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers)
            case Mishap.UNSIGNED:
                return self.unsigned(reply)
        return reply

    def _take(self, on: str) -> Mishap | None:
        for number, (where, mishap) in enumerate(self._mishaps):
            if where == on:
                del self._mishaps[number]
                return mishap
        return None


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """A key pair for these tests; the same for the same name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(name: str) -> str:
    return (
        rsa_key(name).private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()).decode()
    )


def public_pem(name: str) -> str:
    shape = form.PublicFormat.SubjectPublicKeyInfo
    return rsa_key(name).public_key().public_bytes(form.Encoding.PEM, shape).decode()


def _handler_of(server: GatewayServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _serve(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = server.serve(Request(self.command, parts.path, query, headers, body, self.path))
            self.close_connection = True
            if reply is None:
                return
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                """Nobody waits any more."""

        def log_message(self, *args: Any) -> None:
            """The tests look at `requests`."""

    return Handler
