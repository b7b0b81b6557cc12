"""Which tests are slow: told from what they start, so that nobody has to remember a mark.

`make test-fast` leaves out what is slow: real mail servers, PostgreSQL, processes of their own. What is left
is pure, or runs on a copy of a migrated SQLite file. A test slow for another reason is marked by hand.
"""

import gc

import pytest

SERVERS = frozenset(
    {"dovecot", "smtp_sink", "secure_smtp_sink", "provider", "postgresql_databases", "postgres_server"}
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _starts_a_server(item):
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """What was collected stays to the end: nobody need look through it again and again for garbage."""
    gc.freeze()


def _starts_a_server(item: pytest.Item) -> bool:
    asked = getattr(item, "fixturenames", ())
    chosen = getattr(getattr(item, "callspec", None), "params", {}).values()
    return not SERVERS.isdisjoint(asked) or "postgresql" in chosen or not SERVERS.isdisjoint(map(str, chosen))
