"""The test of a mailbox: one mail in a circle, through a real SMTP server and a real Dovecot."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from mail.parse import parse
from mail.roundtrip import RoundTrip, Step, round_trip
from mail.types import Kind
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

SHOP = "support@shop.example"


def go_round(dovecot: Dovecot, user: str, smtp_sink: SmtpSink, *, patience: float) -> RoundTrip:
    return round_trip(
        dovecot.account(user),
        smtp_sink.account(),
        address=SHOP,
        folder="INBOX",
        message_id="round@shop.example",
        sent_at=datetime(2026, 3, 1, tzinfo=UTC),
        patience=patience,
    )


@contextmanager
def forwarding(dovecot: Dovecot, user: str, smtp_sink: SmtpSink, folder: str) -> Iterator[None]:
    """Play the provider: what the SMTP server takes is delivered to a folder."""

    def forward() -> None:
        (received,) = smtp_sink.wait_for(1)
        dovecot.deliver(user, received.raw, folder=folder)

    thread = threading.Thread(target=forward)
    thread.start()
    yield
    thread.join()


def test_a_mail_that_comes_round_is_timed_step_by_step(dovecot: Dovecot, smtp_sink: SmtpSink) -> None:
    user = dovecot.new_user()
    with forwarding(dovecot, user, smtp_sink, "INBOX"):
        went = go_round(dovecot, user, smtp_sink, patience=10)

    assert went.failed is None
    assert [done.step for done in went.done] == list(Step)
    assert all(done.seconds >= 0 for done in went.done)


def test_the_mail_is_marked_automatic(dovecot: Dovecot, smtp_sink: SmtpSink) -> None:
    go_round(dovecot, dovecot.new_user(), smtp_sink, patience=0)

    (received,) = smtp_sink.wait_for(1)
    assert parse(received.raw).kind is Kind.AUTOMATIC


def test_a_mail_among_the_junk_is_found_there(dovecot: Dovecot, smtp_sink: SmtpSink) -> None:
    user = dovecot.new_user()
    with dovecot.session(user) as session:
        session.create("Junk")
    with forwarding(dovecot, user, smtp_sink, "Junk"):
        went = go_round(dovecot, user, smtp_sink, patience=1.5)

    assert (went.failed, went.part) == (Step.ARRIVE, "folder")
    assert "arrived, but in the folder Junk" in went.problem


def test_a_mail_that_never_comes_is_not_waited_for_for_ever(dovecot: Dovecot, smtp_sink: SmtpSink) -> None:
    went = go_round(dovecot, dovecot.new_user(), smtp_sink, patience=0.5)

    assert (went.failed, went.part) == (Step.ARRIVE, "folder")
    assert "did not come into the folder INBOX" in went.problem


@pytest.mark.trust
def test_a_sender_that_is_refused_is_the_senders_trouble(dovecot: Dovecot, smtp_sink: SmtpSink) -> None:
    smtp_sink.behave(rcpt="550 5.7.1 not from here")
    went = go_round(dovecot, dovecot.new_user(), smtp_sink, patience=5)

    assert (went.failed, went.part) == (Step.SEND, "sender")
    assert [done.step for done in went.done] == [Step.READ_LOGIN, Step.SEND_LOGIN]
