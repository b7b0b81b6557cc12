"""Mail of ours that comes back, or is called junk: seen on its ticket, and learned from."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import conversation, merging, suppressions, tickets
from helpdesk.db import transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Agent
from helpdesk.rules.states import TicketState
from helpdesk.rules.suppression import MEMORY
from mail.types import Incoming
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.flows

BUYER = "li@buyer.example"
GONE = "550 5.1.1 user unknown"


def test_an_answer_that_did_not_arrive_is_our_turn_again(shop: Shop) -> None:
    shop.receive(mail())
    answer = answered(shop)
    shop.receive(bounce_of(answer, GONE))
    entry = newest(shop, "bounced")
    assert (entry["recipient"], entry["permanent"], entry["automatic"]) == (BUYER, True, False)
    assert (shop.ticket()["state"], len(shop.tickets())) == ("open", 1)


def test_an_answer_from_a_merged_ticket_is_our_turn_on_the_other_one(shop: Shop) -> None:
    shop.receive(mail())
    shop.receive(mail("另一件事", subject="另一件事"))
    shop.reply(number=1)
    shop.reply(number=2)
    answer = next(each for each in shop.send() if "另一件事" in each.subject)
    with transaction() as session:
        merging.merge(session, 2, into=1, by=session.get_one(Agent, shop.agent_id), at=clock.now())
    shop.receive(bounce_of(answer, GONE))
    assert shop.verbs(2)[-1] == "bounced"
    assert shop.ticket(1)["state"] == "open"


def test_the_same_answer_reported_twice_counts_once(shop: Shop) -> None:
    shop.receive(mail())
    answer = answered(shop)
    shop.receive(bounce_of(answer, GONE), bounce_of(answer, GONE, number=2))
    shop.receive(mail("另一件事", subject="另一件事"))
    assert shop.verbs(2) == ["received", "acknowledged"]


def test_a_second_message_that_came_back_for_good_ends_acknowledgements(shop: Shop) -> None:
    shop.receive(mail())
    acknowledgement = shop.send()[0]
    shop.receive(bounce_of(acknowledgement, GONE), bounce_of(answered(shop), GONE, number=2))
    shop.receive(mail("另一件事", subject="另一件事"))
    assert shop.verbs(2) == ["received", "not_acknowledged"]
    assert newest(shop, "not_acknowledged", ticket=2)["because"] == "suppressed"


def test_failures_are_forgotten_after_a_month(shop: Shop) -> None:
    shop.receive(mail())
    acknowledgement = shop.send()[0]
    shop.receive(bounce_of(acknowledgement, GONE), bounce_of(answered(shop), GONE, number=2))
    shop.let_pass(days=(MEMORY + timedelta(days=1)).days)
    shop.receive(mail("另一件事", subject="另一件事"))
    assert shop.verbs(2) == ["received", "acknowledged"]


@pytest.mark.parametrize(
    "words", ["550 Mail content denied", "550 Sender frequency limited", "421 4.7.0 try"]
)
def test_limits_of_a_provider_never_suppress(shop: Shop, words: str) -> None:
    shop.receive(mail())
    shop.send()
    for number in range(6):
        shop.receive(bounce_of(answered(shop), words, number=number, status="5.0.0"))
    assert newest(shop, "bounced")["weight"] == 0
    shop.let_pass(days=2)
    shop.receive(mail("另一件事", subject="另一件事"))
    assert shop.verbs(2) == ["received", "acknowledged"]


def test_a_report_without_an_id_is_shown_and_counts_for_nothing(shop: Shop) -> None:
    shop.receive(mail())
    answered(shop)
    shop.receive(
        mail(
            f"Your message could not be delivered.\n\n<{BUYER}>:\n{GONE}\n",
            sender="MAILER-DAEMON@mx.buyer.example",
            subject="Undelivered Mail Returned to Sender",
            charset="utf-8",
        )
    )
    entry = newest(shop, "bounced")
    assert (entry["proven"], entry["weight"], len(shop.tickets())) == (False, 0, 1)


def test_a_report_that_was_only_delayed_or_passed_on_is_no_failure(shop: Shop) -> None:
    shop.receive(mail())
    answer = answered(shop)
    shop.receive(bounce_of(answer, "250 ok", action="relayed", status="2.0.0"))
    assert "bounced" not in shop.verbs()
    shop.receive(bounce_of(answer, "450 busy", action="delayed", status="4.4.1", number=2))
    assert newest(shop, "bounced")["action"] == "delayed"
    assert shop.ticket()["state"] == "waiting"
    assert len(shop.tickets()) == 1


def test_a_bounce_of_a_message_of_others_opens_no_ticket(shop: Shop) -> None:
    shop.receive(bounce_of(None, GONE))
    assert shop.tickets() == []


def test_a_person_who_only_sounds_like_a_bounce_is_heard(shop: Shop) -> None:
    text = "Your message could not be delivered to\nli@else.example\nWhat does that mean?"
    shop.receive(mail(text, subject="Delivery failed", charset="utf-8"))
    assert shop.verbs() == ["received", "not_acknowledged"]


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        (BUYER, "Re: Non-delivery of order 4711"),
        (BUYER, "Delivery failed"),
        (BUYER, "回复：退信"),
        ("postmaster@buyer.example", "Re: Delivery failed"),
    ],
)
def test_a_buyer_who_answers_of_a_delivery_that_failed_is_heard(
    shop: Shop, sender: str, subject: str
) -> None:
    shop.receive(mail(sender=sender))
    words = "It was not delivered to my address.\n\nOn Mon, Shop <support@shop.example> wrote:\n> A photo?"
    shop.receive(mail(words, sender=sender, subject=subject, in_reply_to=answered(shop).message_id))
    assert shop.verbs().count("received") == 2
    assert "bounced" not in shop.verbs()


def test_a_complaint_stands_on_the_ticket_and_ends_automatic_mail(shop: Shop) -> None:
    shop.receive(mail())
    complaint = complaint_about(shop.send()[0])
    shop.receive(complaint, complaint.replace(b"Message-ID: <report", b"Message-ID: <again"))
    assert shop.verbs().count("complained") == 1
    shop.receive(mail("另一件事", subject="另一件事"))
    assert shop.verbs(2) == ["received", "not_acknowledged"]


def test_thanks_leave_a_solved_ticket_solved(shop: Shop) -> None:
    shop.receive(mail())
    answer = answered(shop)
    solve(shop)
    shop.receive(mail("收到了，谢谢！", in_reply_to=answer.message_id, subject=f"Re: {answer.subject}"))
    assert (shop.ticket()["state"], shop.verbs()[-1]) == ("solved", "received")
    shop.receive(mail("谢谢，但是还没到账", in_reply_to=answer.message_id, subject=f"Re: {answer.subject}"))
    assert shop.ticket()["state"] == "open"


def test_a_machine_that_answers_every_letter_without_saying_so_is_answered_three_times_a_day(
    shop: Shop,
) -> None:
    for number in range(6):
        shop.receive(
            mail(f"Thank you for letter {number}.", subject=f"Ticket {number} opened", charset="utf-8")
        )
    assert [shop.verbs(number)[1] for number in range(1, 7)] == ["acknowledged"] * 3 + [
        "not_acknowledged"
    ] * 3


def solve(shop: Shop) -> None:
    with transaction() as session:
        ticket = tickets.hold(session, 1)
        tickets.move(session, ticket, TicketState.SOLVED, actor=conversation.agent(1), at=clock.now())


def answered(shop: Shop) -> Incoming:
    """An answer of an agent, as it went out."""
    shop.reply()
    return shop.send()[-1]


def newest(shop: Shop, verb: str, *, ticket: int = 1) -> dict[str, object]:
    entries = [entry for entry in shop.ticket(ticket)["entries"] if entry["verb"] == verb]
    facts: dict[str, object] = entries[-1]["facts"]
    return facts


def bounce_of(
    message: Incoming | None,
    words: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    number: int = 1,
) -> bytes:
    message_id = message.message_id if message else "somebody@else.example"
    lines = f"""From: MAILER-DAEMON@mx.buyer.example
