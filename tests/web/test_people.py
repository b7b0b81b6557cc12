"""The page of people: all complaints at once, names that fit, another name or address for a colleague."""

import html

import pytest

from helpdesk.db import transaction
from helpdesk.models import Agent
from tests.web.conftest import PASSWORD, Desk, Visitor
from tests.web.test_mailbox_form import beside


@pytest.fixture
def owner(desk: Desk) -> Visitor:
    return desk.visitor("owner")


def test_all_that_is_wrong_with_a_new_colleague_is_said_at_once(owner: Visitor) -> None:
    refused = owner.post("/settings/people", name=" ", email="", password="short", role="agent")
    assert refused.status_code == 422
    assert beside(html.unescape(refused.text)) == {
        "name": "A name is needed: buyers see it under replies",
        "email": "The address is missing",
        "password": "A password has at least 10 characters",
    }


def test_a_name_that_does_not_fit_is_refused_and_not_sent_back_whole(owner: Visitor) -> None:
    form = {"name": "x" * 10_000, "email": "ann@shop.example", "password": PASSWORD, "role": "agent"}
    refused = owner.post("/settings/people", **form)
    assert beside(refused.text) == {"name": "At most 120 characters fit here"}
    assert "x" * 400 not in refused.text
    assert owner.post("/profile", name="x" * 121).status_code == 422


@pytest.mark.trust
def test_an_address_whose_mail_becomes_tickets_is_no_colleagues(owner: Visitor, desk: Desk) -> None:
    form = {"name": "Ann", "email": "Support@shop.example", "password": PASSWORD, "role": "agent"}
    refused = owner.post("/settings/people", **form)
    assert beside(html.unescape(refused.text))["email"].startswith("Mail to this address becomes tickets")


def test_an_owner_gives_a_colleague_another_name_and_address(
    desk: Desk, owner: Visitor, browser: Visitor
) -> None:
    with transaction() as session:
        session.get_one(Agent, desk.agent).unreached = "550 no such user"
    path = f"/settings/people/{desk.agent}/name"
    assert owner.post(path, name="Ann Smith", email="Ann@shop.example ").status_code == 303
    page = owner.text("/settings/people")
    assert "Ann Smith" in page
    assert "ann@shop.example" in page
    assert "550 no such user" not in page, "that was of the address before"
    assert browser.get("/").status_code == 200, "who has signed in stays so"
    assert browser.sign_in("ann@shop.example").status_code == 303


def test_a_name_or_address_that_cannot_be_is_refused_beside_its_field(desk: Desk, owner: Visitor) -> None:
    path = f"/settings/people/{desk.agent}/name"
    refused = owner.post(path, name="", email="nobody").text
    assert set(owner_said(refused, desk.agent)) == {"name", "email"}
    taken = owner.post(path, name="Ann", email="lead@shop.example")
    assert taken.status_code == 409
    assert "works here already" in owner_said(taken.text, desk.agent)["email"]
    assert desk.row(Agent, desk.agent).name == "Agent Li"


@pytest.mark.trust
def test_only_an_owner_gives_names(desk: Desk) -> None:
    lead = desk.visitor("lead")
    answer = lead.post(f"/settings/people/{desk.agent}/name", name="Eve", email="eve@x.example")
    assert answer.status_code == 403


def owner_said(page: str, agent_id: int) -> dict[str, str]:
    """What stands beside the fields of one colleague."""
    shown = page.replace(f'id="name-{agent_id}', 'id="name').replace(f'id="email-{agent_id}', 'id="email')
    return beside(html.unescape(shown))
