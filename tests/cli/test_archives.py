"""An imported archive stands where its own time puts it, and does not wait for an answer."""

import json
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from helpdesk import clock
from helpdesk.db import reading
from helpdesk.queries import queue
from helpdesk.queries.queue import Queue
from tests.cli.conftest import Run
from tests.letterbox import mail
from tests.shop import MONDAY, Shop

pytestmark = pytest.mark.flows


def came(days: float, text: str = "衣服有破损", **words: str) -> bytes:
    """A mail that the server of the archive got so many days ago, whatever its Date says."""
    at = format_datetime(MONDAY - timedelta(days=days))
    return mail(text, headers=(("Received", f"from a by b with SMTP; {at}"),), **words)


def imported(
    run: Run, folder: Path, *raws: bytes, options: tuple[str, ...] = ("--archive",)
) -> list[dict[str, Any]]:
    """The tickets after an import of these mails, in their order."""
    folder.mkdir(exist_ok=True)
    for number, raw in enumerate(raws):
        (folder / f"{number}.eml").write_bytes(raw)
    done = run("import", *options, str(folder))
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in run("tickets", "--json").stdout.splitlines()]


def verbs(run: Run, number: int = 1) -> list[str]:
    ticket = json.loads(run("ticket", str(number), "--json").stdout)
    return [entry["verb"] for entry in ticket["entries"]]


def ours() -> queue.Page:
    with reading() as session:
        return queue.page(session, Queue.OURS, queue.Reader(agent_id=1, at=clock.now()))


def ago(days: float) -> str:
    return (MONDAY - timedelta(days=days)).isoformat()


def test_a_ticket_stands_at_the_time_of_its_mail(run: Run, tmp_path: Path) -> None:
    root = came(5, message_id="root@buyer.example")
    (ticket,) = imported(run, tmp_path, root, came(3, "und?", in_reply_to="root@buyer.example"))

    assert (ticket["created_at"], ticket["updated_at"], ticket["state"]) == (ago(5), ago(3), "new")
    (row,) = ours().rows
    assert row.unanswered_since == MONDAY - timedelta(days=5)


def test_an_entry_is_from_the_moment_when_it_was_written(run: Run, tmp_path: Path) -> None:
    imported(run, tmp_path, came(5))

    entry = json.loads(run("ticket", "1", "--json").stdout)["entries"][0]
    assert entry["at"] >= MONDAY.isoformat()
    assert run("verify").exit_code == 0


def test_old_mail_waits_for_nobody(run: Run, tmp_path: Path) -> None:
    tickets = imported(run, tmp_path, came(400, subject="old"), came(13, subject="young"))

    assert [(ticket["state"], ticket["updated_at"]) for ticket in tickets] == [
        ("solved", ago(400)),
        ("new", ago(13)),
    ]
    assert verbs(run, 1) == ["received", "moved"]
    assert [row.subject for row in ours().rows] == ["young"]


@pytest.mark.parametrize("options", [(), ("--answer",)], ids=["plain", "answered"])
def test_mail_that_is_no_archive_waits_for_an_answer_however_old(
    run: Run, tmp_path: Path, options: tuple[str, ...]
) -> None:
    (ticket,) = imported(run, tmp_path, came(400), options=options)

    assert (ticket["state"], ticket["created_at"]) == ("new", ago(400))
    assert ("acknowledged" in verbs(run)) is bool(options)


@pytest.mark.trust
def test_only_an_archive_vouches_for_senders_that_nobody_checked(run: Run, tmp_path: Path) -> None:
    root = came(5, message_id="root@buyer.example")
    answer = came(3, "und?", in_reply_to="root@buyer.example")

    assert [ticket["follows"] for ticket in imported(run, tmp_path, root, answer, options=())] == [None, 1]


def test_an_archive_is_not_answered(run: Run, tmp_path: Path) -> None:
    assert run("import", "--archive", "--answer", str(tmp_path)).exit_code == 2


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1)], ids=["as it came", "disordered"])
def test_a_conversation_is_open_when_its_newest_mail_is_young(
    run: Run, tmp_path: Path, order: tuple[int, ...]
) -> None:
    mails = [
        came(90, message_id="root@buyer.example"),
        came(50, "und?", in_reply_to="root@buyer.example"),
        came(2, "hallo?", in_reply_to="root@buyer.example"),
    ]
    (ticket,) = imported(run, tmp_path, *(mails[number] for number in order))

    assert (ticket["state"], ticket["updated_at"]) == ("open", ago(2))


def test_a_live_ticket_is_not_opened_by_an_old_mail_of_an_archive(
    shop: Shop, run: Run, tmp_path: Path
) -> None:
    shop.receive(mail(message_id="root@buyer.example"))
    shop.reply()
    before = shop.ticket()["state"]
    (ticket,) = imported(run, tmp_path, came(30, "alt", in_reply_to="root@buyer.example"))

    assert ticket["state"] == before == "waiting"
    assert ticket["updated_at"] >= MONDAY.isoformat()


def test_a_buyer_who_writes_again_opens_an_imported_ticket(shop: Shop, run: Run, tmp_path: Path) -> None:
    imported(run, tmp_path, came(400, message_id="root@buyer.example"))
    shop.receive(mail("immer noch nicht", in_reply_to="root@buyer.example", verified="pass"))

    assert shop.ticket()["state"] == "open"
    assert len(shop.tickets()) == 1


@pytest.mark.parametrize(
    "date",
    ["Fri, 01 Jan 2100 00:00:00 +0000", "Thu, 01 Jan 1970 00:00:00 +0000", "?"],
    ids=["to come", "clock never set", "none"],
)  # fmt: skip
def test_a_time_that_cannot_be_is_now(run: Run, tmp_path: Path, date: str) -> None:
    raw = b"Date: " + date.encode() + b"\r\nFrom: li@buyer.example\r\nSubject: x\r\n\r\nhello"
    (ticket,) = imported(run, tmp_path, raw)

    assert ticket["state"] == "new"
    assert MONDAY.isoformat() <= ticket["created_at"] <= clock.now().isoformat()


def test_help_says_what_becomes_of_old_mail(run: Run) -> None:
    said = " ".join(run("import", "--help").stdout.split())

    assert "older than 14 days is solved at once" in said
    assert "--archive" in said
