"""Servers that have had enough of us say so in many ways; each is left alone for as long as it asks."""

import pytest

from mail import mailbox
from mail.errors import AccountError, TransientError
from mail.mailbox import Mailbox
from tests.servers.odd_imap import Answer, OddImap


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (b"%(tag)s NO [THROTTLED] Account exceeded command or bandwidth limits. (Failure)\r\n", None),
        (b"%(tag)s NO [LIMIT] FETCH rate limit hit.\r\n", None),
        (b"%(tag)s BAD User is authenticated but not connected.\r\n", None),
        (b"%(tag)s NO [LIMIT] Request is throttled. Suggested Backoff Time: 1500 milliseconds\r\n", 1.5),
        (b"%(tag)s NO System busy!\r\n", None),  # QQ
        (b"%(tag)s NO Server error, please try again later\r\n", None),  # QQ
        (b"%(tag)s NO FETCH Request frequency too high\r\n", None),
    ],
)
def test_a_server_that_has_had_enough_is_left_alone(said: bytes, seconds: float | None) -> None:
    with (
        OddImap({b"FETCH": said}) as server,
        pytest.raises(TransientError, match="is busy") as raised,
        Mailbox.connect(server.account()) as box,
    ):
        list(box.fetch(range(1, 20)))
    assert raised.value.retry_after == seconds
    assert sum(b"FETCH" in command for command in server.said) == 1, "asked again in the same breath"


def test_a_server_that_says_goodbye_for_a_while_is_left_alone() -> None:
    bye = b"* BYE Request is throttled. Suggested Backoff Time: 60000 milliseconds\r\n"
    answers: dict[bytes, Answer] = {b"FETCH": lambda command: bye + OddImap.CLOSE}
    with (
        OddImap(answers) as server,
        pytest.raises(TransientError) as raised,
        Mailbox.connect(server.account()) as box,
    ):
        list(box.fetch([1]))
    assert raised.value.retry_after == 60


@pytest.mark.parametrize(
    ("said", "part"),
    [
        (b"NO [AUTHENTICATIONFAILED] Invalid credentials", "login"),
        (b"NO Login fail. Account is abnormal, service is not open, password is incorrect, busy", "login"),
        (b"BAD User is authenticated but not connected.", None),
        (b"NO [UNAVAILABLE] Temporary authentication failure.", None),
        (b"NO [ALERT] Too many simultaneous connections. (Failure)", None),
    ],
)
def test_a_refused_login_is_told_apart_from_a_busy_server(said: bytes, part: str | None) -> None:
    with (
        OddImap({b"LOGIN": b"%(tag)s " + said + b"\r\n"}) as server,
        pytest.raises((AccountError, TransientError)) as raised,
    ):
        mailbox.check(server.account())
    assert isinstance(raised.value, TransientError if part is None else AccountError)
    assert part is None or raised.value.part == part


def test_a_greeting_that_sends_us_away_is_tried_again() -> None:
    with OddImap({}, greeting=b"* BYE Too many connections\r\n") as server, pytest.raises(TransientError):
        mailbox.check(server.account())
