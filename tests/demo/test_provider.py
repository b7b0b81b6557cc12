"""The mail provider that the demo brings along: what a mail program and the desk see of it."""

import smtplib
import socket
import threading
import time
from pathlib import Path

import pytest

from helpdesk.demo.provider import PortTakenError, Provider
from mail.errors import AccountError
from mail.mailbox import Mailbox, Woken
from tests.demo.conftest import account, letter, write
from tests.figures import Figure


def test_mail_for_the_shop_stands_in_its_folder(provider: Provider) -> None:
    write(provider, letter("wrong size"))

    with Mailbox.connect(account(provider)) as mailbox:
        (fetched,) = mailbox.fetch(mailbox.uids_after(0))
    assert b"Subject: wrong size" in fetched.raw
    assert fetched.raw.startswith(b"Return-Path: <may@buyer.example>\r\n")


def test_idle_wakes_within_a_second(provider: Provider, figure: Figure) -> None:
    written: list[float] = []

    def knock() -> None:
        written.append(time.monotonic())
        write(provider, letter("knock knock"))

    with Mailbox.connect(account(provider)) as mailbox:
        assert mailbox.uids_after(0) == []
        later = threading.Timer(0.3, knock)
        later.start()
        woken = mailbox.wait(seconds=10)
        waited = time.monotonic() - written[0]
        later.join()
        assert woken is Woken.MAIL
        assert mailbox.uids_after(0) == [1]
    figure("demo provider: from opening SMTP to being woken by IDLE", waited, "s")
    assert waited < 1


def test_a_restart_keeps_mail_uids_and_uidvalidity(provider: Provider) -> None:
    write(provider, letter("before"))
    with Mailbox.connect(account(provider)) as mailbox:
        before = mailbox.state

    provider.stop()
    again = Provider(provider.folder, 0, 0)
    again.start()
    try:
        write(again, letter("after"))
        with Mailbox.connect(account(again)) as mailbox:
            assert mailbox.state.uidvalidity == before.uidvalidity
            assert [b"before" in one.raw for one in mailbox.fetch([1, 2])] == [True, False]
    finally:
        again.stop()


def test_a_copy_filed_by_the_desk_is_still_there_after_a_restart(provider: Provider) -> None:
    with Mailbox.connect(account(provider)) as mailbox:
        assert mailbox.sent_folder() == "Sent"
        mailbox.append("Sent", letter("reply").replace(b"<", b"<x", 1))
    provider.stop()

    again = Provider(provider.folder, 0, 0)
    assert len(again.files(again.address, "Sent")) == 1


def test_mail_for_a_buyer_waits_for_the_buyer(provider: Provider) -> None:
    write(provider, letter("your refund"), sender=provider.address, to="May@Buyer.example")

    assert provider.addresses() == ["may@buyer.example"]
    (path,) = provider.files("may@buyer.example", "INBOX")
    assert b"your refund" in path.read_bytes()
    with Mailbox.connect(account(provider, "may@buyer.example", "whatever")) as mailbox:
        assert mailbox.uids_after(0) == [1]


def test_what_a_buyer_sent_is_filed_as_sent(provider: Provider) -> None:
    write(provider, letter("wrong size"))

    (path,) = provider.files("may@buyer.example", "Sent")
    assert b"wrong size" in path.read_bytes()


def test_a_port_in_use_gives_the_name_of_the_setting(provider: Provider, tmp_path: Path) -> None:
    with pytest.raises(PortTakenError, match="set HELPDESK_DEMO_IMAP_PORT to a free port"):
        Provider(tmp_path / "b", provider.imap_port, 0).start()
    with pytest.raises(PortTakenError, match="set HELPDESK_DEMO_SMTP_PORT to a free port"):
        Provider(tmp_path / "c", 0, provider.smtp_port).start()


def test_the_shop_needs_its_password(provider: Provider) -> None:
    with pytest.raises(AccountError) as refused, Mailbox.connect(account(provider, password="wrong")):
        pass
    assert refused.value.part == "login"
    with (
        smtplib.SMTP("127.0.0.1", provider.smtp_port, timeout=5) as smtp,
        pytest.raises(smtplib.SMTPAuthenticationError),
    ):
        smtp.login(provider.address, "wrong")


def test_the_desk_may_log_in_to_send(provider: Provider) -> None:
    with smtplib.SMTP("127.0.0.1", provider.smtp_port, timeout=5) as smtp:
        smtp.login(provider.address, provider.password)
        smtp.sendmail(provider.address, ["may@buyer.example"], letter("your refund"))

    assert len(provider.files("may@buyer.example", "INBOX")) == 1


def test_a_forged_sender_and_a_forged_verdict_are_seen_through(provider: Provider) -> None:
    forged = b"Authentication-Results: mail.shop.example;\r\n dmarc=pass\r\n" + letter("pay me")
    write(provider, forged, sender="thief@elsewhere.example")

    raw = provider.files(provider.address, "INBOX")[0].read_bytes()
    assert raw.count(b"Authentication-Results:") == 1
    assert b"dmarc=fail header.from=buyer.example" in raw


def test_a_sender_whose_line_is_folded_is_checked_too(provider: Provider) -> None:
    write(provider, letter("hello").replace(b"From: May <", b"From: May\r\n <"))

    raw = provider.files(provider.address, "INBOX")[0].read_bytes()
    assert b"dmarc=pass header.from=buyer.example" in raw


@pytest.mark.trust
def test_bad_mail_does_not_stop_the_server(provider: Provider) -> None:
    with smtplib.SMTP("127.0.0.1", provider.smtp_port, timeout=5) as smtp:
        assert smtp.ehlo()[0] == 250
        assert smtp.docmd("MAIL FROM:<a@buyer.example> SIZE=99999999")[0] == 552
        assert smtp.docmd("MAIL FROM:<a@buyer.example>")[0] == 250
        assert smtp.docmd("DATA")[0] == 503  # nobody to give it to
        assert smtp.docmd("RCPT TO:<../../etc@x/passwd>")[0] == 553
        assert smtp.docmd(f"RCPT TO:<{'a' * 200}@x.example>")[0] == 553
        assert smtp.docmd("RCPT TO:<gone@nowhere.invalid>")[0] == 550
    junk = bytes(range(256)) * 300
    write(provider, junk.replace(b"\r", b"").replace(b"\n", b"\r\n"))
    write(provider, b"")
    with socket.create_connection(("127.0.0.1", provider.imap_port), timeout=5) as line:
        line.sendall(bytes(range(256)) * 20 + b"\r\n")

    write(provider, letter("still alive"))
    with Mailbox.connect(account(provider)) as mailbox:
        *_, last = mailbox.fetch(mailbox.uids_after(0))
    assert b"still alive" in last.raw


def test_stopping_twice_and_without_a_start_is_harmless(tmp_path: Path) -> None:
    provider = Provider(tmp_path / "demo", 0, 0)
    provider.stop()
    provider.start()
    provider.stop()
    provider.stop()
