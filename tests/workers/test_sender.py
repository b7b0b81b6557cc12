"""Handing over: each message once, again when that is safe, and never silently in doubt."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import conversation, outbox, replies, tickets, unknown
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, OutboxMessage
from helpdesk.rules import retry
from helpdesk.rules.states import OutboxState
from helpdesk.workers import sender
from mail.errors import TransientError
from mail.transport import Transport
from tests.letterbox import mail
from tests.mail.test_connections import closed_port
from tests.shop import Shop
from tests.workers.reading import change_mailbox
from tests.workers.reading import row as mailbox_row

pytestmark = [pytest.mark.flows, pytest.mark.trust]
AUTOMATIC = (("Auto-Submitted", "auto-replied"),)


@pytest.fixture
def replied(shop: Shop) -> Shop:
    """A shop with one reply of an agent in the outbox, and nothing else."""
    shop.receive(mail(headers=AUTOMATIC))
    shop.reply()
    return shop


@pytest.fixture
def acknowledging(shop: Shop) -> Shop:
    """A shop with one acknowledgement in the outbox, and nothing else."""
    shop.receive(mail())
    return shop


def message() -> OutboxMessage:
    with reading() as session:
        return session.scalars(select(OutboxMessage)).one()


def settle(*, arrived: bool) -> None:
    with transaction() as session:
        ticket = tickets.hold(session, 1)
        unknown.settle_by_hand(
            session, ticket, 1, arrived=arrived, actor=conversation.agent(1), at=clock.now()
        )


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "content"])
def test_a_refusal_for_now_brings_it_back_later_and_later(replied: Shop, step: str) -> None:
    replied.smtp.behave(**{step: "451 4.3.0 come back later"})
    for attempts, pause in enumerate(retry.SEND_AGAIN[:3], 1):
        at = clock.now()
        assert replied.send() == []
        found = message()
        assert (found.state, found.attempts) == (OutboxState.QUEUED, attempts)
        assert pause <= found.due_at - at < pause + timedelta(seconds=5)
        assert "come back later" in found.answer
        assert replied.send() == [], "again before its time"
        replied.let_pass(seconds=pause.total_seconds() + 1)

    replied.smtp.reset()
    assert len(replied.send()) == 1
    assert replied.verbs()[-1] == "handed_over"


def test_a_message_refused_for_three_days_has_failed(replied: Shop) -> None:
    replied.smtp.behave(rcpt="450 4.2.1 mailbox busy")
    replied.let_pass(days=5)
    replied.send()
    assert message().state is OutboxState.QUEUED, "days in which nobody tried do not count"

    for _ in range(12):
        replied.let_pass(hours=13)
        replied.send()

    assert message().state is OutboxState.FAILED
    assert replied.verbs()[-2:] == ["failed", "moved"]


@pytest.mark.parametrize("step", ["rcpt", "data", "content"])
def test_a_refusal_for_good_is_an_entry_and_not_tried_again(replied: Shop, step: str) -> None:
    replied.smtp.behave(**{step: "550 5.1.1 no such user"})
    replied.send()
    replied.smtp.reset()
    replied.let_pass(days=1)

    assert replied.send() == []
    assert message().state is OutboxState.FAILED
    failed = replied.ticket()["entries"][-2]
    assert failed["verb"] == "failed"
    assert "no such user" in failed["facts"]["answer"]
    (sent,) = (entry for entry in replied.ticket()["entries"] if entry["verb"] == "replied")
    assert sent["outbox"] == "failed"


def test_a_server_that_asks_for_patience_gets_it(replied: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*args: object, **more: object) -> str:
        raise TransientError("too much at once", retry_after=600)

    monkeypatch.setattr(Transport, "send", busy)
    at = clock.now()
    replied.send()

    assert timedelta(seconds=600) <= message().due_at - at < timedelta(seconds=605)


def test_a_line_that_dies_at_the_last_dot_leaves_the_reply_unknown(replied: Shop) -> None:
    replied.smtp.behave(hang_up_at="DOT")
    replied.send()
    replied.smtp.behave()
    replied.let_pass(days=2)
    replied.send()
    replied.reconcile()

    assert message().state is OutboxState.UNKNOWN
    assert replied.verbs()[-1] == "unknown"
    assert len(replied.smtp.messages) == 1, "sent again by itself"


@pytest.mark.parametrize(
    ("arrived", "verbs", "sent"), [(True, ["settled"], 1), (False, ["sent_again", "handed_over"], 2)]
)
def test_an_agent_settles_an_unknown_reply_either_way(
    replied: Shop, arrived: bool, verbs: list[str], sent: int
) -> None:
    replied.smtp.behave(hang_up_at="DOT")
    replied.send()
    replied.smtp.behave()

    settle(arrived=arrived)
    letters = replied.send()

    assert len(letters) == sent
    assert len({letter.message_id for letter in letters}) == 1, "a copy must be known as one"
    assert message().state is OutboxState.SENT
    assert replied.verbs()[-len(verbs) :] == verbs
    with pytest.raises(ConflictError, match="settled already"):
        settle(arrived=arrived)


def test_automatic_mail_is_never_sent_a_second_time(acknowledging: Shop) -> None:
    acknowledging.smtp.behave(hang_up_at="DOT")
    acknowledging.send()
    acknowledging.smtp.behave()

    with pytest.raises(ConflictError, match="never sent a second time"):
        settle(arrived=False)
    settle(arrived=True)
    assert len(acknowledging.send()) == 1


@pytest.mark.scale
def test_two_senders_hand_over_each_of_forty_messages_once(shop: Shop) -> None:
    shop.receive(*(mail(f"第 {n} 封", sender=f"buyer{n}@buyer.example", subject=str(n)) for n in range(40)))

    def send(owner: str) -> None:
        with shop.app.app_context():
            while sender.send_due(shop.mailbox_id, owner=owner):
                pass

    racing = [threading.Thread(target=send, args=(owner,)) for owner in ("one", "two")]
    for thread in racing:
        thread.start()
    for thread in racing:
        thread.join(60)

    arrived = Counter(message.recipient for message in shop.smtp.messages)
    assert arrived == {f"buyer{n}@buyer.example": 1 for n in range(40)}
    with reading() as session:
        assert set(session.scalars(select(OutboxMessage.state))) == {OutboxState.SENT}


def test_the_second_of_two_that_begin_to_send_loses(acknowledging: Shop) -> None:
    with transaction() as session:
        row = outbox.lease_next(session, acknowledging.mailbox_id, owner="one", at=clock.now())
        assert row is not None
        assert not outbox.begin_sending(session, row.id, owner="two", at=clock.now())
        assert outbox.begin_sending(session, row.id, owner="one", at=clock.now())
        assert not outbox.begin_sending(session, row.id, owner="one", at=clock.now())


def test_a_leased_message_is_taken_over_only_when_the_lease_has_run_out(acknowledging: Shop) -> None:
    with transaction() as session:
        assert outbox.lease_next(session, acknowledging.mailbox_id, owner="dead", at=clock.now())
    assert acknowledging.send() == []
    acknowledging.let_pass(minutes=6)

    assert len(acknowledging.send()) == 1


def test_a_reply_is_taken_back_within_its_time(shop: Shop) -> None:
    shop.app.extensions["helpdesk.desk"] = replace(current_desk(), undo=timedelta(seconds=10))
    shop.receive(mail(headers=AUTOMATIC))
    shop.reply("falsch")
    assert shop.send() == [], "gone before its time"
    assert take_back(shop) == "falsch"
    assert message().state is OutboxState.WITHDRAWN
    shop.let_pass(seconds=11)
    assert shop.send() == []


def test_a_reply_that_has_left_cannot_be_taken_back(replied: Shop) -> None:
    replied.send()

    with pytest.raises(ConflictError, match="too late"):
        take_back(replied)


def take_back(shop: Shop) -> str:
    (entry_id,) = {message().entry_id}
    with transaction() as session:
        ticket = tickets.hold(session, 1)
        by = session.get_one(Agent, shop.agent_id)
        return replies.take_back(session, ticket, entry_id, by=by, at=clock.now())


def test_a_message_withdrawn_in_the_last_moment_is_not_sent(
    replied: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "begin_sending", lambda *args, **more: False)

    assert replied.send() == []


def test_a_refused_login_holds_all_messages_back_and_counts_no_attempt(shop: Shop) -> None:
    shop.receive(*(mail(str(n), sender=f"buyer{n}@buyer.example", subject=str(n)) for n in range(3)))
    shop.smtp.behave(login="535 5.7.8 wrong password")
    for _ in range(3):
        shop.send()
    with reading() as session:
        rows = session.scalars(select(OutboxMessage)).all()

    assert {(row.state, row.attempts) for row in rows} == {(OutboxState.QUEUED, 0)}
    assert shop.smtp.connections == 1, "providers lock accounts that hammer"
    shop.poll()
    said = mailbox_row(shop.mailbox_id).sending_problem
    assert "wrong password" in said, "a look that goes well must not hide that nothing can be sent"

    shop.smtp.reset()
    shop.let_pass(minutes=6)
    assert len(shop.send()) == 3
    assert mailbox_row(shop.mailbox_id).sending_problem == ""


def test_a_message_whose_bytes_are_gone_has_failed_visibly(replied: Shop) -> None:
    current_desk().blobs.path(message().sha256).unlink()
    replied.send()

    assert message().state is OutboxState.FAILED
    assert "is missing" in replied.ticket()["entries"][-2]["facts"]["answer"]


def test_what_the_server_took_is_not_unknown_because_the_database_was_busy(
    replied: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_sent, busy = outbox.mark_sent, [OperationalError("", {}, Exception("deadlock detected"))] * 2

    def crowded(session: Session, row_id: int, **told: Any) -> None:
        mark_sent(session, row_id, **told)
        if busy:
            raise busy.pop()

    monkeypatch.setattr(outbox, "mark_sent", crowded)
    monkeypatch.setattr(sender, "TELL_AGAIN", (0.01, 0.01))
    assert len(replied.send()) == 1

    assert message().state is OutboxState.SENT
    assert replied.verbs().count("handed_over") == 1


def test_while_nobody_is_home_messages_wait_and_lose_no_attempt(shop: Shop) -> None:
    shop.receive(*(mail(str(n), sender=f"buyer{n}@buyer.example", subject=str(n)) for n in range(2)))
    change_mailbox(shop, smtp_port=closed_port())
    for _ in range(20):
        shop.send()
        shop.let_pass(minutes=2)

    with reading() as session:
        rows = session.scalars(select(OutboxMessage)).all()
    assert {(row.state, row.attempts) for row in rows} == {(OutboxState.QUEUED, 0)}
    assert "Nothing answers" in mailbox_row(shop.mailbox_id).sending_problem

    change_mailbox(shop, smtp_port=shop.smtp.port)
    assert len(shop.send()) == 2
