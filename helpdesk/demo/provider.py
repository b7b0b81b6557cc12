"""The shop's mail provider, played by this process: IMAP (pymap) and SMTP (aiosmtpd) on loopback.

One asyncio loop in one daemon thread. Mail for anybody is taken without login and kept below `folder`:

    mail/<address>/INBOX/<uid>.eml    what came for this address
    mail/<address>/Sent/<uid>.eml     what was sent from it
    mail-password                     of the shop's account, made at the first start
    lock                              held while it runs

The shop logs in with its password; every other address is a buyer and logs in with any password.
"""

import asyncio
import errno
import fcntl
import logging
import os
import secrets
import socket
import threading
from argparse import Namespace
from collections.abc import Callable, Coroutine, Generator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from aiosmtpd.smtp import SMTP
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.user import Passwords, UserMetadata
from pysasl.creds.server import ServerCredentials

from helpdesk.demo.delivery import HOST, LARGEST, Delivery, authenticator, is_address
from helpdesk.demo.kept_mail import KeptMail

SHOP = "support@shop.example"
LOOPBACK = "127.0.0.1"


class ProviderError(Exception):
    """It cannot start, or not be thrown away; `str()` says what to do about it."""


class PortTakenError(ProviderError):
    """Somebody else listens there; `str()` says which variable to set."""


class Provider:
    """A mail provider for one shop; `start`, then `imap_port` and `smtp_port` are the real ones."""

    def __init__(self, folder: Path, imap_port: int, smtp_port: int, *, password: str = "") -> None:
        """folder: where mail is kept. A port of 0 means any free one. password: "" for a kept, random one."""
        self.folder = folder
        self.address = SHOP
        self.imap_port, self.smtp_port = imap_port, smtp_port
        folder.mkdir(parents=True, exist_ok=True)
        self.password = password or kept_password(folder / "mail-password")
        self._mail: dict[str, KeptMail] = {}
        self._thread: threading.Thread | None = None
        self._started = threading.Event()
        self._failure: BaseException | None = None

    def start(self) -> None:
        """Listen. Raises ProviderError, and then listens on neither port."""
        self._lock = _only_one(self.folder)
        try:
            self._listen()
        except BaseException:
            os.close(self._lock)
            raise

    def _listen(self) -> None:
        imap = _listen(self.imap_port, "HELPDESK_DEMO_IMAP_PORT")
        try:
            smtp = _listen(self.smtp_port, "HELPDESK_DEMO_SMTP_PORT")
        except PortTakenError:
            imap.close()
            raise
        self.imap_port, self.smtp_port = imap.getsockname()[1], smtp.getsockname()[1]
        self._started.clear()
        self._thread = threading.Thread(
            target=self._run, args=(imap, smtp), name="demo mail provider", daemon=True
        )
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Hang up on everybody; the mail stays on disk."""
        if self._thread is None:
            return
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(timeout=10)
        self._thread = None
        self._mail.clear()
        os.close(self._lock)

    def addresses(self) -> list[str]:
        """The buyers that have mail here."""
        kept = self.folder / "mail"
        names = [unquote(path.name) for path in kept.iterdir()] if kept.exists() else []
        return sorted(name for name in names if name != self.address)

    def files(self, address: str, folder: str) -> list[Path]:
        """The messages of an address in INBOX or Sent, oldest first; file times are those of delivery."""
        if not is_address(address):
            return []
        return sorted((self._path(address.lower()) / folder).glob("*.eml"))

    # -- below: on the loop's thread -----------------------------------------------------------------------

    def _run(self, imap: socket.socket, smtp: socket.socket) -> None:
        try:
            asyncio.run(self._serve(imap, smtp))
        except BaseException as error:
            self._failure = error
            logging.getLogger(__name__).exception("the demo's mail provider stopped")
        finally:
            self._started.set()

    async def _serve(self, imap: socket.socket, smtp: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_task_factory(_StrongTasks())
        self._stopping = asyncio.Event()
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's name for its own logger
        imap_server = await asyncio.start_server(await self._imap(), sock=imap, limit=2**20)
        smtp_server = await self._loop.create_server(self._smtp, sock=smtp)
        async with imap_server, smtp_server:
            self._started.set()
            await self._stopping.wait()
            # asyncio.run cancels what still talks; Python 3.12 would otherwise wait for it right here.
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    async def _imap(self) -> "_Connected":
        config = await _demo_config(self.password)
        login = _DemoLogin(config, self._mail_of)
        await login.admit(self.address, self.password)
        return _Connected(IMAPServer(login, config))

    def _smtp(self) -> SMTP:
        return SMTP(
            Delivery(self._mail_of, self.address),
            hostname=HOST,
            ident="demo mail provider",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            authenticator=authenticator(self.address, self.password),
            auth_require_tls=False,
            loop=self._loop,
        )

    def _mail_of(self, address: str) -> KeptMail:
        if address not in self._mail:
            self._mail[address] = KeptMail(self._path(address))
        return self._mail[address]

    def _path(self, address: str) -> Path:
        return self.folder / "mail" / quote(address, safe="@")


class _DemoLogin(Login):
    """The shop by its password, any other address by any password."""

    def __init__(self, config: Config, mail_of: Callable[[str], KeptMail]) -> None:
        super().__init__(config)
        self._mail_of = mail_of

    async def admit(self, address: str, password: str) -> None:
        hashed = await Passwords(self.config).hash_password(password)
        self.users_dict[address] = UserMetadata(self.config, address, password=hashed)
        self.config.set_cache[address] = (self._mail_of(address), FilterSet())

    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        address = credentials.authcid.lower()
        if address == SHOP or not is_address(address):
            return await super().authenticate(credentials)
        if address not in self.users_dict:
            await self.admit(address, secrets.token_hex())
        return Identity(address, self, None, frozenset())

    async def authorize(self, authenticated: Any, authzid: str) -> Identity:
        return await super().authorize(authenticated, authzid.lower())


class _DemoConfig(Config):
    """pymap's settings, without the name look-up that its greeting would do for every connection."""

    @property
    def greeting(self) -> bytes:
        return b"demo mail provider ready"


async def _demo_config(password: str) -> Config:
    args = Namespace(
        host=LOOPBACK,
        port="0",
        debug=False,
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
        demo_data=False,
        demo_user=SHOP,
        demo_password=password,
    )
    return _DemoConfig.from_args(
        args, cpu_subsystem=Subsystem.for_asyncio(), invalid_user_sleep=0.0, max_append_len=LARGEST
    )


class _Connected:
    """What asyncio calls for every IMAP connection."""

    def __init__(self, server: IMAPServer) -> None:
        self._server = server

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            await self._server(reader, writer, SocketInfoLocal(writer))


class _StrongTasks:
    """A task factory that holds its tasks: else IDLE dies on Python 3.13, collected while it waits."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __call__(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
        /,
        **options: Any,
    ) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **options)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def kept_password(path: Path) -> str:
    """A random password in a file of mode 0600, made at the first asking."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(8))
    return path.read_text().strip()


def _only_one(folder: Path) -> int:
    """A lock that ends with the process: two providers on one folder would give the same UID twice."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise ProviderError(
            f"another demo runs on {folder}: stop it, or set HELPDESK_DATA_DIR to another folder"
        ) from error
    return lock


def _listen(port: int, variable: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen()
    except OSError as error:
        listener.close()
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be opened ({error.strerror})"
        raise PortTakenError(
            f"port {port} on {LOOPBACK} {why}: set {variable} to a free port, or to 0 for any"
        ) from error
    return listener
