"""`helpdesk seed` at the terminal: what it says, and which desks it leaves alone."""

import json
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from helpdesk.db import db, reading
from helpdesk.demo import telling
from helpdesk.models import Agent, ReceivedMessage, Ticket
from tests.app import make_app
from tests.cli.conftest import Run
from tests.demo import seeded

pytestmark = pytest.mark.flows


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "tell", partial(telling.tell, stories=seeded.FEW))


def test_the_command_says_what_it_made(run: Run, few: None) -> None:
    told = run("seed", "--tickets", "12", "--until", "2026-11-20", "--json")
    assert told.exit_code == 0, told.output
    counts = json.loads(told.stdout)
    assert (counts["tickets"], counts["until"]) == (12, "2026-11-20")
    with reading() as session:
        assert (
            session.scalar(select(func.count()).select_from(ReceivedMessage)) == counts["messages received"]
        )
        assert session.scalar(select(Agent.email).where(Agent.email == counts["email"]))
    assert run("verify").exit_code == 0


def test_a_desk_with_tickets_is_left_alone(run: Run, few: None) -> None:
    assert run("seed", "--tickets", "12").exit_code == 0
    refused = run("seed", "--tickets", "12")
    assert refused.exit_code == 1
    assert "has tickets or orders already" in refused.output
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 12


def test_a_desk_with_a_mailbox_in_use_is_left_alone(run: Run, shop: object, few: None) -> None:
    refused = run("seed", "--tickets", "12")
    assert refused.exit_code == 1
    assert "support@shop.example is read and written from here" in refused.output


def test_a_desk_that_moves_money_is_left_alone(database_url: str, tmp_path: Path, few: None) -> None:
    app = make_app(database_url, tmp_path / "data", STRIPE_KEY="sk_test_1", STRIPE_WEBHOOK_SECRET="w")
    with app.app_context():
        refused = app.test_cli_runner().invoke(args=["seed", "--tickets", "12"])
        db.engine.dispose()
    assert refused.exit_code == 1
    assert "moves real money (stripe)" in refused.output
