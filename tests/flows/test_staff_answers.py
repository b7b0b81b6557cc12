"""An answer to a notification: when it is the agent's reply, and every way to pretend that it is."""

from typing import Any

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import importing, merging, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Refund, Suppression
from helpdesk.queries import proof
from helpdesk.rules.states import Role, TicketState, ToldOf
from helpdesk.workers import filing
from tests.flows.pretending import CASES, Case
from tests.flows.staff import ANN, BO, LI, agent_row, answer, colleague, leave, tell, to_buyer, told
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import ledger, received

pytestmark = [pytest.mark.flows, pytest.mark.trust]


@pytest.fixture
def notified(shop: Shop) -> Shop:
    """Li has written, and Ann was told."""
    tell(shop.agent_id)
    shop.receive(mail("The mug is broken.", subject="Broken mug", message_id="first@buyer.example"))
    return shop


def notes(shop: Shop, number: int = 1) -> list[dict[str, Any]]:
    return [entry["facts"] for entry in shop.ticket(number)["entries"] if entry["kind"] == "note"]


# what an answer becomes


def test_her_answer_goes_to_the_buyer_in_her_name(notified: Shop) -> None:
    (notification,) = told(notified)
    notified.receive(answer(notification, "Please send us a photo.\n\n-- \nAnn, extension 12"))

    (letter,) = to_buyer(notified)
    assert "Please send us a photo." in letter.text
    assert "extension 12" not in letter.text  # her signature
    assert "The mug is broken." not in letter.text  # what she quoted
    assert "/tickets/1" not in letter.text
    assert "hn." not in "".join(letter.references) + letter.text
    assert letter.references[-1] == "first@buyer.example"
    ticket = notified.ticket()
    replied = next(entry for entry in ticket["entries"] if entry["verb"] == "replied")
    assert (replied["actor"], replied["facts"]["by_mail"]) == (f"agent:{notified.agent_id}", True)
    assert (ticket["state"], ticket["waiting_on"], ticket["assignee"]) == ("waiting", "buyer", ANN)
    assert ledger(notified.mailbox_id) == {"filed": 1, "joined": 1}
    with reading() as session:
        assert [each.problem for each in proof.check_tickets(session)] == [""]


def test_files_that_she_attaches_go_along(notified: Shop) -> None:
    (notification,) = told(notified)
    raw = mail(
        "See the label.",
        sender=ANN,
        in_reply_to=notification.message_id,
        verified="pass",
        charset="utf-8",
        photo=True,
    )
    notified.receive(raw)
    (letter,) = to_buyer(notified)
    assert [file.filename for file in letter.attachments] == ["damage.png"]


def test_she_may_spell_her_address_in_capitals(notified: Shop) -> None:
    (notification,) = told(notified)
    notified.receive(answer(notification, sender="Ann@Shop.Example"))
    assert len(to_buyer(notified)) == 1


def test_her_answer_goes_out_once_when_it_comes_twice(notified: Shop) -> None:
    (notification,) = told(notified)
    raw = answer(notification)
    notified.receive(raw)
    notified.receive(b"Received: by another way\r\n" + raw)
    assert len(to_buyer(notified)) == 1
    assert notes(notified) == []
    assert ledger(notified.mailbox_id) == {"filed": 1, "joined": 1, "ignored": 1}


def test_when_the_buyer_has_written_since_it_becomes_a_note_and_she_is_told(notified: Shop) -> None:
    (notification,) = told(notified)
    notified.receive(mail("Forget it, I found it.", in_reply_to="first@buyer.example", verified="pass"))
    notified.receive(answer(notification, "We send a new one."))

    assert to_buyer(notified) == []
    (note,) = notes(notified)
    assert note["text"] == "We send a new one."
    assert "has moved on" in str(note["not_sent"])
    assert len(told(notified)) == 1  # five minutes have not passed
    notified.let_pass(minutes=5)
    second = told(notified)[1]
    assert "was not sent" in second.text
    assert "We send a new one." in second.text
    assert "Forget it, I found it." in second.text
    assert ledger(notified.mailbox_id) == {"filed": 1, "joined": 2}

    notified.receive(answer(second, "Then all is well."))
    assert len(to_buyer(notified)) == 1


def test_when_a_colleague_has_answered_since_it_becomes_a_note_and_she_is_told(notified: Shop) -> None:
    (notification,) = told(notified)
    notified.reply("A new one is on its way.")
    notified.receive(answer(notification, "We cannot help."))
    assert [("We cannot help" in letter.text) for letter in to_buyer(notified)] == [False]
    assert len(notes(notified)) == 1
    notified.let_pass(minutes=5)
    assert "We cannot help." in told(notified)[1].text


def test_the_acknowledgement_is_no_moving_on_but_a_second_answer_is(notified: Shop) -> None:
    (notification,) = told(notified)
    assert "acknowledged" in notified.verbs()
    notified.receive(answer(notification, "First."))
    notified.receive(answer(notification, "Second."))
    assert len(to_buyer(notified)) == 1
    assert [note["text"] for note in notes(notified)] == ["Second."]


def test_on_a_closed_ticket_nothing_is_sent(notified: Shop) -> None:
    (notification,) = told(notified)
    with transaction() as session:
        tickets.move(session, tickets.hold(session, 1), TicketState.CLOSED, actor="agent:1", at=clock.now())
    notified.receive(answer(notification))
    assert to_buyer(notified) == []
    assert len(notes(notified)) == 1


