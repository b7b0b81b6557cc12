"""A buyer writes in the very moment in which an agent answers: nobody's turn is forgotten."""

import threading
from typing import Any

import pytest

from helpdesk import clock
from helpdesk.actions import evidence, merging, refunds, replies, tickets
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.models import Agent, Refund, Ticket
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.trust]


def test_a_mail_that_waits_for_the_agents_reply_makes_it_our_turn_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.receive(mail(message_id="first@buyer.example"))
    shop.deliver(mail("还有一件事。", in_reply_to="first@buyer.example", verified="pass"))
    gather, looked = evidence.gather, threading.Event()

    def seen(*args: Any, **named: Any) -> Any:
        found = gather(*args, **named)
        looked.set()
        return found

    def poll() -> None:
        with shop.app.app_context():
            shop.poll()

    monkeypatch.setattr(evidence, "gather", seen)
    polling = threading.Thread(target=poll)
    with transaction() as session:
        ticket = tickets.hold(session, 1)
        polling.start()
        looked.wait(1)  # SQLite does not let it come so far
        replies.send_reply(
            session,
            current_desk(),
            ticket,
            "请把照片发给我们。",
            by=session.get_one(Agent, shop.agent_id),
            seen_seq=ticket.last_seq,
            at=clock.now(),
        )
    polling.join(20)

    assert shop.verbs()[-2:] == ["received", "moved"]
    assert shop.ticket()["state"] == "open"


def test_a_buyer_who_answers_while_tickets_are_merged_is_heard(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.receive(mail(), mail("另一件事", subject="另一件事"))
    refund_id = shop.refund(2)
    hold, merged = tickets.hold, []

    def overtaken(session: Any, number: int) -> Ticket:
        if not merged:  # while we wait for the ticket, a colleague merges it
            merged.append(True)
            merging.merge(session, 2, into=1, by=session.get_one(Agent, shop.agent_id), at=clock.now())
        return hold(session, number)

    with transaction() as session:
        session.get_one(Refund, refund_id)
        monkeypatch.setattr(tickets, "hold", overtaken)
        ticket = refunds.answer_arrival(session, refund_id, arrived=True, actor="buyer:1", at=clock.now())

    assert ticket.id == 1
    assert shop.verbs(1).count("arrived") == 1
    assert shop.ticket(1)["state"] == "solved"
