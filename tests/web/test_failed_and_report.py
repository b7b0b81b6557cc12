"""Messages that wait for a person, and the first report."""

import re
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import outbox, refunds, reminders, replies, surveys, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, OutboxMessage, ReceivedMessage, Reminder, Ticket
from helpdesk.queries import mailboxes, queue, report
from helpdesk.rules import retry
from helpdesk.rules.states import OutboxState, ReceivedState, TicketState
from tests.web.conftest import Desk, letter


def test_a_parked_message_can_be_looked_at_and_run_again(desk: Desk) -> None:
    lead = desk.visitor("lead")
    parked = desk.park(b"odd bytes", "nesting too deep")
    page = lead.text("/failed")
    assert "nesting too deep" in page
    assert '<b class="count alarm">1</b>' in page
    assert lead.get(f"/received/{parked}/raw").data == b"odd bytes"
    assert lead.post(f"/received/{parked}/run").status_code == 303
    assert desk.row(ReceivedMessage, parked).state is ReceivedState.STORED
    assert lead.post(f"/received/{parked}/run").status_code == 409
    assert lead.post("/received/999/run").status_code == 404


def test_a_plan_that_cannot_be_carried_out_stands_there_and_on_its_ticket(desk: Desk) -> None:
    lead = desk.visitor("lead")
    number = desk.receive()
    form = {"amount": "10", "currency": "CNY", "method": "alipay", "reference": "a"}
    assert lead.post(f"/tickets/{number}/refunds", **form).status_code == 303
    with transaction() as session:
        plan = session.query(Reminder).order_by(Reminder.due_at).first()
        assert plan is not None
        reminders.note_failure(session, plan.id, "KeyError: 'refund'", at=clock.now())
    assert "could not be written, next try in" in lead.text(f"/tickets/{number}")
    assert '<b class="count alarm">' not in lead.text("/failed")

    with transaction() as session:
        for _ in retry.PLAN_AGAIN:
            reminders.note_failure(session, plan.id, "KeyError: 'refund'", at=clock.now())
    assert "waits for a lead to run it again: KeyError" in lead.text(f"/tickets/{number}")
    assert '<b class="count alarm">1</b>' in lead.text("/failed")
    assert "5 tries" in lead.text("/failed")

    assert desk.visitor("agent").post(f"/reminders/{plan.id}/run").status_code == 403
    assert lead.post(f"/reminders/{plan.id}/run").status_code == 303
    assert "KeyError" not in lead.text(f"/tickets/{number}")
    assert lead.post("/reminders/999/run").status_code == 404


@pytest.mark.parametrize("before", ["1" + 25 * "0", "-1", "x", "²"])
def test_a_page_that_cannot_be_is_the_first_one(desk: Desk, before: str) -> None:
    desk.ignore()
    assert desk.visitor("lead").text(f"/failed?before={before}").count("/received/1/run") == 1


def test_agents_see_no_count_of_failed_messages(desk: Desk) -> None:
    desk.park()
    assert "count alarm" not in desk.visitor("agent").text("/")


@pytest.mark.trust
def test_automatic_mail_of_unknown_fate_is_never_sent_again(desk: Desk) -> None:
    lead = desk.visitor("lead")
    number = desk.receive()  # its acknowledgement waits
    with transaction() as session:
        entry_id = session.query(OutboxMessage.entry_id).filter_by(ticket_id=number).scalar()
    row_id = desk.end_sending(entry_id, outbox.mark_unknown)
    page = lead.text("/failed")
    assert "It went out" in page
    assert "Send again" not in page
    path = f"/tickets/{number}/messages/{row_id}/settlement"
    refused = lead.post(path, arrived="no")
    assert refused.status_code == 409
    assert "Automatic mail is never sent a second time" in refused.get_data(as_text=True)
    assert lead.post(path, arrived="yes", next="/failed").location == "/failed"
    assert desk.row(OutboxMessage, row_id).state is OutboxState.SENT


def test_a_reply_that_failed_stands_there_with_the_servers_words(desk: Desk) -> None:
    number = desk.receive()
    desk.end_sending(desk.reply(number), outbox.mark_failed)
    page = desk.visitor("lead").text("/failed")
    assert "refused for good: the line went dead" in page
    assert f'href="/tickets/{number}"' in page


def test_a_parked_message_is_ignored_by_hand_with_who_and_why(desk: Desk) -> None:
    lead = desk.visitor("lead")
    parked = desk.park(b"\x89PNG", "too odd")
    lead.get("/failed")
    assert lead.post(f"/received/{parked}/ignoring", because=" ").status_code == 422
    assert desk.visitor("agent").post(f"/received/{parked}/ignoring", because="x").status_code == 403
    assert lead.post(f"/received/{parked}/ignoring", because="a picture").status_code == 303

    page = lead.text("/failed")
    assert "count alarm" not in page
    assert "put away by a colleague (Lead Li: a picture)" in page
    with reading() as session:
        (view,) = mailboxes.all_of_them(session, at=clock.now())
    assert (view.ledger.ignored, view.ledger.unaccounted) == ((("by_hand", 1),), 0)
    assert lead.post(f"/received/{parked}/ignoring", because="again").status_code == 409
    assert lead.post(f"/received/{parked}/run").status_code == 303
    assert not desk.row(ReceivedMessage, parked).insisted, "nobody has said that it is a buyer's"


