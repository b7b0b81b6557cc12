"""What the proofs share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk import clock
from helpdesk.db import db
from tests.app import make_app
from tests.proofs.world import World


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    app = make_app(sqlite_url, tmp_path / "data")
    with app.app_context():
        with World(app, Path(sqlite_url.removeprefix("sqlite:///"))).watched() as world:
            yield world
        db.engine.dispose()
    clock.reset()
