"""What a dead sender left behind: unknown at first, then looked for."""

from collections.abc import Callable
from itertools import count

import pytest

from helpdesk.actions import unknown
from helpdesk.rules.states import OutboxState
from helpdesk.workers import sender
from tests.faults.victim import outbox
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


def test_each_dead_one_is_settled_for_itself(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trouble with one ticket keeps no other, and nothing that was settled is undone by it."""
    for _ in range(2):
        shop.receive(mail())
    monkeypatch.setattr(sender, "_settle", die)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            shop.send()
    shop.let_pass(minutes=10)
    monkeypatch.setattr(unknown, "settle_dead", fails_at(2, unknown.settle_dead))

    with pytest.raises(ZeroDivisionError):
        shop.reconcile()
    assert sorted(row.state for row in outbox()) == [OutboxState.SENDING, OutboxState.UNKNOWN]

    assert shop.reconcile() == 1
    assert [row.state for row in outbox()] == [OutboxState.UNKNOWN, OutboxState.UNKNOWN]


def fails_at(number: int, work: Callable[..., object]) -> Callable[..., object]:
    """The same, but for this one call."""
    calls = count(1)

    def call(*args: object, **more: object) -> object:
        return work(*args, **more) if next(calls) != number else 1 // 0

    return call


def die(*args: object, **more: object) -> None:
    """Stands for the end of the process."""
    raise KeyboardInterrupt
