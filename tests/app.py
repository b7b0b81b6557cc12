"""The product for tests: an app over a given database, and its migrations."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from config import Settings
from helpdesk import create_app

SECRET = "a secret that only tests know, 32 characters long"


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
    return app


def migrate(url: str) -> None:
    """Bring an empty database to the newest version."""
    with TemporaryDirectory() as folder:
        app = create_app(settings(url, Path(folder)))
        with app.app_context():
            upgrade()
            from helpdesk.db import db

            db.engine.dispose()
