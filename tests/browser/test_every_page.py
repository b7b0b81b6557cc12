"""A page that is new cannot be forgotten: every address that answers a GET is looked at, or is no page."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Map

from helpdesk import create_app
from helpdesk.demo import buyer
from helpdesk.links import Passing, Purpose
from tests.app import settings
from tests.browser import screens_index
from tests.browser.no_pages import NO_PAGES
from tests.browser.screens import SCREENS


class Nowhere:
    """A shop of which only the addresses count."""

    arrival, survey = "http://desk.example/b/arrival/x", "http://desk.example/b/survey/x"

    def ticket(self, subject: str) -> str:
        return "/tickets/1"

    def of(self, question: str, language: str) -> int:
        return 1

    def mail(self, language: str) -> tuple[int, int]:
        return 1, 1

    def link(self, purpose: Purpose | Passing, subject: int, language: str, *, ended: bool = False) -> str:
        return f"/b/{purpose}/x?lang={language}"


@pytest.fixture
def routes(tmp_path_factory: pytest.TempPathFactory) -> Map:
    """Of the desk and of its demo."""
    folder = tmp_path_factory.mktemp("routes")
    app: Flask = create_app(settings(f"sqlite:///{folder}/none.db", folder))
    app.register_blueprint(buyer.bp)
    return app.url_map


def test_every_page_is_looked_at(routes: Map) -> None:
    pages = {rule.endpoint for rule in routes.iter_rules() if "GET" in (rule.methods or ())}
    adapter = routes.bind("desk.example")
    looked_at = {
        adapter.match(urlsplit(screen.address(Nowhere(), "en")).path)[0] for screen in SCREENS.values()
    }
    assert pages - looked_at - set(NO_PAGES) == set()
    assert set(NO_PAGES) - pages == set(), "these are gone"
    assert looked_at & set(NO_PAGES) == set()


def test_the_index_of_the_pictures_names_every_page() -> None:
    assert screens_index.PLACE.read_text(encoding="utf-8") == screens_index.text()
