"""Side mail to people without a login: answers come home as notes, and nothing of it reaches the buyer."""

from datetime import timedelta
from typing import Any

import pytest

from helpdesk import clock
from helpdesk.actions import contacts, inquiries, side_mail, tickets
from helpdesk.actions.inquiries import Asking
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Attachment, Contact, HeldAnswer, Inquiry
from helpdesk.queries import proof
from helpdesk.rules.inquiries import HeldState, InquiryKind, InquiryState
from mail.types import Incoming
from tests.flows.staff import EVE, LI, answer, to_buyer
from tests.letterbox import mail, png
from tests.shop import Shop
from tests.workers.reading import ledger

pytestmark = [pytest.mark.flows, pytest.mark.trust]
DEPOT = "depot@warehouse.example"


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """Li has written; Ann has asked the warehouse, and waits."""
    shop.receive(mail("Where is my mug?", subject="Late mug", message_id="first@buyer.example", photo=True))
    with transaction() as session:
        depot = contacts.add(
            session, email=DEPOT, name="Depot", role="warehouse", locale="en", at=clock.now()
        ).id
    ask(shop, depot)
    return shop


def ask(shop: Shop, contact_id: int = 1, **changes: Any) -> int:
    asking = {
        "contact_id": contact_id,
        "kind": InquiryKind.QUESTION,
        "words": "Has it left?",
        "due_at": clock.now() + timedelta(hours=4),
        "waits": True,
        **changes,
    }
    with transaction() as session:
        ticket = tickets.hold(session, 1)
        by = session.get_one(Agent, shop.agent_id)
        return inquiries.ask(session, current_desk(), ticket, Asking(**asking), by=by, at=clock.now()).id


def side_mails(shop: Shop) -> list[Incoming]:
    return [letter for letter in shop.send() if letter.to[0].email == DEPOT]


def of_kind(shop: Shop, verb: str) -> list[dict[str, Any]]:
    return [entry for entry in shop.ticket()["entries"] if entry["verb"] == verb]


def inquiry(number: int = 1) -> Inquiry:
    with reading() as session:
        return session.get_one(Inquiry, number)


def held() -> list[HeldAnswer]:
    with reading() as session:
        return list(session.query(HeldAnswer))


def chains_hold() -> bool:
    with reading() as session:
        return not any(each.problem for each in proof.check_tickets(session))


def test_the_answer_becomes_a_note_of_the_one_who_was_asked(asked: Shop) -> None:
    (letter,) = side_mails(asked)
    assert asked.ticket()["waiting_on"] == "colleague"
    asked.receive(answer(letter, "It left on Friday, SF1234.\n\n-- \nDepot", sender=DEPOT, photo=True))

    (note,) = of_kind(asked, "colleague_answered")
    assert (note["kind"], note["text"]) == ("note", "It left on Friday, SF1234.")
    assert note["actor"] == "contact:1"
    assert note["facts"]["verified"] == "pass"
    assert [file["name"] for file in note["attachments"]] == ["damage.png"]
    assert inquiry().state is InquiryState.ANSWERED
    assert asked.ticket()["state"] == "open"
    assert to_buyer(asked) == []
    assert len(asked.tickets()) == 1
    assert chains_hold()


def test_it_comes_home_under_another_subject_and_to_whomever_it_was_copied(asked: Shop) -> None:
    (letter,) = side_mails(asked)
    raw = answer(
        letter,
        "It left on Friday.",
        sender=DEPOT,
        headers=(("Cc", f"{LI}, boss@warehouse.example"),),
    ).replace(b"Subject: ", b"Subject: AW: [RF-1] FYI ", 1)
    asked.receive(raw)

    assert [note["text"] for note in of_kind(asked, "colleague_answered")] == ["It left on Friday."]
    assert to_buyer(asked) == []
    assert ledger(asked.mailbox_id) == {"filed": 1, "joined": 1}


def test_a_program_that_drops_references_is_known_by_the_quoted_mark(asked: Shop) -> None:
    (letter,) = side_mails(asked)
    asked.receive(answer(letter, "It left.", sender=DEPOT, in_reply_to=""))

    assert len(of_kind(asked, "colleague_answered")) == 1


def test_the_mark_in_a_strangers_mail_counts_for_nothing(asked: Shop) -> None:
    (letter,) = side_mails(asked)
    asked.receive(answer(letter, "It left.", sender=EVE, in_reply_to=""))

    assert len(asked.tickets()) == 2
    assert held() == []


def test_without_a_check_of_the_sender_the_note_says_so(asked: Shop) -> None:
    (letter,) = side_mails(asked)
    asked.receive(answer(letter, "It left.", sender=DEPOT, verified=""))

    (note,) = of_kind(asked, "colleague_answered")
    assert note["facts"]["verified"] == "none"


@pytest.mark.parametrize(
    ("sender", "verified", "why"),
    [
        (EVE, "pass", "not_the_one_we_asked"),
        (DEPOT, "fail", "sender_not_genuine"),
    ],
)
def test_a_stranger_or_a_forgery_is_held(asked: Shop, sender: str, verified: str, why: str) -> None:
    (letter,) = side_mails(asked)
    asked.receive(answer(letter, "Refund it all, says the boss.", sender=sender, verified=verified))

    assert of_kind(asked, "colleague_answered") == []
    (event,) = of_kind(asked, "answer_held")
    assert (event["kind"], event["facts"]["because"]) == ("event", why)
    assert [each.state for each in held()] == [HeldState.HELD]
    assert inquiry().state is InquiryState.OPEN
    assert asked.ticket()["state"] == "waiting"
    assert len(asked.tickets()) == 1
    assert chains_hold()


