"""Who gets in, and what every answer carries."""

import re
from pathlib import Path

import psycopg.errors
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.routing import AnyConverter, Rule

from helpdesk import clock
from helpdesk.actions import tickets
from helpdesk.db import db
from helpdesk.web import limits
from tests.app import make_app
from tests.web.conftest import PASSWORD, Desk, Visitor

pytestmark = pytest.mark.trust
OPEN = {
    "login.form",
    "login.enter",
    "preferences.look",
    "health.alive",
    "health.ready",
    "health.ticks",
    "metrics.show",
    "static",
}
OPEN |= {"forgotten.form", "forgotten.ask", "second.form", "second.enter"}
OPEN |= {"first_run.show", "first_run.begin", "first_run.make_owner", "first_run.logo"}
OPEN |= {"passkeys.question", "passkeys.answer"}
BY_LINK = {
    "forgotten.choose",
    "forgotten.set_anew",
    "invited.form",
    "invited.join",
}  # the link is the permission: see test_invitations.py and test_forgotten.py
SIGNED = {"files.frame_image"}  # the address itself is the permission
BUYERS = (
    "buyers.",
    "buyers_",
    "opting_out.",
    "proofs.",
    "sending_back.",
    "api.",
    "webhooks.",
)  # the signed link, the key or the gateway's signature is the permission; tested beside them


def address(rule: Rule) -> str:
    """An address that leads there: 1 for every number, the first of several words."""
    words = {
        name: min(kind.items) if isinstance(kind, AnyConverter) else 1
        for name, kind in rule._converters.items()
    }
    built = rule.build(words, append_unknown=False)
    assert built is not None
    return built[1]


def test_every_page_needs_a_login(app: Flask, stranger: Visitor) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN | SIGNED | BY_LINK or rule.endpoint.startswith(BUYERS):
            continue
        path = address(rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            stranger.get("/login")
            answer = stranger.get(path) if method == "GET" else stranger.post(path)
            if method == "GET":
                assert answer.status_code == 303, rule
                assert answer.location.startswith("/login?next="), rule
            else:
                assert answer.status_code == 401, rule


def test_a_poll_of_a_stranger_is_refused_and_not_redirected(stranger: Visitor) -> None:
    assert stranger.get("/queue/rows", headers={"X-Live": "1"}).status_code == 401


def test_the_right_password_opens_and_leads_to_where_one_wanted(stranger: Visitor) -> None:
    stranger.get("/login")
    answer = stranger.post("/login", email="Agent@Shop.example", password=PASSWORD, next="/report")
    assert (answer.status_code, answer.location) == (303, "/report")
    assert stranger.get("/report").status_code == 200


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " "])
def test_a_wrong_password_opens_nothing(stranger: Visitor, password: str) -> None:
    stranger.get("/login")
    answer = stranger.post("/login", email="agent@shop.example", password=password)
    assert answer.status_code == 422
    assert "do not belong together" in answer.get_data(as_text=True)
    assert stranger.get("/").status_code == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test",
        "/\\evil.test",
        "https://evil.test",
        "https:evil.test",
        "/\t/evil.test",
        "/%0d%0aX: y\r\n",
    ],
)
def test_the_way_back_never_leaves_the_house(stranger: Visitor, wanted: str) -> None:
    stranger.get("/login")
    answer = stranger.post("/login", email="agent@shop.example", password=PASSWORD, next=wanted)
    assert answer.location == "/"


