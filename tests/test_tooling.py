"""The commands that others script against, and what they say when something is missing."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMANDS = {
    "setup",
    "run",
    "test",
    "test-fast",
    "figures",
    "lint",
    "bench",
    "demo-reset",
    "lock",
    "translations",
}


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}  # set when the tests run inside `make test`
    environment = {key: value for key, value in os.environ.items() if key not in outer}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_make_alone_lists_the_commands() -> None:
    listed = set(re.findall(r"^  make (\S+) +\w", make().stdout, re.MULTILINE))

    assert listed >= COMMANDS


def test_a_machine_without_python_is_told_what_to_install() -> None:
    told = make("--always-make", ".venv/.python", "PYTHONS=no-such-python")

    assert told.returncode != 0
    assert "helpdesk needs Python 3.11 or newer (tried: no-such-python)" in told.stderr
    assert "sudo apt-get install python3 python3-venv" in told.stderr


def test_without_rights_the_missing_packages_and_their_command_are_named(tmp_path: Path) -> None:
    for tool in ("sh", "find", "head", "tr"):
        (tmp_path / tool).symlink_to(Path("/usr/bin") / tool)
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)

    told = subprocess.run(
        ["/bin/sh", ROOT / "tests/system_packages.sh"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert re.search(r"not here: .*\bchromium\b.*\bopenssl\b", told.stderr)
    assert re.search(r"sudo apt-get install --no-install-recommends .*\bchromium\b", told.stderr)


def test_locked_requirements_name_no_address() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("--hash=sha256:") > text.count("==") > 40


def test_the_tests_run_on_the_packages_that_the_desk_runs_on() -> None:
    pins = re.compile(r"^([\w.-]+)(?:\[.*?\])?==(\S+)", re.MULTILINE)
    runtime = dict(pins.findall((ROOT / "requirements.txt").read_text(encoding="utf-8")))
    tests = dict(pins.findall((ROOT / "requirements-dev.txt").read_text(encoding="utf-8")))

    assert runtime.items() <= tests.items()
