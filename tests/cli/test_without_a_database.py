"""A database that cannot be used: one sentence that says what is wrong and what to do, exit 3, no trace."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from helpdesk.cli.refusing import NO_DATABASE
from helpdesk.db import db
from tests.app import make_app
from tests.cli.conftest import Run
from tests.servers.postgres import PostgresServer

pytestmark = pytest.mark.trust
COMMANDS = [
    ("init", "--email", "owner@shop.example"),
    ("demo",),
    ("up",),
    ("web",),
    ("work",),
    ("poll", "--once"),
    ("import", "README.md"),
    ("tickets",),
    ("ticket", "1", "--json"),
    ("export", "--json"),
    ("verify",),
    ("mailbox", "list"),
    ("mailbox", "pause", "support"),
]


@pytest.fixture
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The product over the database that the test names; nobody home when it names none."""
    app = make_app(getattr(request, "param", nobody_home()), tmp_path / "data")
    with app.app_context():
        yield app
        db.engine.dispose()


def nobody_home() -> str:
    """The URL of a PostgreSQL that is down."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"postgresql://desk:hunter2@127.0.0.1:{port}/desk"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_command_says_that_the_database_is_down(run: Run, command: tuple[str, ...]) -> None:
    told = run(*command)

    assert told.exit_code == NO_DATABASE
    assert "Connection refused" in told.stderr
    assert "HELPDESK_DATABASE_URL" in told.stderr
    assert "Traceback" not in told.stderr
    assert "hunter2" not in told.output
    assert len(told.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["file", "folder/helpdesk.db"])
def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("shopping list" * 100)
    app = make_app(f"sqlite:///{tmp_path / name}", tmp_path / "data")

    told = app.test_cli_runner().invoke(args=["tickets"])

    assert told.exit_code == NO_DATABASE
    assert "the database cannot be used" in told.stderr


def test_a_server_that_does_not_know_us_is_quoted(
    postgresql_databases: PostgresServer, tmp_path: Path
) -> None:
    url = postgresql_databases.url("postgres").replace("postgres@", "nobody@")
    app = make_app(url, tmp_path / "data")

    told = app.test_cli_runner().invoke(args=["tickets"])

    assert told.exit_code == NO_DATABASE
    assert 'role "nobody" does not exist' in told.stderr


@pytest.mark.slow
def test_the_commands_of_flask_itself_say_it_too(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT,
        env={**os.environ, "HELPDESK_DATA_DIR": str(tmp_path), "HELPDESK_DATABASE_URL": nobody_home()},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert "the database cannot be used" in told.stderr
    assert "Traceback" not in told.stderr
