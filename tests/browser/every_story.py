"""A desk on which every kind of claim and money is under way at once, and the links that its buyers have.

The stories of `helpdesk seed` are played in both languages and served by a process of its own; its mailbox is
paused and nothing is ever sent. What a screen needs is found by what it is, not by its number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState

from helpdesk import clock, links
from helpdesk.current import current_desk
from helpdesk.db import db, transaction
from helpdesk.demo import seeding
from helpdesk.demo.telling import STORIES
from helpdesk.desk import Desk
from helpdesk.links import Passing, Purpose
from tests.app import make_app
from tests.browser.found import one_id
from tests.browser.furnishing import furnish
from tests.browser.running import RunningDesk
from tests.demo import seeded
from tests.servers.sqlite import SqliteFiles

PEOPLE = {"owner": "mira@seeded.example", "lead": "nora@seeded.example", "agent": "joel@seeded.example"}
UNDER_WAY = {
    "photo_missing", "photo_came", "offer_open", "offer_countered", "to_approve", "sized", "on_its_way_back",
    "to_inspect", "goods_promised", "coupon_given", "turned_down", "disputed", "parcel_lost", "order_unknown",
    "arrived", "just_left", "unknown", "declined", "to_pay_by_hand", "denied", "not_delivered", "spam",
}  # fmt: skip
TWICE = {"to_approve", "photo_came", "order_unknown"}  # one to look at, and one for tests that go on with it


@dataclass(frozen=True, slots=True)
class EveryStory:
    """Where it runs, who is signed in, and how to find what a screen shows."""

    url: str
    states: dict[str, StorageState]  # by role
    desk: Desk
    database: Path

    def of(self, question: str, language: str) -> int:
        """One id by SQL, which may name the language of the ticket's buyer as :language."""
        return one_id(self.database, question, language)

    def mail(self, language: str) -> tuple[int, int]:
        """A ticket, and one of several mails of its buyer."""
        entry = self.of(
            "SELECT max(entry.id) FROM entry JOIN ticket ON ticket.id = ticket_id"
            " WHERE kind = 'received' AND locale = :language AND NOT spam AND ticket.id IN"
            " (SELECT ticket_id FROM entry WHERE kind = 'received' GROUP BY ticket_id HAVING count(*) > 1)",
            language,
        )
        return self.of(f"SELECT ticket_id FROM entry WHERE id = {entry} AND :language != ''", language), entry

    def link(self, purpose: Purpose | Passing, subject: int, language: str, *, ended: bool = False) -> str:
        """The path of the page behind a signed link."""
        if isinstance(purpose, Purpose):
            address = links.url(self.desk, purpose, subject)
        else:
            since = datetime(2020, 1, 1, tzinfo=self.desk.zone) if ended else clock.now()
            address = links.passing_url(self.desk, purpose, subject, at=since)
        return f"{address.removeprefix(self.desk.base_url)}?lang={language}"


@pytest.fixture(scope="session")
def every_story(
    chromium_of_the_run: Browser, sqlite_databases: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EveryStory]:
    """One per worker: it takes some ten seconds to play."""
    folder = tmp_path_factory.mktemp("every-story")
    with sqlite_databases.database() as database:
        running = RunningDesk(database, folder / "data", HELPDESK_TIMEZONE="Asia/Shanghai")
        desk = _played(database, folder, running.url)
        with running.running("web", until="ready"):
            yield EveryStory(
                url=running.url,
                states={role: _signed_in(chromium_of_the_run, running.url, role) for role in PEOPLE},
                desk=desk,
                database=Path(database.removeprefix("sqlite:///")),
            )


def _played(database: str, folder: Path, address: str) -> Desk:
    stories = [story for story in STORIES if story.name in UNDER_WAY]
    stories += [replace(story, name=f"{story.name}_again") for story in stories if story.name in TWICE]
    played = seeded.play(folder / "stories", tuple(stories))
    app = make_app(database, folder / "data", TIMEZONE="Asia/Shanghai", BASE_URL=address)
    with app.app_context():
        today = clock.now().astimezone(current_desk().zone).date()
        seeding.fill(
            played, sum(told.tickets for told in played.told), seed=1, until=today, password=seeded.PASSWORD
        )
        with transaction() as session:
            furnish(session, PEOPLE["owner"], clock.now())
        db.engine.dispose()
        return current_desk()


def _signed_in(chromium: Browser, address: str, role: str) -> StorageState:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/login")
    page.fill("input[name=email]", PEOPLE[role])
    page.fill("input[name=password]", seeded.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#queue-name")
    state = context.storage_state()
    context.close()
    return state