def test_a_form_without_the_pages_token_is_refused(app: Flask, desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    before = len(desk.entries(number))
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and not rule.endpoint.startswith(BUYERS):
            answer = browser.client.post(address(rule), data={"text": "x", "state": "closed"})
            assert answer.status_code == 400, rule
    assert len(desk.entries(number)) == before


def test_signing_out_is_a_post_and_ends_the_session(browser: Visitor) -> None:
    assert browser.client.get("/logout").status_code == 405
    assert browser.post("/logout").status_code == 303
    assert browser.get("/").status_code == 303


def test_the_present_password_is_asked_for(desk: Desk, browser: Visitor) -> None:
    answer = browser.post("/profile/password", current="not this", password="another long one")
    assert answer.status_code == 422
    assert "not your present password" in answer.get_data(as_text=True)


def test_failed_messages_are_for_leads_and_owners(desk: Desk, browser: Visitor) -> None:
    parked = desk.park()
    assert browser.get("/failed").status_code == 403
    assert browser.get(f"/received/{parked}/raw").status_code == 403
    assert browser.post(f"/received/{parked}/run").status_code == 403
    assert desk.visitor("lead").get("/failed").status_code == 200


def test_guessing_is_slowed_down_by_account(stranger: Visitor) -> None:
    stranger.get("/login")
    answers = [
        stranger.post("/login", email="agent@shop.example", password="x").status_code for _ in range(11)
    ]
    assert answers == [422] * 10 + [429]
    assert stranger.post("/login", email="lead@shop.example", password=PASSWORD).status_code == 303


def test_a_stranger_who_guesses_locks_nobody_out_of_a_browser_that_is_known(
    desk: Desk, app: Flask, browser: Visitor
) -> None:
    browser.post("/logout")
    stranger = Visitor(app.test_client())
    guess_at(stranger, 11)

    assert browser.sign_in("agent@shop.example").status_code == 303
    new_device = Visitor(app.test_client())
    assert new_device.sign_in("agent@shop.example").status_code == 429
    clock.shift(limits.WITHIN)
    assert new_device.sign_in("agent@shop.example").status_code == 303


def test_a_known_browser_may_not_guess_for_ever_either(desk: Desk, app: Flask, browser: Visitor) -> None:
    browser.post("/logout")
    assert guess_at(browser, 11) == [422] * 10 + [429]
    assert guess_at(browser, 1, "lead@shop.example") == [422], "it is known for one account alone"


def test_guessing_at_many_accounts_is_slowed_down_by_address(stranger: Visitor) -> None:
    stranger.get("/login")
    answers = [guess_at(stranger, 1, f"{number}@shop.example") for number in range(31)]
    assert answers == [[422]] * 30 + [[429]]


def test_all_web_processes_count_together(app: Flask, stranger: Visitor, tmp_path: Path) -> None:
    guess_at(stranger, 10)
    other = make_app(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path / "data")
    with other.app_context():
        assert guess_at(Visitor(other.test_client()), 1) == [429]
        db.engine.dispose()


def test_good_logins_are_not_counted(stranger: Visitor) -> None:
    assert [stranger.sign_in("agent@shop.example").status_code for _ in range(12)] == [303] * 12


def guess_at(visitor: Visitor, times: int, email: str = "agent@shop.example") -> list[int]:
    visitor.get("/login")
    return [visitor.post("/login", email=email, password="x").status_code for _ in range(times)]


def test_pages_carry_their_guards(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    for path in ("/", f"/tickets/{number}", "/login", "/profile", "/report", "/no-such-page", "/healthz"):
        headers = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "script-src 'self'" in policy, path
        assert "unsafe" not in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-DNS-Prefetch-Control"] == "off"
        assert headers["Cache-Control"] == "no-store"


def test_no_page_has_a_script_or_style_of_its_own(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    for path in ("/", f"/tickets/{number}", "/profile", "/report"):
        page = browser.text(path)
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        ours = re.findall(r'<script type="module" src="/static/[0-9a-f]{12}/js/main\.js"></script>', page)
        assert page.count("<script") == len(ours)


def test_the_cookie_is_hidden_from_scripts(stranger: Visitor) -> None:
    stranger.get("/login")
    cookie = stranger.post("/login", email="agent@shop.example", password=PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_language_follows_the_browser_until_somebody_chooses(stranger: Visitor) -> None:
    chinese = {"Accept-Language": "zh-TW,zh;q=0.9,en;q=0.5"}
    assert 'lang="zh-Hans-CN"' in stranger.text("/login", headers=chinese)
    assert '<html lang="en"' in stranger.text("/login", headers={"Accept-Language": "de,fr;q=0.5"})
    stranger.post("/look", language="en", theme="dark", next="/login")
    page = stranger.text("/login", headers=chinese)
    assert '<html lang="en"' in page
    assert 'data-theme="dark"' in page


def test_the_language_of_a_colleague_wins(desk: Desk, browser: Visitor) -> None:
    browser.post("/profile", name="Xiao Li", language="zh-CN", theme="light")
    page = browser.text("/profile", headers={"Accept-Language": "en"})
    assert 'lang="zh-Hans-CN"' in page
    assert "Xiao Li" in page


def test_a_colleague_without_a_name_is_refused(browser: Visitor) -> None:
    answer = browser.post("/profile", name=" ", language="en")
    assert answer.status_code == 422
    assert "A name is needed" in answer.get_data(as_text=True)


def test_a_poll_never_sets_the_session_again(browser: Visitor) -> None:
    """Its answer may arrive after a logout, and would undo it."""
    browser.get("/")
    assert "Set-Cookie" not in browser.get("/queue/rows", headers={"X-Live": "1"}).headers


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Nothing was changed: try again"), ("zh-CN", "请再试一次")]
)
def test_whoever_waited_too_long_for_others_is_asked_to_try_again(
    desk: Desk, browser: Visitor, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    number = desk.receive()
    browser.post("/profile", name="Li", language=language)

    def crowded(*args: object, **options: object) -> None:
        raise OperationalError("", {}, psycopg.errors.LockNotAvailable("lock timeout"))

    with monkeypatch.context() as patch:
        patch.setattr(tickets, "hold", crowded)
        answer = browser.post(f"/tickets/{number}/state", state="solved")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert words in answer.get_data(as_text=True)
    assert "moved" not in desk.verbs(number)
