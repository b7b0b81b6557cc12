"""Sending: who is told what, and which breaks leave the outcome unknown."""

import socket
import threading
from dataclasses import replace

import pytest

from mail import transport
from mail.accounts import ServerAccount, Tls
from mail.errors import AccountError, PermanentError, TransientError, UnknownOutcomeError
from tests.servers.smtp import SIZE_LIMIT, SmtpSink

RAW = b"From: shop@shop.example\r\nTo: buyer@example.com\r\nSubject: hello\r\n\r\nhello\r\n"


class Moment:
    """Stands in for the commit of "sending"."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def send(account: ServerAccount, *, before_data: Moment | None = None, **changes: object) -> str:
    sent: dict[str, object] = {"sender": "shop@shop.example", "recipient": "buyer@example.com", "raw": RAW}
    return transport.send(account, before_data=before_data or Moment(), **(sent | changes))  # type: ignore[arg-type]


def test_a_message_arrives_byte_for_byte(smtp_sink: SmtpSink) -> None:
    raw = RAW + b".\r\n..two dots\r\n.hidden\r\n"
    reply = send(smtp_sink.account(), raw=raw)
    assert [(m.sender, m.recipient, m.raw) for m in smtp_sink.messages] == [
        ("shop@shop.example", "buyer@example.com", raw)
    ]
    assert reply == "2.0.0 taken as 1"


def test_bare_line_feeds_cannot_end_the_message_early(smtp_sink: SmtpSink) -> None:
    send(smtp_sink.account(), raw=b"Subject: x\n\n.\nMAIL FROM:<evil@example.com>\n")
    assert [m.raw for m in smtp_sink.messages] == [b"Subject: x\r\n\r\n.\r\nMAIL FROM:<evil@example.com>\r\n"]


def test_the_caller_is_called_between_the_recipient_and_data(smtp_sink: SmtpSink) -> None:
    said_before: list[str] = []
    transport.send(
        smtp_sink.account(),
        sender="shop@shop.example",
        recipient="buyer@example.com",
        raw=RAW,
        before_data=lambda: said_before.extend(smtp_sink.commands),
    )
    assert said_before[-1] == "RCPT buyer@example.com"
    assert smtp_sink.commands[-1] == "DATA"


def test_what_the_caller_raises_comes_out_unchanged_and_nothing_is_sent(smtp_sink: SmtpSink) -> None:
    def lost_the_lease() -> None:
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="the database is gone"):
        transport.send(
            smtp_sink.account(),
            sender="a@shop.example",
            recipient="b@x.example",
            raw=RAW,
            before_data=lost_the_lease,
        )
    assert smtp_sink.messages == []
    assert "DATA" not in smtp_sink.commands


def test_an_unknown_recipient_is_never_tried_again(smtp_sink: SmtpSink) -> None:
    smtp_sink.behave(rcpt="550 5.1.1 no such user here")
    moment = Moment()
    with pytest.raises(PermanentError, match="no such user") as raised:
        send(smtp_sink.account(), before_data=moment)
    assert (raised.value.code, raised.value.status, raised.value.recipient_refused) == (550, "5.1.1", True)
    assert moment.count == 0


@pytest.mark.parametrize("moment", ["mail", "rcpt", "data", "content"])
def test_a_refusal_for_now_is_tried_again(smtp_sink: SmtpSink, moment: str) -> None:
    smtp_sink.behave(**{moment: "452 4.2.2 mailbox full"})
    with pytest.raises(TransientError, match="mailbox full"):
        send(smtp_sink.account())


@pytest.mark.parametrize("moment", ["mail", "data", "content"])
def test_a_refused_message_is_never_tried_again(smtp_sink: SmtpSink, moment: str) -> None:
    smtp_sink.behave(**{moment: "554 5.7.1 looks like spam"})
    with pytest.raises(PermanentError, match="looks like spam") as raised:
        send(smtp_sink.account())
    assert not raised.value.recipient_refused


def test_a_spent_daily_quota_passes_by_itself(smtp_sink: SmtpSink) -> None:
    smtp_sink.behave(content="550 5.4.5 Daily user sending limit exceeded")
    with pytest.raises(TransientError) as raised:
        send(smtp_sink.account())
    assert raised.value.retry_after == 3600


def test_a_foreign_sender_address_is_the_account_s_trouble(smtp_sink: SmtpSink) -> None:
    smtp_sink.behave(mail="501 Mail from address must be same as authorization user")
    with pytest.raises(AccountError, match=r"shop@shop\.example") as raised:
        send(smtp_sink.account())
    assert raised.value.part == "sender"


def test_a_wrong_password_is_tried_once_and_named(smtp_sink: SmtpSink) -> None:
    with pytest.raises(AccountError, match="password") as raised:
        transport.check(replace(smtp_sink.account(), password="wrong"))
    assert raised.value.part == "login"
    assert smtp_sink.commands == ["AUTH PLAIN"]


def test_a_login_put_off_is_tried_again(smtp_sink: SmtpSink) -> None:
    smtp_sink.behave(login="454 4.7.0 Temporary authentication failure")
    with pytest.raises(TransientError, match="454"):
        transport.check(smtp_sink.account())


def test_a_password_may_be_chinese(smtp_sink: SmtpSink) -> None:
    with pytest.raises(AccountError, match="535"):  # refused by the server, not by an encoder
        transport.check(replace(smtp_sink.account(), password="密码"))


def test_a_server_without_login_takes_mail_without_user_name(smtp_sink: SmtpSink) -> None:
    send(smtp_sink.account(user=""))
    assert len(smtp_sink.messages) == 1


def test_check_sends_nothing(smtp_sink: SmtpSink) -> None:
    transport.check(smtp_sink.account())
    assert smtp_sink.commands == ["AUTH PLAIN"]


@pytest.mark.parametrize("moment", ["MAIL", "DATA"])
@pytest.mark.parametrize("way", ["hang_up_at", "silent_at"])
def test_a_line_that_dies_before_the_message_is_tried_again(
    smtp_sink: SmtpSink, way: str, moment: str
) -> None:
    smtp_sink.behave(**{way: moment})
    with pytest.raises(TransientError):
        send(smtp_sink.account(timeout=0.5))
    assert smtp_sink.messages == []


@pytest.mark.parametrize("way", ["hang_up_at", "silent_at"])
def test_a_line_that_dies_after_the_final_dot_leaves_the_outcome_unknown(
    smtp_sink: SmtpSink, way: str
) -> None:
    smtp_sink.behave(**{way: "DOT"})
    moment = Moment()
    with pytest.raises(UnknownOutcomeError):
        send(smtp_sink.account(timeout=0.2), before_data=moment)
    assert len(smtp_sink.messages) == 1  # the server has it, and we cannot know
    assert moment.count == 1


def test_a_line_that_dies_inside_a_large_message_did_not_send_it() -> None:
    """The server reads the headers and resets: the final dot was never on its way."""
    account, stop = resetting_server()
    with pytest.raises((TransientError, UnknownOutcomeError)) as raised:
        send(account, raw=RAW + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 400_000)
    stop()
    assert isinstance(raised.value, TransientError)


def test_nonsense_after_the_final_dot_leaves_the_outcome_unknown(smtp_sink: SmtpSink) -> None:
    smtp_sink.behave(content="354 go on")
    with pytest.raises(UnknownOutcomeError, match="354"):
        send(smtp_sink.account())


def test_a_closing_server_did_not_take_the_message(smtp_sink: SmtpSink) -> None:
    smtp_sink.behave(content="421 4.3.2 shutting down")
    with pytest.raises(TransientError, match="shutting down"):
        send(smtp_sink.account())


def test_the_null_sender_goes_out_as_such(smtp_sink: SmtpSink) -> None:
    send(smtp_sink.account(), sender="")
    assert [m.sender for m in smtp_sink.messages] == [""]


def test_a_provider_that_refuses_the_null_sender_gets_its_own_address(smtp_sink: SmtpSink) -> None:
    smtp_sink.behave(mail_from_null="501 Mail from address must be same as authorization user")
    send(smtp_sink.account(user="shop@shop.example"), sender="")
    assert [m.sender for m in smtp_sink.messages] == ["shop@shop.example"]


def test_a_message_over_the_server_s_limit_is_refused_with_both_sizes(smtp_sink: SmtpSink) -> None:
    moment = Moment()
    with pytest.raises(PermanentError, match=r"6\.0 MB.*5\.0 MB"):
        send(smtp_sink.account(), raw=RAW + (b"x" * 998 + b"\r\n") * 6000, before_data=moment)
    assert SIZE_LIMIT < 6_000_000
    assert moment.count == 0


@pytest.mark.parametrize(
    "recipient", ["", "nobody", "a@b\r\nRCPT TO:<c@d>", "a b@c.example", "a@b>,<c@d", "a@b@"]
)
def test_what_is_no_address_does_not_reach_the_wire(smtp_sink: SmtpSink, recipient: str) -> None:
    with pytest.raises(PermanentError, match="is not an e-mail address"):
        send(smtp_sink.account(), recipient=recipient)
    assert not [said for said in smtp_sink.commands if said.startswith("MAIL")]


def test_a_chinese_domain_goes_in_ascii_and_needs_no_extension(smtp_sink: SmtpSink) -> None:
    send(smtp_sink.account(), recipient="buyer@商店.example")
    assert [m.recipient for m in smtp_sink.messages] == ["buyer@xn--czrs0t.example"]
    assert not any("SMTPUTF8" in said for said in smtp_sink.commands)


def test_a_chinese_local_part_asks_for_smtputf8(smtp_sink: SmtpSink) -> None:
    send(smtp_sink.account(), recipient="买家@example.com")
    assert [m.recipient for m in smtp_sink.messages] == ["买家@example.com"]
    assert any("SMTPUTF8" in said for said in smtp_sink.commands)


def resetting_server() -> tuple[ServerAccount, object]:
    """A server that says yes to everything up to DATA and closes while the message still comes."""
    listening = socket.create_server(("127.0.0.1", 0))

    def converse() -> None:
        line, _ = listening.accept()
        with line, line.makefile("rb") as said:
            line.sendall(b"220 hello\r\n")
            for answer in (b"250 hello", b"250 ok", b"250 ok", b"354 go"):
                said.readline()
                line.sendall(answer + b"\r\n")
            said.readline()

    thread = threading.Thread(target=converse, daemon=True)
    thread.start()
    account = ServerAccount(
        host="127.0.0.1", port=listening.getsockname()[1], tls=Tls.NONE, username="", password="", timeout=10
    )

    def stop() -> None:
        thread.join(10)
        listening.close()

    return account, stop
