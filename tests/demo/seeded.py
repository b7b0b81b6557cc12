"""A seeded desk for tests: the stories are played once per process and copied wherever one is wanted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from flask import Flask

from helpdesk import create_app
from helpdesk.db import db
from helpdesk.demo import seeding, telling
from helpdesk.demo.seeding import Seeded
from helpdesk.demo.stories import Story
from helpdesk.demo.telling import STORIES, Telling
from tests.app import make_app, settings

PASSWORD = "long enough for a test"
UNTIL = date(2026, 11, 20)  # a Friday
FEW = tuple(
    story for story in STORIES if story.name in {"wrote_twice", "coupon_given", "parked", "to_approve"}
)


def play(folder: Path, stories: tuple[Story, ...] = STORIES) -> Telling:
    folder.mkdir(parents=True, exist_ok=True)
    given = settings(f"sqlite:///{folder}/unused.db", folder, TIMEZONE="Asia/Shanghai")
    return telling.tell(create_app, given, folder, password=PASSWORD, stories=stories)


@contextmanager
def desk(url: str, folder: Path) -> Iterator[Flask]:
    """An app on this migrated database; its context is open."""
    app = make_app(url, folder, TIMEZONE="Asia/Shanghai")
    with app.app_context():
        yield app
        db.engine.dispose()


def fill(played: Telling, tickets: int, *, seed: int = 1) -> Seeded:
    return seeding.fill(played, tickets, seed=seed, until=UNTIL, password=PASSWORD)
