"""Lines to SMTP servers: kept, replaced, protected, or not to be had."""

import socket
from dataclasses import replace

import pytest

from mail import transport
from mail.accounts import Tls
from mail.errors import AccountError, PermanentError, TransientError, UnknownOutcomeError
from mail.transport import Transport
from tests.mail.test_transport import RAW, Moment, send
from tests.servers.smtp import SmtpSink


def test_one_connection_carries_many_messages(smtp_sink: SmtpSink) -> None:
    with Transport(smtp_sink.account()) as line:
        for number in range(5):
            deliver(line, recipient=f"buyer{number}@example.com")
    assert len(smtp_sink.messages) == 5
    assert smtp_sink.connections == 1


def test_a_refused_recipient_does_not_spoil_the_next_message(smtp_sink: SmtpSink) -> None:
    smtp_sink.behave(rcpt_of={"gone@example.com": "550 5.1.1 gone"})
    with Transport(smtp_sink.account()) as line:
        with pytest.raises(PermanentError):
            deliver(line, recipient="gone@example.com")
        deliver(line, recipient="buyer@example.com")
    assert [m.recipient for m in smtp_sink.messages] == ["buyer@example.com"]
    assert smtp_sink.connections == 1


def test_a_connection_that_died_meanwhile_is_replaced(smtp_sink: SmtpSink) -> None:
    with Transport(smtp_sink.account()) as line:
        deliver(line)
        assert line._smtp is not None
        assert line._smtp.sock is not None
        line._smtp.sock.shutdown(socket.SHUT_RDWR)
        deliver(line)
    assert len(smtp_sink.messages) == 2
    assert smtp_sink.connections == 2


def test_a_broken_send_is_followed_by_a_new_connection(smtp_sink: SmtpSink) -> None:
    with Transport(smtp_sink.account(timeout=0.5)) as line:
        smtp_sink.behave(hang_up_at="DOT")
        with pytest.raises(UnknownOutcomeError):
            deliver(line)
        smtp_sink.behave()
        deliver(line)
    assert smtp_sink.connections == 2


def test_tls_is_verified_and_carries_the_message(secure_smtp_sink: SmtpSink) -> None:
    send(secure_smtp_sink.account())
    assert len(secure_smtp_sink.messages) == 1


def test_a_certificate_nobody_vouches_for_stops_everything(secure_smtp_sink: SmtpSink) -> None:
    with pytest.raises(AccountError, match="certificate") as raised:
        send(replace(secure_smtp_sink.account(), ca_file=""))
    assert raised.value.part == "tls"
    assert secure_smtp_sink.commands == []


def test_a_server_without_starttls_is_not_spoken_to_in_the_clear(smtp_sink: SmtpSink) -> None:
    with pytest.raises(AccountError, match="does not offer STARTTLS"):
        send(replace(smtp_sink.account(), tls=Tls.STARTTLS))
    assert smtp_sink.commands == []


def test_tls_on_a_plain_port_is_explained(smtp_sink: SmtpSink) -> None:
    with pytest.raises(AccountError, match="does not speak TLS") as raised:
        transport.check(replace(smtp_sink.account(), tls=Tls.TLS))
    assert raised.value.part == "tls"


def test_nobody_home_is_tried_again(smtp_sink: SmtpSink) -> None:
    with pytest.raises(TransientError, match="Nothing answers") as raised:
        transport.check(replace(smtp_sink.account(), port=closed_port()))
    assert raised.value.part == "connect"


def test_a_server_that_never_greets_is_given_up(smtp_sink: SmtpSink) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(TransientError, match=r"did not answer within 0\.3 seconds"),
    ):
        transport.check(replace(smtp_sink.account(timeout=0.3), port=silent.getsockname()[1]))


def deliver(line: Transport, *, recipient: str = "buyer@example.com") -> None:
    line.send(sender="shop@shop.example", recipient=recipient, raw=RAW, before_data=Moment())


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
