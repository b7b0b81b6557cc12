"""`helpdesk reasons check`: what is wrong with a file of rules stands behind its line."""

from pathlib import Path

import pytest

from config import ConfigError
from helpdesk import phrasebooks
from helpdesk.rules.reasons import suggest
from tests.app import settings
from tests.cli.conftest import Run

GOOD = """
[[rule]]
reason = "defective"
phrases = ["(coffee|tea) ... bitter"]
yes = ["the coffee is bitter"]
no = ["sweet coffee"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_rules_keep_their_examples(run: Run) -> None:
    told = run("reasons", "check")
    assert told.exit_code == 0, told.output
    assert told.output.count(", 0 faults") == 2


def test_a_good_file_of_the_shop_passes_and_is_used(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert run("reasons", "check", str(path)).exit_code == 0
    found = suggest("Sorry, the coffee is so bitter", phrasebooks.book(path))
    assert found.code == "defective"
    assert [span.words for span in found.guesses[0].spans] == ["coffee is so bitter"]


@pytest.mark.parametrize(
    ("was", "becomes", "line", "said"),
    [
        (
            'yes = ["the coffee is bitter"]',
            'yes = ["the juice is bitter"]',
            5,
            "does not speak in its example",
        ),
        ('no = ["sweet coffee"]', 'no = ["x", "bitter? coffee bitter"]', 6, "where it must not"),
        ('"defective"', '"broken"', 3, "reason 'broken' is not known"),
        ("phrases", "phrase", 4, "'phrase' is not known"),
        ("(coffee|tea)", "(coffee|tea", 4, "a bracket is not closed"),
        ("phrases =", "weight = 9\nphrases =", 4, "weight is a whole number"),
        ("phrases =", 'wish = "refund"\nphrases =', 2, "exactly one of"),
        ("phrases = [", "phrases = ", 4, "this is not TOML"),
        ('no = ["sweet coffee"]', "", 2, "no is missing"),
        ("[[rule]]", "negation = []\n[[rule]]", 2, "'negation' is not known"),
    ],
)
def test_a_fault_is_told_with_its_line(
    run: Run, tmp_path: Path, was: str, becomes: str, line: int, said: str
) -> None:
    path = write(tmp_path, GOOD.replace(was, becomes, 1))
    told = run("reasons", "check", str(path))
    assert told.exit_code == 1
    assert f"{path}:{line}: " in told.output
    assert said in told.output
    assert suggest("the coffee is bitter", phrasebooks.book(path)).code == ""  # as if it were not there


def test_all_faults_are_told_at_once(run: Run, tmp_path: Path) -> None:
    path = write(
        tmp_path, GOOD.replace("defective", "broken") + GOOD.replace("sweet coffee", "bitter? coffee bitter")
    )
    assert "2 faults" in run("reasons", "check", str(path)).output


def test_a_file_that_is_no_text_is_a_fault_and_not_a_crash(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes("名 = 1".encode("gb18030"))
    told = run("reasons", "check", str(path))
    assert told.exit_code == 1
    assert "save it as UTF-8" in told.output


def test_the_file_of_the_settings_is_checked_with_the_shipped_ones(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    kept = settings("sqlite:///" + str(tmp_path / "x.db"), tmp_path, REASONS_FILE=str(path))
    assert kept.reasons_file == path


def test_a_setting_that_names_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="HELPDESK_REASONS_FILE"):
        settings("sqlite:///" + str(tmp_path / "x.db"), tmp_path, REASONS_FILE="nowhere.toml")
