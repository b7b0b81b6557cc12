"""The bell: who is told of what, what is read, and by which ways."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import agents, conversation, mailboxes, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Alert, OutboxMessage
from helpdesk.queries import export
from helpdesk.rules.states import EntryKind, Role
from helpdesk.workers import chaser
from tests.web.conftest import Desk, Queries, Visitor, letter


@pytest.fixture
def lead(desk: Desk) -> Visitor:
    return desk.visitor("lead")


def told(agent_id: int) -> list[str]:
    """The events that somebody was told of, oldest first."""
    with reading() as session:
        rows = session.query(Alert).filter_by(agent_id=agent_id).order_by(Alert.id)
        return [str(row.event) for row in rows]


def bell(visitor: Visitor) -> str:
    """What it counts."""
    page = visitor.text("/")
    return page.split("data-unread")[1].split(">")[1].split("<")[0]


def give(desk: Desk, number: int, to: int, *, by: int) -> None:
    with transaction() as session:
        ticket, person = tickets.hold(session, number), session.get_one(Agent, by)
        tickets.assign(session, ticket, to, by=person, at=clock.now())


def test_who_is_given_a_ticket_is_told_and_who_takes_one_is_not(
    desk: Desk, browser: Visitor, lead: Visitor
) -> None:
    number = desk.receive()
    give(desk, number, desk.agent, by=desk.lead)
    assert (told(desk.agent), told(desk.lead)) == (["assigned"], [])
    assert (bell(browser), bell(lead)) == ("1", "")
    give(desk, number, desk.lead, by=desk.lead)
    assert told(desk.lead) == []


def test_the_buyers_answer_is_told_to_whoever_has_the_ticket(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    assert told(desk.agent) == []
    desk.reply(number)  # she has it now
    desk.hear(number, "And?")
    assert told(desk.agent) == ["answered"]


def test_a_mention_in_a_note_is_told_and_kept_in_the_entry(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    browser.post(f"/tickets/{number}/entries", kind="note", text="@Lead Li what do you think?", seen="9")
    assert told(desk.lead) == ["mentioned"]
    with reading() as session:
        noted = [each for each in export.ticket(session, number)["entries"] if each["verb"] == "noted"]
    assert noted[0]["facts"]["mentions"] == [desk.lead]
    page = desk.visitor("lead").text("/notifications")
    assert "Agent Li mentioned you: @Lead Li what do you think?" in page


def test_money_that_failed_is_told_to_whoever_has_the_ticket_else_to_the_leads(desk: Desk) -> None:
    number = desk.receive()
    with transaction() as session:
        for each in ("refund_failed", "refund_pending"):
            conversation.record(
                session,
                tickets.hold(session, number),
                EntryKind.EVENT,
                each,
                actor="clock",
                at=clock.now(),
                facts={"refund": 1},
            )
    assert (told(desk.agent), told(desk.lead), told(desk.owner)) == ([], ["money"], ["money"])


def test_an_answer_that_is_nearly_due_is_told_once(desk: Desk) -> None:
    number = desk.receive()
    give(desk, number, desk.agent, by=desk.lead)
    chaser.chase()
    assert told(desk.agent) == ["assigned"]
    clock.shift(timedelta(hours=23, minutes=30))
    chaser.chase()
    chaser.chase()
    assert told(desk.agent) == ["assigned", "promise"]


def test_a_mailbox_in_trouble_is_told_to_leads_once_an_hour(desk: Desk) -> None:
    for _ in range(3):
        with transaction() as session:
            mailboxes.note_problem(session, desk.mailbox_id, "no route", next_look_at=None, at=clock.now())
        with transaction() as session:
            mailboxes.note_success(session, desk.mailbox_id, next_look_at=None, at=clock.now())
    assert (told(desk.agent), told(desk.lead)) == ([], ["mailbox"])
    page = desk.visitor("lead").text("/notifications")
    assert "The mailbox support is in trouble" in page


def test_what_is_opened_is_read_and_leads_to_the_ticket(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    give(desk, number, desk.agent, by=desk.lead)
    assert "Lead Li gave it to you" in browser.text("/notifications")
    with reading() as session:
        alert_id = session.query(Alert).one().id
    answer = browser.post(f"/notifications/{alert_id}/read")
    assert answer.location.startswith(f"/tickets/{number}")
    assert bell(browser) == ""
    assert desk.visitor("lead").post(f"/notifications/{alert_id}/read").location == "/notifications"


def test_one_button_reads_all_that_the_page_had_and_not_what_came_since(desk: Desk, browser: Visitor) -> None:
    for _ in range(2):
        give(desk, desk.receive(), desk.agent, by=desk.lead)
    page = browser.text("/notifications")
    newest = page.split('name="newest" value="')[1].split('"')[0]
    give(desk, desk.receive(), desk.agent, by=desk.lead)
    browser.post("/notifications/read", newest=newest)
    assert bell(browser) == "1"


def test_a_ticket_that_stands_open_is_no_news(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    give(desk, number, desk.agent, by=desk.lead)
    browser.get(f"/tickets/{number}")
    browser.post(f"/tickets/{number}/presence", writes="no")
    assert bell(browser) == ""


def test_open_pages_hear_the_count_with_their_polls_also_when_nothing_changed(
    desk: Desk, browser: Visitor
) -> None:
    number = desk.receive()
    give(desk, number, desk.agent, by=desk.lead)
    poll = {"X-Live": "1"}
    first = browser.get(f"/tickets/{number}/entries", headers=poll)
    assert first.headers["X-Unread"] == "1"
    again = browser.get(
        f"/tickets/{number}/entries", headers={**poll, "If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.headers["X-Unread"]) == (304, "1")


def test_the_browser_is_told_what_came_since_it_asked_last(desk: Desk, browser: Visitor) -> None:
    start = browser.get("/notifications/news", headers={"X-Live": "1"}).get_json()
    assert start == {"newest": 0, "news": []}
    number = desk.receive()
    give(desk, number, desk.agent, by=desk.lead)
    found = browser.get("/notifications/news?after=0", headers={"X-Live": "1"}).get_json()
    assert [each["title"] for each in found["news"]] == [f"#{number} Broken cup"]
    assert found["news"][0]["body"] == "Lead Li gave it to you"
    assert browser.get(f"/notifications/news?after={found['newest']}").status_code == 204


def test_what_is_not_ticked_is_not_told(desk: Desk, browser: Visitor) -> None:
    page = browser.text("/notifications/settings")
    assert 'value="assigned-page" aria-label="A ticket is given to me: in the page" checked' in page
    assert "Something waits for my approval" not in page  # that is for leads
    browser.post("/notifications/settings", told=["mentioned-page", "answered-mail"])
    number = desk.receive()
    give(desk, number, desk.agent, by=desk.lead)
    assert told(desk.agent) == []
    assert desk.row(Agent, desk.agent).told_of == "mine"
    browser.post("/notifications/settings", told=["assigned-browser"])
    assert desk.row(Agent, desk.agent).told_of == "nothing"


def test_a_mention_goes_by_mail_where_that_is_chosen_with_the_words_of_the_note(
    desk: Desk, browser: Visitor, lead: Visitor
) -> None:
    lead.get("/notifications/settings")
    lead.post("/notifications/settings", told=["mentioned-mail", "mentioned-page"])
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    browser.post(f"/tickets/{number}/entries", kind="note", text="@Lead Li is this fraud?", seen="9")
    chaser.chase()
    with reading() as session:
        sent = session.query(OutboxMessage).filter_by(recipient="lead@shop.example").one()
        raw = current_desk().blobs.get(sent.sha256)
    assert b"Agent Li mentioned you in a note:" in raw
    assert b"is this fraud?" in raw
    chaser.chase()
    with reading() as session:
        assert session.query(OutboxMessage).filter_by(recipient="lead@shop.example").count() == 1


def test_what_was_read_in_the_page_is_not_mailed(desk: Desk, browser: Visitor, lead: Visitor) -> None:
    lead.get("/notifications/settings")
    lead.post("/notifications/settings", told=["mentioned-mail", "mentioned-page"])
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    browser.post(f"/tickets/{number}/entries", kind="note", text="@Lead Li look", seen="9")
    lead.get(f"/tickets/{number}")
    lead.post(f"/tickets/{number}/presence", writes="no")
    chaser.chase()
    with reading() as session:
        assert session.query(OutboxMessage).filter_by(recipient="lead@shop.example").count() == 0


def test_who_has_left_is_told_nothing(desk: Desk) -> None:
    number = desk.receive()
    give(desk, number, desk.agent, by=desk.lead)
    with transaction() as session:
        agents.change(
            session,
            session.get_one(Agent, desk.agent),
            role=Role.AGENT,
            active=False,
            by=None,
            at=clock.now(),
        )
    give(desk, desk.receive(letter("hello")), desk.lead, by=desk.owner)
    with transaction() as session:
        ticket = tickets.hold(session, number)
        text = {"text": "@Agent Li", "mentions": [desk.agent]}
        conversation.record(
            session, ticket, EntryKind.NOTE, "noted", actor="agent:2", at=clock.now(), facts=text
        )
    assert told(desk.agent) == ["assigned"]


def test_more_notifications_cost_no_more_queries(desk: Desk, browser: Visitor) -> None:
    give(desk, desk.receive(), desk.agent, by=desk.lead)
    with Queries() as few:
        browser.get("/notifications")
    for each in range(6):
        give(desk, desk.receive(letter(subject=f"n {each}")), desk.agent, by=desk.lead)
    with Queries() as many:
        browser.get("/notifications")
    assert many.count == few.count
    assert few.count < 12
