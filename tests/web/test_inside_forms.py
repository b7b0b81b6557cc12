"""Forms inside the shop with something odd in them, and what pages offer once it is too late."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock, links
from helpdesk.actions import contacts, merging
from helpdesk.current import DESK, current_desk
from helpdesk.db import transaction
from helpdesk.models import Agent
from helpdesk.rules.states import Role
from helpdesk.web import inside_forms
from tests.actions.sending_back import SendingBack
from tests.web.conftest import Desk, Visitor, letter
from tests.web.test_inside import DEPOT, visitor


@pytest.fixture
def matter(app: Flask) -> SendingBack:
    with transaction() as session:
        contacts.add(session, email=DEPOT, name="Depot", role="warehouse", locale="en", at=clock.now())
    return SendingBack()


@pytest.fixture
def agent(app: Flask, matter: SendingBack) -> Visitor:
    return visitor(app)


@pytest.mark.parametrize("typed", [{"enclose": "²"}, {"enclose": "9" * 30}, {"due_at": "0001-01-01T00:00"}])
def test_a_question_with_nonsense_in_its_form_is_asked_or_refused(
    agent: Visitor, matter: SendingBack, typed: dict[str, str]
) -> None:
    agent.get("/tickets/1/inquiry")
    answer = agent.post("/tickets/1/inquiry", contact="1", words="Is it there?", **typed)
    assert answer.status_code in (303, 422)


@pytest.mark.parametrize(
    ("zone", "month", "utc"),
    [
        ("Asia/Shanghai", "12", "04:00"),
        ("Europe/Berlin", "12", "11:00"),
        ("Europe/Berlin", "07", "10:00"),  # summer time
    ],
)
def test_a_typed_moment_is_the_one_that_is_kept_and_shown_again(
    app: Flask, zone: str, month: str, utc: str
) -> None:
    app.extensions[DESK] = replace(app.extensions[DESK], zone=ZoneInfo(zone))
    typed = f"2026-{month}-03T12:00"
    with app.test_request_context(method="POST", data={"due_at": typed, "day": f"2026-{month}-03"}):
        kept = inside_forms.moment("due_at")
        assert kept is not None
        assert f"{kept:%H:%M}" == utc
        assert app.jinja_env.filters["field_moment"](kept) == typed
        end = inside_forms.end_of_day("day")
        assert f"{end.astimezone(ZoneInfo(zone)):%H:%M}" == "23:59"


def test_the_status_page_offers_no_withdrawal_once_goods_are_on_their_way(
    app: Flask, matter: SendingBack
) -> None:
    page = links.passing_url(current_desk(), links.Passing.STATUS, 1, at=clock.now())
    buyer = Visitor(app.test_client())
    assert "/withdrawal" in buyer.text(page.removeprefix(current_desk().base_url))
    matter.start()
    assert "/withdrawal" not in buyer.text(page.removeprefix(current_desk().base_url))


def test_a_buyer_of_the_matter_is_asked_nothing_that_is_for_colleagues(desk: Desk, browser: Visitor) -> None:
    desk.receive(letter("Hello", sender="Li <li@buyer.example>"))
    desk.receive(letter("Hello", sender="Eve <eve@else.example>"))
    with transaction() as session:
        ann = session.scalars(select(Agent).where(Agent.role == Role.LEAD)).one()
        merging.merge(session, 2, 1, by=ann, at=clock.now(), of_two_buyers=True)
        contacts.add(
            session, email="eve@else.example", name="Eve", role="seller", locale="en", at=clock.now()
        )
    browser.get("/tickets/1/inquiry")
    assert browser.post("/tickets/1/inquiry", contact="1", words="Is she honest?").status_code == 422


def test_two_clicks_begin_one_return_and_are_answered_alike(agent: Visitor, matter: SendingBack) -> None:
    agent.get("/remedies/1/return")
    day = (clock.now() + timedelta(days=5)).date().isoformat()
    form = {"address": str(matter.address), "quantity-1": "1", "send_by": day, "once": "a"}
    answers = [agent.post("/remedies/1/return", **form) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert len(matter.facts("return_started")) == 1
