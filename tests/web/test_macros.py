"""Macros: made by leads, shown before they run, and run as one."""

import pytest

from helpdesk import clock
from helpdesk.actions import saved_replies
from helpdesk.actions.saved_replies import ReplyForm
from helpdesk.db import transaction
from helpdesk.models import Agent, Macro, Ticket
from tests.web.conftest import Desk, Visitor

THANKS = "Dear {{ buyer.name }}, thank you. We look into it."


@pytest.fixture
def lead(desk: Desk) -> Visitor:
    return desk.visitor("lead")


@pytest.fixture
def reply_id(desk: Desk) -> int:
    return save(desk, THANKS)


def save(desk: Desk, text: str) -> int:
    """A saved reply that everybody has."""
    with transaction() as session:
        form = ReplyForm(name="Thanks", text_en=text, text_zh="", shared=True)
        return saved_replies.add(session, form, by=session.get_one(Agent, desk.lead), at=clock.now()).id


def make(lead: Visitor, name: str = "Thank and solve", **steps: str) -> int:
    """A macro by the form; its number counts from one."""
    lead.get("/settings/macros")
    answer = lead.post("/settings/macros", name=name, **steps)
    assert answer.status_code == 303
    with transaction() as session:
        return session.query(Macro).order_by(Macro.id.desc()).first().id  # type: ignore[union-attr]  # just made


def seen(desk: Desk, number: int) -> str:
    return str(desk.row(Ticket, number).last_seq)


def test_one_click_shows_what_it_will_do_and_one_more_does_it(
    desk: Desk, lead: Visitor, browser: Visitor, reply_id: int
) -> None:
    macro = make(lead, assign="me", reply=str(reply_id), note="Watch the courier", state="solved")
    number = desk.receive()
    page = browser.text(f"/tickets/{number}")
    assert f'name="macro" value="{macro}"' in page

    shown = browser.text(f"/tickets/{number}/macro?macro={macro}&seen={seen(desk, number)}")
    assert "Dear Wang, thank you." in shown
    assert "Watch the courier" in shown
    assert "Agent Li" in shown
    assert "solved" in shown
    assert "ran_macro" not in desk.verbs(number)

    answer = browser.post(f"/tickets/{number}/macro", macro=macro, seen=seen(desk, number), once="a")
    assert answer.status_code == 303
    assert desk.verbs(number)[-6:] == ["ran_macro", "moved", "noted", "assigned", "replied", "moved"]
    ticket = desk.row(Ticket, number)
    assert (ticket.state, ticket.assignee_id) == ("solved", desk.agent)
    after = browser.text(f"/tickets/{number}")
    assert "Agent Li ran the macro “Thank and solve”" in after
    assert "Your reply has not left yet." in after  # it is held as every other


def test_a_double_click_runs_it_once(desk: Desk, lead: Visitor, browser: Visitor, reply_id: int) -> None:
    macro = make(lead, reply=str(reply_id))
    number = desk.receive()
    at = seen(desk, number)
    for _ in range(2):
        assert browser.post(f"/tickets/{number}/macro", macro=macro, seen=at, once="b").status_code == 303
    assert desk.verbs(number).count("replied") == 1


def test_one_step_that_cannot_be_done_undoes_all_and_is_named(
    desk: Desk, lead: Visitor, browser: Visitor, reply_id: int
) -> None:
    macro = make(lead, claim="grant", note="Granted", reply=str(reply_id))
    number = desk.receive()
    before = desk.verbs(number)
    shown = browser.text(f"/tickets/{number}/macro?macro={macro}&seen=9")
    assert "There is no claim on this ticket that goes on" in shown
    assert "Do all of it" not in shown

    answer = browser.post(f"/tickets/{number}/macro", macro=macro, seen=seen(desk, number), once="c")
    assert answer.status_code == 409
    said = answer.get_data(as_text=True)
    assert "“Grant what the policy grants”: There is no claim on this ticket that goes on" in said
    assert "Nothing was done." in said
    assert desk.verbs(number) == before


def test_an_illegal_move_at_the_end_takes_the_reply_with_it(
    desk: Desk, lead: Visitor, browser: Visitor
) -> None:
    macro = make(lead, note="over", state="waiting:bank")
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    browser.post(f"/tickets/{number}/state", state="closed")
    before = desk.verbs(number)
    answer = browser.post(f"/tickets/{number}/macro", macro=macro, seen=seen(desk, number), once="d")
    assert answer.status_code == 409
    assert "“State”:" in answer.get_data(as_text=True)
    assert desk.verbs(number) == before


def test_words_that_came_in_meanwhile_stop_it(
    desk: Desk, lead: Visitor, browser: Visitor, reply_id: int
) -> None:
    macro = make(lead, reply=str(reply_id))
    number = desk.receive()
    desk.reply(number)
    at = seen(desk, number)
    desk.hear(number, "Wait!")
    answer = browser.post(f"/tickets/{number}/macro", macro=macro, seen=at, once="e")
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "moved on" in page
    assert "Do all of it" not in page


def test_a_variable_without_a_value_is_named_before_and_stops_it(
    desk: Desk, lead: Visitor, browser: Visitor
) -> None:
    macro = make(lead, reply=str(save(desk, "About {{ order.number }}")))
    number = desk.receive()
    shown = browser.text(f"/tickets/{number}/macro?macro={macro}&seen={seen(desk, number)}")
    assert "missing here: order.number" in shown
    answer = browser.post(f"/tickets/{number}/macro", macro=macro, seen=seen(desk, number), once="f")
    assert answer.status_code == 409
    assert "replied" not in desk.verbs(number)


def test_the_guard_asks_and_one_press_does_it_all_the_same(
    desk: Desk, lead: Visitor, browser: Visitor
) -> None:
    macro = make(lead, reply=str(save(desk, "I have attached the invoice.")), assign="me")
    number = desk.receive()
    answer = browser.post(f"/tickets/{number}/macro", macro=macro, seen=seen(desk, number), once="g")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "Do it all the same" in page) == (409, True)
    key = page.split('name="insist" value="')[1].split('"')[0]
    answer = browser.post(
        f"/tickets/{number}/macro",
        macro=macro, seen=seen(desk, number), once="g", insist=key, anyway="yes",
    )  # fmt: skip
    assert answer.status_code == 303
    assert "replied" in desk.verbs(number)


def test_leads_make_order_and_take_away_macros_and_agents_do_not(
    desk: Desk, lead: Visitor, browser: Visitor
) -> None:
    first, second = make(lead, "One", note="1"), make(lead, "Two", note="2")
    lead.post(f"/settings/macros/{second}/place")
    page = lead.text("/settings/macros")
    assert page.index("Two") < page.index("One")
    lead.post(f"/settings/macros/{first}", name="Uno", note="1", state="solved")
    assert "Uno" in lead.text("/settings/macros")
    lead.post(f"/settings/macros/{second}/removal")
    assert "Two" not in lead.text("/settings/macros")
    browser.get("/")
    assert browser.get("/settings/macros").status_code == 403
    assert browser.post("/settings/macros", name="Mine", note="x").status_code == 403


def test_what_is_no_macro_comes_back_with_sentences(desk: Desk, lead: Visitor) -> None:
    lead.get("/settings/macros")
    for form in ({"name": "Empty"}, {"name": "", "note": "x"}, {"name": "Odd", "state": "lost"}):
        answer = lead.post("/settings/macros", **form)
        assert answer.status_code == 422
        assert 'class="hint"' in answer.get_data(as_text=True)
