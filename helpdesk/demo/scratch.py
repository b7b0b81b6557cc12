"""A desk to play stories on: an app, a database and a bank of its own in a temporary folder.

Every story begins with the same few people and nothing else. The ids of each table begin at a number that is
no other's, so that an id is recognised wherever it stands: in a column, in facts, within "agent:906000003"
or "[RF-949000001]".
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import JSON, Boolean, Date, DateTime, Enum, Integer, LargeBinary, Table, select
from sqlalchemy.orm import Session

from config import Settings
from helpdesk import clock
from helpdesk.current import GATEWAYS
from helpdesk.db import Base, Moment, db, reading, transaction
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.configured import Gateways
from helpdesk.gateways.manual import Manual
from helpdesk.gateways.sandbox import Sandbox
from helpdesk.models import OrderShape

FIRST, SPAN = 900_000_000, 1_000_000  # of the first table; from one table to the next
SECRET = "what these letters are signed with opens no door anywhere"
BANKS = ("alipay", "stripe", "wechatpay")
OVER = ("done_at", "ends_at")  # a reminder that is done, an event that has ended: nobody looks at them

Rows = dict[
    str, list[dict[str, Any]]
]  # by the name of their table, in the order in which they may be inserted


def tables() -> list[Table]:
    """All of them, each behind those that it points at."""
    return list(Base.metadata.sorted_tables)


def numbered() -> dict[str, int]:
    """The first id of each table that counts its rows."""
    keys = {table.name: key_of(table) for table in tables()}
    counting = [name for name, key in keys.items() if key is not None and not key.foreign_keys]
    return {name: FIRST + place * SPAN for place, name in enumerate(counting)}


def key_of(table: Table) -> Any:
    """The one whole number that names a row; None where something else does."""
    keys = list(table.primary_key)
    return keys[0] if len(keys) == 1 and isinstance(keys[0].type, Integer) else None


class Scratch:
    """Play a story between `begin` and `rows`; everything is gone with the folder."""

    def __init__(self, compose: Callable[[Settings], Flask], settings: Settings, folder: Path) -> None:
        self.folder, self.file = folder, folder / "scratch.db"
        self.app = compose(
            replace(
                settings,
                data_dir=folder / "data",
                database_url=f"sqlite:///{self.file}",
                secret_key=SECRET,
                gateways={},
                sandbox=False,
                undo_seconds=0,
            )
        )
        self.bank = self._open_bank("setting-up")
        self._before: dict[str, int] = {}

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The app's context, with a clock that stands still."""
        with self.app.app_context(), clock.stand_still():
            yield
            db.engine.dispose()

    def set_up(self, people: Callable[[Session], None], at: datetime) -> Rows:
        """The tables, and what every story begins with."""
        clock.put(at)
        upgrade()
        db.engine.dispose()
        for name in numbered():
            self._insert_first(name)
        with transaction() as session:
            people(session)
        db.engine.dispose()
        self._forget_first()
        found = self.rows()
        self._before = {name: max(row[_key(name)] for row in rows) for name, rows in found.items()}
        db.engine.dispose()
        shutil.copy(self.file, self.folder / "prepared.db")
        return found

    def begin(self, story: str) -> None:
        """A desk as it was set up, and an empty bank."""
        db.engine.dispose()
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copy(self.folder / "prepared.db", self.file)
        self.bank = self._open_bank(story)

    def rows(self) -> Rows:
        """What has come to be since `begin`. Values as the models have them, enums by their value."""
        found: Rows = {}
        firsts = numbered()
        with reading() as session:
            for table in tables():
                key = key_of(table)
                if key is None:
                    continue
                owner = next((each.column.table.name for each in key.foreign_keys), table.name)
                after = self._before.get(owner, firsts[owner] - 1)
                read = session.execute(select(table).where(key > after).order_by(key)).mappings()
                found[table.name] = [{name: _plain(value) for name, value in row.items()} for row in read]
        return {name: rows for name, rows in found.items() if rows}

    def shapes(self) -> list[dict[str, str]]:
        """How the numbers of its orders look."""
        with reading() as session:
            return [dict(row) for row in session.execute(select(OrderShape.__table__)).mappings()]

    def _open_bank(self, story: str) -> Bank:
        bank = Bank(self.folder / f"bank-{story}.db", now=clock.now, quick=True)
        adapters = {name: Sandbox(bank, name=name) for name in BANKS}
        self.app.extensions[GATEWAYS] = Gateways({"manual": Manual(), **adapters})
        return bank

    def _insert_first(self, name: str) -> None:
        """A row that means nothing, so that the next one has the id that we want."""
        table = Base.metadata.tables[name]
        values = {column.name: _nothing(column) for column in table.columns}
        values[_key(name)] = numbered()[name] - 1
        with self._bare() as connection:
            places = ", ".join("?" * len(values))
            row = f"INSERT INTO {name} ({', '.join(values)}) VALUES ({places})"  # noqa: S608  (our own names)
            connection.execute(row, list(values.values()))

    def _forget_first(self) -> None:
        """Where there are rows that mean something, these go on counting."""
        with self._bare() as connection:
            triggers = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            for trigger, _ in triggers:  # they keep what is deleted here
                connection.execute(f"DROP TRIGGER {trigger}")
            for name, first in numbered().items():
                key = _key(name)
                newest = f"SELECT max({key}) FROM {name}"  # noqa: S608  (our own names)
                if connection.execute(newest).fetchone()[0] >= first:
                    meaningless = f"DELETE FROM {name} WHERE {key} = ?"  # noqa: S608  (our own names)
                    connection.execute(meaningless, (first - 1,))
            for _, made in triggers:
                connection.execute(made)

    @contextmanager
    def _bare(self) -> Iterator[sqlite3.Connection]:
        """The file without anybody who checks."""
        connection = sqlite3.connect(self.file, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys=OFF")
            connection.execute("PRAGMA ignore_check_constraints=ON")
            yield connection
        finally:
            connection.close()


def _key(name: str) -> str:
    return str(key_of(Base.metadata.tables[name]).name)


def _plain(value: Any) -> Any:
    return value.value if hasattr(value, "value") else value


def _nothing(column: Any) -> Any:
    """A value that the column takes, and that is about nothing."""
    if column.nullable and column.name not in OVER:
        return None
    kind = column.type
    if isinstance(kind, Enum):
        return kind.enums[-1]  # an end, in all of ours
    if isinstance(kind, Moment | DateTime):
        return "1970-01-01 00:00:00.000000"
    if isinstance(kind, Date):
        return "1970-01-01"
    if isinstance(kind, Boolean | Integer):
        return 0
    if isinstance(kind, LargeBinary):
        return b""
    return "[]" if isinstance(kind, JSON) else ""
