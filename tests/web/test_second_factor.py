"""The second factor: asked for after the password, each code once, on paper, wanted of leads and owners."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import second_factor
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Authenticator, RecoveryCode, Shop
from helpdesk.rules import one_time_codes
from tests.servers.smtp import SmtpSink
from tests.web.conftest import PASSWORD, Desk, Visitor
from tests.web.getting_in import connect, posted
from tests.web.test_doors import address

pytestmark = pytest.mark.trust
PAGE = "/profile/second-factor"
SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')
ON_PAPER = re.compile(r"<li><code>([a-z2-9]{5}-[a-z2-9]{5})</code></li>")


class Phone:
    """An authenticator app that has read the page."""

    def __init__(self, page: str) -> None:
        found = SECRET.search(page)
        assert found is not None
        self.app = pyotp.TOTP(found[1].replace(" ", ""))

    def code(self, steps: int = 0) -> str:
        return self.app.at(clock.now() + timedelta(seconds=30 * steps))


def set_up(visitor: Visitor) -> tuple[Phone, list[str]]:
    """An app for whoever is signed in there, and the codes on paper."""
    visitor.get(PAGE)
    assert visitor.post(f"{PAGE}/app").status_code == 303
    phone = Phone(visitor.text(PAGE))
    shown = visitor.post(f"{PAGE}/app/code", code=phone.code())
    assert shown.status_code == 200
    clock.shift(timedelta(minutes=1))  # that code was taken
    return phone, ON_PAPER.findall(shown.text)


def half(app: Flask, email: str = "agent@shop.example") -> Visitor:
    """A browser in which the password was right."""
    visitor = Visitor(app.test_client())
    visitor.get("/login")
    answer = visitor.post("/login", email=email, password=PASSWORD, next="/report")
    assert answer.location == "/login/second"
    visitor.get("/login/second")
    return visitor


def test_the_password_alone_opens_nothing_any_more(app: Flask, browser: Visitor) -> None:
    phone, _ = set_up(browser)
    visitor = half(app)
    assert visitor.get("/").status_code == 303
    assert visitor.post("/login/second", code="000000").status_code == 422
    assert visitor.get("/").status_code == 303
    answer = visitor.post("/login/second", code=phone.code())
    assert (answer.status_code, answer.location) == (303, "/report")
    assert visitor.get("/").status_code == 200
    assert "by password and code" in visitor.text("/profile/sessions")


def test_the_secret_is_shown_until_its_first_code_was_right(browser: Visitor) -> None:
    browser.post(f"{PAGE}/app")
    picture = browser.get(f"{PAGE}/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert "script" not in picture.text
    phone = Phone(browser.text(PAGE))
    assert browser.post(f"{PAGE}/app/code", code="12345").status_code == 422
    assert SECRET.search(browser.text(PAGE)), "a mistyped code begins nothing anew"
    browser.post(f"{PAGE}/app/code", code=phone.code())
    assert not SECRET.search(browser.text(PAGE))
    assert browser.get(f"{PAGE}/qr.svg").status_code == 404


def test_an_app_that_was_begun_and_left_waits_for_nobody(browser: Visitor) -> None:
    browser.post(f"{PAGE}/app")
    phone = Phone(browser.text(PAGE))
    clock.shift(timedelta(minutes=11))
    assert not SECRET.search(browser.text(PAGE))
    assert browser.get(f"{PAGE}/qr.svg").status_code == 404
    assert browser.post(f"{PAGE}/app/code", code=phone.code()).status_code == 409


def test_the_present_password_cannot_be_guessed_at_from_a_browser_left_open(browser: Visitor) -> None:
    clock.shift(timedelta(minutes=11))
    browser.get(PAGE)
    answers = [browser.post(f"{PAGE}/app", current=f"guess {each}").status_code for each in range(11)]
    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_phone_may_be_half_a_minute_wrong(app: Flask, browser: Visitor, steps: int, status: int) -> None:
    phone, _ = set_up(browser)
    clock.shift(timedelta(minutes=5))
    assert half(app).post("/login/second", code=phone.code(steps)).status_code == status


def test_a_code_is_taken_once(app: Flask, browser: Visitor) -> None:
    phone, _ = set_up(browser)
    first, second = half(app), half(app)
    code = phone.code()
    assert first.post("/login/second", code=code).status_code == 303
    assert second.post("/login/second", code=code).status_code == 422
    assert second.post("/login/second", code=phone.code(-1)).status_code == 422, "nor an older one"


def test_guessing_codes_is_slowed_down(app: Flask, browser: Visitor) -> None:
    phone, _ = set_up(browser)
    visitor = half(app)
    tries = [visitor.post("/login/second", code=f"{number:06}").status_code for number in range(11)]
    assert tries == [422] * 10 + [429]
    assert half(app).post("/login/second", code=phone.code()).status_code == 429, "from anywhere"
    clock.shift(timedelta(minutes=5))
    assert half(app).post("/login/second", code=phone.code()).status_code == 303


def test_a_hundred_codes_a_day_are_all_that_may_be_guessed(app: Flask, browser: Visitor) -> None:
    set_up(browser)
    tried = 0
    for _ in range(12):
        visitor = half(app)
        tried += [visitor.post("/login/second", code="000000").status_code for _ in range(10)].count(422)
        clock.shift(timedelta(minutes=6))
    assert tried == 100


def test_a_half_sign_in_ends_after_ten_minutes_and_with_the_password(app: Flask, browser: Visitor) -> None:
    phone, _ = set_up(browser)
    late, other = half(app), half(app)
    browser.post("/profile/password", current=PASSWORD, password="another long one")
    assert other.post("/login/second", code=phone.code()).location == "/login"
    clock.shift(timedelta(minutes=11))
    assert late.post("/login/second", code=phone.code()).location == "/login"
    assert Visitor(app.test_client()).get("/login/second").location == "/login"


def test_codes_on_paper_sign_in_once_each_and_are_kept_as_hashes(app: Flask, browser: Visitor) -> None:
    _, codes = set_up(browser)
    assert len(set(codes)) == 10
    with reading() as session:
        kept = session.scalars(select(RecoveryCode.code_sha256)).all()
    assert not [code for code in codes if any(code.replace("-", "") in each for each in kept)]
    visitor = half(app)
    assert visitor.post("/login/second", code=f" {codes[0].upper()} ").status_code == 303
    assert "9 recovery codes are left" in visitor.text(PAGE)
    assert half(app).post("/login/second", code=codes[0]).status_code == 422


def test_new_codes_on_paper_end_those_of_before(app: Flask, browser: Visitor) -> None:
    _, codes = set_up(browser)
    fresh = ON_PAPER.findall(browser.post(f"{PAGE}/codes").text)
    assert len(fresh) == 10
    assert half(app).post("/login/second", code=codes[0]).status_code == 422
    assert half(app).post("/login/second", code=fresh[0]).status_code == 303


def test_whoever_signed_in_a_while_ago_types_the_password_again(browser: Visitor) -> None:
    set_up(browser)
    clock.shift(timedelta(minutes=10))
    for path in (f"{PAGE}/codes", f"{PAGE}/app/removal"):
        assert browser.post(path).status_code == 422
        assert browser.post(path, current="wrong").status_code == 422
    assert "Present password" in browser.text(PAGE)
    assert browser.post(f"{PAGE}/app/removal", current=PASSWORD).status_code == 303
    with reading() as session:
        assert session.query(Authenticator).count() == session.query(RecoveryCode).count() == 0


def test_a_first_factor_signs_out_whoever_has_shown_none(desk: Desk, browser: Visitor) -> None:
    elsewhere = desk.visitor()
    set_up(browser)
    assert elsewhere.get("/").status_code == 303
    assert browser.get("/").status_code == 200


def test_an_owner_takes_a_colleagues_factor_away_and_it_is_told_by_mail(
    desk: Desk, browser: Visitor, smtp_sink: SmtpSink
) -> None:
    connect(desk, smtp_sink)
    set_up(browser)
    owner = desk.visitor("owner")
    assert "with second factor" in owner.text("/settings/people")
    assert owner.post(f"/settings/people/{desk.agent}/second-factor/removal").status_code == 303
    assert browser.get("/").status_code == 303
    assert desk.visitor("agent").get("/").status_code == 200
    assert "Owner Li took the second factor of Agent Li away." in owner.text("/settings/people")
    (letter,) = posted(smtp_sink)
    assert letter.to[0].email == "agent@shop.example"
    assert "Owner Li has taken away the second factor" in letter.text
    assert owner.post(f"/settings/people/{desk.owner}/second-factor/removal").status_code == 409
    lead = desk.visitor("lead")
    assert lead.post(f"/settings/people/{desk.agent}/second-factor/removal").status_code == 403


def force() -> None:
    with transaction() as session:
        session.add(Shop(id=1, second_factor_forced=True))


def test_where_it_is_wanted_a_lead_can_do_nothing_before_it_is_set_up(desk: Desk, app: Flask) -> None:
    lead, agent = desk.visitor("lead"), desk.visitor("agent")
    force()
    assert agent.get("/").status_code == 200, "it is wanted of leads and owners"
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if any(hasattr(view, mark) for mark in ("is_public", "without_factor", "is_quick")):
            continue
        if rule.endpoint in ("static", "files.frame_image") or rule.endpoint.startswith("api."):
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = lead.get(address(rule)) if method == "GET" else lead.post(address(rule))
            if method == "GET":
                assert (answer.status_code, answer.location) == (303, PAGE), rule
            else:
                assert answer.status_code in (400, 403), rule
    page = lead.text(PAGE)
    assert "This shop wants a second factor of leads and owners" in page
    set_up(lead)
    assert lead.get("/").status_code == 200


def test_the_switch_is_the_owners(desk: Desk) -> None:
    owner, lead = desk.visitor("owner"), desk.visitor("lead")
    assert lead.post("/settings/people/second-factor", forced="yes").status_code == 403
    assert owner.post("/settings/people/second-factor", forced="yes").status_code == 303
    assert owner.get("/").location == PAGE
    set_up(owner)
    page = owner.text("/settings/people")
    assert "Owner Li wants a second factor of leads and owners from now on." in page
    owner.post("/settings/people/second-factor")
    assert lead.get("/").status_code == 200


def test_of_two_with_the_same_code_at_once_one_wins(app: Flask, desk: Desk) -> None:
    with transaction() as session:
        agent = session.get_one(Agent, desk.agent)
        second_factor.begin_app(session, current_desk(), agent, at=clock.now())
        secret = second_factor.shown_secret(session, current_desk(), agent.id, at=clock.now())
        assert secret is not None
        code = pyotp.TOTP(secret).at(clock.now())
        second_factor.confirm_app(session, current_desk(), agent, code, at=clock.now())
        assert not second_factor.is_right(session, current_desk(), agent, code, at=clock.now())


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238 appendix B, its SHA-1 column, last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        at = clock.now().fromtimestamp(seconds, tz=clock.now().tzinfo)
        assert one_time_codes.step_of(secret, code, at=at) == seconds // 30
