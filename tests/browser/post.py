"""What buyers got from a running desk, and what its clock does when days pass."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from helpdesk import clock
from helpdesk.db import db
from helpdesk.workers import chaser, sender
from mail.parse import parse
from mail.types import Incoming
from tests.app import make_app
from tests.browser.running import RunningDesk
from tests.servers.smtp import SmtpSink


def letters(smtp: SmtpSink, count: int) -> list[Incoming]:
    """All that was handed over, oldest first, as soon as there are so many."""
    return [parse(message.raw) for message in smtp.wait_for(count)]


def letter_with(smtp: SmtpSink, words: str, *, count: int = 1) -> Incoming:
    """The newest letter that holds these words, as soon as there are `count` of them."""
    found: list[Incoming] = []

    def has_come() -> bool:
        found[:] = [letter for letter in letters(smtp, 1) if words in letter.text]
        return len(found) >= count

    wait_until(has_come)
    return found[-1]


def link_of(smtp: SmtpSink, purpose: str, *, count: int = 1) -> str:
    """The signed link of a buyer's page, from the newest of `count` letters that have one."""
    found = re.search(rf"http://\S+/b/{purpose}/\S+", letter_with(smtp, f"/b/{purpose}/", count=count).text)
    assert found is not None
    return found[0]


def letter_of_the_clock(
    desk: RunningDesk, url: str, folder: Path, *, due: int | None = 1, **time_passed: float
) -> None:
    """What a worker does when so much time has passed: chase what is `due` (None: anything), and send."""
    app = make_app(url, folder / "data", BASE_URL=desk.url)
    with app.app_context():
        clock.shift(timedelta(**time_passed))
        try:
            chased = chaser.chase()
            assert due in (None, chased)
            sender.send_due(1, owner="later")
        finally:
            clock.reset()
            db.engine.dispose()


def wait_until(happened: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.2)