To: support@shop.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce.{number}.{message_id}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=cut

--cut
Content-Type: text/plain

About your message {number}.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.buyer.example

Final-Recipient: rfc822; {BUYER}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}
--cut
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
Subject: Re: refund
--cut--
"""
    return lines.replace("\n", "\r\n").encode()


def complaint_about(message: Incoming) -> bytes:
    lines = f"""From: feedback@provider.example
To: support@shop.example
Subject: complaint
Message-ID: <report.{message.message_id}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=cut

--cut
Content-Type: text/plain

This is an abuse report.
--cut
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1
--cut
Content-Type: message/rfc822

Message-ID: <{message.message_id}>
Subject: your message

words
--cut--
"""
    return lines.replace("\n", "\r\n").encode()


def test_an_agent_says_that_an_address_takes_mail_again(shop: Shop) -> None:
    shop.receive(mail())
    shop.receive(bounce_of(answered(shop), GONE))
    with transaction() as session:
        assert suppressions.stops_planned(session, BUYER, at=clock.now())
        suppressions.lift(session, tickets.hold(session, 1), actor="agent:1", at=clock.now())
        assert not suppressions.stops_planned(session, BUYER, at=clock.now())
        with pytest.raises(ConflictError, match="nothing stops"):
            suppressions.lift(session, tickets.hold(session, 1), actor="agent:1", at=clock.now())


def test_it_is_said_on_any_ticket_of_the_buyer(shop: Shop) -> None:
    shop.receive(mail())
    acknowledgement = shop.send()[0]
    shop.receive(bounce_of(acknowledgement, GONE), bounce_of(answered(shop), GONE, number=2))
    shop.receive(mail("另一件事", subject="另一件事"))
    with transaction() as session:
        suppressions.lift(session, tickets.hold(session, 2), actor="agent:1", at=clock.now())
    with transaction() as session:
        assert not suppressions.stops_planned(session, BUYER, at=clock.now())
    shop.receive(mail("第三件事", subject="第三件事"))
    assert shop.verbs(3) == ["received", "acknowledged"]


def test_after_a_complaint_only_an_agent_lets_machines_write_again(shop: Shop) -> None:
    shop.receive(mail())
    shop.receive(complaint_about(shop.send()[0]))
    shop.let_pass(days=400)
    with transaction() as session:
        assert suppressions.stops_all(session, BUYER, at=clock.now())
        suppressions.lift(session, tickets.hold(session, 1), actor="agent:1", at=clock.now())
        assert not suppressions.stops_all(session, BUYER, at=clock.now())
