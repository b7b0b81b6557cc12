"""What was sent stands in the Sent folder, once, and whatever happens there sends nothing again."""

import pytest

from helpdesk.db import reading
from helpdesk.models import OutboxMessage
from helpdesk.rules.states import OutboxState
from helpdesk.workers import copying
from mail.providers import files_what_it_sends
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import change_mailbox


@pytest.fixture
def sent(shop: Shop) -> Shop:
    """A shop that has sent one acknowledgement."""
    shop.receive(mail())
    assert len(shop.send()) == 1
    return shop


def in_sent(shop: Shop) -> list[bytes]:
    with shop.dovecot.session(shop.user) as imap:
        imap.select("Sent", readonly=True)
        _, data = imap.fetch("1:*", "(FLAGS BODY.PEEK[])")
        return [part[0] + part[1] for part in data if isinstance(part, tuple)]


def file_copies(shop: Shop) -> int:
    return copying.file_copies(shop.mailbox_id)


def message() -> OutboxMessage:
    with reading() as session:
        return session.query(OutboxMessage).one()


def test_a_copy_is_filed_once_and_counts_as_read(sent: Shop) -> None:
    assert file_copies(sent) == 1
    assert file_copies(sent) == 0

    (copy,) = in_sent(sent)
    assert b"\\Seen" in copy
    assert message().message_id.encode() in copy
    assert sent.smtp.messages[0].raw in copy
    assert message().copy_due_at is None


def test_a_copy_that_the_provider_filed_itself_is_not_filed_again(sent: Shop) -> None:
    sent.dovecot.deliver(sent.user, sent.smtp.messages[0].raw, folder="Sent")
    assert file_copies(sent) == 1
    assert len(in_sent(sent)) == 1


@pytest.mark.parametrize(
    ("host", "files"),
    [("smtp.gmail.com", True), ("smtp.office365.com", True), ("smtp.qq.com", False), ("x.example", False)],
)
def test_some_providers_file_what_they_send(host: str, files: bool) -> None:
    assert files_what_it_sends(host) is files


def test_a_copy_that_fails_is_tried_again_later_and_sends_nothing(sent: Shop) -> None:
    change_mailbox(sent, imap_port=1)
    assert file_copies(sent) == 0
    assert message().state is OutboxState.SENT
    assert len(sent.send()) == 1

    change_mailbox(sent)
    assert file_copies(sent) == 0, "too soon"
    sent.let_pass(minutes=2)
    assert file_copies(sent) == 1
    assert len(in_sent(sent)) == 1


def test_after_some_tries_it_is_let_be(sent: Shop) -> None:
    change_mailbox(sent, imap_port=1)
    for _ in range(8):
        file_copies(sent)
        sent.let_pass(hours=7)
    assert (message().copy_due_at, message().state) == (None, OutboxState.SENT)


def test_a_mailbox_without_such_a_folder_is_left_alone(sent: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying.wire.Mailbox, "sent_folder", lambda mailbox: None)
    assert file_copies(sent) == 1
    assert message().copy_due_at is None


def test_a_message_whose_fate_is_unknown_is_not_filed_as_sent(shop: Shop) -> None:
    shop.receive(mail())
    shop.smtp.behave(hang_up_at="DOT")
    shop.send()
    assert message().state is OutboxState.UNKNOWN
    assert file_copies(shop) == 0
    assert message().copy_due_at is None
