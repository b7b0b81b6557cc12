"""Pages while the database is away: 503 in the reader's language, and no trace in the log."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.db import db
from tests.app import make_app
from tests.web.conftest import Client

pytestmark = pytest.mark.trust
SURVEY = "/b/survey/MQ.x"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The product over a database whose tables are missing."""
    app = make_app(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path / "data")
    app.test_client_class = Client
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Our database does not answer"), ("zh-CN", "数据库暂时没有响应")]
)
def test_the_page_says_it_in_the_readers_language(
    app: Flask, language: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = app.test_client()
    token = (
        browser.get("/login").get_data(as_text=True).partition('name="csrf_token" value="')[2].split('"')[0]
    )

    with caplog.at_level(logging.ERROR):
        answer = browser.post(
            "/login",
            data={"csrf_token": token, "email": "a@shop.example", "password": "whatever it is"},
            headers={"Accept-Language": language},
        )

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert words in answer.get_data(as_text=True)
    (line,) = caplog.records
    assert line.exc_info is None
    assert "helpdesk db upgrade" in line.message


def test_a_poll_of_an_open_page_gets_the_bare_status(app: Flask) -> None:
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = "1.key"

    answer = browser.get("/queue/rows", headers={"X-Live": "1"})

    assert (answer.status_code, answer.get_data()) == (503, b"")
    assert browser.get("/").status_code == 503


def test_the_load_balancer_is_told(app: Flask) -> None:
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").status_code == 503
