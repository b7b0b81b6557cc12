"""`helpdesk sandbox` at a terminal, beside a desk that uses the same bank."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.current import SETTINGS
from helpdesk.demo import passing
from helpdesk.gateways.configured import gateways
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Answer, Gateway, Instruction, Notice, Outcome
from tests.app import make_app
from tests.cli.conftest import Run

pytestmark = pytest.mark.money

Pay = Callable[..., Answer]


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Flask:
    return make_app(sqlite_url, tmp_path, SANDBOX="1")


@pytest.fixture
def gateway(app: Flask) -> Gateway:
    """The desk's own, in the same data folder."""
    return gateways(app.extensions[SETTINGS], now=clock.now).for_payment("alipay")


@pytest.fixture
def pay(gateway: Gateway) -> Pay:
    def submit(key: str = "R-1", minor: int = 2_500) -> Answer:
        asked = Instruction(
            key=key, amount=Money(minor, "CNY"), captured=Money(10_000, "CNY"), payment="pay-1"
        )
        return gateway.submit(asked)

    return submit


def book(run: Run) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run("sandbox", "show", "--json").output)
    return told


def test_without_the_setting_there_is_no_sandbox(run: Run, app: Flask) -> None:
    app.extensions[SETTINGS] = replace(app.extensions[SETTINGS], sandbox=False)
    for command in (("show",), ("next", "late"), ("settle", "R-1"), ("reverse", "R-1")):
        refused = run("sandbox", *command)
        assert refused.exit_code == 2
        assert "HELPDESK_SANDBOX=1" in refused.stderr


def test_the_help_teaches_without_the_setting(run: Run) -> None:
    told = run("sandbox", "next", "--help").output

    assert "the money leaves, and the desk gets no answer" in told


def test_what_is_ordered_happens_to_the_desks_next_call(run: Run, pay: Pay) -> None:
    assert run("sandbox", "next", "lose-answer").exit_code == 0
    run("sandbox", "next", "decline", "--times", "2")

    assert book(run)["next"] == ["lose-answer", "decline", "decline"]
    assert pay().outcome is Outcome.UNKNOWN
    assert [pay(key).outcome for key in ("R-2", "R-3")] == [Outcome.FAILED, Outcome.SUCCEEDED]
    assert "ordered to go wrong: nothing" in run("sandbox", "show").output


def test_the_book_shows_a_desk_that_overpays(run: Run, pay: Pay) -> None:
    pay("R-1", 6_000)
    pay("R-1", 6_000)
    assert "pay-1: 60.00 CNY have left of 100.00 CNY\n" in run("sandbox", "show").output

    pay("R-2", 6_000)
    shown = run("sandbox", "show").output
    assert "pay-1: 120.00 CNY have left of 100.00 CNY: MORE THAN WAS PAID" in shown
    assert "R-1" in shown
    told = book(run)
    assert told["payments"] == [
        {"payment": "pay-1", "currency": "CNY", "paid_back_minor": 12_000, "captured_minor": 10_000,
         "too_much": True}
    ]  # fmt: skip
    assert [(each["key"], each["asked"]) for each in told["refunds"]] == [("R-1", 2), ("R-2", 1)]


def test_a_late_refund_is_settled_and_reversed_by_its_key(run: Run, pay: Pay, gateway: Gateway) -> None:
    run("sandbox", "next", "late")
    ref = pay().gateway_ref

    assert run("sandbox", "settle", "R-1").output == "R-1: succeeded, 25.00 CNY\n"
    assert run("sandbox", "reverse", ref).output == "R-1: reversed, 25.00 CNY\n"
    refused = run("sandbox", "settle", "R-1")
    assert refused.exit_code == 1
    assert refused.stderr == "Error: refund R-1 is reversed: it is not under way\n"


@pytest.mark.parametrize(
    "wrong",
    [("late", "--after", "soon"), ("decline", "--after", "2h"), ("explode",), ("late", "--times", "0")],
)
def test_wrong_use_is_told(run: Run, gateway: Gateway, wrong: tuple[str, ...]) -> None:
    assert run("sandbox", "next", *wrong).exit_code == 2
    assert book(run)["next"] == []


def test_a_refund_past_the_desk_has_no_key(run: Run, gateway: Gateway) -> None:
    assert run("sandbox", "outside", "pay-1", "12.50", "eur").exit_code == 0
    assert book(run)["refunds"][0]["key"] == ""
    refused = run("sandbox", "outside", "pay-1", "3.001", "eur")
    assert refused.exit_code == 1
    assert "EUR has 2 digits after the point" in refused.stderr


class Listening:
    """The desk's page for webhooks, as far as the line goes."""

    def __init__(self, gateway: Gateway) -> None:
        self.heard: list[Notice | None] = []
        self.status = 200
        listening = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                notice = gateway.verify_webhook(dict(self.headers.items()), body, at=clock.now())
                listening.heard.append(notice)
                self.send_response(listening.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """The tests look at `heard`."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/webhooks/sandbox"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


@pytest.fixture
def desk(gateway: Gateway) -> Iterator[Listening]:
    listening = Listening(gateway)
    yield listening
    listening.stop()


def test_webhooks_are_told_twice_shuffled_and_then_no_more(run: Run, pay: Pay, desk: Listening) -> None:
    for number in range(4):
        pay(f"R-{number}")

    sent = run("sandbox", "webhooks", "--to", desk.address, "--duplicate", "--shuffle")
    assert sent.exit_code == 0
    assert len(sent.output.splitlines()) == 8
    assert sorted(each.key for each in desk.heard if each) == [f"R-{n // 2}" for n in range(8)]
    assert book(run)["webhooks_not_sent"] == 0
    assert "nothing to tell" in run("sandbox", "webhooks", "--to", desk.address).stderr


def test_what_the_desk_does_not_take_stays_to_be_told(run: Run, pay: Pay, desk: Listening) -> None:
    pay()
    desk.status = 503

    assert run("sandbox", "webhooks", "--to", desk.address).exit_code == 1
    desk.status = 200
    told = run("sandbox", "webhooks", "--to", desk.address, "--json")
    assert json.loads(told.output) == {"event": 1, "answer": "200"}


def test_a_desk_that_is_not_there_is_said(run: Run, pay: Pay, desk: Listening) -> None:
    pay()
    desk.stop()
    away = run("sandbox", "webhooks", "--to", desk.address)

    assert away.exit_code == 1
    assert "ConnectionError" in away.output
    assert run("sandbox", "webhooks", "--to", "desk.example").exit_code == 2


def test_a_demo_whose_clock_was_moved_is_told_at_its_own_time(
    run: Run, pay: Pay, desk: Listening, tmp_path: Path
) -> None:
    """The command is a process of its own: what it signs is as old as the desk thinks it is."""
    pay()
    (tmp_path / "demo").mkdir()
    passing.let_pass(tmp_path / "demo", timedelta(days=3))
    moved = clock.now()
    clock.reset()
    sent = run("sandbox", "webhooks", "--to", desk.address)

    assert sent.output == "event 1: 200\n"
    assert clock.now() >= moved
