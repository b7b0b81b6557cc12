"""The house keeps its shape: imports point one way, one place commits, one clock, files stay readable."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = ("config.py", "config_gateways.py")
PRODUCT = (*SETTINGS, "wsgi.py", "mail", "helpdesk")
READ_BY_HUMANS = (*PRODUCT, "tests", "benchmarks", "migrations/env.py")
LONGEST = 300  # lines; a longer file is asking for another room
EDGES = (
    "helpdesk/web/",
    "helpdesk/workers/",
    "helpdesk/signing_in.py",  # what those two share: a token is asked for between two transactions
    "helpdesk/reconciling.py",  # web and cli share it too: a statement is settled line by line
    "helpdesk/batching.py",  # web and workers share it: many tickets are changed one by one
    "helpdesk/zones.py",  # asked by all of them before they begin
    "helpdesk/demo/",
    "helpdesk/cli",
    "helpdesk/__init__.py",
)
MAPPED = ("mail", "helpdesk/actions", "helpdesk/queries", "helpdesk/rules", "helpdesk/web")
NAIVE = {"utcnow", "utcfromtimestamp", "today"}


def files(places: tuple[str, ...], *suffixes: str) -> list[Path]:
    """All files of ours with one of these endings at or under the places."""
    found = [path for place in places for path in (ROOT / place, *sorted((ROOT / place).rglob("*")))]
    return [path for path in found if path.is_file() and path.suffix in suffixes]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[str, str, int]]:
    """Every call in a file: what it is called on ("" for a plain name), the last name, the line."""
    for node in ast.walk(ast.parse(path.read_bytes(), filename=str(path))):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield ast.unparse(node.func.value), node.func.attr, node.lineno
            elif isinstance(node.func, ast.Name):
                yield "", node.func.id, node.lineno


def test_imports_point_one_way() -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    checked = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_settings_know_nothing_of_the_product() -> None:
    nodes = [node for name in SETTINGS for node in ast.walk(ast.parse((ROOT / name).read_bytes()))]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}

    assert not {module for module in imported if module.split(".")[0] in {"helpdesk", "mail"}}


def test_only_db_commits() -> None:
    committing = {name(path) for path in files(PRODUCT, ".py") if b".commit(" in path.read_bytes()}

    assert committing <= {"helpdesk/db.py"}


def test_transactions_are_opened_only_at_the_edges() -> None:
    opened = [
        f"{name(path)}:{line}"
        for path in files(("mail", "helpdesk"), ".py")
        if not name(path).startswith((*EDGES, "helpdesk/db.py"))
        for owner, called, line in calls(path)
        if called in {"transaction", "reading"} and owner in {"", "db"}
    ]

    assert opened == []


def test_there_is_one_clock() -> None:
    asked = [
        f"{name(path)}:{line}: {owner}.{called}()"
        for path in files(PRODUCT, ".py")
        if name(path) != "helpdesk/clock.py"
        for owner, called, line in calls(path)
        if (called in NAIVE and "date" in owner)
        or (
            called == "now" and owner.split(".")[-1] in {"datetime", "func"}
        )  # func.now: the database's clock
        or (called == "time" and owner == "time")
    ]

    assert asked == []


def test_files_stay_readable_in_one_sitting() -> None:
    lengths = {
        name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in files(READ_BY_HUMANS, ".py", ".html", ".js", ".css")
    }

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize("room", MAPPED)
def test_the_map_of_a_room_names_each_of_its_modules_once(room: str) -> None:
    map_of_it = (ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_bytes())) or "").split(
        "\n\n", 2
    )[2]
    named = [word for line in map_of_it.splitlines() for word in line[line.find("  ") :].split()]
    modules = {path.stem for path in (ROOT / room).glob("*.py")} - {"__init__"}

    assert sorted(named) == sorted(modules)
