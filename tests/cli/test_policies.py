"""`helpdesk policy` at a terminal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.db import db
from helpdesk.rules.policy_shipped import PRESETS, preset_text
from tests.actions.claiming import Matter, delivered
from tests.app import make_app
from tests.cli.conftest import Run
from tests.rules.policies import SMALL, changed

FAILING = '\n[[example]]\nfacts = { state = "paid" }\nexpect = { decision = "deny" }\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def bare_run(tmp_path: Path) -> Iterator[Run]:
    """The command line where nobody has made a database."""
    app = make_app(f"sqlite:///{tmp_path / 'nowhere' / 'desk.db'}", tmp_path / "nowhere")
    with app.app_context():
        yield lambda *arguments: app.test_cli_runner().invoke(args=arguments)
        db.engine.dispose()


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_passes_its_check(run: Run, name: str) -> None:
    checked = run("policy", "check", "--preset", name)
    assert checked.exit_code == 0
    assert "0 errors, 0 warnings" in checked.output
    assert "clauses that nothing reaches: none" in checked.output
    assert "a decision takes" in checked.output


def test_every_fault_is_printed_with_its_line_and_clause(run: Run, file: Path) -> None:
    file.write_text(changed(('state = ["paid"]', 'stat = ["paid"]'), ('"photo"', '"foto"')), encoding="utf-8")
    checked = run("policy", "check", str(file))
    assert checked.exit_code == 1
    assert checked.stderr.splitlines() == [
        "line 14, clause UNSHIPPED: stat is not known here: did you mean state?",
        "line 19, clause FAULT: foto is not known here: did you mean photo?",
        "2 faults: not a policy yet",
    ]


def test_a_failing_example_and_a_broken_floor_fail_the_check(run: Run, file: Path) -> None:
    file.write_text(changed(('["return_refund"]', '["coupon"]')) + FAILING, encoding="utf-8")
    checked = run("policy", "check", str(file))
    assert checked.exit_code == 1
    assert "FAILS example 1, line 28: expected deny, found allow" in checked.output
    assert (
        "ERROR CN-LAW-7D against SEVEN: the law gives the money back, this policy does not" in checked.output
    )


def test_scripts_get_the_check_as_json(run: Run, file: Path) -> None:
    found = json.loads(run("policy", "check", str(file), "--json").output)
    assert found["may_be_activated"] is True
    assert 0 < found["otherwise_share"] < 1
    assert found["difference"] is None
    file.write_text("x =", encoding="utf-8")
    refused = run("policy", "check", str(file), "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.output)["problems"][0]["line"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--preset", "cn-shop", "no-such-file.toml"),
        ("--preset", "mars-shop"),
        ("--preset", "cn-shop", "--against", "nowhere"),
    ],
)
def test_wrong_use_exits_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("policy", "check", *arguments).exit_code == 2


def test_a_file_is_compared_with_the_one_in_force(run: Run, file: Path) -> None:
    run("policy", "activate", str(file))
    file.write_text(changed(("max = 7", "max = 10"), ('version = "1"', 'version = "2"')), encoding="utf-8")
    checked = run("policy", "check", str(file), "--against", "active")
    assert checked.exit_code == 0
    assert "otherwise review -> SEVEN allow, such as state=delivered, reason=changed_mind" in checked.output


def test_open_claims_that_the_file_would_answer_otherwise_are_named(run: Run, file: Path) -> None:
    run("policy", "activate", str(file))
    late = Matter(policy=None, **delivered(9))
    late.link()
    late.open()
    assert "open claims that it would answer otherwise: none" in run("policy", "check", str(file)).output
    file.write_text(changed(("max = 7", "max = 10")), encoding="utf-8")

    checked = run("policy", "check", str(file)).output
    told = json.loads(run("policy", "check", str(file), "--json").output)

    assert "open claims that it would answer otherwise: 1" in checked
    assert "  claim 1, ticket 1: otherwise review -> SEVEN allow" in checked
    assert [each["claim"] for each in told["open_claims"]] == [1]


@pytest.mark.trust
def test_a_file_is_checked_where_there_is_no_desk_and_none_is_made(
    tmp_path: Path, file: Path, bare_run: Run
) -> None:
    told = json.loads(bare_run("policy", "check", str(file), "--json").output)

    assert told["may_be_activated"]
    assert (told["open_claims"], told["open_claims_away"]) == (None, "there is no database yet")
    assert not list((tmp_path / "nowhere").glob("*.db*"))
    assert (
        "open claims: not looked at, there is no database yet"
        in bare_run("policy", "check", str(file)).output
    )


def test_a_policy_is_activated_listed_shown_and_exported(run: Run, file: Path) -> None:
    assert run("policy", "export").exit_code == 1
    assert "small 1 is in force from" in run("policy", "activate", str(file)).output
    listed = run("policy", "list")
    assert "small 1              in_force" in listed.output
    assert "shipped: cn-shop, eu-shop, uk-shop" in listed.output
    assert json.loads(run("policy", "list", "--json").output)["state"] == "in_force"
    assert "SEVEN  allow: return_refund" in run("policy", "show").output
    assert run("policy", "export").output == SMALL
    assert run("policy", "export", "--preset", "eu-shop").output == preset_text("eu-shop")


def test_what_cannot_be_activated_leaves_the_old_one_in_force(run: Run, file: Path) -> None:
    run("policy", "activate", "--preset", "cn-shop")
    file.write_text(SMALL + FAILING, encoding="utf-8")
    refused = run("policy", "activate", str(file))
    assert refused.exit_code == 1
    assert "1 of its own examples fail" in refused.output
    file.write_text("nonsense", encoding="utf-8")
    assert run("policy", "activate", str(file)).exit_code == 1
    assert "cn-shop 2026.11.4  CNY" in run("policy", "show").output


def test_a_file_of_another_charset_is_refused_with_a_sentence(run: Run, file: Path) -> None:
    file.write_bytes("text = '退款'".encode("gb18030"))
    refused = run("policy", "check", str(file))
    assert refused.exit_code == 1
    assert "save it as UTF-8" in refused.output
