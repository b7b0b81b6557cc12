"""A mail that is another matter: where its words stand, what finds it, and what it leaves behind."""

import pytest

from helpdesk import clock
from helpdesk.actions import splitting
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, Entry, ReceivedMessage, Ticket
from helpdesk.queries import proof
from helpdesk.queries import tickets as lookups
from tests.actions.matters import merge
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.flows
SECOND = "second@buyer.example"


@pytest.fixture
def talk(shop: Shop) -> Shop:
    """Ticket 1: a mail, our answer, and her answer to it, which is about something else and has a picture."""
    shop.receive(mail(message_id="first@buyer.example", verified="pass"))
    shop.reply()
    ours = shop.send()[-1]
    shop.receive(
        mail(
            "另外，我的第二个订单还没有到。",
            message_id=SECOND,
            in_reply_to=ours.message_id,
            verified="pass",
            photo=True,
        )
    )
    assert len(shop.tickets()) == 1
    return shop


def entry_of(text: str) -> int:
    """The first entry with this message id."""
    with reading() as session:
        entries = session.query(Entry).filter_by(verb="received").order_by(Entry.id)
        return next(each.id for each in entries if each.facts["message_id"] == text)


def split(shop: Shop, entry_id: int, number: int = 1, subject: str = "") -> int:
    with transaction() as session:
        by = session.get_one(Agent, shop.agent_id)
        return splitting.split(session, number, entry_id, subject=subject, by=by, at=clock.now()).number


def test_the_new_ticket_has_its_words_and_files_and_both_point_at_each_other(talk: Shop) -> None:
    sent_before = len(talk.send())
    number = split(talk, entry_of(SECOND))

    assert talk.verbs(number) == ["split_from", "received", "assigned"]
    told = talk.ticket(number)["entries"]
    assert told[0]["facts"]["ticket"] == 1
    assert "第二个订单" in told[1]["facts"]["new"]
    assert told[1]["actor"] == talk.ticket(1)["entries"][0]["actor"]
    assert len(told[1]["facts"]["attachments"]) == 1
    assert talk.verbs(1)[-1] == "split_off"
    assert talk.ticket(1)["entries"][-1]["facts"]["ticket"] == number
    talk.let_pass(minutes=5)
    assert len(talk.send()) == sent_before  # no second acknowledgement


def test_both_chains_and_the_ledger_hold_afterwards(talk: Shop) -> None:
    split(talk, entry_of(SECOND))
    with reading() as session:
        assert {each.problem for each in proof.check_tickets(session)} == {""}
        names = proof.blob_names(session)
    assert {each.problem for each in proof.check_blobs(names, current_desk().blobs)} == {""}


def test_what_answers_the_mail_finds_the_new_ticket_although_it_quotes_our_older_letter(talk: Shop) -> None:
    letter = talk.send()[-1].message_id
    number = split(talk, entry_of(SECOND))
    talk.receive(
        mail("还没有消息吗？", in_reply_to=SECOND, references=f"<{letter}> <{SECOND}>", verified="pass")
    )
    assert talk.verbs(number)[-1] == "received"
    assert talk.verbs(1)[-1] == "split_off"


def test_what_answers_our_older_letter_still_finds_the_old_ticket(talk: Shop) -> None:
    letter = talk.send()[-1].message_id
    number = split(talk, entry_of(SECOND))
    talk.receive(mail("照片在这里。", in_reply_to=letter, references=f"<{letter}>", verified="pass"))
    assert "received" in talk.verbs(1)[-3:]
    assert talk.verbs(number) == ["split_from", "received", "assigned"]


def test_an_answer_to_what_we_write_on_the_new_ticket_stays_there(talk: Shop) -> None:
    number = split(talk, entry_of(SECOND))
    talk.reply("请告诉我们订单号。", number=number)
    talk.let_pass(minutes=1)
    letter = talk.send()[-1]
    talk.receive(mail("20260001", in_reply_to=letter.message_id, references=f"<{SECOND}>", verified="pass"))
    assert "received" in talk.verbs(number)[3:]


def test_the_buyer_waits_on_the_new_ticket_since_she_wrote_and_no_more_on_the_old_one(talk: Shop) -> None:
    wrote_at = clock.now()
    talk.let_pass(hours=3)
    number = split(talk, entry_of(SECOND))
    with reading() as session:
        new, old = session.get_one(Ticket, number), session.get_one(Ticket, 1)
        assert new.unanswered_since is not None
        assert abs((new.unanswered_since - wrote_at).total_seconds()) < 60
        assert old.unanswered_since is None
        assert "第二个订单" in new.preview
        assert "第二个订单" not in old.preview


def test_put_back_its_words_stand_there_once(talk: Shop) -> None:
    number = split(talk, entry_of(SECOND))
    merge(talk, number, into=1)
    with reading() as session:
        page = lookups.show(session, 1)
    said = [each for each in page.lines if each.verb == "received"]
    assert [each.number for each in said] == [1, 1]
    assert page.set_apart == {}


def test_what_cannot_be_set_apart_is_refused_with_a_sentence(talk: Shop) -> None:
    first, second = entry_of("first@buyer.example"), entry_of(SECOND)
    with reading() as session:
        replied = session.query(Entry).filter_by(verb="replied").one().id
    with pytest.raises(ConflictError, match="only a mail of a buyer"):
        split(talk, replied)
    number = split(talk, second)
    with pytest.raises(ConflictError, match=f"a ticket of its own already: {number}"):
        split(talk, second)
    with pytest.raises(ConflictError, match="the only mail of the ticket"):
        split(talk, first)


def test_the_received_message_stands_behind_the_new_ticket(talk: Shop) -> None:
    number = split(talk, entry_of(SECOND))
    with reading() as session:
        row = session.query(ReceivedMessage).filter_by(message_id=SECOND).one()
        assert (row.ticket_id, str(row.state)) == (number, "filed")
