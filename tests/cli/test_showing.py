"""`tickets`, `ticket`, `export`, `verify`: what others script against."""

import json

import pytest
from sqlalchemy import text

from helpdesk.current import current_desk
from helpdesk.db import db, transaction
from tests.cli.conftest import Run
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.flows
TICKET_KEYS = {
    "number", "subject", "state", "waiting_on", "buyer", "buyer_name", "assignee", "locale", "follows",
    "created_at", "updated_at",
}  # fmt: skip
ENTRY_KEYS = {
    "ticket", "seq", "kind", "verb", "actor", "actor_name", "at", "from", "to", "subject", "text", "new",
    "quoted", "message_id", "references", "raw_sha256", "outbox", "attachments", "facts", "hash",
}  # fmt: skip
FILE_KEYS = {"name", "type", "size", "sha256", "inline"}


@pytest.fixture
def told(shop: Shop) -> Shop:
    """A shop with two tickets, an answer and a photo."""
    shop.receive(mail(photo=True), mail("Hello", sender="bob@else.example", charset="utf-8"))
    shop.reply()
    shop.send()
    return shop


@pytest.mark.usefixtures("told")
def test_tickets_as_json_has_one_ticket_on_each_line(run: Run) -> None:
    rows = [json.loads(line) for line in run("tickets", "--json").stdout.splitlines()]

    assert [row["number"] for row in rows] == [1, 2]
    assert set(rows[0]) >= TICKET_KEYS
    assert rows[0]["buyer"] == "li@buyer.example"


@pytest.mark.usefixtures("told")
def test_a_ticket_as_json_holds_all_of_it(run: Run) -> None:
    ticket = json.loads(run("ticket", "1", "--json").stdout)

    assert set(ticket) >= TICKET_KEYS | {"entries"}
    assert all(set(entry) >= ENTRY_KEYS for entry in ticket["entries"])
    received, replied = ticket["entries"][0], next(e for e in ticket["entries"] if e["verb"] == "replied")
    assert set(received["attachments"][0]) >= FILE_KEYS
    assert (replied["actor_name"], replied["outbox"]) == ("Ann", "sent")


@pytest.mark.usefixtures("told")
def test_export_has_every_entry_of_every_ticket(run: Run) -> None:
    rows = [json.loads(line) for line in run("export", "--json").stdout.splitlines()]

    assert {row["ticket"] for row in rows} == {1, 2}
    assert rows[0] == json.loads(run("ticket", "1", "--json").stdout)["entries"][0]
    assert run("export").stdout == run("export", "--json").stdout


@pytest.mark.usefixtures("told")
def test_people_can_read_it_too(run: Run) -> None:
    assert "li@buyer.example" in run("tickets").stdout
    shown = run("ticket", "1").stdout
    assert "#1  申请退款\nwaiting for the buyer · 李梅 <li@buyer.example> · Ann · support\n" in shown
    assert "李梅 wrote · li@buyer.example · sender not verified\n      衣服有破损，我想退款。\n" in shown
    assert "+ damage.png (image/png" in shown
    assert "Ann answered · handed over\n" in shown


def test_the_money_of_a_ticket_is_said_in_words(told: Shop, run: Run) -> None:
    told.refund(2, amount="14.90")

    shown = run("ticket", "2").stdout
    assert "refund of CN¥14.90 by Alipay, reference 2026112200001: " in shown
    assert "Ann recorded a refund of CN¥14.90 by Alipay, reference 2026112200001" in shown
    assert "the buyer is asked if the money arrived" in shown


@pytest.mark.parametrize("number", ["3", "99999999999"])
@pytest.mark.usefixtures("told")
def test_a_ticket_that_is_not_there_is_an_error_with_a_sentence(run: Run, number: str) -> None:
    answer = run("ticket", number, "--json")

    assert (answer.exit_code, answer.stderr) == (1, f"Error: there is no ticket {number}\n")


@pytest.mark.trust
@pytest.mark.usefixtures("told")
def test_verify_finds_nothing_wrong_with_an_untouched_shop(run: Run) -> None:
    answer = run("verify", "--json")

    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["problems"] == []
    assert json.loads(answer.stdout)["tickets"] == 2


