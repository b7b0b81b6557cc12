"""Saved replies: written on their page, offered in the composer with their variables put in."""

import html
import re
from datetime import UTC
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.db import reading, transaction
from helpdesk.models import SavedReply, Ticket, TicketOrder
from helpdesk.queries.saved_replies import values_of
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.states import Role
from tests.actions.claiming import Matter, partial
from tests.web.conftest import Desk, Visitor, letter
from tests.web.reading import read
from tests.web.test_ticket import seen_on

TEXT = re.compile(r'data-text="([^"]*)"')
SORRY = {"name": "Sorry", "text_en": "Dear {{ buyer.name }}, we are sorry. {{ agent.name }}", "text_zh": ""}


def save(visitor: Visitor, **changes: Any) -> Any:
    visitor.get("/settings/replies")
    return visitor.post("/settings/replies", **SORRY | changes)


def offered(visitor: Visitor, number: int) -> list[str]:
    page = visitor.text(f"/tickets/{number}/saved-replies", headers={"X-Live": "1"})
    return [html.unescape(each) for each in TEXT.findall(page)]


def values(matter: Matter) -> dict[str, str]:
    with reading() as session:
        ticket = session.get_one(Ticket, matter.ticket)
        return values_of(session, ticket, agent="Mira", shop="Shop", zone=UTC)


def saved() -> list[tuple[str, int | None]]:
    with reading() as session:
        return [
            (row.name, row.owner_id) for row in session.scalars(select(SavedReply).order_by(SavedReply.id))
        ]


def test_it_is_offered_with_its_variables_put_in(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    assert save(browser).status_code == 303
    assert offered(browser, number) == ["Dear Wang, we are sorry. Agent Li"]


def test_it_is_said_in_the_language_of_the_buyer_where_it_can_be(desk: Desk, browser: Visitor) -> None:
    english, chinese = desk.receive(), desk.receive(letter("杯子碎了，请退款。", subject="杯子"))
    save(browser, text_en="Sorry.", text_zh="很抱歉。")
    save(browser, name="Only English", text_en="Hello.")
    assert sorted(offered(browser, english)) == ["Hello.", "Sorry."]
    assert sorted(offered(browser, chinese)) == ["Hello.", "很抱歉。"]
    page = browser.text(f"/tickets/{chinese}/saved-replies", headers={"X-Live": "1"})
    assert "not in the buyer" in page


def test_a_missing_variable_is_named_and_stops_the_send(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    save(browser, text_en="We refund {{ claim.amount }}.")
    page = browser.text(f"/tickets/{number}/saved-replies", headers={"X-Live": "1"})
    assert "missing here: claim.amount" in page
    (text,) = offered(browser, number)
    form = {"kind": "reply", "text": text, "seen": seen_on(browser.text(f"/tickets/{number}"))}
    answer = browser.post(f"/tickets/{number}/entries", **form)
    assert answer.status_code == 409
    assert "{{ claim.amount }} is not filled in" in read(answer.text)


def test_each_has_her_own_and_a_lead_writes_for_everybody(desk: Desk, browser: Visitor) -> None:
    lead, number = desk.visitor("lead"), desk.receive()
    save(browser, name="Mine")
    save(lead, name="Ours", text_en="Ours", shared="yes")
    assert saved() == [("Mine", desk.agent), ("Ours", None)]
    assert len(offered(browser, number)) == 2
    assert offered(lead, number) == ["Ours"]

    refused = save(browser, name="For all", shared="yes")
    assert refused.status_code == 422
    assert "Only a lead changes what everybody uses" in refused.text
    assert browser.post("/settings/replies/2", **SORRY).status_code == 422
    assert lead.post("/settings/replies/1", **SORRY).status_code == 404
    assert browser.post("/settings/replies/2/removal").status_code == 422
    assert browser.post("/settings/replies/1/removal").status_code == 303
    assert saved() == [("Ours", None)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Give it a name"),
        ({"text_en": " "}, "Write it in one language at least"),
        ({"text_zh": "{{ order.secret }}"}, "{{ order.secret }}: there is no such variable"),
        ({"text_en": "{{ 'a' * 10**9 }}"}, "there is no such variable"),
        ({"name": "x" * 81}, "At most 80 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    desk: Desk, browser: Visitor, changes: dict[str, str], said: str
) -> None:
    answer = save(browser, **changes)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert saved() == []
    if "name" not in changes:
        assert 'value="Sorry"' in answer.text


def test_a_preview_shows_examples_and_saves_nothing(desk: Desk, browser: Visitor) -> None:
    answer = save(browser, preview="yes", text_zh="{{ buyer.name }}，您好")
    assert "Dear Li Mei, we are sorry. Mira" in answer.text
    assert "Li Mei，您好" in answer.text
    assert saved() == []


def test_of_an_order_only_what_is_verified_is_said(app: Flask) -> None:
    matter = Matter(policy=None)
    matter.link(LinkLevel.SUGGESTED)
    assert values(matter)["order.number"] == ""
    with transaction() as session:
        session.query(TicketOrder).update({"level": LinkLevel.VERIFIED})
    assert values(matter)["order.number"] == "2398471029384756102"
    assert values(matter)["order.total"] == "¥99.00"


def test_an_amount_is_what_was_agreed_and_not_what_might_be(app: Flask) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    assert values(matter)["claim.amount"] == ""
    offer = matter.offer(partial(3000), partial(4000, option=2), role=Role.LEAD, why="a regular buyer")
    assert values(matter)["claim.amount"] == "", "of two options nobody can say which"
    matter.accept(offer, option=2)
    assert values(matter)["claim.amount"] == "¥40.00"


def test_it_is_changed(desk: Desk, browser: Visitor) -> None:
    save(browser)
    assert 'value="Sorry"' in browser.text("/settings/replies/1")
    browser.post("/settings/replies/1", **SORRY | {"name": "Very sorry"})
    assert saved() == [("Very sorry", desk.agent)]


def test_without_javascript_it_is_put_into_the_draft(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    save(browser)
    page = browser.text(f"/tickets/{number}/saved-replies")
    assert "Put into the draft" in page
    browser.post(f"/tickets/{number}/draft", text="Begun")
    back = browser.post(f"/tickets/{number}/draft/saved-reply", saved="1")
    assert ">Begun\n\nDear Wang, we are sorry. Agent Li</textarea>" in browser.text(back.location)
