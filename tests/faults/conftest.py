"""A shop, and a worker process of it that can be killed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk import clock
from helpdesk.db import db
from tests.app import make_app
from tests.faults.victim import Victim
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink
from tests.shop import MONDAY, Shop


@pytest.fixture
def shop(database_url: str, tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink) -> Iterator[Shop]:
    clock.shift(MONDAY - clock.now())
    app = make_app(database_url, tmp_path / "data")
    with app.app_context():
        yield Shop(app, dovecot, smtp_sink)
        db.engine.dispose()
    clock.reset()


@pytest.fixture
def victim(shop: Shop, database_url: str, tmp_path: Path) -> Iterator[Victim]:
    command = [sys.executable, "-m", "tests.faults.worker", database_url, str(tmp_path / "data")]
    process = subprocess.Popen(
        [*command, str(shop.mailbox_id)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    shift = (clock.now() - MONDAY).total_seconds() / 60
    yield Victim(process, minutes=clock.offset().total_seconds() / 60 + shift)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(10)
    assert process.stdout is not None
    process.stdout.close()
