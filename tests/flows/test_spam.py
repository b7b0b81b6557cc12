"""Spam: told by the provider or by an agent, in a queue of its own, answered by nobody, undone by a key."""

import pytest

from helpdesk import clock
from helpdesk.actions import merging, spam, tickets
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, Ticket
from helpdesk.queries import queue
from helpdesk.queries.queue import Queue
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.flows

SAID = (("X-Spam-Flag", "YES"),)


def mark(shop: Shop, number: int = 1, *, spam_it: bool = True) -> None:
    change = spam.mark if spam_it else spam.unmark
    with transaction() as session:
        change(session, tickets.hold(session, number), actor=f"agent:{shop.agent_id}", at=clock.now())


def standing(shop: Shop, where: Queue) -> list[int]:
    with reading() as session:
        reader = queue.Reader(agent_id=shop.agent_id, at=clock.now())
        return [row.number for row in queue.page(session, where, reader).rows]


def test_spam_that_was_merged_stands_in_no_queue_of_spam(shop: Shop) -> None:
    shop.receive(mail(), mail("别的事", sender="wang@buyer.example"))
    with transaction() as session:
        by = session.get_one(Agent, shop.agent_id)
        merging.merge(session, 2, 1, by=by, at=clock.now(), of_two_buyers=True)
    with transaction() as session:
        session.get_one(Ticket, 2).spam = True  # as an older version let it be

    assert standing(shop, Queue.SPAM) == []


def test_what_the_provider_calls_spam_stands_in_its_own_queue_and_is_not_answered(shop: Shop) -> None:
    shop.receive(mail(headers=SAID), mail("别的事", sender="wang@buyer.example"))

    assert standing(shop, Queue.SPAM) == [1]
    assert standing(shop, Queue.OURS) == standing(shop, Queue.ALL) == [2]
    assert shop.verbs(1) == ["received", "marked_spam", "not_acknowledged"]
    assert [letter.references for letter in shop.send()] == [tuple(received(shop, 2))]
    with reading() as session:
        counts = queue.counts(session, queue.Reader(agent_id=shop.agent_id, at=clock.now()))
    assert (counts[Queue.OURS], counts[Queue.SPAM]) == (1, 1)


def test_an_answer_to_our_letter_is_no_spam_whatever_a_filter_says(shop: Shop) -> None:
    shop.receive(mail())
    letter = shop.send()[0]
    shop.receive(mail("照片", in_reply_to=letter.message_id, headers=SAID))

    assert standing(shop, Queue.OURS) == [1]
    assert shop.verbs().count("received") == 2


def test_an_agent_marks_spam_and_takes_the_mark_away(shop: Shop) -> None:
    shop.receive(mail())
    mark(shop)
    mark(shop)
    assert standing(shop, Queue.SPAM) == [1]
    mark(shop, spam_it=False)
    assert standing(shop, Queue.OURS) == [1]
    assert [verb for verb in shop.verbs() if "spam" in verb] == ["marked_spam", "unmarked_spam"]


def test_nothing_that_waits_to_leave_leaves_and_nothing_planned_stays(shop: Shop) -> None:
    shop.receive(mail())
    shop.refund()
    mark(shop)
    assert shop.send() == []
    shop.let_pass(days=10)
    assert shop.chase() == 0
    assert shop.verbs().count("plan_withdrawn") == shop.verbs().count("planned") > 0


def test_spam_is_not_answered_by_an_agent_either(shop: Shop) -> None:
    shop.receive(mail())
    mark(shop)
    with pytest.raises(ConflictError, match="marked as spam"):
        shop.reply()


def received(shop: Shop, number: int) -> list[str]:
    return [entry["message_id"] for entry in shop.ticket(number)["entries"] if entry["kind"] == "received"]
