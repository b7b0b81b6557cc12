"""Reading a folder of a real Dovecot: nothing is missed, nothing is marked, every refusal is explained."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mail import fetching, mailbox
from mail.accounts import Tls
from mail.errors import AccountError, TransientError
from mail.mailbox import Mailbox, Waker, Woken
from tests.figures import Figure
from tests.mail.test_connections import closed_port
from tests.servers.dovecot import Dovecot


def message(number: int = 1, *, body: str = "hello") -> bytes:
    head = f"From: buyer@example.com\r\nSubject: {number}\r\nMessage-ID: <{number}@example.com>\r\n"
    return f"{head}\r\n{body}\r\n".encode()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return dovecot.new_user()


@pytest.fixture
def waker() -> Iterator[Waker]:
    bell = Waker()
    yield bell
    bell.close()


@pytest.mark.parametrize("tls", list(Tls))
def test_a_mailbox_can_be_checked_with_each_kind_of_line(dovecot: Dovecot, user: str, tls: Tls) -> None:
    dovecot.deliver(user, message())
    state = mailbox.check(dovecot.account(user, tls=tls), "INBOX")
    assert (state.exists, state.uidnext) == (1, 2)
    assert state.uidvalidity > 0


def test_what_was_delivered_is_fetched_byte_for_byte(dovecot: Dovecot, user: str) -> None:
    at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    raws = [message(1), message(2, body="退款"), b"not a mail at all", b"\xff\xfe\r\n\r\n\x00\r\n"]
    dovecot.deliver_all(user, raws[:3], at=at)
    dovecot.deliver_by_lmtp(user, message(4))
    with Mailbox.connect(dovecot.account(user)) as box:
        got = list(box.fetch(box.uids_after(0)))
    assert [m.raw for m in got[:3]] == raws[:3]
    assert [(m.uid, m.internal_at, m.reason) for m in got[:3]] == [(1, at, ""), (2, at, ""), (3, at, "")]
    assert got[3].raw is not None
    assert got[3].raw.endswith(message(4))
    assert got[3].size == len(got[3].raw)


def test_reading_leaves_no_trace(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver_all(user, [message(1), message(2)])
    with Mailbox.connect(dovecot.account(user)) as box:
        list(box.fetch(box.uids_after(0)))
    with dovecot.session(user) as imap:
        imap.select("INBOX", readonly=True)
        assert imap.search(None, "SEEN") == ("OK", [b""])
        assert imap.search(None, "RECENT") == ("OK", [b"1 2"])


def test_only_uids_above_the_cursor_are_told(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver_all(user, [message(n) for n in range(1, 6)])
    expunge(dovecot, user, "2,4")
    with Mailbox.connect(dovecot.account(user)) as box:
        assert box.uids_after(0) == [1, 3, 5]
        assert box.uids_after(3) == [5]
        assert box.uids_after(5) == []  # "6:*" holds the last message all the same
        assert box.uids_after(4_000_000_000) == []


def test_an_empty_folder_has_no_uids(dovecot: Dovecot, user: str) -> None:
    with Mailbox.connect(dovecot.account(user)) as box:
        assert box.uids_after(0) == []
        dovecot.deliver(user, message())
        assert box.uids_after(0) == [1]


def test_a_message_expunged_meanwhile_is_simply_not_there(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver_all(user, [message(n) for n in range(1, 6)])
    with Mailbox.connect(dovecot.account(user)) as box:
        uids = box.uids_after(0)
        expunge(dovecot, user, "2,3")
        assert [m.uid for m in box.fetch(uids)] == [1, 4, 5]
        assert [m.uid for m in box.fetch([2, 3, 99])] == []


def test_flags_set_by_others_meanwhile_do_not_disturb(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver_all(user, [message(n) for n in range(1, 4)])
    expunge(dovecot, user, "1")  # from here on sequence numbers and UIDs differ
    with Mailbox.connect(dovecot.account(user)) as box:
        uids = box.uids_after(0)
        with dovecot.session(user) as imap:
            imap.select("INBOX")
            imap.uid("STORE", "2:3", "+FLAGS", "(\\Flagged)")
        assert [(m.uid, m.raw) for m in box.fetch(uids)] == [(2, message(2)), (3, message(3))]


def test_many_messages_come_in_batches_and_in_order(
    dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_BLOCK", 7)
    monkeypatch.setattr(fetching, "_BLOCK_BYTES", 300)
    dovecot.deliver_all(user, [message(n) for n in range(1, 31)])
    with Mailbox.connect(dovecot.account(user)) as box:
        got = list(box.fetch(box.uids_after(0)))
    assert [m.raw for m in got] == [message(n) for n in range(1, 31)]


def test_of_a_message_that_is_too_large_only_the_header_is_fetched(
    dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 500)
    dovecot.deliver_all(user, [message(1), message(2, body="x" * 600), message(3)])
    with Mailbox.connect(dovecot.account(user)) as box:
        small, large, _ = box.fetch(box.uids_after(0))
    assert small.reason == ""
    assert (large.raw, large.reason) == (None, "too large")
    assert large.size > 600
    assert b"Subject: 2\r\n" in large.header


def test_new_mail_ends_the_wait(dovecot: Dovecot, user: str, figure: Figure) -> None:
    with Mailbox.connect(dovecot.account(user)) as box:
        box.uids_after(0)
        delivered: list[float] = []

        def deliver() -> None:
            dovecot.deliver(user, message())
            delivered.append(time.monotonic())

        later = threading.Timer(0.3, deliver)
        later.start()
        assert box.wait(seconds=20) is Woken.MAIL
        later.join()
        figure("new mail to the end of the wait", time.monotonic() - delivered[0], "s")
        assert box.uids_after(0) == [1]


def test_mail_that_came_before_anybody_looked_ends_the_wait_at_once(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(user, message())
    with Mailbox.connect(dovecot.account(user)) as box:
        assert box.wait(seconds=20) is Woken.MAIL


def test_mail_that_came_during_a_fetch_ends_the_wait_at_once(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(user, message(1))
    with Mailbox.connect(dovecot.account(user)) as box:
        uids = box.uids_after(0)
        dovecot.deliver(user, message(2))
        list(box.fetch(uids))  # its answer announces the second message; IDLE will not do so again
        began = time.monotonic()
        assert box.wait(seconds=20) is Woken.MAIL
        assert time.monotonic() - began < 5
        assert box.uids_after(1) == [2]


def test_each_of_many_deliveries_is_noticed(dovecot: Dovecot, user: str) -> None:
    with Mailbox.connect(dovecot.account(user)) as box:
        seen: list[int] = []

        def deliver() -> None:
            for number in range(1, 26):
                dovecot.deliver(user, message(number))

        sender = threading.Thread(target=deliver)
        sender.start()
        until = time.monotonic() + 30
        while len(seen) < 25 and time.monotonic() < until:
            seen += box.uids_after(seen[-1] if seen else 0)
            if len(seen) < 25:
                box.wait(seconds=10)
        sender.join()
    assert seen == list(range(1, 26))


@pytest.mark.parametrize("tls", list(Tls))
def test_a_call_ends_the_wait(dovecot: Dovecot, user: str, waker: Waker, tls: Tls) -> None:
    with Mailbox.connect(dovecot.account(user, tls=tls)) as box:
        box.uids_after(0)
        threading.Timer(0.2, waker.wake).start()
        assert box.wait(seconds=20, wake=waker) is Woken.CALLED
        waker.drain()
        assert box.wait(seconds=0.1, wake=waker) is Woken.TIMEOUT
        assert box.uids_after(0) == []  # the line is still in step


def test_flags_set_by_others_do_not_end_the_wait(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(user, message())
    with Mailbox.connect(dovecot.account(user)) as box:
        box.uids_after(0)

        def flag() -> None:
            with dovecot.session(user) as imap:
                imap.select("INBOX")
                imap.store("1", "+FLAGS", "(\\Flagged)")

        threading.Timer(0.2, flag).start()
        assert box.wait(seconds=2) is Woken.TIMEOUT


def test_a_dead_line_is_tried_again(dovecot: Dovecot, user: str) -> None:
    with Mailbox.connect(dovecot.account(user)) as box:
        box._client.socket().shutdown(socket.SHUT_RDWR)
        with pytest.raises(TransientError):
            box.uids_after(0)


def test_a_wrong_password_is_the_account_s_trouble(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(AccountError, match="refused the login") as raised:
        mailbox.check(replace(dovecot.account(user), password="wrong"))
    assert raised.value.part == "login"


def test_a_password_may_be_chinese(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(AccountError, match="refused the login"):
        mailbox.check(replace(dovecot.account(user), password="密码"))


def test_an_unknown_folder_is_answered_with_those_there_are(dovecot: Dovecot, user: str) -> None:
    with dovecot.session(user) as imap:
        imap.create("Support")
    with pytest.raises(AccountError, match=r"no folder 客服.*There are: .*Support") as raised:
        mailbox.check(dovecot.account(user), "客服")
    assert raised.value.part == "folder"


def test_a_folder_may_have_a_chinese_name(dovecot: Dovecot, user: str) -> None:
    with dovecot.session(user) as imap:
        imap.create("&XfJT0ZAB-")
    assert mailbox.check(dovecot.account(user), "已发送").exists == 0


def test_a_certificate_nobody_vouches_for_is_refused(dovecot: Dovecot, user: str) -> None:
    for tls in (Tls.STARTTLS, Tls.TLS):
        with pytest.raises(AccountError, match="certificate") as raised:
            mailbox.check(replace(dovecot.account(user, tls=tls), ca_file=""))
        assert raised.value.part == "tls"


def test_a_ca_file_that_is_none_is_named(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(AccountError, match=r"/nowhere\.pem"):
        mailbox.check(replace(dovecot.account(user, tls=Tls.TLS), ca_file="/nowhere.pem"))


def test_tls_on_a_plain_port_is_explained(dovecot: Dovecot, user: str) -> None:
    account = replace(dovecot.account(user, tls=Tls.TLS), port=dovecot.imap_port)
    with pytest.raises(AccountError, match="does not speak TLS"):
        mailbox.check(account)


def test_nobody_home_is_tried_again(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(TransientError, match="Nothing answers"):
        mailbox.check(replace(dovecot.account(user), port=closed_port()))


def test_a_sent_copy_is_found_again_in_the_sent_folder(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(user, message(1))
    with Mailbox.connect(dovecot.account(user)) as box:
        sent = box.sent_folder()
        assert sent == "Sent"
        assert not box.find_in(sent, "7@example.com")
        for number in (7, 8, 9):
            box.append(sent, message(number))
        assert box.find_in(sent, "7@example.com")
        assert not box.find_in(sent, "7@example.com", newest=2)
        assert box.uids_after(0) == [1]  # the own folder is open again
        with dovecot.session(user) as imap:
            imap.select("Sent", readonly=True)
            assert imap.search(None, "SEEN") == ("OK", [b"1 2 3"])


def test_a_copy_for_a_folder_that_is_missing_is_explained(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(AccountError) as raised, Mailbox.connect(dovecot.account(user)) as box:
        box.append("Nowhere", message())
    assert raised.value.part == "folder"


def expunge(dovecot: Dovecot, user: str, numbers: str) -> None:
    with dovecot.session(user) as imap:
        imap.select("INBOX")
        imap.store(numbers, "+FLAGS", "(\\Deleted)")
        imap.expunge()
