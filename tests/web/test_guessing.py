"""Who guesses passwords is slowed down; who works here is not kept out by it."""

import pytest
from flask import Flask

from helpdesk.web import limits
from tests.app import make_app
from tests.web.conftest import PASSWORD, Client, Desk, Visitor

pytestmark = pytest.mark.trust
OWNER = "owner@shop.example"


class Elsewhere(Visitor):
    """A browser at another address."""

    def __init__(self, app: Flask, address: str) -> None:
        super().__init__(app.test_client())
        self.client.environ_base["REMOTE_ADDR"] = address


def guess(visitor: Visitor, times: int, email: str = OWNER) -> list[int]:
    visitor.get("/login")
    return [visitor.post("/login", email=email, password="x").status_code for _ in range(times)]


def test_a_guesser_at_one_address_locks_nobody_out_at_another(desk: Desk, app: Flask) -> None:
    assert guess(Elsewhere(app, "198.51.100.1"), 11)[-1] == 429
    assert Elsewhere(app, "203.0.113.7").sign_in(OWNER).status_code == 303


def test_guessers_at_many_addresses_are_slowed_down_together(desk: Desk, app: Flask) -> None:
    answers = [guess(Elsewhere(app, f"198.51.100.{at}"), 10) for at in range(1, 6)]
    assert {status for each in answers for status in each} == {422}
    assert guess(Elsewhere(app, "198.51.100.99"), 1) == [429]


def test_a_known_browser_gets_in_though_its_address_is_used_up(desk: Desk, app: Flask) -> None:
    owner = desk.visitor("owner")
    owner.post("/logout")
    stranger = Visitor(app.test_client())
    for number in range(limits.BY_ADDRESS):
        guess(stranger, 1, f"{number}@shop.example")
    assert guess(stranger, 1, "new@shop.example") == [429]
    assert owner.sign_in(OWNER).status_code == 303


def test_behind_a_proxy_that_is_not_known_one_guesser_does_not_lock_all_out(
    desk: Desk, app: Flask, tmp_path: object
) -> None:
    behind = make_app(
        app.config["SQLALCHEMY_DATABASE_URI"],
        app.extensions["helpdesk.settings"].data_dir,
        BASE_URL="https://x.example",
    )
    behind.test_client_class = Client
    https = {"base_url": "https://x.example"}
    guesser = Visitor(behind.test_client())
    with behind.app_context():
        guesser.get("/login", **https)
        for number in range(limits.BY_ADDRESS + 1):
            form = {"email": f"{number}@shop.example", "password": "x", "options": https}
            assert guesser.post("/login", **form).status_code == 422
        lead = Visitor(behind.test_client())
        lead.get("/login", **https)
        answer = lead.post("/login", email="lead@shop.example", password=PASSWORD, options=https)
        assert answer.status_code == 303


def test_whoever_tried_too_often_sees_the_form_again_with_the_address(desk: Desk, stranger: Visitor) -> None:
    guess(stranger, 10)
    answer = stranger.post("/login", email=OWNER, password="x", next="/report")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    assert "Too many tries. Wait five minutes." in answer.text
    assert f'value="{OWNER}"' in answer.text
    assert 'value="/report"' in answer.text
    assert "To the tickets" not in answer.text


def test_the_sign_in_begins_where_something_is_to_be_typed(desk: Desk, stranger: Visitor) -> None:
    page = stranger.text("/login")
    assert "E-mail address" in page
    assert 'autocomplete="username" autofocus' in page or 'value="" autofocus' in page
    again = stranger.post("/login", email=OWNER, password="x").text
    assert again.count("autofocus") == 1
    assert 'type="password" value="" autofocus' in again


def test_a_stranger_who_is_lost_is_shown_the_sign_in_and_a_buyer_is_not(
    desk: Desk, stranger: Visitor
) -> None:
    assert 'href="/login"' in stranger.text("/no-such-page")
    assert 'href="/login"' not in stranger.text("/b/no-such-page")
