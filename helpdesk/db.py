"""The database: one base class, one transaction boundary, the same behaviour on both engines.

    with transaction() as session:   writes; BEGIN IMMEDIATE on SQLite, so nobody's update is lost
    with reading() as session:       pages; the database itself refuses a write

Opened only at the edges (web, workers, cli), never nested, and no socket is touched inside.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from helpdesk.errors import ConflictError

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # a committed mail or refund survives a power cut
    "busy_timeout=15000",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # without it REPLACE deletes an entry past the trigger that refuses that
    "trusted_schema=OFF",
)
# Deadlock, serialization failure, lock not given in time; SQLite's one word for all of that.
PASSING = frozenset({"40P01", "40001", "55P03", "SQLITE_BUSY"})
UNIQUE = frozenset({"23505", "SQLITE_CONSTRAINT_UNIQUE"})
# What keeps a database from being used at all, by SQLSTATE (or its class) and by SQLite's own names.
NO_SCHEMA = frozenset({"42P01", "42703"})
AWAY = frozenset({"08", "28", "3D", "53", "57", "58", "42501"})
SQLITE_AWAY = frozenset(
    {
        "SQLITE_CANTOPEN",
        "SQLITE_NOTADB",
        "SQLITE_CORRUPT",
        "SQLITE_IOERR",
        "SQLITE_FULL",
        "SQLITE_READONLY",
        "SQLITE_BUSY",
        "SQLITE_PERM",
    }
)
CONNECT_WITHIN = 10  # seconds; a host that drops packets would be waited for for minutes
POSTGRESQL_LIMITS = "-c lock_timeout=5s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s"


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as UTC. A naive one is a bug and is refused at the column."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table. Constraint names are spelled out so that migrations can name them."""

    registry = registry(
        type_annotation_map={datetime: Moment},
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
    )


db = SQLAlchemy(model_class=Base)

_open: ContextVar[str] = ContextVar("open_transaction", default="")


class NestedTransactionError(RuntimeError):
    """Two transactions were opened inside each other: the boundary belongs to the edge alone."""


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work that may write: all of it is kept, or none of it."""
    with _session("transaction") as session:
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def reading() -> Iterator[Session]:
    """A consistent look at the data for a page; a write inside it fails at the database."""
    with _session("reading") as session:
        yield session  # closing rolls back, and what was loaded stays readable


@contextmanager
def _session(mode: str) -> Iterator[Session]:
    if _open.get():
        raise NestedTransactionError(f"{mode}() inside {_open.get()}()")
    token = _open.set(mode)
    engine = db.engine.execution_options(
        helpdesk_mode=mode,
        # A page sees one moment of the data; PostgreSQL's default would show a new one per query.
        **({"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if _reads_on_pg(mode) else {}),
    )
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
    finally:
        _open.reset(token)


def _reads_on_pg(mode: str) -> bool:
    return mode == "reading" and db.engine.dialect.name == "postgresql"


def engine_options(url: str) -> dict[str, Any]:
    """Options of `create_engine` for this database."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15, "check_same_thread": False}}
    return {
        "pool_pre_ping": True,
        "pool_size": 10,
        "connect_args": {"options": POSTGRESQL_LIMITS, "connect_timeout": CONNECT_WITHIN},
    }


def prepare(engine: Engine) -> None:
    """Give SQLite real transactions; the driver's own begin too late and lose updates."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "do_connect")
    def make_private(dialect: Any, record: Any, args: Any, options: Any) -> None:
        """SQLite would let everybody read a file that it makes; the files beside it follow its mode."""
        if engine.url.database and engine.url.database != ":memory:":
            with contextlib.suppress(OSError):  # it is there, or cannot be made: connecting will tell
                os.close(os.open(engine.url.database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        reads = connection.get_execution_options().get("helpdesk_mode") == "reading"
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def is_passing(error: BaseException) -> bool:
    """Whether the database refused because of what others did at that moment: the same may pass again."""
    if not isinstance(error, DBAPIError):
        return False
    return any(name in PASSING for name in _names(error))


def unusable(error: BaseException) -> str:
    """Why the database cannot be used now, and what to do: a sentence; "" when the error is another one."""
    if isinstance(error, PoolTimeoutError):
        return "the database is too busy: no connection became free in time"
    if not isinstance(error, DBAPIError) or not _is_away(error):
        return ""
    if _lacks_schema(error):
        return "the tables in the database are not those of this code: run `helpdesk db upgrade`"
    said = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return (
        f"the database cannot be used: {said[0]}. Look whether it runs and whether HELPDESK_DATABASE_URL "
        "names the right place, user and password"
    )


def _is_away(error: DBAPIError) -> bool:
    state, name = _names(error)
    if error.connection_invalidated or _lacks_schema(error):
        return True
    if name:
        return any(name.startswith(known) for known in SQLITE_AWAY)
    # Without a state the server was not even asked: nobody home, unknown host, password refused.
    return state in AWAY or state[:2] in AWAY or (not state and isinstance(error, OperationalError))


def _lacks_schema(error: DBAPIError) -> bool:
    state, name = _names(error)
    missing = ("no such table", "no such column", "has no column named")
    return state in NO_SCHEMA or (bool(name) and any(words in str(error.orig) for words in missing))


def _names(error: DBAPIError) -> tuple[str, str]:
    """SQLSTATE of PostgreSQL and error name of SQLite; the one that is not asked is ""."""
    return (getattr(error.orig, "sqlstate", "") or "", getattr(error.orig, "sqlite_errorname", "") or "")


def wait_for_names(session: Session, names: Iterable[str]) -> None:
    """From here to its end, no other transaction that waited for one of these names runs beside this one.

    For what two writers would both insert because neither sees the other's rows. Taken in one order, and to
    be called before any row is locked, so that nobody waits in a circle. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    keys = sorted({_lock_key(name) for name in names})
    # https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    query = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
    session.execute(query, {"keys": keys})


def _lock_key(name: str) -> int:
    """As many bits as PostgreSQL takes; two names with one key only wait for each other in vain."""
    return int.from_bytes(hashlib.sha256(name.encode(errors="replace")).digest()[:8], signed=True)


@contextmanager
def first_comes(session: Session, said: str) -> Iterator[None]:
    """What is written inside stands under a unique constraint that another writer may have met before us.

    Then nothing of it is kept, and ConflictError says so in this sentence.
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if UNIQUE.isdisjoint(_names(error)):
            raise
        raise ConflictError(said) from error


def insert_missing(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that no unique constraint forbids, and say how many those were.

    Racing writers on PostgreSQL take row locks in the order given: sort rows that others may insert too.
    """
    if not rows:
        return 0
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    keys = list(table.__table__.primary_key)  # counted by RETURNING: the drivers' row counts disagree
    statement = dialect.insert(table.__table__).on_conflict_do_nothing().returning(*keys)
    session.flush()  # what the rows point at
    # Rows as parameters: VALUES spelled out would make a new text of each call, compiled each time.
    return len(session.connection().execute(statement, list(rows)).all())
