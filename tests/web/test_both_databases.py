"""Every page on both databases: what SQLite forgives, PostgreSQL may not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import outbox
from helpdesk.queries.queue import Queue
from tests.web.conftest import PNG, Desk, letter, on


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from on(database_url, tmp_path)


def test_every_page_is_shown(desk: Desk) -> None:
    owner = desk.visitor("owner")
    number = desk.receive(letter(html="<p>hi</p>", file=("cup.png", "image/png", PNG)))
    desk.park()
    clock.shift(timedelta(hours=1))
    desk.end_sending(desk.reply(number), outbox.mark_unknown)
    form = {"amount": "10", "currency": "CNY", "method": "alipay", "reference": "a"}
    assert owner.post(f"/tickets/{number}/refunds", **form).status_code == 303
    for queue in Queue:
        assert owner.get(f"/?queue={queue}").status_code == 200
        assert owner.get(f"/?queue={queue}&after=1790000000000000-9").status_code == 200
    pages = [
        "/queue/rows",
        "/?queue=all&after=1790000000000000-9",
        "/report",
        "/failed",
        "/received/2",
        "/profile",
    ]
    pages += [
        f"/tickets/{number}",
        f"/tickets/{number}/entries",
        "/attachments/1",
        "/entries/1/html",
        "/readyz",
    ]
    for path in pages:
        assert owner.get(path).status_code == 200, path
    assert "#1" in owner.text("/?queue=all&after=1900000000000000-9")


def test_a_nul_in_a_form_or_address_is_refused_and_changes_nothing(desk: Desk) -> None:
    agent = desk.visitor("agent")
    number = desk.receive()
    before = len(desk.entries(number))

    assert agent.post(f"/tickets/{number}/entries", kind="note", text="a\0b").status_code == 400
    assert agent.post("/login", email="a\0b", password="x").status_code == 400
    assert agent.get("/?queue=%00").status_code == 400
    assert len(desk.entries(number)) == before


@pytest.mark.parametrize(("field", "length"), [("name", 81), ("imap_host", 256), ("username", 321)])
def test_a_mailbox_field_that_no_column_holds_is_refused_with_a_sentence(
    desk: Desk, field: str, length: int
) -> None:
    form = {
        "name": "second",
        "address": "a@shop.example",
        "password": "secret",
        "imap_host": "imap.example",
        "imap_port": "993",
        "imap_tls": "tls",
        "smtp_host": "smtp.example",
        "smtp_port": "465",
        "smtp_tls": "tls",
    }
    answer = desk.visitor("owner").post("/settings/mailboxes/new", **form | {field: "x" * length})

    assert answer.status_code == 422
    assert f"At most {length - 1} characters fit here" in answer.get_data(as_text=True)


def test_an_address_longer_than_any_is_none(desk: Desk) -> None:
    stranger, lead = desk.visitor("agent"), desk.visitor("owner")
    for email in ("a" * 320 + "@b.example", "a@" + "b." * 300 + "example"):
        typed = {"name": "Eve", "email": email, "order_no": "A-1", "words": ""}
        assert stranger.post("/withdraw/confirmation", **typed).status_code == 422
        assert stranger.post("/claim", email=email, order_no="A-1").status_code == 200
        lead.get("/settings/inside")
        person = {"name": "Depot", "role": "warehouse", "locale": "en"}
        assert lead.post("/settings/inside/contacts", email=email, **person).status_code == 422
