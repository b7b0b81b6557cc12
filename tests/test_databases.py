"""The test databases themselves: fresh for every test, alike on both engines."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.servers import postgres, sqlite


def write(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def read(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        words = list(connection.execute(text("SELECT word FROM said ORDER BY word")).scalars())
    engine.dispose()
    return words


def migrate(url: str) -> None:
    write(url, "CREATE TABLE said (word TEXT)", "INSERT INTO said VALUES ('from the template')")


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    with postgres.running() as server:
        server.prepare(migrate)
        yield server


@pytest.fixture(scope="module")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> sqlite.SqliteFiles:
    files = sqlite.SqliteFiles(tmp_path_factory.mktemp("sqlite"))
    files.prepare(migrate)
    return files


@pytest.fixture(params=["sqlite_files", "postgres_server"])
def databases(request: pytest.FixtureRequest) -> sqlite.SqliteFiles | postgres.PostgresServer:
    found: sqlite.SqliteFiles | postgres.PostgresServer = request.getfixturevalue(request.param)
    return found


def test_two_databases_share_the_template_and_nothing_else(
    databases: sqlite.SqliteFiles | postgres.PostgresServer,
) -> None:
    with databases.database() as first, databases.database() as second:
        write(first, "INSERT INTO said VALUES ('only here')")

        assert read(first) == ["from the template", "only here"]
        assert read(second) == ["from the template"]


def test_a_connection_left_open_does_not_keep_a_postgresql_database_alive(
    postgres_server: postgres.PostgresServer,
) -> None:
    engine = create_engine(postgres_server.create_database())
    with engine.connect() as left_open:
        postgres_server.drop_database(engine.url.render_as_string())

        left_open.invalidate()
    engine.dispose()


def test_what_a_migration_left_in_the_log_is_in_every_sqlite_copy(tmp_path: Path) -> None:
    files = sqlite.SqliteFiles(tmp_path)
    with closing(sqlite3.connect(tmp_path / "template.sqlite3")) as held_open:

        def leave_it_in_the_log(url: str) -> None:
            held_open.execute("PRAGMA journal_mode = WAL")
            migrate(url)

        files.prepare(leave_it_in_the_log)

        assert read(files.create_database()) == ["from the template"]


@pytest.mark.slow
def test_a_postgresql_server_leaves_no_files() -> None:
    with postgres.running(durable=True) as server:
        write(server.url("postgres"), "SELECT 1")
        folder = server.socket_folder
        assert folder.is_dir()

    assert not folder.exists()
