"""A message that our own server refuses for good: whose turn it is then."""

import pytest

from helpdesk import clock
from helpdesk.actions import conversation, tickets
from helpdesk.db import reading, transaction
from helpdesk.queries import tickets as lookups
from helpdesk.rules.states import TicketState
from helpdesk.web import sentences
from tests.actions.matters import merge
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.flows
GONE = "550 5.1.1 no such user"


def refuse(shop: Shop) -> None:
    shop.let_pass(minutes=1)
    shop.smtp.behave(rcpt=GONE)
    shop.send()
    shop.smtp.reset()


def said(shop: Shop, number: int = 1) -> str:
    """The sentence about the newest message that was refused."""
    with shop.app.test_request_context(), reading() as session:
        entries = lookups.show(session, number).entries
        return [sentences.sentence(entry) for entry in entries if entry.verb == "failed"][-1]


def test_an_answer_that_the_server_refuses_makes_it_our_turn(shop: Shop) -> None:
    shop.receive(mail())
    shop.send()
    shop.reply()
    assert shop.ticket()["state"] == "waiting"
    refuse(shop)

    assert shop.ticket()["state"] == "open"
    assert said(shop).startswith("Your answer did not arrive: ")


def test_a_refused_acknowledgement_leaves_a_solved_ticket_solved(shop: Shop) -> None:
    shop.receive(mail())
    with transaction() as session:
        actor = conversation.agent(shop.agent_id)
        tickets.move(session, tickets.hold(session, 1), TicketState.SOLVED, actor=actor, at=clock.now())
    refuse(shop)

    assert shop.ticket()["state"] == "solved"
    assert said(shop).startswith("The message could not be delivered: ")


def test_a_refused_answer_of_a_merged_ticket_is_our_turn_on_the_other(shop: Shop) -> None:
    shop.receive(mail(), mail("另一件事", subject="另一件事"))
    shop.send()
    shop.reply(number=1)
    shop.send()
    shop.reply(number=2)
    merge(shop, 2, into=1)
    assert shop.ticket(1)["state"] == "waiting"
    refuse(shop)

    assert (shop.ticket(1)["state"], shop.verbs(2)[-1]) == ("open", "failed")
