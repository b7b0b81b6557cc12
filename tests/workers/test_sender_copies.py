"""Copies leave in the same hand-over as the buyer's mail, which alone decides whether anything goes."""

from helpdesk import clock
from helpdesk.actions import recipients, replies, tickets
from helpdesk.actions.recipients import Copies
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.models import Agent
from mail.types import Address
from tests.letterbox import mail
from tests.servers.smtp import Behaviour
from tests.shop import Shop

LI, SIS, BOSS = "li@buyer.example", "sis@else.example", "boss@else.example"
COPIES = Copies(cc=(Address(email=SIS, name="妹妹"),), bcc=(Address(email=BOSS),))


def reply_to_all(shop: Shop) -> None:
    with transaction() as session:
        ticket = tickets.hold(session, 1)
        by = session.get_one(Agent, shop.agent_id)
        replies.send_reply(
            session,
            current_desk(),
            ticket,
            "We are on it.",
            by=by,
            seen_seq=ticket.last_seq,
            at=clock.now(),
            copies=COPIES,
            insisted=None,
        )


def taken(shop: Shop) -> list[str]:
    """For whom the server has taken the reply."""
    return [each.recipient for each in shop.smtp.messages if b"We are on it" in each.raw]


def test_all_of_them_get_the_same_bytes_in_one_hand_over(shop: Shop) -> None:
    shop.receive(mail())
    reply_to_all(shop)
    shop.send()
    assert taken(shop) == [LI, SIS, BOSS]
    raws = {each.raw for each in shop.smtp.messages if each.recipient in (SIS, BOSS)}
    assert len(raws) == 1
    assert BOSS.encode() not in raws.pop()
    assert shop.verbs()[-1] == "handed_over"


def test_a_copy_that_is_not_taken_keeps_nothing_from_the_buyer_and_is_said(shop: Shop) -> None:
    shop.receive(mail())
    reply_to_all(shop)
    shop.smtp.behaviour = Behaviour(rcpt_of={SIS: "550 5.1.1 no such person"})
    shop.send()
    assert taken(shop) == [LI, BOSS]
    entry = shop.ticket()["entries"][-1]
    assert entry["verb"] == "copy_refused"
    assert entry["facts"]["recipient"] == SIS
    assert "no such person" in entry["facts"]["answer"]


def test_when_the_buyers_address_is_refused_nobody_gets_anything(shop: Shop) -> None:
    shop.receive(mail())
    shop.send()
    reply_to_all(shop)
    shop.smtp.behaviour = Behaviour(rcpt_of={LI: "550 5.1.1 no such person"})
    shop.send()
    assert taken(shop) == []
    assert "failed" in shop.verbs()


def test_mail_of_who_got_a_copy_opens_a_ticket_of_its_own(shop: Shop) -> None:
    """A stranger with our Message-ID in hand is not the buyer: an agent merges the two knowingly."""
    shop.receive(mail())
    reply_to_all(shop)
    answered = shop.send()[-1]
    shop.receive(mail("Me too", sender=SIS, in_reply_to=answered.message_id))
    assert shop.ticket(2)["follows"] == 1
    with transaction() as session:
        assert recipients.read(session, tickets.hold(session, 2), cc=SIS, bcc="").cc == (), "she is the buyer"
