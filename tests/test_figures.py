"""The table of figures, as a reader of the run's output sees it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each test runs a pytest of its own
ROOT = Path(__file__).parent.parent
MEASURES = """
def test_measures(figure):
    figure("stored after delivery", 0.4142, "s")
    figure("mails", 12345)

def test_measures_nothing():
    pass
"""


def run(folder: Path, *arguments: str, size: str = "") -> subprocess.CompletedProcess[str]:
    """Run pytest over a file with one test that measures and one that does not."""
    (folder / "test_sample.py").write_text(MEASURES)
    command = [sys.executable, "-m", "pytest", "-p", "tests.figures", *arguments, "test_sample.py"]
    environment = {**os.environ, "HELPDESK_TEST_SIZE": size, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_figures_stand_in_a_table_before_the_closing_line(tmp_path: Path, workers: str) -> None:
    lines = run(tmp_path, "-n", workers).stdout.splitlines()

    table = next(place for place, line in enumerate(lines) if "figures, size small" in line)
    assert lines[table + 1 : table + 3] == [
        "stored after delivery   0.414 s",
        "mails                  12,345",
    ]
    assert "2 passed" in lines[-1]


def test_what_measures_can_be_selected(tmp_path: Path) -> None:
    assert "1 passed, 1 deselected" in run(tmp_path, "-m", "figures").stdout


def test_the_size_of_a_run_stands_at_its_top(tmp_path: Path) -> None:
    assert "test size: full" in run(tmp_path, size="full").stdout


def test_an_unknown_size_is_refused(tmp_path: Path) -> None:
    refused = run(tmp_path, size="huge")

    assert refused.returncode == 4
    assert "HELPDESK_TEST_SIZE is 'huge': it can be small or full" in refused.stderr
