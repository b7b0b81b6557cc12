"""Servers as they are out there: what providers refuse, and answers that break a client which trusts them."""

import time
from dataclasses import replace

import pytest

from mail import mailbox, signin
from mail.accounts import Provider, ServerAccount, Tls, login_refused, provider_of
from mail.errors import AccountError, TransientError
from mail.mailbox import Mailbox, Waker, Woken
from tests.servers.odd_imap import Answer, OddImap

GMAIL = ("1278455344230334865", "1266894439832287888")
OBJECTS = ("M6d99ac3275bb4e", "T64b478a75b7ea9")


def facts(*uids: int, size: int = 5) -> bytes:
    return b"".join(
        b'* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE "01-Mar-2026 12:30:00 +0800")\r\n' % (n, uid, size)
        for n, uid in enumerate(uids, 1)
    )


def fetching(bodies: bytes, *uids: int) -> dict[bytes, object]:
    return {b"FETCH": lambda command: bodies if b"BODY" in command else facts(*uids)}


def test_a_message_without_a_body_is_told_apart_from_one_that_is_gone() -> None:
    """13 is expunged after its size was told; 14 was never there; 15 is forgotten in every second answer."""
    bodies = b"* 1 FETCH (UID 11 BODY[] NIL)\r\n* 2 FETCH (UID 12 BODY[] {5}\r\nhello)\r\n"
    sizes = iter((facts(11, 12, 13), facts(15), facts(15)))
    answers = {b"FETCH": lambda command: bodies if b"BODY" in command else next(sizes)}
    with OddImap(answers) as server, Mailbox.connect(server.account()) as box:
        got = list(box.fetch([11, 12, 13, 14, 15]))
    assert [(m.uid, m.raw, m.reason) for m in got] == [
        (11, None, "no body"),
        (12, b"hello", ""),
        (15, None, "no body"),
    ]


@pytest.mark.parametrize(
    ("offered", "said", "identity"),
    [
        (b"X-GM-EXT-1", b"X-GM-MSGID 1278455344230334865 X-GM-THRID 1266894439832287888", GMAIL),
        (b"OBJECTID", b"EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9)", OBJECTS),
        (b"OBJECTID", b"EMAILID (M6d99ac3275bb4e) THREADID NIL", (OBJECTS[0], "")),
        (b"IDLE", b"FLAGS ()", ("", "")),
    ],
)
def test_a_message_keeps_the_name_that_it_has_in_every_folder(
    offered: bytes, said: bytes, identity: tuple[str, str]
) -> None:
    answers: dict[bytes, Answer] = {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 " + offered + b"\r\n",
        b"FETCH": lambda command: (
            b"* 2 FETCH (UID 12 BODY[] {5}\r\nhello)\r\n"
            if b"BODY" in command
            else b"* 2 FETCH (UID 12 RFC822.SIZE 5 " + said + b")\r\n"
        ),
    }
    with OddImap(answers) as server, Mailbox.connect(server.account()) as box:
        (message,) = box.fetch([12])
        asked = b" ".join(server.said)
    assert (message.server_id, message.server_thread) == identity
    assert (b"X-GM-MSGID" in asked, b"EMAILID" in asked) == (offered == b"X-GM-EXT-1", offered == b"OBJECTID")


def test_reading_never_searches() -> None:
    """QQ and Alimail find the wrong messages."""
    with OddImap(fetching(b"* 2 FETCH (UID 12 BODY[] {5}\r\nhello)\r\n", 12)) as server:
        with Mailbox.connect(server.account()) as box:
            list(box.fetch(box.uids_after(0)))
            box.find_in("Sent", "1@shop.example")
        assert not [said for said in server.said if b"SEARCH" in said]


def test_an_unsolicited_item_is_no_message() -> None:
    bodies = (
        b"* 12 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (UID 12 BODY[] {5}\r\nhello)\r\n* 99 FETCH (FLAGS ())\r\n"
    )
    with OddImap(fetching(bodies, 12)) as server, Mailbox.connect(server.account()) as box:
        assert [(m.uid, m.raw) for m in box.fetch([12])] == [(12, b"hello")]


