"""A rootless Dovecot on free ports. Any user logs in with "secret"; a new name is an empty mailbox."""

import contextlib
import grp
import imaplib
import itertools
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from mail.accounts import ServerAccount, Tls
from tests.servers.certificate import write_certificate

PASSWORD = "secret"
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
ssl = yes
ssl_cert = <{folder}/tls.crt
ssl_key = <{folder}/tls.key
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
protocols = imap lmtp
listen = 127.0.0.1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
{oauth}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  # no waiting of seconds after a wrong password of another test
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""
# Every token is shown to the OAuth server (RFC 7662), which says whose mailbox it opens.
_OAUTH = """
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth.conf
}}
"""
_INTROSPECTION = """
introspection_mode = post
introspection_url = {introspection}
username_attribute = email
active_attribute = active
active_value = true
timeout_msecs = 5000
"""


class Dovecot:
    """Started by the constructor, which returns when it greets; `stop` waits until it is gone.

    With `introspection`, the address of an OAuth server's endpoint, it takes tokens too (XOAUTH2).
    """

    host = "127.0.0.1"

    def __init__(self, *, introspection: str = "") -> None:
        self._introspection = introspection
        if shutil.which("dovecot", path=_search_path()) is None:
            raise RuntimeError("Dovecot is missing: apt-get install dovecot-imapd dovecot-lmtpd")
        # Not below pytest's folder: that is closed to the user that Dovecot must run as when we are root, and
        # its long path does not fit into the name of a Unix socket.
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._names = itertools.count(1)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    @property
    def ca_file(self) -> str:
        return str(self.folder / "tls.crt")

    def new_user(self) -> str:
        """The name of a mailbox nobody has used yet."""
        return f"shop{next(self._names)}@shop.example"

    def account(self, user: str, *, tls: Tls = Tls.NONE, timeout: float = 10) -> ServerAccount:
        """What a client needs to read this mailbox."""
        return ServerAccount(
            host=self.host,
            port=self.imaps_port if tls is Tls.TLS else self.imap_port,
            tls=tls,
            username=user,
            password=PASSWORD,
            ca_file="" if tls is Tls.NONE else self.ca_file,
            timeout=timeout,
        )

    def deliver(self, user: str, raw: bytes, *, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Put a message into a folder byte for byte (APPEND); `at` becomes its INTERNALDATE."""
        self.deliver_all(user, [raw], folder=folder, at=at)

    def deliver_all(
        self, user: str, raws: Iterable[bytes], *, folder: str = "INBOX", at: datetime | None = None
    ) -> None:
        when = imaplib.Time2Internaldate(at) if at else None
        with self.session(user) as imap:
            for raw in raws:
                kind, answer = imap.append(folder, "", when or "", raw)
                assert kind == "OK", answer

    def deliver_by_lmtp(self, user: str, raw: bytes, *, sender: str = "buyer@example.com") -> None:
        """Deliver as a mail server does: with Return-Path, Delivered-To and Received on top."""
        with smtplib.LMTP(self.host, self.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [user], raw)

    @contextlib.contextmanager
    def session(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A plain imaplib session, for preparing a mailbox and for looking at it."""
        imap = imaplib.IMAP4(self.host, self.imap_port, timeout=10)
        try:
            imap.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            imap.login(user, PASSWORD)
            yield imap
        finally:
            imap.logout()

    def stop(self) -> None:
        """Stop and wait: a port is free again only when the process is gone."""
        process: subprocess.Popen[bytes] | None = getattr(self, "_process", None)
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """Stop and start again on the same ports with the same mail."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)
        self._launch()

    def _start(self) -> None:
        for attempt in range(
            5
        ):  # between finding a port and Dovecot's listening, another process may take it
            self.imap_port, self.imaps_port, self.lmtp_port = _free_ports(3)
            self._write_files()
            try:
                self._launch()
            except RuntimeError:
                if attempt == 4:
                    raise
            else:
                return

    def _write_files(self) -> None:
        user, group = _user_and_group()
        write_certificate(self.folder)
        (self.folder / "mail").mkdir(exist_ok=True)
        (self.folder / "oauth.conf").write_text(_INTROSPECTION.format(introspection=self._introspection))
        (self.folder / "dovecot.conf").write_text(
            _CONFIG.format(
                oauth=_OAUTH.format(folder=self.folder) if self._introspection else "",
                folder=self.folder,
                user=user,
                group=group,
                password=PASSWORD,
                imap=self.imap_port,
                imaps=self.imaps_port,
                lmtp=self.lmtp_port,
            )
        )
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, user, group)

    def _launch(self) -> None:
        command = ["dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        if os.geteuid() == 0:  # imap-login refuses uid 0
            user, group = _user_and_group()
            command = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", *command]
        self._process = subprocess.Popen(
            command,
            env={**os.environ, "PATH": _search_path()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 15
        while time.monotonic() < until and self._process.poll() is None:
            with (
                contextlib.suppress(OSError),
                socket.create_connection((self.host, self.imap_port), 5) as line,
            ):
                if line.recv(4) == b"* OK":
                    return
            time.sleep(0.02)
        log = self.folder / "dovecot.log"
        said = log.read_text()[-2000:] if log.exists() else "nothing in its log"
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        raise RuntimeError(f"Dovecot does not start: {said}")


def _user_and_group() -> tuple[str, str]:
    if os.geteuid() == 0:
        return "nobody", "nogroup"
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


def _search_path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
