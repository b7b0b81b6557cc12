"""A mailbox is taken out of use: what is under way ends visibly, and its address may come back."""

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import conversation, mailboxes, removal, tickets, unknown
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Mailbox, OutboxMessage, Reminder
from helpdesk.rules.states import OutboxState, ReminderState
from helpdesk.workers import filing
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import ledger

pytestmark = [pytest.mark.flows, pytest.mark.trust]


def remove(shop: Shop) -> None:
    with transaction() as session:
        removal.remove(session, session.get_one(Mailbox, shop.mailbox_id), at=clock.now())


def test_mail_that_was_stored_and_not_filed_is_filed_without_an_answer(shop: Shop) -> None:
    shop.deliver(mail())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing, "_take", lambda mailbox_id: [])  # stored, not filed
        shop.poll()
    remove(shop)

    filing.file_unread()

    assert ledger(shop.mailbox_id) == {"filed": 1}
    assert shop.verbs() == ["received", "not_acknowledged"]
    assert shop.ticket()["entries"][1]["facts"]["because"] == "mailbox_removed"


def test_nobody_holds_a_removed_mailbox(shop: Shop) -> None:
    shop.poll()
    remove(shop)

    with transaction() as session:
        mailbox = session.get_one(Mailbox, shop.mailbox_id)
        assert (mailbox.lease_owner, mailbox.leased_until) == (None, None)


def test_a_message_of_unknown_fate_is_not_put_in_line_again(shop: Shop) -> None:
    shop.receive(mail())
    shop.reply()
    with transaction() as session:
        row = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert row is not None
        row.state, row.leased_until = OutboxState.UNKNOWN, clock.now()
    remove(shop)

    def settle(*, arrived: bool) -> None:
        with transaction() as session:
            ticket = tickets.hold(session, 1)
            actor = conversation.agent(shop.agent_id)
            unknown.settle_by_hand(session, ticket, row.id, arrived=arrived, actor=actor, at=clock.now())

    with pytest.raises(ConflictError, match="was removed"):
        settle(arrived=False)
    settle(arrived=True)
    assert shop.verbs()[-1] == "settled"


def test_what_was_planned_is_withdrawn_with_the_reason(shop: Shop) -> None:
    shop.receive(mail())
    shop.refund()
    remove(shop)

    with transaction() as session:
        plans = [(plan.state, plan.withdrawn_because) for plan in session.scalars(select(Reminder))]
    assert plans == [(ReminderState.WITHDRAWN, "mailbox_removed")] * 2
    assert shop.verbs().count("plan_withdrawn") == 2


def test_what_is_planned_afterwards_is_withdrawn_when_it_is_due(shop: Shop) -> None:
    shop.receive(mail())
    remove(shop)
    shop.refund()
    for _ in range(9):
        shop.let_pass(days=1)
        shop.chase()

    with transaction() as session:
        plans = [(plan.withdrawn_because, plan.problem) for plan in session.scalars(select(Reminder))]
    assert plans == [("mailbox_removed", ""), ("", "")]
    assert shop.verbs()[-2:] == ["arrival_unasked", "moved"], "nobody could be asked: a person finds out"


def test_an_address_that_comes_back_has_its_tickets_again(shop: Shop) -> None:
    shop.receive(mail())
    shop.reply()
    shop.let_pass(minutes=1)
    letter = shop.send()[-1]
    remove(shop)
    with transaction() as session:
        shop.mailbox_id = mailboxes.add(session, current_desk(), shop.form("now"), at=clock.now()).id
    shop.poll()

    shop.receive(mail("好的", in_reply_to=letter.message_id, verified="pass"))
    shop.reply("谢谢。")
    shop.let_pass(minutes=1)

    assert [ticket["number"] for ticket in shop.tickets()] == [1]
    assert "谢谢。" in shop.send()[-1].text


def test_a_reply_that_was_put_in_line_while_its_mailbox_went_fails_visibly(shop: Shop) -> None:
    shop.receive(mail())
    shop.send()
    remove(shop)
    with transaction() as session:  # as the agent's transaction still saw it
        session.get_one(Mailbox, shop.mailbox_id).removed_at = None
    shop.reply()
    with transaction() as session:
        session.get_one(Mailbox, shop.mailbox_id).removed_at = clock.now()

    assert shop.reconcile() == 1
    assert shop.verbs()[-2:] == ["failed", "moved"], "it is our turn: nobody was answered"
    assert shop.ticket()["entries"][-2]["facts"]["answer"] == "the mailbox was removed before this was sent"
    assert shop.reconcile() == 0
