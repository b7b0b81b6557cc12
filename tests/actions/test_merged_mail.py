"""Mail on a matter of two tickets: whose it is, where it stands, who is told."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import tickets
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, BuyerAddress, Ticket
from helpdesk.queries import queue
from helpdesk.queries import tickets as lookups
from helpdesk.rules.states import ToldOf
from tests.actions.matters import EVE, merge, separate
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.flows


def who_wrote(number: int) -> list[tuple[str, str]]:
    """Name and address of each mail on the page of a ticket."""
    with reading() as session:
        entries = lookups.show(session, number).entries
    return [(entry.actor.name, entry.facts["from"]) for entry in entries if entry.kind == "received"]


def test_new_mail_to_either_stands_on_one_page_in_the_conversation_of_who_wrote(two: Shop) -> None:
    answer = two.send()[-1]  # the acknowledgement of ticket 2
    merge(two, 2, into=1)
    two.receive(mail("还有一张", sender=EVE, in_reply_to=answer.message_id))
    two.receive(mail("我的也来了", in_reply_to=answer.message_id))

    with reading() as session:
        entries = lookups.show(session, 1).entries
    received = [(entry.number, entry.facts["from"]) for entry in entries if entry.kind == "received"]
    assert received[2:] == [(2, EVE), (1, "li@buyer.example")]
    assert two.verbs(1).count("wrote_there") == 1
    assert len(two.tickets()) == 2


def test_mail_that_came_for_a_merged_ticket_is_on_it_when_it_is_taken_out_again(two: Shop) -> None:
    answer = two.send()[-1]
    merge(two, 2, into=1)
    two.reply(number=1)
    two.receive(mail("还有一张", sender=EVE, in_reply_to=answer.message_id, photo=True))
    assert two.ticket(1)["state"] == "open"
    separate(two, 2)

    with reading() as session:
        alone = lookups.show(session, 2)
    assert [entry.facts["new"] for entry in alone.entries if entry.kind == "received"] == ["照片", "还有一张"]
    assert EVE not in {entry["from"] for entry in two.ticket(1)["entries"]}
    two.receive(mail("第三张", sender=EVE, in_reply_to=answer.message_id))
    assert two.verbs(2).count("received") == 3


def test_one_buyers_mail_to_a_merged_ticket_is_on_that_ticket(two: Shop) -> None:
    two.receive(mail("另一件事", subject="另一件事"))
    answer = two.send()[-1]
    merge(two, 3, into=1)
    two.receive(mail("补充", in_reply_to=answer.message_id))

    assert (two.verbs(3).count("received"), two.verbs(1)[-1]) == (2, "wrote_there")


def test_mail_to_a_merged_ticket_has_to_be_read_before_an_answer_leaves(two: Shop) -> None:
    answer = two.send()[-1]
    merge(two, 2, into=1)
    seen = len(two.verbs(1))
    two.receive(mail("还有一张", sender=EVE, in_reply_to=answer.message_id))

    for knows, refused in ((seen, True), (len(two.verbs(1)), False)):
        with transaction() as session:
            ticket, by = tickets.hold(session, 1), session.get_one(Agent, two.agent_id)
            assert tickets.has_moved_on(session, ticket, knows, by=by) is refused


def test_colleagues_are_told_of_mail_to_a_merged_ticket(two: Shop) -> None:
    answer = two.send()[-1]
    merge(two, 2, into=1)
    with transaction() as session:
        agent = session.get_one(Agent, two.agent_id)
        agent.email, agent.told_of = "ann@home.example", ToldOf.MINE_AND_UNASSIGNED
    two.receive(mail("还有一张", sender=EVE, in_reply_to=answer.message_id))
    two.chase()

    assert two.verbs(1)[-1] == "notified"
    assert "还有一张" in two.send()[-1].text


def test_a_ticket_that_waits_for_us_says_since_when_a_merged_ones_buyer_waits(two: Shop) -> None:
    answer = two.send()[-1]
    merge(two, 2, into=1)
    two.reply(number=1)
    two.let_pass(hours=1)
    two.receive(mail("还有一张", sender=EVE, in_reply_to=answer.message_id))

    with reading() as session:
        reader = queue.Reader(agent_id=two.agent_id, at=clock.now())
        row = next(row for row in queue.page(session, queue.Queue.OURS, reader).rows if row.number == 1)
        assert row.unanswered_since is not None
        assert session.get_one(Ticket, 1).created_at + timedelta(minutes=59) < row.unanswered_since
    assert row.preview == "还有一张"


def test_an_answer_on_a_matter_of_two_continues_the_thread_of_its_reader(two: Shop) -> None:
    answer = two.send()[-1]
    merge(two, 2, into=1)
    two.receive(mail("还有一张", sender=EVE, in_reply_to=answer.message_id, message_id="hers@else.example"))
    two.reply(number=1)
    two.let_pass(minutes=1)

    assert two.send()[-1].references[-1] == "first@buyer.example"


def test_mail_on_a_merged_ticket_stands_under_the_name_of_who_wrote_it(two: Shop) -> None:
    two.receive(mail("Where is it?", sender="oliver@else.example", name="Oliver", subject="My parcel"))
    letter = two.send()[-1]
    merge(two, 3, into=1)
    two.reply(number=1)
    two.receive(mail("Still nothing", sender="oliver@else.example", in_reply_to=letter.message_id))

    assert who_wrote(1)[-1] == ("Oliver", "oliver@else.example")
    with reading() as session:
        entries = lookups.show(session, 1).entries
    assert [entry.actor.name for entry in entries if entry.verb == "moved"][-1] == "Oliver"


def test_a_colleague_of_the_buyer_who_writes_is_named_as_she_names_herself(two: Shop) -> None:
    letter = two.send()[-1]
    with transaction() as session:
        buyer_id = session.get_one(Ticket, 2).buyer_id
        key = "fin@else.example"
        session.add(BuyerAddress(buyer_id=buyer_id, email=key, key=key, created_at=clock.now()))
    two.receive(mail("账单", sender=key, name="Finance", in_reply_to=letter.message_id))

    assert who_wrote(2) == [("李梅", EVE), ("Finance", key)]
