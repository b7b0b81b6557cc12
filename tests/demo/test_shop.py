"""The demo shop: what its first start makes, and what a later start keeps."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import agents, mailboxes
from helpdesk.db import reading, transaction
from helpdesk.demo import passing, shop
from helpdesk.demo.provider import Provider, ProviderError
from helpdesk.models import Mailbox
from helpdesk.rules.states import Role
from mail.parse import parse
from mail.types import Kind
from tests.app import make_app_anew


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Flask:
    return make_app_anew(sqlite_url, tmp_path)


@pytest.fixture(autouse=True)
def real_time() -> object:
    yield
    clock.reset()


def test_the_first_start_delivers_a_morning_of_mail(app: Flask, provider: Provider) -> None:
    shop.prepare(app, provider)

    arrived = [parse(path.read_bytes()) for path in provider.files(provider.address, "INBOX")]
    assert len(arrived) == 16
    assert [one.defects for one in arrived] == [()] * 16
    kinds = [one.kind for one in arrived]
    machines = (Kind.AUTOMATIC, Kind.BULK, Kind.BOUNCE)
    assert [kinds.count(kind) for kind in (Kind.HUMAN, *machines)] == [13, 1, 1, 1]
    assert "碎杯子.png" in [file.filename for one in arrived for file in one.attachments]
    assert clock.offset() == timedelta(0)


def test_a_second_start_adds_no_mail_and_keeps_the_login(app: Flask, provider: Provider) -> None:
    first = shop.prepare(app, provider)
    second = shop.prepare(app, provider)

    assert second == first
    assert len(provider.files(provider.address, "INBOX")) == 16
    assert (provider.folder / "login").stat().st_mode & 0o777 == 0o600
    with app.app_context(), reading() as session:
        assert agents.authenticate(session, first.email, first.password) is not None


def test_the_mailbox_follows_the_provider_to_another_port(app: Flask, provider: Provider) -> None:
    shop.prepare(app, provider)
    provider.stop()
    provider.imap_port = provider.smtp_port = 0
    provider.start()

    shop.prepare(app, provider)
    with app.app_context(), reading() as session:
        mailbox = session.scalars(select(Mailbox)).one()
        assert (mailbox.imap_port, mailbox.smtp_port) == (provider.imap_port, provider.smtp_port)
        assert mailbox.since == "all"


def test_a_crash_does_not_make_the_next_start_wait_for_the_lease(app: Flask, provider: Provider) -> None:
    shop.prepare(app, provider)
    with app.app_context(), transaction() as session:
        mailboxes.take_lease(session, 1, owner="killed", at=clock.now())

    shop.prepare(app, provider)
    with app.app_context(), transaction() as session:
        assert mailboxes.take_lease(session, 1, owner="next", at=clock.now())


def test_what_is_printed_works_even_when_the_file_was_lost(app: Flask, provider: Provider) -> None:
    shop.prepare(app, provider)
    (provider.folder / "login").unlink()

    login = shop.prepare(app, provider)
    with app.app_context(), reading() as session:
        assert agents.authenticate(session, login.email, login.password) is not None


def test_all_that_is_printed_can_log_in_and_two_of_them_are_owners(app: Flask, provider: Provider) -> None:
    login = shop.prepare(app, provider)

    with app.app_context(), reading() as session:
        found = [
            agents.authenticate(session, email, login.password)
            for email in (login.email, *(email for email, _role in login.others))
        ]
    assert [str(agent.role) for agent in found if agent] == ["owner", "owner", "lead", "agent"]
    assert all(email in login.said() for email, _role in login.others)


@pytest.mark.clock
def test_time_that_passed_stays_passed_after_a_restart(tmp_path: Path) -> None:
    passing.let_pass(tmp_path, passing.STEPS["day"])
    clock.reset()

    passing.resume(tmp_path)
    assert clock.offset() == timedelta(days=1)


def test_a_reset_leaves_nothing_that_a_new_demo_could_stumble_over_and_spares_what_is_not_ours(
    tmp_path: Path,
) -> None:
    (tmp_path / "demo").mkdir()
    for name in ("secret-key", "notes.txt", "helpdesk.db", "sandbox-bank.db", "demo/login"):
        (tmp_path / name).touch()

    shop.reset(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt"]


def test_a_reset_refuses_a_running_demo_and_a_real_shop(tmp_path: Path) -> None:
    (tmp_path / "helpdesk.db").touch()
    with pytest.raises(ProviderError, match="real shop"):
        shop.reset(tmp_path)
    provider = Provider(tmp_path / "demo", 0, 0)
    (tmp_path / "demo" / "login").touch()
    provider.start()
    try:
        with pytest.raises(ProviderError, match="stop it first"):
            shop.reset(tmp_path)
        with pytest.raises(ProviderError, match="another demo runs"):
            Provider(tmp_path / "demo", 0, 0).start()
    finally:
        provider.stop()
    assert (tmp_path / "helpdesk.db").exists()


def test_the_demo_keeps_out_of_a_real_shop_s_folder(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        shop.check_folder(tmp_path)
        with transaction() as session:
            agents.create(
                session,
                email="boss@real.example",
                name="Boss",
                password="long enough",
                role=Role.OWNER,
                at=clock.now(),
            )
        with pytest.raises(ProviderError, match="a real shop's data: give the demo a folder of its own"):
            shop.check_folder(tmp_path)


def test_a_second_start_finds_its_own_folder(app: Flask, provider: Provider, tmp_path: Path) -> None:
    shop.prepare(app, provider)
    with app.app_context():
        shop.check_folder(provider.folder.parent)