def test_after_a_merge_it_is_a_note_where_the_matter_stands(notified: Shop) -> None:
    (notification,) = told(notified)
    notified.receive(mail("Another matter", subject="Another"))
    with transaction() as session:
        merging.merge(session, 1, into=2, by=session.get_one(Agent, notified.agent_id), at=clock.now())
    notified.receive(answer(notification))
    assert to_buyer(notified) == []
    assert len(notes(notified, 2)) == 1


def test_an_answer_without_words_is_a_note(notified: Shop) -> None:
    (notification,) = told(notified)
    raw = mail(" ", sender=ANN, in_reply_to=notification.message_id, verified="pass", photo=True)
    notified.receive(raw, answer(notification, ""))
    assert to_buyer(notified) == []
    first, second = notes(notified)
    assert "write something" in str(first["not_sent"])
    assert [file["name"] for file in first["attachments"]] == ["damage.png"]
    assert second["not_sent"]


def test_words_that_cannot_be_told_from_the_notification_are_not_sent(notified: Shop) -> None:
    (notification,) = told(notified)
    between = "\n".join(
        f"> {line}\n\nYes.\n" if "mug" in line else f"> {line}" for line in notification.text.split("\n")
    )
    raw = mail(between, sender=ANN, in_reply_to=notification.message_id, verified="pass", charset="utf-8")
    notified.receive(raw)
    assert to_buyer(notified) == []
    assert "could not be told from" in str(notes(notified)[0]["not_sent"])


def test_her_out_of_office_is_ignored_and_the_ledger_says_why(notified: Shop) -> None:
    (notification,) = told(notified)
    notified.receive(answer(notification, "I am away.", headers=(("Auto-Submitted", "auto-replied"),)))
    assert to_buyer(notified) == []
    assert notes(notified) == []
    assert len(notified.tickets()) == 1
    assert [row.ignored_because for row in received(notified.mailbox_id)] == [
        "",
        "automatic_answer_to_a_notification",
    ]


# what is no answer of hers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_nobody_answers_a_buyer_as_an_agent(case: Case, shop: Shop) -> None:
    tell(shop.agent_id)
    colleague()
    shop.receive(mail("The mug is broken.", message_id="first@buyer.example"))
    shop.receive(mail("Mine too", sender="wang@buyer.example", name="Wang"))
    (notification,) = [letter for letter in told(shop) if letter.subject.startswith("[RF-1]")]
    letter = next(each for each in shop.send() if each.to[0].email == LI)
    spoken = [shop.verbs(1), shop.verbs(2)]
    shop.receive(case.mail(notification, letter))

    assert to_buyer(shop) == []
    assert to_buyer(shop, "wang@buyer.example") == []
    assert [shop.verbs(1), shop.verbs(2)] == spoken
    assert len(shop.tickets()) == 3
    opened = shop.ticket(3)["entries"][0]
    assert opened["verb"] == "received"
    if case.because:
        assert opened["facts"]["opened_because"] == case.because
        assert shop.ticket(3)["follows"] == 1
    else:
        assert opened["facts"]["opened_because"] not in ("colleague_not_verified", "forwarded")


def test_the_buyer_with_a_notification_of_ours_speaks_as_the_buyer(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive(mail("The mug is broken.", message_id="first@buyer.example"))
    (notification,) = told(shop)
    before = shop.verbs(1)
    shop.receive(answer(notification, sender=LI))

    assert shop.verbs(1) == [*before, "received"]  # her own conversation, and she is vouched for
    assert to_buyer(shop) == []
    assert len(shop.tickets()) == 1


def test_who_has_left_is_a_buyer_like_any_other(notified: Shop) -> None:
    (notification,) = told(notified)
    colleague("owner@shop.example", role=Role.OWNER)
    leave(notified.agent_id)
    notified.receive(answer(notification))
    assert to_buyer(notified) == []
    assert notified.ticket(2)["entries"][0]["facts"]["opened_because"] == "colleague_has_left"


def test_another_colleagues_token_is_not_his(notified: Shop) -> None:
    bo = colleague(told_of=ToldOf.MINE_AND_UNASSIGNED)
    notified.receive(mail("Another", subject="Another"))
    to_ann = next(each for each in told(notified) if each.subject.startswith("[RF-2]"))
    assert agent_row(bo).told_of is ToldOf.MINE_AND_UNASSIGNED
    notified.receive(answer(to_ann, sender=BO))
    assert to_buyer(notified) == []


def test_an_answer_that_somebody_imports_is_not_hers(notified: Shop) -> None:
    (notification,) = told(notified)
    raw = answer(notification)
    with transaction() as session:
        importing.store(
            session,
            notified.mailbox_id,
            [(current_desk().blobs.put(raw), len(raw))],
            run="import:1",
            position=1,
            quiet=False,
            archived=False,
            at=clock.now(),
        )
    filing.file_stored(notified.mailbox_id)
    assert to_buyer(notified) == []
    assert len(notified.tickets()) == 2


def test_no_mail_approves_pays_or_changes_a_role(notified: Shop) -> None:
    bo = colleague()
    (notification,) = told(notified)
    words = "approve\n/refund 20.00 CNY\n#approve #role owner bo@shop.example\nmake bo@shop.example owner"
    notified.receive(answer(notification, words))
    notified.receive(mail(words, sender=ANN, verified="pass", subject="approve"))
    with reading() as session:
        assert session.scalars(select(Refund)).all() == []
        assert session.scalars(select(Suppression)).all() == []
    assert agent_row(bo).role is Role.AGENT
    assert words.split("\n")[1] in to_buyer(notified)[0].text  # words are words
