"""Two tickets that are one matter, and apart again."""

import pytest

from helpdesk import clock
from helpdesk.actions import merging, replies, spam, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, UnconfirmedError
from helpdesk.models import Agent, Mailbox
from helpdesk.queries import proof
from helpdesk.queries import tickets as lookups
from helpdesk.rules.states import TicketState
from tests.actions.matters import EVE, merge, separate
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.flows


def newest_of_ours(shop: Shop, number: int) -> int:
    """The id of the entry of the newest reply on a ticket."""
    with reading() as session:
        entries = lookups.show(session, number).entries
    return next(entry.id for entry in reversed(entries) if entry.verb == "replied")


def test_both_conversations_stand_on_one_page_and_both_chains_hold(two: Shop) -> None:
    merge(two, 2, into=1)

    with reading() as session:
        page = lookups.show(session, 1)
        checked = list(proof.check_tickets(session))
    assert [(entry.number, entry.verb) for entry in page.entries if entry.kind == "received"] == [
        (1, "received"),
        (2, "received"),
    ]
    assert [(ticket.name, ticket.problem) for ticket in checked] == [("1", ""), ("2", "")]
    assert two.verbs(2)[-1] == "merged_into"
    assert "took_in" in two.verbs(1)


def test_what_waits_for_us_on_the_merged_one_makes_it_our_turn(two: Shop) -> None:
    assert two.ticket(1)["state"] == "waiting"
    merge(two, 2, into=1)
    assert (two.ticket(1)["state"], two.ticket(2)["state"]) == ("open", "closed")


def test_tickets_of_two_buyers_are_merged_only_by_somebody_who_says_so(two: Shop) -> None:
    with (
        pytest.raises(
            UnconfirmedError, match=f"#2 is of 李梅 <{EVE}>, #1 .* to 李梅 <li@buyer.example> only"
        ),
        transaction() as session,
    ):
        merging.merge(session, 2, 1, by=session.get_one(Agent, two.agent_id), at=clock.now())
    assert two.ticket(2)["merged_into"] is None


def test_replies_go_to_the_buyer_of_the_one_that_is_left(two: Shop) -> None:
    merge(two, 2, into=1)
    two.reply(number=1)
    two.let_pass(minutes=1)
    two.send()
    assert two.smtp.messages[-1].recipient == "li@buyer.example"


def test_nobody_answers_or_moves_a_merged_ticket(two: Shop) -> None:
    merge(two, 2, into=1)
    with pytest.raises(ConflictError, match="merged into 1"):
        two.reply(number=2)
    with pytest.raises(ConflictError, match="merged into 1"), transaction() as session:
        tickets.move(session, tickets.hold(session, 2), TicketState.OPEN, actor="agent:1", at=clock.now())


def test_a_reply_of_a_merged_ticket_is_taken_back_from_either_page(two: Shop) -> None:
    for number in (1, 2):
        two.reply("falsch", number=2)
        entry_id = newest_of_ours(two, 2)
        merge(two, 2, into=1)
        with transaction() as session:
            by = session.get_one(Agent, two.agent_id)
            words = replies.take_back(session, tickets.hold(session, number), entry_id, by=by, at=clock.now())
        assert (words, two.verbs(2)[-1], two.ticket(1)["state"]) == ("falsch", "withdrawn", "open")
        separate(two, 2)

    two.let_pass(minutes=1)
    assert "falsch" not in "".join(letter.text for letter in two.send())


def test_spam_after_a_merger_leaves_no_letter_of_the_matter_in_the_queue(two: Shop) -> None:
    two.reply("falsch", number=2)
    merge(two, 2, into=1)
    with transaction() as session:
        spam.mark(session, tickets.hold(session, 1), actor="agent:1", at=clock.now())

    assert two.verbs(2)[-1] == "withdrawn"


def test_whoever_has_not_seen_what_was_merged_in_does_not_answer(two: Shop) -> None:
    seen = len(two.verbs(1))
    merge(two, 2, into=1)
    with pytest.raises(ConflictError, match="moved on"), transaction() as session:
        replies.send_reply(
            session,
            current_desk(),
            tickets.hold(session, 1),
            "ok",
            by=session.get_one(Agent, two.agent_id),
            seen_seq=seen,
            at=clock.now(),
        )