def test_one_message_that_cannot_be_handed_out_does_not_stop_the_others() -> None:
    def answer(command: bytes) -> bytes:
        uids = [int(uid) for uid in command.split(b"FETCH ")[1].split(b" ")[0].split(b",")]
        if b"BODY" not in command:
            return facts(*uids)
        if 13 in uids:
            return b"%(tag)s NO [CANNOT] message could not be converted\r\n"
        return b"".join(b"* 1 FETCH (UID %d BODY[] {5}\r\nhello)\r\n" % uid for uid in uids)

    with OddImap({b"FETCH": answer}) as server, Mailbox.connect(server.account()) as box:
        got = list(box.fetch(range(10, 18)))
    assert [m.uid for m in got if m.raw == b"hello"] == [10, 11, 12, 14, 15, 16, 17]
    assert [(m.uid, m.reason) for m in got if m.raw is None] == [(13, "no body")]


def test_an_answer_that_cannot_be_read_does_not_stop_the_others() -> None:
    def answer(command: bytes) -> bytes:
        if b"BODY" not in command:
            return facts(11, 12)
        broken = b'* 1 FETCH (UID 11 BODY[] "no end)\r\n' if b"11" in command else b""
        return broken + (b"* 2 FETCH (UID 12 BODY[] {5}\r\nhello)\r\n" if b"12" in command else b"")

    with OddImap({b"FETCH": answer}) as server, Mailbox.connect(server.account()) as box:
        got = list(box.fetch([11, 12]))
    assert [(m.uid, m.raw) for m in got] == [(11, None), (12, b"hello")]


def test_a_server_that_refuses_everything_is_asked_again_later() -> None:
    refusing = {b"FETCH": b"%(tag)s NO internal error\r\n"}
    with (
        OddImap(refusing) as server,
        pytest.raises(TransientError, match="refuses to hand out"),
        Mailbox.connect(server.account()) as box,
    ):
        list(box.fetch(range(1, 100)))


@pytest.mark.scale
def test_more_uids_than_one_line_may_hold() -> None:
    count = 200_000
    lines = b"".join(b"* %d FETCH (UID %d)\r\n" % (n, n * 20_000) for n in range(1, count + 1))
    with OddImap({b"FETCH": lines}) as server, Mailbox.connect(server.account(timeout=30)) as box:
        uids = box.uids_after(20_000)
    assert len(uids) == count - 1
    assert uids[-1] == 4_000_000_000


def test_mail_announced_before_the_server_idles_ends_the_wait() -> None:
    answers = {b"IDLE": b"* 4 EXISTS\r\n+ idling\r\n"}
    with OddImap(answers) as server, Mailbox.connect(server.account()) as box:
        box.uids_after(0)
        assert box.wait(seconds=5) is Woken.MAIL


def test_mail_announced_in_the_same_breath_as_idling_ends_the_wait() -> None:
    answers = {b"IDLE": b"+ idling\r\n* 4 EXISTS\r\n"}
    with OddImap(answers) as server, Mailbox.connect(server.account()) as box:
        box.uids_after(0)
        began = time.monotonic()
        assert box.wait(seconds=5) is Woken.MAIL
        assert time.monotonic() - began < 2


def test_a_server_that_repeats_its_count_at_every_idle_is_not_asked_in_a_loop() -> None:
    answers = {b"IDLE": b"+ idling\r\n* 3 EXISTS\r\n* 0 RECENT\r\n"}
    with OddImap(answers) as server, Mailbox.connect(server.account()) as box:
        box.uids_after(0)
        assert box.wait(seconds=1.2) is Woken.TIMEOUT
        assert sum(b"IDLE" in said for said in server.said) <= 4


def test_a_message_that_replaces_an_expunged_one_is_news() -> None:
    answers = {b"IDLE": b"+ idling\r\n* 1 EXPUNGE\r\n* 3 EXISTS\r\n"}
    with OddImap(answers) as server, Mailbox.connect(server.account()) as box:
        box.uids_after(0)
        assert box.wait(seconds=5) is Woken.MAIL


def test_without_idle_only_a_call_or_the_time_ends_the_wait() -> None:
    answers = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n"}
    bell = Waker()
    with OddImap(answers) as server, Mailbox.connect(server.account()) as box:
        assert box.wait(seconds=0.05, wake=bell) is Woken.TIMEOUT
        bell.wake()
        assert box.wait(seconds=5, wake=bell) is Woken.CALLED
        assert not [said for said in server.said if b"IDLE" in said]
    bell.close()


def test_a_server_that_hangs_up_in_idle_is_tried_again() -> None:
    with OddImap({b"IDLE": OddImap.CLOSE}) as server, Mailbox.connect(server.account()) as box:
        box.uids_after(0)
        with pytest.raises(TransientError):
            box.wait(seconds=5)


