"""A real SMTP server that keeps what it is sent, and can misbehave in the ways that servers do."""

import asyncio
import base64
import json
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mail.accounts import ServerAccount, Tls
from tests.servers.certificate import write_certificate

PASSWORD = "secret"
SIZE_LIMIT = 5_000_000


@dataclass(frozen=True, kw_only=True)
class Received:
    """One message that the server took."""

    sender: str
    recipient: str
    raw: bytes = field(repr=False)  # as sent, CRLF, without the dots of SMTP


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How the next conversations go. A reply given here replaces the good one."""

    login: str = ""  # "454 4.7.0 later"
    user_of: Callable[[str], str] | None = None  # whose mailbox a token opens: XOAUTH2 is offered
    mail: str = ""
    mail_from_null: str = ""  # only for MAIL FROM:<>
    rcpt: str = ""
    rcpt_of: dict[str, str] = field(default_factory=dict)  # the reply to one address
    data: str = ""  # in place of 354
    content: str = ""  # in place of the 250 after the dot; nothing is kept then
    hang_up_at: str = ""  # "MAIL", "DATA" (in place of 354), or "DOT" (taken, but the line dies)
    silent_at: str = ""  # the same moments: no answer at all


class SmtpSink:
    """`messages` holds what was taken, `commands` what was said. Users log in with "secret"."""

    host = "127.0.0.1"

    def __init__(self, *, tls: Tls = Tls.NONE) -> None:
        self.messages: list[Received] = []
        self.commands: list[str] = []
        self.connections = 0
        self.behaviour = Behaviour()
        self.tls = tls
        self._folder = tempfile.TemporaryDirectory(prefix="smtp-")
        certificate, key = write_certificate(Path(self._folder.name))
        self.ca_file = str(certificate)
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(certificate, key)
        self._listener = _Listener(self, self._context)
        self.port = self._listener.port  # bound already: who connects before the loop runs just waits
        self._listener.start()

    def behave(self, **changes: object) -> None:
        """Misbehave from now on; `reset` ends it."""
        self.behaviour = Behaviour(**changes)  # type: ignore[arg-type]  # names and types are those of Behaviour

    def reset(self) -> None:
        """Forget messages, commands and misbehaviour."""
        self.messages.clear()
        self.commands.clear()
        self.connections = 0
        self.behaviour = Behaviour()

    def account(self, *, user: str = "shop@shop.example", timeout: float = 10) -> ServerAccount:
        """What a client needs to send through this server; user "" for no login."""
        return ServerAccount(
            host=self.host,
            port=self.port,
            tls=self.tls,
            username=user,
            password=PASSWORD if user else "",
            ca_file="" if self.tls is Tls.NONE else self.ca_file,
            timeout=timeout,
        )

    def wait_for(self, count: int, *, seconds: float = 10) -> list[Received]:
        """The messages, once there are that many; fails after a while."""
        until = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.messages) >= count, f"{len(self.messages)} of {count} messages came"
        return list(self.messages)

    def stop(self) -> None:
        self._listener.stop()
        self._folder.cleanup()


class _Conversation(SMTP):
    """One connection."""

    def __init__(self, sink: SmtpSink, **options: object) -> None:
        super().__init__(_Handler(sink), **options)
        self._sink = sink

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not getattr(self, "_counted", False):  # STARTTLS makes the same connection once more
            self._sink.connections += 1
            self._counted = True
        super().connection_made(transport)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        if self._sink.behaviour.user_of is None:
            self._auth_methods.pop("XOAUTH2", None)
        await super().smtp_EHLO(hostname)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """The token in the first line; a refusal is a challenge first, as at Google and Microsoft."""
        self._sink.commands.append("AUTH XOAUTH2")
        user, token = _user_and_token(base64.b64decode(args[1]))
        asked = self._sink.behaviour.user_of
        if asked is not None and token and asked(token) == user:
            return AuthResult(success=True, auth_data=user)
        refused = json.dumps({"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"})
        await self.challenge_auth(refused)
        return AuthResult(
            success=False, handled=False, message="535 5.7.8 Username and Password not accepted"
        )

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802  # the library finds commands by this name
        self._sink.commands.append(f"MAIL {arg}")
        if await _kept_waiting(self, self._sink.behaviour, "MAIL"):
            return
        if arg.startswith("FROM:<>") and self._sink.behaviour.mail_from_null:
            await self.push(self._sink.behaviour.mail_from_null)
        elif self._sink.behaviour.mail:
            await self.push(self._sink.behaviour.mail)
        else:
            await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        self._sink.commands.append("DATA")
        if await _kept_waiting(self, self._sink.behaviour, "DATA"):
            return
        if self._sink.behaviour.data:
            await self.push(self._sink.behaviour.data)
        else:
            await super().smtp_DATA(arg)


def _user_and_token(said: bytes) -> tuple[str, str]:
    parts = dict(part.partition("=")[::2] for part in said.decode().split("\x01") if part)
    return parts.get("user", ""), parts.get("auth", "").removeprefix("Bearer ")


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._sink.commands.append(f"RCPT {address}")
        behaviour = self._sink.behaviour
        if refused := behaviour.rcpt_of.get(address) or behaviour.rcpt:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient is fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self._sink.behaviour.content:
            return self._sink.behaviour.content
        for recipient in envelope.rcpt_tos:
            raw = envelope.original_content or b""
            received = Received(sender=(envelope.mail_from or "").strip("<>"), recipient=recipient, raw=raw)
            self._sink.messages.append(received)
        await _kept_waiting(server, self._sink.behaviour, "DOT")
        return f"250 2.0.0 taken as {len(self._sink.messages)}"


async def _kept_waiting(server: SMTP, behaviour: Behaviour, moment: str) -> bool:
    if behaviour.hang_up_at == moment:
        server.transport.abort()
        return True
    if behaviour.silent_at == moment:
        await asyncio.sleep(60)
        return True
    return False


class _Listener(threading.Thread):
    """An event loop of its own with the server on a free port."""

    def __init__(self, sink: SmtpSink, context: ssl.SSLContext) -> None:
        super().__init__(name="smtp-sink", daemon=True)
        self._sink = sink
        self._context = context
        self._loop = asyncio.new_event_loop()
        self._line = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._line.getsockname()[1]

    def run(self) -> None:
        implicit = self._context if self._sink.tls is Tls.TLS else None
        self._server = self._loop.run_until_complete(
            self._loop.create_server(self._conversation, sock=self._line, ssl=implicit)
        )
        self._loop.run_forever()
        self._server.close()
        self._loop.run_until_complete(self._end_conversations())
        self._loop.close()

    async def _end_conversations(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join(10)

    def _conversation(self) -> SMTP:
        return _Conversation(
            self._sink,
            hostname="sink.example",
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            authenticator=self._authenticate,
            auth_require_tls=False,
            auth_required=False,
            tls_context=self._context if self._sink.tls is Tls.STARTTLS else None,
            loop=self._loop,
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self._sink.commands.append(f"AUTH {mechanism}")
        if refused := self._sink.behaviour.login:
            return AuthResult(success=False, handled=False, message=refused)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)
