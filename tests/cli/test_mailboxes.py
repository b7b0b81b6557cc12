"""`mailbox add | list | test | pause | resume | remove` and `poll --once`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import make_transient

from helpdesk import clock
from helpdesk.db import reading, transaction
from helpdesk.demo.provider import Provider
from helpdesk.models import Mailbox, MailboxGrant
from tests.cli.conftest import Run
from tests.letterbox import mail
from tests.servers.oauth import CLIENT_ID, CLIENT_SECRET, OAuthServer
from tests.shop import Shop
from tests.workers.reading import change_mailbox

ADD = {
    "--address": "help@shop.example",
    "--imap": "imap.shop.example:993",
    "--smtp": "smtp.shop.example:465",
    "--user": "help",
    "--tls": "tls",
    "--since": "now",
}


def add(run: Run, *, password: str = "secret\n", **changes: str) -> tuple[int, str]:
    options = ADD | {f"--{name}": value for name, value in changes.items()}
    told = run(
        "mailbox", "add", "shop", "--password-stdin", *(word for pair in options.items() for word in pair),
        input=password,
    )  # fmt: skip
    return told.exit_code, told.stderr


def names() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Mailbox.name)))


def test_who_adds_a_mailbox_is_told_how_to_test_it(run: Run) -> None:
    told = run("mailbox", "add", "my shop", "--password-stdin", *sum(ADD.items(), ()), input="secret\n")
    assert (
        told.output
        == "mailbox my shop: added\nSee whether mail goes round: helpdesk mailbox test 'my shop'\n"
    )


@pytest.mark.trust
def test_a_mailbox_is_added_and_its_password_is_not_readable(run: Run) -> None:
    assert add(run) == (0, "")
    with reading() as session:
        row = session.scalars(select(Mailbox)).one()
    assert (row.name, row.imap_port, row.smtp_port, row.folder) == ("shop", 993, 465, "INBOX")
    assert b"secret" not in row.password_sealed


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"address": "nobody"}, 1, "is not an address"),
        ({"imap": "imap.shop.example"}, 2, "is not like imap.example.com:993"),
        ({"smtp": "smtp.shop.example:99999"}, 2, "is not like"),
        ({"smtp": ":25"}, 2, "is not like"),
        ({"tls": "ssl"}, 2, "'none', 'starttls', 'tls'"),
        ({"since": "yesterday"}, 1, "neither now, all nor a date"),
        ({"tls": "none"}, 1, "only on this machine"),
        ({"address": "nobody", "since": "yesterday"}, 1, "address; 'yesterday' is neither now"),
        ({"since": "2026-02-30"}, 1, "neither now, all nor a date"),
        ({"password": "\n"}, 1, "the password is missing"),
        ({"password": ""}, 1, "the password is missing"),
    ],
)
def test_something_impossible_is_refused_and_nothing_is_added(
    run: Run, changes: dict[str, str], code: int, said: str
) -> None:
    exit_code, stderr = add(run, **changes)

    assert exit_code == code
    assert said in stderr
    assert names() == []


def test_a_name_is_given_once(run: Run) -> None:
    add(run)
    assert add(run) == (1, "Error: there is a mailbox called 'shop' already\n")


def test_pause_and_resume_stand_in_the_list(run: Run) -> None:
    add(run)
    assert run("mailbox", "pause", "shop").output == "mailbox shop: paused\n"
    assert " paused " in run("mailbox", "list").output
    assert run("mailbox", "resume", "shop").output == "mailbox shop: active\n"
    assert " active " in run("mailbox", "list").output
    assert run("mailbox", "pause", "nobody").exit_code == 1


def test_a_mailbox_is_not_resumed_while_another_reads_its_address(run: Run) -> None:
    add(run)
    run("mailbox", "pause", "shop")
    with transaction() as session:
        first = session.query(Mailbox).one()
        session.expunge(first)
        make_transient(first)
        first.id, first.name, first.active = None, "other", True  # type: ignore[assignment]  # a new row
        session.add(first)
    told = run("mailbox", "resume", "shop")
    assert told.exit_code == 1
    assert "the mailbox other reads" in told.output
    assert " paused " in run("mailbox", "list").output


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    provider = Provider(tmp_path / "demo", 0, 0)
    provider.start()
    yield provider
    provider.stop()


def at(provider: Provider) -> dict[str, str]:
    return {
        "address": provider.address,
        "user": provider.address,
        "imap": f"127.0.0.1:{provider.imap_port}",
        "smtp": f"127.0.0.1:{provider.smtp_port}",
        "tls": "none",
    }


def test_a_mailbox_is_tested_by_a_mail_in_a_circle(run: Run, provider: Provider) -> None:
    assert add(run, password=provider.password, **at(provider)) == (0, "")
    told = run("mailbox", "test", "shop")
    as_json = json.loads(run("mailbox", "test", "shop", "--json").stdout)

    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "mailbox shop: works")
    assert told.output.splitlines()[0].endswith(" s  IMAP: signed in, folder opened")
    assert [done["step"] for done in as_json["done"]] == ["read_login", "send_login", "send", "arrive"]
    assert as_json["failed"] is None


def test_a_test_that_fails_names_the_step_with_exit_1(run: Run, provider: Provider) -> None:
    add(run, password="wrong", **at(provider))
    told = run("mailbox", "test", "shop")
    as_json = json.loads(run("mailbox", "test", "shop", "--json").stdout)

    assert told.exit_code == 1
    assert told.output.startswith("Reading does not work (IMAP). ")
    assert told.output.endswith("Look at user name and password.\n")
    assert (as_json["failed"], as_json["part"]) == ("read_login", "login")
    assert run("mailbox", "test", "nobody").exit_code == 1


def test_a_removed_mailbox_is_gone_from_the_list_and_its_name_is_free(run: Run) -> None:
    add(run)
    assert run("mailbox", "remove", "shop", input="n\n").exit_code == 1
    assert run("mailbox", "remove", "shop", "--yes").output == "mailbox shop: removed\n"
    assert run("mailbox", "list").output == ""
    assert run("mailbox", "remove", "shop", "--yes").exit_code == 1
    assert add(run) == (0, "")


def test_the_list_says_which_mailbox_is_in_trouble(run: Run) -> None:
    add(run)
    assert " active " in run("mailbox", "list").output
    with transaction() as session:
        mailbox = session.query(Mailbox).one()
        mailbox.problem, mailbox.problem_at = "Nothing answers there.", clock.now()
    assert " trouble " in run("mailbox", "list").output
    run("mailbox", "pause", "shop")
    assert " paused " in run("mailbox", "list").output


def test_the_list_for_scripts_has_no_secrets_and_the_ledger(run: Run) -> None:
    add(run)
    told = run("mailbox", "list", "--json")
    row = json.loads(told.stdout)

    assert (row["name"], row["active"], row["imap"]) == ("shop", True, "imap.shop.example:993")
    assert row["ledger"]["unaccounted"] == 0
    assert "secret" not in told.stdout


def test_poll_once_reads_every_mailbox(shop: Shop, run: Run) -> None:
    release(shop)
    shop.deliver(mail(), mail(sender="eve@else.example"))

    told = run("poll", "--once")

    assert (told.exit_code, told.output) == (0, "support: 2 new\n")
    assert len(shop.tickets()) == 2


def test_poll_once_leaves_a_mailbox_to_the_worker_that_reads_it(shop: Shop, run: Run) -> None:
    told = run("poll", "--once")

    assert (told.exit_code, told.output) == (0, "support: read by a worker already\n")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "wrong"}, "127.0.0.1"),
        ({"imap_port": 1}, "Nothing answers"),
        ({"folder": "Lost"}, "Lost"),
    ],
)
def test_poll_once_says_what_is_wrong_with_exit_1(
    shop: Shop, run: Run, changes: dict[str, str | int], said: str
) -> None:
    release(shop)
    change_mailbox(shop, **changes)

    told = run("poll", "--once")

    assert told.exit_code == 1
    assert told.stderr.startswith("support: ")
    assert said in told.stderr
    assert said in run("mailbox", "list").output


@pytest.mark.trust
def test_poll_once_with_another_secret_key_says_what_to_do(shop: Shop, run: Run) -> None:
    release(shop)
    with transaction() as session:
        session.get_one(Mailbox, shop.mailbox_id).password_sealed = b"sealed with another key"

    told = run("poll", "--once")

    assert told.exit_code == 1
    assert "bring the old key back" in told.stderr


def release(shop: Shop) -> None:
    shop.let_pass(minutes=2)  # the lease of the shop's own worker


OAUTH = ("mailbox", "add", "shop", *(word for pair in ADD.items() for word in pair), "--oauth", "microsoft")


@pytest.mark.trust
def test_a_mailbox_at_microsoft_is_signed_in_to_by_a_code(run: Run, oauth_server: OAuthServer) -> None:
    oauth_server.user = "help@shop.example"
    told = run(
        *OAUTH, "--client-id", CLIENT_ID, "--client-secret-stdin", "--authority", oauth_server.authority,
        input=f"{CLIENT_SECRET}\n",
    )  # fmt: skip

    assert told.exit_code == 0
    assert f"Open {oauth_server.authority}/device, type ABCD-1234, and sign in as help." in told.output
    assert told.output.endswith("signed in\nSee whether mail goes round: helpdesk mailbox test shop\n")
    with reading() as session:
        assert session.scalars(select(MailboxGrant)).one().agreed_at is not None
        assert session.scalars(select(Mailbox)).one().active


@pytest.mark.trust
def test_a_declined_sign_in_can_be_made_anew(run: Run, oauth_server: OAuthServer) -> None:
    oauth_server.declining = True
    told = run(*OAUTH, "--client-id", CLIENT_ID, "--authority", oauth_server.authority)
    assert told.exit_code == 1
    assert "declined" in told.stderr

    oauth_server.declining = False
    assert run("mailbox", "sign-in", "shop").output.endswith("signed in\n")
    assert run("mailbox", "sign-in", "nobody").exit_code == 1


def test_google_wants_a_browser_and_the_page_is_named(run: Run) -> None:
    told = run(*OAUTH[:-1], "google", "--client-id", "id")
    assert told.exit_code == 0
    assert "sign in at http://127.0.0.1:8000/settings/mailboxes/oauth/" in told.output


@pytest.mark.parametrize(
    "options", [(), ("--password-stdin", "--oauth", "google"), ("--client-secret-stdin",)]
)
def test_a_mailbox_has_either_a_password_or_a_sign_in(run: Run, options: tuple[str, ...]) -> None:
    told = run(*OAUTH[:-2], *options)
    assert told.exit_code == 2
    assert "either --password-stdin, or --oauth" in told.stderr
    assert names() == []
