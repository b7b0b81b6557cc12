"""Money under anything that may happen, in any order, on both databases; and broken desks to be caught."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from helpdesk.db import db
from helpdesk.rules.refunds import REFUND_MOVES
from tests.app import make_app
from tests.figures import Figure
from tests.proofs import money_mutants
from tests.proofs.money_acting import MOODS
from tests.proofs.money_machine import Money
from tests.proofs.money_mutants import Mutant
from tests.proofs.money_world import MoneyWorld
from tests.sizes import size

pytestmark = [pytest.mark.trust, pytest.mark.money]
EXAMPLES = {"sqlite": size(small=10, full=300), "postgresql": size(small=4, full=60)}
STEPS = size(small=25, full=30)
MUTANT_EXAMPLES = 150  # the machine stops at the first one that fails


def a_world(url: str, folder: Path) -> Iterator[MoneyWorld]:
    app = make_app(url, folder / "data")
    with app.app_context():
        with MoneyWorld(app, url).watched() as world:
            yield world
        db.engine.dispose()


@pytest.fixture
def money(database_url: str, tmp_path: Path) -> Iterator[MoneyWorld]:
    yield from a_world(database_url, tmp_path)


@pytest.fixture
def money_on_sqlite(sqlite_url: str, tmp_path: Path) -> Iterator[MoneyWorld]:
    yield from a_world(sqlite_url, tmp_path)


def run(world: MoneyWorld, *, examples: int, moods: Any = MOODS, **more: Any) -> None:
    """Raises AssertionError with the shortest story that breaks something."""
    machine = type("Here", (Money,), {"world": world, "moods": moods})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            **({"phases": [Phase.generate, Phase.shrink]} | more),
        ),
    )


@pytest.mark.timeout(size(small=300, full=3600))
def test_whatever_happens_to_money_the_ledger_and_the_bank_agree(money: MoneyWorld, figure: Figure) -> None:
    engine = db.engine.dialect.name
    run(money, examples=EXAMPLES[engine])

    lines = sum(len(after) for after in REFUND_MOVES.values())
    figure(f"{engine}, state machine of money: examples", EXAMPLES[engine])
    figure(f"{engine}, state machine of money: steps in each, at most", STEPS)
    figure(f"{engine}, state machine of money: moves of refunds", sum(money.moves.values()))
    figure(
        f"{engine}, state machine of money: moves of the table that were made", f"{len(money.moves)}/{lines}"
    )


@pytest.mark.parametrize("mutant", money_mutants.ALL, ids=lambda mutant: mutant.__name__)
def test_it_catches_a_desk_that_is_broken(
    money_on_sqlite: MoneyWorld, monkeypatch: pytest.MonkeyPatch, mutant: Mutant, figure: Figure
) -> None:
    mutant(monkeypatch)

    moods = [money_mutants.MOODS[mutant]] if mutant in money_mutants.MOODS else MOODS
    with pytest.raises(AssertionError, match=r"I\d|gone"):
        run(
            money_on_sqlite,
            examples=MUTANT_EXAMPLES,
            moods=moods,
            phases=[Phase.generate],
            derandomize=True,
        )

    figure(f"broken desk, {mutant.__name__}: caught in example", money_on_sqlite.examples)
