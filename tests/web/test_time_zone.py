"""One shop, one calendar: letters and pages name the same day."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.db import db, reading, transaction
from helpdesk.models import Entry
from helpdesk.rules.policy_shipped import preset_text
from helpdesk.workers import chaser
from tests.actions.bare import activate
from tests.app import make_app
from tests.web.conftest import Client, Desk

EVENING = datetime.fromisoformat("2026-06-01T17:30:00+00:00")  # 01:30 of the next day in Shanghai


@pytest.fixture
def app(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    clock.shift(EVENING - clock.now())
    app = make_app(sqlite_url, tmp_path / "data", TIMEZONE=getattr(request, "param", "Asia/Shanghai"))
    app.test_client_class = Client
    with app.app_context():
        yield app
        db.engine.dispose()
    clock.reset()


def opened(desk: Desk, zone_of_browser: str = "") -> str:
    """When the ticket was opened, as its page says."""
    browser = desk.visitor()
    if zone_of_browser:
        browser.client.set_cookie("helpdesk_zone", zone_of_browser)
    said = re.search(r"Opened ([^<]+)<", browser.text(f"/tickets/{desk.receive()}"))
    assert said is not None
    return said[1]


def test_a_page_shows_times_of_the_shop_wherever_it_is_read(desk: Desk) -> None:
    assert opened(desk, "America/New_York") == "2 Jun 2026, 01:30"


@pytest.mark.parametrize("app", [""], indirect=True)
def test_without_a_setting_it_is_the_zone_of_the_policy(desk: Desk) -> None:
    with transaction() as session:
        activate(session, preset_text("cn-shop"))
    assert opened(desk, "America/New_York") == "2 Jun 2026, 01:30"


@pytest.mark.parametrize("app", ["Europe/Berlin"], indirect=True)
def test_a_setting_goes_before_the_policy(desk: Desk) -> None:
    with transaction() as session:
        activate(session, preset_text("cn-shop"))
    assert opened(desk) == "1 Jun 2026, 19:30"


@pytest.mark.parametrize("app", [""], indirect=True)
def test_without_either_it_is_the_zone_of_this_machine(desk: Desk) -> None:
    here = clock.now().astimezone()
    assert opened(desk, "America/New_York") == f"{here.day} {here:%b %Y, %H:%M}"


@pytest.mark.parametrize("app", [""], indirect=True)
def test_a_letter_and_the_page_of_its_refund_name_the_same_day(desk: Desk) -> None:
    with transaction() as session:
        activate(session, preset_text("cn-shop"))
    number = desk.receive()
    form = {"amount": "10", "currency": "CNY", "method": "alipay", "reference": "a"}
    browser = desk.visitor()
    assert browser.post(f"/tickets/{number}/refunds", **form).status_code == 303
    assert "paid 2 Jun 2026, expected by" in browser.text(f"/tickets/{number}")
    clock.shift(timedelta(days=5))
    assert chaser.chase() == 1
    with reading() as session:
        assert "2 June 2026" in session.query(Entry).filter_by(verb="arrival_check").one().facts["text"]


def test_a_letter_names_the_day_that_it_was_at_the_shop(desk: Desk) -> None:
    number = desk.receive()
    form = {"amount": "10", "currency": "CNY", "method": "alipay", "reference": "a"}
    assert desk.visitor().post(f"/tickets/{number}/refunds", **form).status_code == 303
    clock.shift(timedelta(days=3))
    assert chaser.chase() == 1
    with reading() as session:
        asked = session.query(Entry).filter_by(verb="arrival_check").one()
        assert "2 June 2026" in asked.facts["text"]
