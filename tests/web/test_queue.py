"""The queue: what stands where, how it pages, and what it costs."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import mailboxes, outbox, refunds, tickets
from helpdesk.db import transaction
from helpdesk.models import Agent, Mailbox
from helpdesk.queries import queue as lists
from helpdesk.rules.states import TicketState
from tests.web.conftest import Desk, Queries, Visitor, letter


def test_a_new_mail_stands_in_the_queue_with_buyer_subject_and_words(desk: Desk, browser: Visitor) -> None:
    desk.receive(letter("My cup is broken.", subject="Broken cup", sender="Wang <wang@qq.example>"))
    clock.shift(timedelta(hours=3))
    page = browser.text("/")
    for shown in ("Wang", "#1", "Broken cup", "My cup is broken.", "reply in 21 hr", "new"):
        assert shown in page


def test_words_of_strangers_stay_words(desk: Desk, browser: Visitor) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    desk.receive(
        letter(evil, subject=evil, sender='"<b>x</b>" <x@evil.example>', file=(evil, "text/html", b"x"))
    )
    for path in ("/", "/tickets/1"):
        page = browser.text(path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>x</b>" not in page


def test_queues_hold_what_they_say(desk: Desk, browser: Visitor) -> None:
    ours, mine, solved = (desk.receive(letter(subject=name)) for name in ("first", "second", "third"))
    with transaction() as session:
        by = session.get_one(Agent, desk.agent)
        tickets.assign(session, tickets.hold(session, mine), by.id, by=by, at=clock.now())
        tickets.move(
            session, tickets.hold(session, solved), TicketState.SOLVED, actor="agent:1", at=clock.now()
        )
    shown = {
        name: [f'id="row-{number}"' in browser.text(f"/?queue={name}") for number in (ours, mine, solved)]
        for name in ("ours", "mine", "unassigned", "solved", "closed", "all")
    }
    assert shown == {
        "ours": [True, True, False],
        "mine": [False, True, False],
        "unassigned": [True, False, False],
        "solved": [False, False, True],
        "closed": [False, False, False],
        "all": [True, True, True],
    }


def test_the_next_due_thing_stands_at_the_edge(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    desk.reply(number)
    with transaction() as session:
        refunds.record_refund(
            session,
            tickets.hold(session, number),
            amount="12.50",
            currency="CNY",
            method="alipay",
            reference="A1",
            by=session.get_one(Agent, desk.agent),
            at=clock.now(),
        )
    page = browser.text("/?queue=waiting")
    assert "money day 1 of 1" in page
    assert "asks in 2 days if the money arrived" in browser.text(f"/tickets/{number}")
    assert "waiting for the bank" in page
    assert "CN¥12.50" in page


def test_pages_follow_each_other_without_gap_or_double(
    desk: Desk, browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "ROWS", 3)
    numbers = [
        desk.receive(letter(subject=f"number {each}")) for each in range(8)
    ]  # all at one moment or near
    seen: list[int] = []
    path = "/"
    for _ in range(3):
        page = browser.text(path)
        seen += [number for number in numbers if f'id="row-{number}"' in page]
        older = [part.split('"')[0] for part in page.split('rel="next" href="')[1:]]
        path = older[0].replace("&amp;", "&") if older else ""
    assert seen == numbers
    assert path == ""


@pytest.mark.parametrize("after", ["x", "1-", "-1", "9" * 17 + "-1", "1-99999999999", "٣-1"])
def test_an_odd_position_is_the_start(desk: Desk, browser: Visitor, after: str) -> None:
    desk.receive()
    assert browser.get(f"/?after={after}").status_code == 200


def test_more_tickets_cost_no_more_queries(desk: Desk, browser: Visitor) -> None:
    desk.receive()
    with Queries() as few:
        browser.get("/")
    for each in range(15):
        number = desk.receive(letter(subject=f"number {each}", sender=f"b{each}@buyer.example"))
    desk.reply(number)
    with Queries() as many:
        browser.get("/")
    assert many.count == few.count
    assert few.count < 25


def test_a_poll_without_news_is_304_until_something_happens(desk: Desk, browser: Visitor) -> None:
    desk.receive()
    first = browser.get("/queue/rows")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert 'id="row-1"' in first.get_data(as_text=True)
    assert browser.get("/queue/rows", headers=tag).status_code == 304
    desk.receive(letter(subject="another"))
    news = browser.get("/queue/rows", headers=tag)
    assert news.status_code == 200
    assert "another" in news.get_data(as_text=True)


def test_a_poll_without_news_is_renewed_every_minute(desk: Desk, browser: Visitor) -> None:
    desk.receive()
    tag = {"If-None-Match": browser.get("/queue/rows").headers["ETag"]}
    clock.shift(timedelta(minutes=1))
    assert browser.get("/queue/rows", headers=tag).status_code == 200


def test_a_poll_never_serves_another_colleagues_list(desk: Desk, browser: Visitor) -> None:
    desk.receive()
    tag = {"If-None-Match": browser.get("/queue/rows?queue=mine").headers["ETag"]}
    assert desk.visitor("lead").get("/queue/rows?queue=mine", headers=tag).status_code == 200


def test_a_message_that_failed_shows_in_the_queue(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    desk.end_sending(desk.reply(number), outbox.mark_failed)
    assert "a message did not get through" in browser.text("/?queue=all")


def test_mail_that_stands_still_is_said_to_everybody(desk: Desk, browser: Visitor) -> None:
    assert "Mail is not being" not in browser.text("/")
    with transaction() as session:
        mailboxes.note_problem(session, desk.mailbox_id, "it hung up", next_look_at=None, at=clock.now())
    page = browser.text("/")
    assert "Mail is not being read: support@shop.example, since <time" in page
    assert "Mail is not being sent" not in page
    assert "it hung up" not in page
    with transaction() as session:
        mailboxes.note_sending_problem(session, desk.mailbox_id, "no login", at=clock.now())
    assert "Mail is not being sent: support@shop.example, since <time" in browser.text("/queue/rows")


def test_trouble_with_sending_is_over_when_nothing_waits_to_be_sent(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(sender="no-reply@bank.example"))  # gets no acknowledgement
    first, second = desk.reply(number), desk.reply(number)
    with transaction() as session:
        mailboxes.note_sending_problem(session, desk.mailbox_id, "no login", at=clock.now())
    browser.get(f"/tickets/{number}")
    assert browser.post(f"/tickets/{number}/entries/{first}/withdrawal").status_code == 303
    assert "Mail is not being sent" in browser.text("/")
    assert browser.post(f"/tickets/{number}/entries/{second}/withdrawal").status_code == 303
    assert "Mail is not being sent" not in browser.text("/")


def test_leads_and_owners_see_beside_mailboxes_that_one_is_in_trouble(desk: Desk) -> None:
    mark = 'Mailboxes <b class="count alarm">in trouble</b>'
    assert mark not in desk.visitor("lead").text("/report")
    with transaction() as session:
        mailboxes.note_sending_problem(session, desk.mailbox_id, "no login", at=clock.now())
    seen = {role: mark in desk.visitor(role).text("/report") for role in ("agent", "lead", "owner")}
    assert seen == {"agent": False, "lead": True, "owner": True}


def test_a_mailbox_that_is_paused_troubles_nobody(desk: Desk) -> None:
    with transaction() as session:
        mailboxes.note_problem(session, desk.mailbox_id, "it hung up", next_look_at=None, at=clock.now())
        session.get_one(Mailbox, desk.mailbox_id).active = False
    page = desk.visitor("owner").text("/")
    assert "Mail is not being read" not in page
    assert "count alarm" not in page
