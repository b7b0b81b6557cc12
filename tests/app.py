"""The product for tests: an app over a given database, and its migrations."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask_migrate import upgrade
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from config import Settings
from helpdesk import create_app
from helpdesk.actions import agents

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
    app = create_app(settings(url, data_dir, **changes))
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = COMPILED
    return app


def migrate(url: str) -> None:
    """Bring an empty database to the newest version."""
    with TemporaryDirectory() as folder:
        app = create_app(settings(url, Path(folder)))
        with app.app_context():
            upgrade()
            from helpdesk.db import db

            db.engine.dispose()
