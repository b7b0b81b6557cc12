"""Settings: nothing set is valid, everything wrong is told at once, the secret is made once and kept."""

import inspect
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import config
import config_gateways
from config import ROOT, ConfigError, Settings

START = """
from config import Settings
print("ready", flush=True)
input()
print(Settings.from_env().secret_key)
"""
SECRET = "a secret of at least thirty-two characters"


def settings(data_dir: Path, **changes: str) -> Settings:
    """Settings of an environment that names the data folder; `changes` without HELPDESK_."""
    environ = {f"HELPDESK_{name}": value for name, value in changes.items()}
    return Settings.from_env({"HELPDESK_DATA_DIR": str(data_dir)} | environ)


def complaints(data_dir: Path, **changes: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        settings(data_dir, **changes)
    return str(refused.value).splitlines()


def test_nothing_set_is_valid_and_works_in_var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(config, "ROOT", tmp_path)

    plain = Settings.from_env({})

    assert plain.data_dir == tmp_path / "var"
    assert plain.database_url == f"sqlite:///{tmp_path / 'var' / 'helpdesk.db'}"
    assert (plain.web_port, plain.demo_imap_port, plain.demo_smtp_port) == (8000, 1143, 1025)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HELPDESK_WEB_PORT=8100\nHELPDESK_SHOP_NAME=Tea House\n")
    monkeypatch.setattr(config, "ROOT", tmp_path)
    monkeypatch.setenv("HELPDESK_WEB_PORT", "8200")

    both = Settings.from_env()

    assert (both.web_port, both.shop_name) == (8200, "Tea House")


def test_an_empty_value_is_as_good_as_none(tmp_path: Path) -> None:
    assert settings(tmp_path, WEB_PORT="", SHOP_NAME=" ", SECRET_KEY="").web_port == 8000


def test_every_complaint_comes_at_once(tmp_path: Path) -> None:
    told = complaints(
        tmp_path,
        WEB_PORT="eighty",
        DEMO_IMAP_PORT="70000",
        DEMO_SMTP_PORT="-1",
        UNDO_SECONDS="1e3",
        POLL_SECONDS="0",
        LOG_LEVEL="loud",
        BASE_URL="desk.example",
        DATABASE_URL="mysql://root@localhost/helpdesk",
        SECRET_KEY="short",
    )

    named = {re.match(r"HELPDESK_\w+", line)[0] for line in told}  # type: ignore[index]  # each names one
    assert len(told) == len(named) == 9


@pytest.mark.parametrize(
    "url", ["sqlite", "sqlite://", "sqlite:///:memory:", "", "postgresql", "oracle://x/y"]
)
def test_a_database_that_no_second_process_could_open_is_refused(tmp_path: Path, url: str) -> None:
    if not url:
        assert settings(tmp_path, DATABASE_URL=url).database_url.startswith("sqlite:///")
        return
    (told,) = complaints(tmp_path, DATABASE_URL=url)
    assert "sqlite:///" in told


def test_a_database_port_that_is_no_number_is_refused(tmp_path: Path) -> None:
    (told,) = complaints(tmp_path, DATABASE_URL="postgresql://desk:hunter2@db:none/desk")

    assert "number as its port" in told


def test_a_data_folder_that_cannot_be_made_is_one_of_the_complaints(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    told = complaints(tmp_path / "file" / "var", WEB_PORT="eighty", SECRET_KEY=SECRET)

    assert [line.split()[0] for line in told] == ["HELPDESK_DATA_DIR", "HELPDESK_WEB_PORT"]


@pytest.mark.trust
def test_a_misspelt_name_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    (told,) = complaints(tmp_path, DATABSE_URL="postgresql://desk:hunter2@db/desk")

    assert "HELPDESK_DATABSE_URL is not known: did you mean HELPDESK_DATABASE_URL?" in told
    assert "hunter2" not in told
    assert "no setting is called so" in complaints(tmp_path, COLOUR="blue")[0]


def test_names_of_others_and_of_the_tests_are_left_alone(tmp_path: Path) -> None:
    others = {"HELPDESK_TEST_SIZE": "full", "HELPDESKX": "1", "PATH": "/bin"}

    assert Settings.from_env({"HELPDESK_DATA_DIR": str(tmp_path)} | others).data_dir == tmp_path


@pytest.mark.parametrize("proxy", ["nginx", "10.0.0", "*", "127.0.0.1:80"])
def test_a_trusted_proxy_is_an_address(tmp_path: Path, proxy: str) -> None:
    assert complaints(tmp_path, TRUSTED_PROXY=proxy)[0].startswith("HELPDESK_TRUSTED_PROXY is")
    assert settings(tmp_path, TRUSTED_PROXY="::1").trusted_proxy == "::1"


def test_a_time_zone_is_one_that_exists(tmp_path: Path) -> None:
    assert settings(tmp_path, TIMEZONE="Asia/Shanghai").timezone == "Asia/Shanghai"
    assert complaints(tmp_path, TIMEZONE="Beijing")[0].startswith("HELPDESK_TIMEZONE is 'Beijing'")


@pytest.mark.trust
def test_a_complaint_repeats_no_password(tmp_path: Path) -> None:
    told = complaints(tmp_path, DATABASE_URL="mysql://root:hunter2@localhost/helpdesk", SECRET_KEY="hunter2")

    assert "hunter2" not in "".join(told)


@pytest.mark.trust
def test_secrets_are_never_printed(tmp_path: Path) -> None:
    printed = repr(
        settings(tmp_path, DATABASE_URL="postgresql://desk:hunter2@localhost/helpdesk", SECRET_KEY=SECRET)
    )

    assert "hunter2" not in printed
    assert SECRET not in printed


@pytest.mark.trust
def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = settings(tmp_path / "new"), settings(tmp_path / "new")

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    kept = list((tmp_path / "new").iterdir())
    assert [stat.S_IMODE(file.stat().st_mode) for file in kept] == [0o600]


def test_a_kept_secret_that_was_emptied_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("")

    (told,) = complaints(tmp_path)

    assert "secret-key" in told


@pytest.mark.trust
def test_of_eight_first_starts_at_the_same_moment_one_makes_the_secret(tmp_path: Path) -> None:
    racing = [started(tmp_path / "new") for _ in range(8)]
    for process in racing:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in racing:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    kept = [process.communicate(timeout=20)[0] for process in racing]

    assert len(set(kept)) == 1
    assert len(kept[0].strip()) >= 32
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["secret-key"]


def started(data_dir: Path) -> "subprocess.Popen[str]":
    """A process that reads its settings when it is told to go."""
    return subprocess.Popen(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env={**os.environ, "HELPDESK_DATA_DIR": str(data_dir)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_example_file_and_the_settings_name_the_same_variables() -> None:
    code = inspect.getsource(config) + inspect.getsource(config_gateways)
    read_by_code = set(re.findall(r'"(HELPDESK_\w+)"', code))
    shown = re.findall(
        r"^# (HELPDESK_\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert sorted(shown) == sorted(read_by_code)


def test_the_example_file_shows_the_defaults(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^# HELPDESK_(\w+)=(.*)$", text, re.MULTILINE))
    for where in ("DATA_DIR", "DATABASE_URL"):
        shown.pop(where)

    assert settings(tmp_path, **shown) == settings(tmp_path)
