"""The pages of staff mail: what an agent chooses, what did not reach her, who passed a mail on."""

from helpdesk import clock
from helpdesk.actions import conversation, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Mailbox
from helpdesk.rules.states import EntryKind, ToldOf
from tests.letterbox import RECEIVER, mail
from tests.mail.forwarded import GMAIL_ZH
from tests.web.conftest import Desk, Visitor


def agent(agent_id: int) -> Agent:
    with reading() as session:
        return session.get_one(Agent, agent_id)


def fail(agent_id: int, because: str) -> None:
    with transaction() as session:
        session.get_one(Agent, agent_id).unreached = because


def test_she_chooses_of_what_she_is_told(desk: Desk, browser: Visitor) -> None:
    page = browser.text("/profile")
    assert "Tell me by mail when a buyer writes" in page
    browser.post("/profile", name="Agent Li", language="en", told_of="mine_and_unassigned")
    assert agent(desk.agent).told_of is ToldOf.MINE_AND_UNASSIGNED
    assert '<option value="mine_and_unassigned" selected>' in browser.text("/profile")


def test_another_form_of_the_profile_changes_nothing_of_it(desk: Desk, browser: Visitor) -> None:
    browser.post("/profile", name="Agent Li", language="en", told_of="mine")
    browser.post("/profile", name="Agent Li", language="zh-CN")
    browser.post("/look", language="en")
    assert agent(desk.agent).told_of is ToldOf.MINE


def test_a_choice_that_is_none_is_refused(desk: Desk, browser: Visitor) -> None:
    assert browser.post("/profile", name="Agent Li", language="en", told_of="everything").status_code == 422
    assert agent(desk.agent).told_of is ToldOf.NOTHING


def test_what_did_not_reach_her_stands_on_her_page_and_on_that_of_the_owner(
    desk: Desk, browser: Visitor
) -> None:
    fail(desk.agent, "550 <no such user>")
    assert "The last mail to you did not arrive: 550 &lt;no such user&gt;" in browser.text("/profile")
    browser.post("/logout")
    browser.sign_in("owner@shop.example")
    assert "did not arrive: 550 &lt;no such user&gt;" in browser.text("/settings/people")
    browser.post("/logout")
    browser.sign_in("agent@shop.example")
    browser.post("/profile", name="Agent Li", language="en", told_of="mine")
    assert "did not arrive" not in browser.text("/profile")


def test_the_page_says_who_passed_a_mail_on(desk: Desk, browser: Visitor) -> None:
    with transaction() as session:
        session.get_one(Mailbox, desk.mailbox_id).authserv_id = RECEIVER
    raw = mail(
        GMAIL_ZH, sender="agent@shop.example", subject="Fwd: 杯子碎了", verified="pass", charset="utf-8"
    )
    page = browser.text(f"/tickets/{desk.receive(raw)}")
    assert "Passed on by Agent Li; written, it says, 2026年3月5日周四 21:14" in page
    assert "请处理。" in page
    assert "No acknowledgement was sent: a colleague passed it on" in page


def test_the_page_says_why_an_answer_by_mail_is_a_note(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    with transaction() as session:
        conversation.record(
            session,
            tickets.hold(session, number),
            EntryKind.NOTE,
            "noted",
            actor=conversation.agent(desk.agent),
            at=clock.now(),
            facts={
                "text": "We send a new one.",
                "not_sent": "the conversation has moved on: read what came in, then send again",
            },
            attachments=conversation.keep(current_desk().blobs, ()),
        )
    said = "Answered by mail, and not sent to the buyer: the conversation has moved on"
    assert said in browser.text(f"/tickets/{number}")
    browser.post("/profile", name="Li", language="zh-CN")
    assert "用邮件回复，没有发送给买家：" in browser.text(f"/tickets/{number}")
