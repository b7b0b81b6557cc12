"""The desk as its users run it: processes started by command, pages over HTTP."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.app import SECRET
from tests.letterbox import RECEIVER
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

EMAIL, PASSWORD = "ann@shop.example", "long enough for a test"
ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from helpdesk.cli import main; main()")


class RunningDesk:
    """Commands and the all-in-one process over one data folder."""

    def __init__(self, url: str, data_dir: Path, **environ: str) -> None:
        self.user = ""  # at the mail server
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = {
            **os.environ,
            "HELPDESK_DATABASE_URL": url,
            "HELPDESK_DATA_DIR": str(data_dir),
            "HELPDESK_SECRET_KEY": SECRET,
            "HELPDESK_SHOP_NAME": "Demo Shop",
            "HELPDESK_WEB_PORT": str(self.port),
            "HELPDESK_BASE_URL": self.url,
            "HELPDESK_UNDO_SECONDS": "1",
            "PYTHONFAULTHANDLER": "1",
            **environ,
        }

    def run(self, *arguments: str, typed: str = "") -> str:
        """One command to its end; what it printed."""
        done = subprocess.run(
            [*COMMAND, *arguments], cwd=ROOT, env=self.environ, input=typed, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """The values that a command with --json prints, a line each."""
        return [json.loads(line) for line in self.run(*arguments, "--json").splitlines()]

    @contextmanager
    def running(self, *arguments: str, until: str) -> Iterator[str]:
        """A long-running command, from the line that holds `until` to Ctrl-C; yields what it printed."""
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines: queue.Queue[str] = queue.Queue()
        assert process.stdout is not None
        reader = threading.Thread(
            target=lambda: [lines.put(line) for line in process.stdout or ()], daemon=True
        )
        reader.start()
        seen = ""
        try:
            deadline = time.monotonic() + 60
            while until not in seen:
                assert time.monotonic() < deadline, f"{until!r} did not come:\n{seen}"
                seen += lines.get(timeout=60)
            yield seen
        finally:
            process.send_signal(signal.SIGINT)
            try:
                code = process.wait(60)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGABRT)  # prints where each thread stands
                process.wait(30)
                reader.join(5)
                print("".join([seen, *lines.queue]))
                raise
            reader.join(5)
            process.stdout.close()
        assert code == 0, f"exit {code} after Ctrl-C"


@pytest.fixture
def desk(database_url: str, tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink) -> RunningDesk:
    """A desk with an owner and a mailbox, set up by its own commands; not running yet."""
    desk = RunningDesk(database_url, tmp_path / "data")
    desk.run("init", "--email", EMAIL, "--name", "Ann", "--password-stdin", typed=f"{PASSWORD}\n")
    desk.user = dovecot.new_user()
    with dovecot.session(desk.user):
        pass  # the first login makes the folder
    desk.run(
        "mailbox", "add", "support",
        "--address", "support@shop.example",
        "--imap", f"127.0.0.1:{dovecot.imap_port}",
        "--smtp", f"127.0.0.1:{smtp_sink.port}",
        "--user", desk.user,
        "--tls", "none",
        "--authserv-id", RECEIVER,
        "--password-stdin",
        typed="secret\n",
    )  # fmt: skip
    return desk


def log_in(browser: Browser, url: str, **context: Any) -> Page:
    """A page of the queue, for somebody who has typed address and password."""
    page = browser.new_context(**context).new_page()
    page.goto(f"{url}/login")
    page.fill("input[name=email]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#queue-name")
    return page


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
