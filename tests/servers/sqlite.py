"""SQLite databases for tests: copies of one file that was migrated once."""

import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

Migrate = Callable[[str], None]  # brings the database at a URL to the newest migration


class SqliteFiles:
    """A folder with a migrated template and its copies."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        self._folder = folder
        self._numbers = itertools.count(1)

    @staticmethod
    def url(path: Path) -> str:
        """What HELPDESK_DATABASE_URL would be for this file."""
        return f"sqlite:///{path}"

    def prepare(self, migrate: Migrate) -> None:
        """Make the template: done once, before the first `create_database`."""
        migrate(self.url(self._template))
        # What the migration left in the write-ahead log has to be in the file that is copied.
        with closing(sqlite3.connect(self._template)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def create_database(self) -> str:
        """A fresh copy of the template; its URL."""
        copy = self._folder / f"helpdesk-{next(self._numbers)}.sqlite3"
        shutil.copyfile(self._template, copy)
        return self.url(copy)

    def drop_database(self, url: str) -> None:
        """Remove a database with its log."""
        path = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(path + suffix).unlink(missing_ok=True)

    @contextmanager
    def database(self) -> Iterator[str]:
        """A fresh copy for as long as the block lasts; its URL."""
        url = self.create_database()
        try:
            yield url
        finally:
            self.drop_database(url)
