"""`helpdesk reconcile`: a statement settles what it agrees with, once, and keeps the rest for a lead."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.db import reading
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Entry, Refund, StatementLine
from helpdesk.rules.states import RefundState
from helpdesk.workers import payer
from tests.actions.claiming import FULL, Matter
from tests.cli.conftest import Run
from tests.workers.paying import Paid

pytestmark = pytest.mark.money
HEADINGS = "key,reference,amount,currency,date,remark\n"


@pytest.fixture
def statement(tmp_path: Path) -> Any:
    def write(*rows: str, name: str = "statement.csv") -> str:
        path = tmp_path / name
        path.write_text(HEADINGS + "\n".join(rows) + "\n", encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def matter(app: Flask) -> Matter:
    """99.00 for Li, which somebody pays by hand as R1-1."""
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)
    payer.pay()
    return matter


def told(run: Run, *arguments: str, exit_code: int = 0) -> dict[str, Any]:
    answer = run("reconcile", "--json", "--map", "generic", *arguments)
    assert answer.exit_code == exit_code, answer.output
    result: dict[str, Any] = json.loads(answer.stdout)
    return result


def refund(key: str = "R1-1") -> Refund:
    with reading() as session:
        return session.scalars(select(Refund).where(Refund.key == key)).one()


def entries() -> int:
    with reading() as session:
        return session.scalar(select(func.count(Entry.id))) or 0


def kept() -> list[tuple[int, str, bool]]:
    """(line, fate, settled)."""
    with reading() as session:
        rows = session.scalars(select(StatementLine).order_by(StatementLine.id))
        return [(row.line, row.fate, row.settled_at is not None) for row in rows]


def test_our_key_in_a_remark_settles_what_was_paid_by_hand(run: Run, statement: Any, matter: Matter) -> None:
    file = statement(",2026060122001,99.00,CNY,2026-06-01 07:00:00,退款 R1-1 杯子")

    result = told(run, file)

    row = refund()
    assert (result["settled"], result["new"]) == (1, 0)
    assert (row.state, row.reference) == (RefundState.SUCCEEDED, "2026060122001")
    assert str(row.paid_at) == "2026-06-01 07:00:00+00:00"
    assert matter.remedies() == [("full_refund", 9900, "under_way")]
    assert matter.verbs().count("refund_shown") == 1


def test_the_same_file_twice_changes_nothing(run: Run, statement: Any, matter: Matter) -> None:
    file = statement("R1-1,77,99.00,CNY,2026-06-01,", ",88,5.00,CNY,2026-06-01,unknown")
    told(run, file, exit_code=1)
    before = entries(), kept()

    again = told(run, file, exit_code=1)

    assert (again["settled"], again["known"], again["nothing"], again["new"]) == (0, 1, 1, 0)
    assert (entries(), kept()) == before


def test_a_dry_run_says_it_and_does_nothing(run: Run, statement: Any, matter: Matter) -> None:
    before = entries()
    result = told(
        run, statement("R1-1,77,99.00,CNY,2026-06-01,", ",88,5.00,CNY,2026-06-01,"), "--dry-run", exit_code=1
    )

    assert (result["written"], result["settled"], result["nothing"]) == (False, 1, 1)
    assert (entries(), kept()) == (before, [])
    assert refund().state is RefundState.NEEDS_ACTION


@pytest.mark.parametrize(
    ("row", "fate", "says"),
    [
        ("R1-1,77,98.00,CNY,2026-06-01,", "differs", "R1-1 is 99.00 CNY, the line says 98.00 CNY"),
        ("R1-1,77,99.00,EUR,2026-06-01,", "differs", "R1-1 is 99.00 CNY, the line says 99.00 EUR"),
        ("R9-1,77,99.00,CNY,2026-06-01,", "nothing", "nobody here has asked for this"),
        (",77,99.00,CNY,2026-06-01,", "nothing", "nobody here has asked for this"),
    ],
)
def test_a_line_that_does_not_agree_is_listed_with_why_and_kept(
    run: Run, statement: Any, matter: Matter, row: str, fate: str, says: str
) -> None:
    result = told(run, statement(row), exit_code=1)

    assert [(line["fate"], line["says"]) for line in result["lines"]] == [(fate, says)]
    assert kept() == [(2, fate, False)]
    assert refund().state is RefundState.NEEDS_ACTION


def test_what_nobody_knew_is_settled_by_the_statement(
    app: Flask, run: Run, statement: Any, tmp_path: Path
) -> None:
    paid = Paid(app, tmp_path)
    paid.bank.next(Trouble.LOSE_ANSWER)
    paid.agreed()
    paid.pay()
    assert refund().state is RefundState.UNKNOWN

    assert told(run, statement("R1-1,5030001,99.00,CNY,2026-06-01,"))["settled"] == 1

    assert refund().state is RefundState.SUCCEEDED
    assert paid.payment() == (0, 9900)
    paid.pay(3)
    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert paid.left() == 9900


def test_a_refund_that_failed_is_not_believed_by_a_line(
    app: Flask, run: Run, statement: Any, tmp_path: Path
) -> None:
    paid = Paid(app, tmp_path)
    paid.bank.next(Trouble.DECLINE)
    paid.agreed()
    paid.pay()

    result = told(run, statement("R1-1,5030001,99.00,CNY,2026-06-01,"), exit_code=1)

    assert result["over"] == 1
    assert refund().state is RefundState.FAILED


def test_a_line_is_found_by_the_reference_that_an_agent_noted(
    run: Run, statement: Any, matter: Matter
) -> None:
    matter.refund("99.00", reference="2026060122001")
    result = told(run, statement(",2026060122001,99.00,CNY,2026-06-01,no key"))
    assert result["known"] == 1


def test_a_kept_line_waits_for_nobody_once_its_refund_is_noted(
    run: Run, statement: Any, matter: Matter
) -> None:
    file = statement(",2026060122001,99.00,CNY,2026-06-01,no key")
    told(run, file, exit_code=1)
    assert kept() == [(2, "nothing", False)]

    matter.refund("99.00", reference="2026060122001")
    told(run, file)

    assert kept() == [(2, "nothing", True)]


def test_another_export_with_the_same_line_adds_nothing(run: Run, statement: Any, matter: Matter) -> None:
    told(run, statement(",88,5.00,CNY,2026-06-01,"), exit_code=1)
    result = told(
        run,
        statement(",99,6.00,CNY,2026-06-02,", ",88,5.00,CNY,2026-06-01,", name="later.csv"),
        exit_code=1,
    )
    assert (result["nothing"], result["new"]) == (2, 1)


def test_a_bad_line_does_not_stop_the_others(run: Run, statement: Any, matter: Matter) -> None:
    result = told(
        run, statement("R1-1,77,ninety,CNY,2026-06-01,", "R1-1,77,99.00,CNY,2026-06-01,"), exit_code=1
    )
    assert (result["settled"], [bad["line"] for bad in result["bad"]]) == (1, [2])


def test_the_text_says_what_became_of_each_line(run: Run, statement: Any, matter: Matter) -> None:
    answer = run("reconcile", "--map", "generic", statement("R1-1,77,98.00,CNY,2026-06-01,"))
    assert answer.exit_code == 1
    assert "differs   line 2" in answer.stdout
    assert "1 line is kept for a lead" in answer.stdout


def test_another_file_or_map_is_wrong_use(run: Run, statement: Any, matter: Matter, tmp_path: Path) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n1,2\n", encoding="utf-8")
    assert run("reconcile", "--map", "generic", str(odd)).exit_code == 2
    assert run("reconcile", "--map", "nothing", statement()).exit_code == 2
    (tmp_path / "mine.toml").write_text("title = 1", encoding="utf-8")
    assert run("reconcile", "--map", str(tmp_path / "mine.toml"), statement()).exit_code == 2


def test_a_map_of_ones_own_is_kept_and_used(run: Run, statement: Any, matter: Matter, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'title = "Till"\ncurrency = "CNY"\n[columns]\namount = ["Sum"]\nremark = ["Words"]\n', "utf-8"
    )
    (tmp_path / "till.csv").write_text("Words;Sum\nR1-1;99,00\n", encoding="utf-8")

    assert run("statements", "save-map", "till", str(own)).exit_code == 0
    assert "till" in run("statements", "maps").stdout
    assert "alipay" in run("statements", "maps").stdout
    assert run("reconcile", "--map", "till", str(tmp_path / "till.csv")).exit_code == 0
    assert refund().state is RefundState.SUCCEEDED