def test_what_was_held_can_be_taken_as_a_note(asked: Shop) -> None:
    (letter,) = side_mails(asked)
    asked.receive(answer(letter, "From my own phone: it left.", sender=EVE, photo=True))
    (waiting,) = held()
    with transaction() as session:
        by = session.get_one(Agent, asked.agent_id)
        side_mail.settle_held(session, waiting.id, taken=True, by=by, at=clock.now())

    (note,) = of_kind(asked, "answer_taken")
    assert (note["text"], note["actor"]) == ("From my own phone: it left.", f"agent:{asked.agent_id}")
    assert note["facts"]["from"] == EVE
    assert [file["name"] for file in note["attachments"]] == ["damage.png"]
    assert inquiry().state is InquiryState.ANSWERED
    assert chains_hold()


def test_the_buyer_who_got_hold_of_it_is_a_buyer(asked: Shop) -> None:
    (letter,) = side_mails(asked)
    asked.receive(answer(letter, "What is this?", sender=LI, name="Li"))

    assert of_kind(asked, "colleague_answered") == []
    assert held() == []
    assert len(asked.tickets()) == 2


def test_an_absence_note_is_shown_and_answers_nothing(asked: Shop) -> None:
    (letter,) = side_mails(asked)
    asked.receive(
        answer(letter, "Away until Monday.", sender=DEPOT, headers=(("Auto-Submitted", "auto-replied"),))
    )

    assert len(of_kind(asked, "answered_by_machine")) == 1
    assert inquiry().state is InquiryState.OPEN
    assert asked.ticket()["state"] == "waiting"


def test_nobody_answers_and_it_is_our_turn_again_once(asked: Shop) -> None:
    asked.let_pass(hours=4, minutes=1)
    asked.chase()
    asked.chase()

    assert len(of_kind(asked, "answer_overdue")) == 1
    assert asked.ticket()["state"] == "open"


def test_an_answer_in_time_takes_the_reminder_back(asked: Shop) -> None:
    (letter,) = side_mails(asked)
    asked.receive(answer(letter, "It left.", sender=DEPOT))
    asked.let_pass(hours=5)
    asked.chase()

    assert of_kind(asked, "answer_overdue") == []


def test_a_task_stays_open_until_an_agent_says_that_it_is_done(asked: Shop) -> None:
    number = ask(asked, kind=InquiryKind.TASK, words="Pay the 20 back.", waits=False)
    letter = side_mails(asked)[-1]
    asked.receive(answer(letter, "Will do.", sender=DEPOT))
    asked.let_pass(hours=5)
    asked.chase()
    assert [entry["facts"]["inquiry"] for entry in of_kind(asked, "answer_overdue")] == [1, number]

    with transaction() as session:
        by = session.get_one(Agent, asked.agent_id)
        inquiries.finish(session, number, done=True, by=by, at=clock.now())
    assert inquiry(number).state is InquiryState.DONE


def test_files_of_the_ticket_go_along_and_no_address_of_the_buyer_does(asked: Shop) -> None:
    with reading() as session:
        photo = session.query(Attachment).first()
        assert photo is not None
    ask(asked, attachments=(photo.id,))
    letter = side_mails(asked)[-1]

    assert [file.content for file in letter.attachments] == [png()]
    raw = asked.smtp.messages[-1].raw.decode(errors="replace")
    assert LI not in raw
    assert "[RF-1]" not in letter.subject


def test_a_bounce_of_it_is_told_and_not_the_buyers(asked: Shop) -> None:
    (letter,) = side_mails(asked)
    asked.receive(
        "\r\n".join(
            (
                "From: MAILER-DAEMON@mx.example",
                "To: support@shop.example",
                "Subject: Undelivered Mail Returned to Sender",
                "MIME-Version: 1.0",
                'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"',
                "",
                "--cut",
                "Content-Type: text/plain",
                "",
                "It did not work.",
                "--cut",
                "Content-Type: message/delivery-status",
                "",
                "Reporting-MTA: dns; mx.example",
                "",
                f"Final-Recipient: rfc822; {DEPOT}",
                "Action: failed",
                "Status: 5.1.1",
                "Diagnostic-Code: smtp; 550 no such user",
                "",
                "--cut",
                "Content-Type: text/rfc822-headers",
                "",
                f"Message-ID: <{letter.message_id}>",
                f"To: {DEPOT}",
                "",
                "--cut--",
                "",
            )
        ).encode()
    )

    (event,) = of_kind(asked, "side_mail_returned")
    assert event["facts"]["recipient"] == DEPOT
    assert "550" in inquiry().problem
    with reading() as session:
        assert "550" in session.get_one(Contact, 1).unreached
    assert asked.ticket()["state"] == "open"
    assert "bounced" not in asked.verbs()


def test_the_token_of_another_secret_is_no_token(asked: Shop) -> None:
    asked.receive(
        mail(
            "It left.",
            sender=DEPOT,
            verified="pass",
            in_reply_to="hq.1.1.0123456789abcdef.0123456789abcdef@shop.example",
        )
    )

    assert of_kind(asked, "colleague_answered") == []
    assert len(asked.tickets()) == 2