@pytest.mark.parametrize("moment", [b"LOGIN", b"EXAMINE", b"FETCH", b"NOOP"])
@pytest.mark.parametrize("way", [OddImap.HANG, OddImap.CLOSE])
def test_a_line_that_dies_at_any_moment_is_tried_again(moment: bytes, way: bytes) -> None:
    began = time.monotonic()
    with (
        OddImap({moment: way}) as server,
        pytest.raises(TransientError),
        Mailbox.connect(server.account(timeout=0.3)) as box,
    ):
        list(box.fetch(box.uids_after(0)))
    assert time.monotonic() - began < 2  # and no second wait for the answer to LOGOUT


def test_a_server_that_wants_tls_before_the_password_does_not_get_it() -> None:
    answers = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED AUTH=PLAIN\r\n"}
    with OddImap(answers) as server, pytest.raises(AccountError, match="without TLS") as raised:
        mailbox.check(server.account())
    assert raised.value.part == "tls"
    assert not any(b"secret" in said or b"AUTHENTICATE" in said for said in server.said)


def test_a_server_that_takes_only_oauth_says_so() -> None:
    answers = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2\r\n"}
    with OddImap(answers) as server, pytest.raises(AccountError, match="OAuth"):
        mailbox.check(server.account())


@pytest.mark.parametrize("answer", [b"NO", b"BAD"])
def test_a_token_refused_without_a_challenge_is_explained(answer: bytes) -> None:
    answers = {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n",
        b"AUTHENTICATE": b"%(tag)s " + answer + b" XOAUTH2 is switched off here\r\n",
    }
    with OddImap(answers) as server, pytest.raises(AccountError, match="switched off here") as raised:
        mailbox.check(replace(server.account(), password="", access_token="t"))
    assert raised.value.part == "oauth"


def test_unsafe_login_is_explained() -> None:
    answers = {b"EXAMINE": b"%(tag)s NO EXAMINE Unsafe Login. Please contact kefu@188.com for help\r\n"}
    with OddImap(answers) as server, pytest.raises(AccountError, match="Unsafe Login"):
        mailbox.check(server.account())


def test_netease_is_told_our_name_even_when_it_does_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "provider_of", lambda host: Provider.NETEASE)
    with OddImap({}) as server:
        mailbox.check(server.account())
        names = [said.split(b" ")[1] for said in server.said]
    assert names.index(b"LOGIN") < names.index(b"ID") < names.index(b"EXAMINE")


def test_one_broken_folder_name_does_not_hide_the_others() -> None:
    listing = (
        b'* LIST () "/" "&broken"\r\n* LIST (\\HasNoChildren) "/" 12345\r\n* LIST () NIL "&XfJT0ZAB-"\r\n'
    )
    with OddImap({b"LIST": listing}) as server, Mailbox.connect(server.account()) as box:
        assert [folder.name for folder in box.folders()][1:] == ["12345", "已发送"]
        assert box.sent_folder() == "已发送"


def test_a_folder_that_is_there_but_will_not_open_is_tried_again() -> None:
    answers = {b"EXAMINE": b"%(tag)s NO internal error\r\n", b"LIST": b'* LIST () "/" "Support"\r\n'}
    with OddImap(answers) as server, pytest.raises(TransientError, match="just now"):
        mailbox.check(server.account(), "Support")


def test_a_line_break_in_the_password_does_not_reach_the_wire() -> None:
    with OddImap({}) as server, pytest.raises(AccountError, match="line break"):
        mailbox.check(replace(server.account(), password="a\r\nb DELETE INBOX"))


@pytest.mark.parametrize(
    ("host", "words", "part"),
    [
        ("imap.qq.com", "授权码", "authorisation_code"),
        ("imap.163.com", "authorisation code", "authorisation_code"),
        ("imap.qiye.aliyun.com", "authorisation code", "authorisation_code"),
        ("imap.gmail.com", "app password", "login"),
        ("outlook.office365.com", "needs OAuth", "login"),
        ("mail.notqq.com", "user name", "login"),
    ],
)
def test_each_provider_s_refusal_names_its_usual_cause(host: str, words: str, part: str) -> None:
    account = ServerAccount(host=host, port=993, tls=Tls.TLS, username="shop", password="secret")
    error = login_refused(account, "NO")
    assert words in str(error)
    assert error.part == part


def test_every_provider_has_a_hint() -> None:
    hosts = (
        "a.126.com",
        "smtp.qq.com",
        "smtp.mxhichina.com",
        "smtp.gmail.com",
        "smtp.office365.com",
        "imap.mail.me.com",
        "imap.fastmail.com",
        "x.example",
    )
    assert [provider_of(host) for host in hosts] == list(Provider)