def test_a_failed_reply_is_put_away_with_who_and_why(desk: Desk) -> None:
    lead = desk.visitor("lead")
    number = desk.receive()
    row_id = desk.end_sending(desk.reply(number), outbox.mark_failed)
    assert '<b class="count alarm">1</b>' in lead.text("/failed")
    assert lead.post(f"/messages/{row_id}/seen", because="I called her").status_code == 303

    page = lead.text("/failed")
    assert "count alarm" not in page
    assert "the line went dead" not in page
    assert "Lead Li has seen that it failed: I called her" in lead.text(f"/tickets/{number}")
    assert lead.post(f"/messages/{row_id}/seen", because="again").status_code == 409
    with reading() as session:
        reader = queue.Reader(agent_id=desk.agent, at=clock.now())
        rows = queue.page(session, queue.Queue.ALL, reader).rows
    assert [row.trouble for row in rows] == [False]


def test_a_reply_that_was_refused_for_good_is_sent_again_by_hand(desk: Desk) -> None:
    lead = desk.visitor("lead")
    number = desk.receive()
    row_id = desk.end_sending(desk.reply(number), outbox.mark_failed)
    page = lead.text("/failed")
    path = f"/tickets/{number}/messages/{row_id}/settlement"
    assert f'action="{path}"' in page
    assert lead.post(path, arrived="yes").status_code == 409, "nobody took it"
    assert lead.post(path, arrived="no", next="/failed").status_code == 303

    row = desk.row(OutboxMessage, row_id)
    assert (row.state, row.attempts) == (OutboxState.QUEUED, 0)
    assert desk.verbs(number)[-1] == "sent_again"


def test_an_empty_report_divides_by_nothing(desk: Desk) -> None:
    page = desk.visitor().text("/report")
    assert "0 of 0 answered" in page


def test_a_long_comment_is_folded_in_the_report(desk: Desk) -> None:
    number = desk.receive()
    with transaction() as session:
        survey = surveys.ask(session, session.get_one(Ticket, number), at=clock.now())
        surveys.answer(session, survey.id, score=2, comment="slow " * 200, at=clock.now())
    page = desk.visitor().text("/report")
    folded = page[page.index("<details><summary>") : page.index("</details>")]
    assert folded.index("</summary>") < 300
    assert ("slow " * 200).strip() in folded


def test_the_report_counts_what_happened(desk: Desk) -> None:
    number = desk.receive(letter(subject="Cup"))
    clock.shift(timedelta(hours=2))
    desk.reply(number)
    with transaction() as session:
        ticket = tickets.hold(session, number)
        by = session.get_one(Agent, desk.agent)
        for reference, amount in (("a", "10.50"), ("b", "2")):
            refund = refunds.record_refund(
                session,
                ticket,
                amount=amount,
                currency="CNY",
                method="alipay",
                reference=reference,
                by=by,
                at=clock.now(),
            )
        refunds.answer_arrival(session, refund.id, arrived=True, actor="clock", at=clock.now())
        survey = surveys.ask(session, session.get_one(Ticket, number), at=clock.now())
        surveys.answer(session, survey.id, score=4, comment="quick <b>help</b>", at=clock.now())
    page = desk.visitor().text("/report")
    for shown in ("2 hours", "CN¥12.50", "2 refunds", "1 arrived", "4.0", "1 of 1 answered", "#1 Cup"):
        assert shown in page
    assert "quick &lt;b&gt;help&lt;/b&gt;" in page


def test_a_ticket_is_counted_as_solved_when_it_was_solved_not_when_it_was_last_touched(desk: Desk) -> None:
    old, again, fresh = (desk.receive(letter(subject=subject)) for subject in ("old", "again", "fresh"))
    for number in (old, again):
        move(number, TicketState.SOLVED)
    clock.shift(timedelta(days=31))
    with transaction() as session:
        by = session.get_one(Agent, desk.agent)
        held = tickets.hold(session, old)
        replies.add_note(session, current_desk(), held, "a late thought", by=by, at=clock.now())
    move(again, TicketState.OPEN)
    move(again, TicketState.SOLVED)
    move(again, TicketState.CLOSED)
    move(fresh, TicketState.SOLVED)
    with reading() as session:
        found = report.report(session, since=clock.now() - timedelta(days=30), at=clock.now())
    assert found.solved == 2


def move(number: int, to: TicketState) -> None:
    with transaction() as session:
        tickets.move(session, tickets.hold(session, number), to, actor="agent:1", at=clock.now())


def test_the_report_forgets_what_is_older_than_its_days(desk: Desk) -> None:
    desk.receive()
    clock.shift(timedelta(days=31))
    assert '<a href="/?queue=all">0</a>' in desk.visitor().text("/report")


def test_the_report_counts_the_wait_of_those_whom_nobody_has_answered(desk: Desk) -> None:
    waiting, closed = desk.receive(), desk.receive(letter(subject="spam"))
    with transaction() as session:
        ticket = tickets.hold(session, closed)
        tickets.move(session, ticket, TicketState.CLOSED, actor="agent:1", at=clock.now())
    clock.shift(timedelta(days=3))
    answered = desk.receive(letter(subject="quick"))
    clock.shift(timedelta(minutes=1))
    desk.reply(answered)
    page = desk.visitor().text("/report")
    assert "1 minute" in page
    assert "1 still unanswered" in page
    longest = re.findall(r'<li><a href="/tickets/(\d+)">#\d+</a> ([\w ]+?) ?(<span.*?</span>)?</li>', page)
    assert longest == [
        (str(waiting), "3 days", '<span class="unanswered">unanswered</span>'),
        (str(answered), "1 minute", ""),
    ]
