"""The product for tests: an app over a given database, and its migrations.

Every test has an app and a database of its own. What is the same for all of them is worked out once per
process: the routes, the templates, the text of SQL statements. It would be half of the time of all tests.
"""

from copy import copy
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask_migrate import upgrade
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from config import Settings
from helpdesk import clock, create_app
from helpdesk.actions import agents
from helpdesk.blobs import BlobStore
from helpdesk.current import DESK, GATEWAYS, SETTINGS
from helpdesk.db import db, engine_options, prepare
from helpdesk.gateways.configured import gateways

SECRET = "a secret that only tests know, 32 characters long"


# Every desk of a test has people with passwords: as slow as the real ones they would be half of all time.
REAL_HASHER, agents.hasher = agents.hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class _Compiled(BytecodeCache):
    """Templates are compiled once for all apps of a process."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.code[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()


# A statement is compiled for a dialect: engines of one kind count as the same, and share what is compiled.
STATEMENTS: LRUCache[Any, Any] = LRUCache(4000)
for kind in (PGDialect_psycopg, SQLiteDialect_pysqlite):
    kind.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]  # for tests only
    kind.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]  # for tests only


def settings(url: str, data_dir: Path, **changes: str) -> Settings:
    """Settings of one test; `changes` are environment variables without HELPDESK_."""
    environ = {
        "HELPDESK_DATABASE_URL": url,
        "HELPDESK_DATA_DIR": str(data_dir),
        "HELPDESK_SECRET_KEY": SECRET,
        "HELPDESK_SHOP_NAME": "Demo Shop",
        "HELPDESK_UNDO_SECONDS": "0",
    }
    return Settings.from_env(environ | {f"HELPDESK_{name}": value for name, value in changes.items()})


def make_app(url: str, data_dir: Path, **changes: Any) -> Flask:
    """An app on a migrated database."""
    given = settings(url, data_dir, **changes)
    data_dir.mkdir(parents=True, exist_ok=True)
    app = copy(_composed(replace(given, database_url="sqlite://", data_dir=Path())))
    app.config = copy(app.config)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    app.extensions = dict(app.extensions)
    app.extensions[SETTINGS] = given
    app.extensions[DESK] = replace(app.extensions[DESK], blobs=BlobStore(data_dir / "blobs"))
    app.extensions[GATEWAYS] = gateways(given, now=clock.now)
    app.teardown_appcontext_funcs, app.shell_context_processors = [], []  # the database brings both
    del app.extensions["sqlalchemy"]
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        db.engine._compiled_cache = STATEMENTS
    return app


def make_app_anew(url: str, data_dir: Path, **changes: Any) -> Flask:
    """The same, sharing nothing: for who gives the app more pages."""
    return _finished(create_app(settings(url, data_dir, **changes)))


@cache
def _composed(given: Settings) -> Flask:
    """An app with these settings that is never run itself."""
    with TemporaryDirectory() as folder:
        return _finished(create_app(replace(given, data_dir=Path(folder))))


def _finished(app: Flask) -> Flask:
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = COMPILED
    return app


def migrate(url: str) -> None:
    """Bring an empty database to the newest version."""
    with TemporaryDirectory() as folder:
        app = create_app(settings(url, Path(folder)))
        with app.app_context():
            upgrade()
            db.engine.dispose()
