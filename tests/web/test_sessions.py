"""Where somebody is signed in: seen by herself, and ended by her, by an owner, and by time."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import agent_sessions, agents
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, AgentSession
from helpdesk.rules.browsers import named
from helpdesk.rules.states import Role
from helpdesk.workers import forgetting
from tests.web.conftest import PASSWORD, Desk, Visitor

pytestmark = pytest.mark.trust
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (PHONE, ("Safari", "iPhone")),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
            ("Firefox", "Windows"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
            ("Chrome", "Linux"),
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", ("Edge", "Windows")),
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0",
            ("WeChat", "Android"),
        ),
        ("", ("", "")),
    ],
)
def test_a_browser_is_said_in_words(user_agent: str, said: tuple[str, str]) -> None:
    assert named(user_agent) == said


def elsewhere(desk: Desk) -> Visitor:
    """The same agent on a phone."""
    phone = Visitor(desk.app.test_client())
    phone.client.environ_base |= {"HTTP_USER_AGENT": PHONE, "REMOTE_ADDR": "203.0.113.7"}
    phone.sign_in("agent@shop.example")
    return phone


def test_all_browsers_stand_in_a_list_with_this_one_marked(desk: Desk, browser: Visitor) -> None:
    elsewhere(desk)
    page = browser.text("/profile/sessions")
    assert "Safari on iPhone" in page
    assert "203.0.113.7" in page
    assert page.count("this browser") == 1
    assert "Sign all others out" in page


def test_one_of_them_is_ended(desk: Desk, browser: Visitor) -> None:
    phone = elsewhere(desk)
    with reading() as session:
        number = session.query(AgentSession).order_by(AgentSession.id.desc()).first()
    assert number is not None
    assert browser.post(f"/profile/sessions/{number.id}/end").status_code == 303
    assert phone.get("/").status_code == 303
    assert browser.get("/").status_code == 200


def test_all_others_are_ended(desk: Desk, browser: Visitor) -> None:
    phone = elsewhere(desk)
    browser.post("/profile/sessions/others/end")
    assert phone.get("/").status_code == 303
    assert browser.get("/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(desk: Desk, browser: Visitor) -> None:
    lead = desk.visitor("lead")
    for number in range(1, 6):
        browser.post(f"/profile/sessions/{number}/end")
        browser.sign_in("agent@shop.example")
    assert lead.get("/").status_code == 200


@pytest.mark.parametrize("form", [{"role": "lead", "active": "yes"}, {"role": "agent"}])
def test_another_role_and_a_shut_door_end_all_sessions(
    desk: Desk, browser: Visitor, form: dict[str, str]
) -> None:
    desk.visitor("owner").post(f"/settings/people/{desk.agent}", **form)
    assert browser.get("/").status_code == 303


def test_saving_the_role_that_somebody_has_ends_nothing(desk: Desk, browser: Visitor) -> None:
    desk.visitor("owner").post(f"/settings/people/{desk.agent}", role="agent", active="yes")
    assert browser.get("/").status_code == 200


def test_when_it_was_seen_is_noted_now_and_then(desk: Desk, browser: Visitor) -> None:
    def seen() -> object:
        with reading() as session:
            return session.query(AgentSession).one().seen_at

    before = seen()
    clock.shift(timedelta(minutes=5))
    browser.get("/")
    assert seen() == before
    clock.shift(agent_sessions.SEEN_EVERY)
    browser.get("/")
    assert seen() != before


def test_a_session_ends_after_two_weeks_and_is_forgotten(desk: Desk, browser: Visitor) -> None:
    assert desk.app.config["PERMANENT_SESSION_LIFETIME"] == timedelta(days=14), "by its cookie"
    clock.shift(timedelta(days=14, seconds=1))
    forgetting.forget()
    assert browser.get("/").status_code == 303
    with reading() as session:
        assert session.query(AgentSession).count() == 0


def test_a_number_with_another_secret_is_no_session(desk: Desk, stranger: Visitor) -> None:
    desk.visitor("agent")
    stranger.get("/login")
    for kept in ("1.wrong", "1.", "1", ".", "x", f"{'9' * 30}.x"):
        with stranger.client.session_transaction() as cookie:
            cookie["_user_id"] = kept
        assert stranger.get("/").status_code == 303, kept


def test_signing_out_ends_a_copied_cookie_and_no_other_session(desk: Desk, app: Flask) -> None:
    here, elsewhere = desk.visitor(), desk.visitor()
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = here.client.get_cookie(name)
    assert cookie is not None
    assert here.post("/logout").status_code == 303

    thief = Visitor(app.test_client())
    thief.client.set_cookie(name, cookie.value)
    assert thief.get("/").status_code == 303
    assert elsewhere.get("/").status_code == 200


def test_a_new_password_ends_the_other_sessions(desk: Desk) -> None:
    here, elsewhere = desk.visitor(), desk.visitor()
    answer = here.post("/profile/password", current=PASSWORD, password="another long one")
    assert answer.status_code == 303
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303


def test_a_colleague_who_left_is_out_at_once(desk: Desk, browser: Visitor) -> None:
    with transaction() as session:
        agents.change(
            session,
            session.get_one(Agent, desk.agent),
            role=Role.AGENT,
            active=False,
            by=None,
            at=clock.now(),
        )
    assert browser.get("/").status_code == 303
