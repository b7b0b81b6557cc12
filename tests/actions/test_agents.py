"""What a password costs whoever guesses it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpdesk.actions import agents
from tests.app import REAL_HASHER


@pytest.mark.trust
def test_a_guess_costs_what_owasp_asks_for() -> None:
    """OWASP password storage cheat sheet: argon2id with 19 MiB, two passes, one thread at least."""
    cost = REAL_HASHER
    assert cost.type.name == "ID"
    assert (cost.memory_cost, cost.time_cost, cost.parallelism) >= (19 * 1024, 2, 1)


@pytest.mark.trust
def test_many_guesses_at_once_take_the_memory_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    working, most = [], []

    class Slow:
        def hash(self, password: str) -> str:
            working.append(threading.get_ident())
            most.append(len(working))
            time.sleep(0.02)
            working.pop()
            return password

    monkeypatch.setattr(agents, "hasher", Slow())
    with ThreadPoolExecutor(16) as web:
        list(web.map(agents._hash, ["long enough for a test"] * 16))
    assert max(most) <= 4