@pytest.mark.trust
@pytest.mark.parametrize(
    ("tampering", "problem"),
    [
        (
            "UPDATE entry SET verb = 'noted' WHERE ticket_id = 1 AND seq = 2",
            "entry 2 of ticket 1 was changed",
        ),
        ("UPDATE entry SET seq = 99 WHERE ticket_id = 1 AND seq = 2", "entry 2 of ticket 1 is missing"),
        (
            "UPDATE entry SET ticket_id = 2, seq = 9 WHERE ticket_id = 1 "
            "AND seq = (SELECT last_seq FROM ticket WHERE id = 1)",
            "the newest entries of ticket 1 are missing",
        ),
        (
            "UPDATE entry_payload SET facts = '{}' WHERE entry_id = 1",
            "the words of entry 1 of ticket 1 were changed",
        ),
        ("UPDATE ticket SET head_hash = 'x' WHERE id = 2", "the newest entries of ticket 2 are missing"),
        ("DELETE FROM entry_payload WHERE entry_id = 1", "the words of entry 1 of ticket 1 are missing"),
        (
            "UPDATE attachment SET filename = 'else.png'",
            "the files of entry 1 of ticket 1 are not those that it names",
        ),
        ("UPDATE attachment SET size = 1", "the files of entry 1 of ticket 1 are not those that it names"),
        (
            f"UPDATE attachment SET sha256 = '{64 * 'a'}'",
            "the files of entry 1 of ticket 1 are not those that it names",
        ),
        ("DELETE FROM attachment", "the files of entry 1 of ticket 1 are not those that it names"),
        (
            "UPDATE outbox_message SET message_id = 'other@shop.example' WHERE ticket_id = 1 AND automatic",
            "the message of entry 2 of ticket 1 is not the one that it names",
        ),
        (
            "DELETE FROM outbox_message WHERE ticket_id = 1 AND automatic",
            "the message of entry 2 of ticket 1 is not the one that it names",
        ),
        (
            "UPDATE received_message SET sha256 = (SELECT sha256 FROM attachment) WHERE id = 1",
            "the received message of entry 1 of ticket 1 is not the one that it names",
        ),
        (
            "UPDATE received_message SET entry_id = NULL WHERE id = 2",
            "received message 2 is filed without its entry",
        ),
        (
            "UPDATE received_message SET ticket_id = 1 WHERE id = 2",
            "received message 2 is filed without its entry",
        ),
    ],
    ids=[
        "edited",
        "taken out",
        "tail cut",
        "words",
        "head",
        "words gone",
        "file renamed",
        "file shortened",
        "file exchanged",
        "file gone",
        "message exchanged",
        "message gone",
        "mail exchanged",
        "no entry",
        "entry of another ticket",
    ],
)
@pytest.mark.usefixtures("told")
def test_verify_names_the_first_bad_entry_with_exit_1(run: Run, tampering: str, problem: str) -> None:
    tamper(tampering)

    answer = run("verify")

    assert answer.exit_code == 1
    assert answer.stderr.splitlines()[0].strip() == problem


@pytest.mark.trust
@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_verify_finds_a_blob_that_is_not_what_it_was(told: Shop, run: Run, damage: str) -> None:
    sha256 = told.ticket()["entries"][0]["attachments"][0]["sha256"]
    path = current_desk().blobs.path(sha256)
    path.unlink() if damage == "missing" else path.write_bytes(b"x")

    answer = run("verify", "--json")

    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["problems"] == [f"blob {sha256} is {damage}"]


@pytest.mark.trust
@pytest.mark.usefixtures("told")
def test_verify_names_the_first_bad_entry_of_each_ticket(run: Run) -> None:
    tamper(
        "UPDATE entry SET verb = 'noted' WHERE seq = 2",
        "UPDATE entry_payload SET facts = '{}' WHERE entry_id IN (SELECT id FROM entry WHERE ticket_id = 1)",
    )

    assert json.loads(run("verify", "--json").stdout)["problems"] == [
        "the words of entry 1 of ticket 1 were changed",
        "entry 2 of ticket 2 was changed",
    ]


def tamper(*statements: str) -> None:
    """As somebody who owns the database: without the triggers."""
    with transaction() as session:
        if db.engine.dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER entry_refuses_update"))
        else:
            session.execute(text("DROP TRIGGER entry_refuses_change ON entry"))
        for statement in statements:
            session.execute(text(statement))
