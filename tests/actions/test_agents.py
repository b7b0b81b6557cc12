"""What a password costs whoever guesses it."""

import pytest

from tests.app import REAL_HASHER


@pytest.mark.trust
def test_a_guess_costs_what_owasp_asks_for() -> None:
    """OWASP password storage cheat sheet: argon2id with 19 MiB, two passes, one thread at least."""
    cost = REAL_HASHER
    assert cost.type.name == "ID"
    assert (cost.memory_cost, cost.time_cost, cost.parallelism) >= (19 * 1024, 2, 1)
