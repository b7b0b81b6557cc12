import pytest

from helpdesk.rules.states import OutboxState
from helpdesk.workers import sender
from tests.faults.test_kill_sweep import outbox
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.trust


@pytest.fixture
def unknown_reply(shop: Shop) -> Shop:
    """A reply whose line died after the last dot."""
    shop.receive(mail(headers=(("Auto-Submitted", "auto-replied"),)))
    shop.reply("我们马上退款。")
    shop.smtp.behave(hang_up_at="DOT")
    shop.send()
    assert [row.state for row in outbox()] == [OutboxState.UNKNOWN]
    return shop


def test_an_unknown_reply_in_the_sent_folder_was_sent(unknown_reply: Shop) -> None:
    (message,) = unknown_reply.smtp.messages
    unknown_reply.dovecot.deliver(unknown_reply.user, message.raw, folder="Sent")
    assert unknown_reply.reconcile() == 1
    assert [row.state for row in outbox()] == [OutboxState.SENT]
    assert unknown_reply.verbs()[-1] == "found_sent"


def test_an_unknown_reply_that_is_not_there_waits_for_an_agent(unknown_reply: Shop) -> None:
    assert unknown_reply.reconcile() == 0
    assert [row.state for row in outbox()] == [OutboxState.UNKNOWN]


def test_the_sent_folder_is_searched_for_minutes_not_for_ever(unknown_reply: Shop) -> None:
    (message,) = unknown_reply.smtp.messages
    unknown_reply.dovecot.deliver(unknown_reply.user, message.raw, folder="Sent")
    unknown_reply.let_pass(hours=1)
    assert unknown_reply.reconcile() == 0


def test_a_reply_whose_sender_died_in_the_evening_is_looked_for_in_the_morning(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.receive(mail(headers=(("Auto-Submitted", "auto-replied"),)))
    shop.reply("我们马上退款。")
    with monkeypatch.context() as patch:
        patch.setattr(sender, "_settle", die)
        with pytest.raises(KeyboardInterrupt):
            shop.send()
    (message,) = shop.smtp.messages
    shop.dovecot.deliver(shop.user, message.raw, folder="Sent")
    shop.let_pass(hours=12)
    shop.reconcile()

    assert [row.state for row in outbox()] == [OutboxState.SENT]
    assert shop.verbs()[-2:] == ["unknown", "found_sent"]


def die(*args: object, **more: object) -> None:
    """Stands for the end of the process."""
    raise KeyboardInterrupt
