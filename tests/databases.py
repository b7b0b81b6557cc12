"""Fixtures: a migrated database of its own for every test, on SQLite and on PostgreSQL.

`database_url` runs a test on both; `sqlite_url` and `postgresql_url` on the one. Servers and templates are
made once per process (so once per xdist worker), and only when a test asks for them.
"""

from collections.abc import Iterator

import pytest

from tests.servers import postgres, sqlite


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> sqlite.SqliteFiles:
    """Where migrated SQLite files come from: `create_database()` for one more."""
    from tests.app import migrate  # not before a database is wanted: it brings the whole product

    files = sqlite.SqliteFiles(tmp_path_factory.mktemp("sqlite"))
    files.prepare(migrate)
    return files


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[postgres.PostgresServer]:
    """Where migrated PostgreSQL databases come from: `create_database()` for one more."""
    from tests.app import migrate  # not before a database is wanted: it brings the whole product

    with postgres.running() as server:
        server.prepare(migrate)
        yield server


@pytest.fixture
def sqlite_url(sqlite_databases: sqlite.SqliteFiles) -> Iterator[str]:
    with sqlite_databases.database() as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_databases: postgres.PostgresServer) -> Iterator[str]:
    with postgresql_databases.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty, migrated database that nobody else has; once per engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
