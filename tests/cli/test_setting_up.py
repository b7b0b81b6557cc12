"""`init`, a wrong schema, wrong settings: what a newcomer meets first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import func, select

from config import ROOT
from helpdesk.actions import agents
from helpdesk.db import reading
from helpdesk.models import Agent
from tests.cli.conftest import Run

INIT = ("init", "--email", "owner@shop.example", "--password-stdin")
PASSWORD = "long enough for a test"


def count_agents() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Agent)) or 0


def test_init_makes_an_owner_who_can_log_in_and_names_the_next_step(run: Run) -> None:
    told = run(*INIT, input=PASSWORD + "\n")

    assert told.exit_code == 0
    assert "helpdesk mailbox add" in told.output
    assert PASSWORD not in told.output
    with reading() as session:
        assert agents.authenticate(session, "owner@shop.example", PASSWORD) is not None


def test_init_without_a_password_makes_one_and_shows_it_once(run: Run) -> None:
    told = run("init", "--email", "owner@shop.example")
    password = told.output.partition("password: ")[2].split()[0]

    with reading() as session:
        assert agents.authenticate(session, "owner@shop.example", password) is not None


def test_init_for_the_browser_prints_a_link_and_makes_nobody(run: Run) -> None:
    told = run("init", "--web")
    assert "/set-up/" in told.output
    assert count_agents() == 0
    run(*INIT, input=PASSWORD + "\n")
    assert "/set-up/" not in run("init", "--web").output


def test_init_twice_is_safe(run: Run) -> None:
    run(*INIT, input=PASSWORD + "\n")
    again = run(*INIT, input="another password\n")

    assert again.exit_code == 0
    assert count_agents() == 1
    with reading() as session:
        assert agents.authenticate(session, "owner@shop.example", PASSWORD) is not None


@pytest.mark.parametrize(("email", "password"), [("nobody", PASSWORD), ("owner@shop.example", "short")])
def test_init_with_something_impossible_says_so_and_can_be_run_again(
    run: Run, email: str, password: str
) -> None:
    told = run("init", "--email", email, "--password-stdin", input=password + "\n")

    assert (told.exit_code, count_agents()) == (1, 0)
    assert "Error: " in told.stderr
    assert run(*INIT, input=PASSWORD + "\n").exit_code == 0


@pytest.mark.parametrize(
    "command",
    [
        ("tickets",),
        ("ticket", "1"),
        ("export", "--json"),
        ("verify",),
        ("poll", "--once"),
        ("mailbox", "list"),
        ("mailbox", "pause", "support"),
        ("web",),
        ("work",),
        ("up",),
    ],
    ids=" ".join,
)
def test_an_empty_or_older_database_is_refused_with_the_command_to_type(
    app: Flask, run: Run, command: tuple[str, ...]
) -> None:
    downgrade(revision="0001")
    old = run(*command)
    downgrade(revision="base")
    empty = run(*command)

    assert (old.exit_code, empty.exit_code) == (3, 3)
    assert "at version 0001" in old.stderr
    assert "`helpdesk db upgrade`" in old.stderr
    assert "`helpdesk init`" in empty.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-c", "from helpdesk.cli import main; main()", "tickets"],
        [sys.executable, "-m", "flask", "--app", "wsgi", "routes"],
    ],
    ids=["helpdesk", "flask"],
)
def test_wrong_settings_are_all_told_at_once_with_exit_2(tmp_path: Path, command: list[str]) -> None:
    told = subprocess.run(
        command,
        cwd=ROOT,
        env={
            **os.environ,
            "HELPDESK_DATA_DIR": str(tmp_path),
            "HELPDESK_WEB_PORT": "eighty",
            "HELPDESK_LOG_LEVEL": "loud",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 2
    assert "HELPDESK_WEB_PORT" in told.stderr
    assert "HELPDESK_LOG_LEVEL" in told.stderr
    assert "Traceback" not in told.stderr


def test_init_for_somebody_else_says_that_there_is_an_owner_already(run: Run) -> None:
    run(*INIT, input=PASSWORD + "\n")
    told = run("init", "--email", "boss@real.example", "--password-stdin", input=PASSWORD + "\n")

    assert (told.exit_code, count_agents()) == (1, 1)
    assert "boss@real.example was not added" in told.stderr


def test_the_development_server_of_flask_is_no_command_of_the_desk(tmp_path: Path) -> None:
    listed = subprocess.run(
        [sys.executable, "-c", "from helpdesk.cli import main; main()", "--help"],
        cwd=ROOT,
        env={**os.environ, "HELPDESK_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    commands = {line.split()[0] for line in listed.partition("Commands:")[2].splitlines() if line.strip()}
    assert {"up", "mailbox", "db"} <= commands
    assert "run" not in commands