def test_the_newest_mail_of_the_matter_is_the_one_that_is_answered(two: Shop) -> None:
    two.receive(mail("von mir", message_id="newest@buyer.example", subject="neu"))
    merge(two, 3, into=1)
    two.reply()
    two.let_pass(minutes=1)

    assert two.send()[-1].references[-1] == "newest@buyer.example"


def test_the_version_of_a_page_is_never_used_again(two: Shop) -> None:
    with reading() as session:
        versions = [lookups.version(session, 1)]
    for round_ in range(4):
        if round_ % 2:
            separate(two, 2)
        else:
            merge(two, 2, into=1)
        with reading() as session:
            versions.append(lookups.version(session, 1))

    assert len(set(versions)) == 5
    own = [int(each.partition(".")[0]) for each in versions]
    assert own == sorted(set(own))


def test_mail_for_a_ticket_finds_where_it_ended_after_two_mergers(two: Shop) -> None:
    two.receive(mail("Another", sender="bob@else.example", charset="utf-8"))
    merge(two, 2, into=1)
    merge(two, 1, into=3)
    with transaction() as session:
        assert merging.final(session, 2).id == 3


def test_what_was_merged_into_a_merged_ticket_follows_it(two: Shop) -> None:
    two.receive(mail("Another", sender="bob@else.example", charset="utf-8"))
    merge(two, 2, into=1)
    merge(two, 1, into=3)

    assert [two.ticket(number)["merged_into"] for number in (1, 2, 3)] == [3, 3, None]
    merge_again = "one of these tickets"
    with pytest.raises(ConflictError, match=merge_again):
        merge(two, 1, into=3)


def test_what_was_merged_beside_it_stays(two: Shop) -> None:
    two.receive(mail("Another", sender="bob@else.example", charset="utf-8"))
    merge(two, 2, into=1)
    separate(two, 2)
    merge(two, 2, into=3)
    merge(two, 1, into=3)
    separate(two, 1)

    assert [two.ticket(number)["merged_into"] for number in (1, 2, 3)] == [None, 3, None]


def test_spam_is_neither_merged_nor_merged_into(two: Shop) -> None:
    with transaction() as session:
        spam.mark(session, tickets.hold(session, 2), actor="agent:1", at=clock.now())
    for number, into in ((2, 1), (1, 2)):
        with pytest.raises(ConflictError, match="marked as spam"):
            merge(two, number, into)


def test_a_ticket_is_not_merged_into_itself_not_even_by_a_detour(two: Shop) -> None:
    with pytest.raises(ConflictError, match="into itself"):
        merge(two, 1, into=1)
    merge(two, 2, into=1)
    with pytest.raises(ConflictError, match="into itself"):
        merge(two, 1, into=2)


def test_taken_out_again_it_is_our_turn_and_its_mail_joins_it_again(two: Shop) -> None:
    answer = two.send()[-1]
    merge(two, 2, into=1)
    separate(two, 2)
    assert (two.ticket(2)["state"], two.ticket(2)["merged_into"]) == ("open", None)

    two.receive(mail("还有一张", sender=EVE, in_reply_to=answer.message_id))
    assert two.verbs(2).count("received") == 2
    with pytest.raises(ConflictError, match="stands on its own"):
        separate(two, 2)


def test_a_mailbox_that_keeps_plus_addresses_gives_every_ticket_its_own(shop: Shop) -> None:
    with transaction() as session:
        session.get_one(Mailbox, shop.mailbox_id).plus_addresses = True
    shop.receive(mail())
    letter = shop.send()[0]
    own = letter.reply_to[0].email
    assert own.startswith("support+hd.1.")
    assert own.endswith("@shop.example")

    shop.receive(mail("没有任何线索", to=own))
    assert shop.verbs(1).count("received") == 2


def test_a_letter_ends_with_a_mark_by_which_its_quotation_is_known(shop: Shop) -> None:
    shop.receive(mail())
    letter = shop.send()[0]
    assert letter.text.rstrip().rpartition("\n")[2].startswith("编号：RF-1-")
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    shop.receive(mail(f"收到\n\n{quoted}"))

    assert len(shop.tickets()) == 1
