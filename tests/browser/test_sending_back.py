"""Goods come back in a real browser: asked for, sent by a buyer with a phone, received and inspected."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from helpdesk import clock, links
from helpdesk.actions import contacts
from helpdesk.current import current_desk
from helpdesk.db import transaction
from tests.actions.sending_back import SendingBack
from tests.browser.looking import Watch, objections
from tests.browser.running import free_port
from tests.letterbox import png

pytestmark = [pytest.mark.flows, pytest.mark.browser]
PASSWORD = "long enough for a test"
PICTURES = Path("build/screenshots")
LOOKS = (
    ("en", "light", 1280, 900),
    ("zh-CN", "dark", 390, 844),
    ("zh-CN", "light", 1280, 900),
    ("en", "dark", 390, 844),
)


class OneRequest(WSGIRequestHandler):
    """A connection carries one request; one that carries none is given up. So each thread comes to an end."""

    protocol_version = "HTTP/1.0"
    timeout = 5


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a port of this machine; its address. Afterwards no thread of it holds a connection."""
    server = make_server("127.0.0.1", free_port(), app, threaded=True, request_handler=OneRequest)
    assert isinstance(server, ThreadingMixIn)
    server.daemon_threads = False  # it waits for the requests in hand: they have the test's database open
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def signed_in(chromium: Browser, url: str, who: str = "agent", **context: Any) -> Page:
    page = chromium.new_context(**{"locale": "en-GB", **context}).new_page()
    page.goto(f"{url}/login")
    page.fill("input[name=email]", f"{who}@shop.example")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#queue-name")
    return page


class Lookers:
    """The same person in both languages, themes and widths; each page is pictured and measured."""

    def __init__(self, chromium: Browser, url: str) -> None:
        self.url, self.found = url, list[str]()
        self.pages = {}
        for language, theme, width, height in LOOKS:
            page = signed_in(
                chromium,
                url,
                "lead",
                locale=language,
                color_scheme=theme,
                viewport={"width": width, "height": height},
            )
            page.goto(f"{url}/profile")  # the queue asks for news: it is left before anybody listens
            self.pages[(language, theme, width)] = page, Watch(page, url)

    def look(self, path: str, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for (language, theme, width), (page, watch) in self.pages.items():
            page.goto(f"{self.url}{path}{f'?lang={language}' if path.startswith('/b/') else ''}")
            page.screenshot(path=PICTURES / f"inside-{name}-{language}-{theme}-{width}.png", full_page=True)
            left = "net::ERR_ABORTED"  # a poll that was on its way when the page was left
            said = [*objections(page, language), *(each for each in watch.objections if left not in each)]
            self.found += [f"{name} {language} {theme} {width}: {each}" for each in said]
            watch.objections.clear()


def test_goods_come_back(app: Flask, chromium: Browser, tmp_path: Path) -> None:
    matter = SendingBack()
    photo = tmp_path / "cup.png"
    photo.write_bytes(png(64, 48))
    with served(app) as url:
        page = signed_in(chromium, url)
        page.goto(f"{url}/tickets/1")
        page.click("#inside >> text=Ask for the goods back")
        page.click("text=Send address and number to the buyer")
        expect(page.locator("#inside")).to_contain_text("Return RT-1-1")

        token = links.url(current_desk(), links.Purpose.RETURN, 1).partition("/b/")[2]
        phone = chromium.new_context(
            viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, java_script_enabled=False
        ).new_page()
        phone.goto(f"{url}/b/{token}")
        expect(phone.locator("main")).to_contain_text("RT-1-1")
        phone.fill("#carrier", "顺丰")
        phone.fill("#tracking", "SF12")
        phone.click("button.main")
        expect(phone.locator("[role=alert]")).to_be_visible()
        phone.fill("#tracking", "SF1234567890123")
        phone.click("button.main")
        expect(phone.locator("main")).to_contain_text("SF1234567890123")

        page.reload()
        page.click("#inside >> text=Parcel, arrival")
        page.click("button:has-text('Received')")
        page.select_option("[name^=condition-]", "opened_intact")
        page.select_option("[name^=resellable-]", "yes")
        page.set_input_files("[name^=photos-]", photo)
        page.click("button:has-text('Inspected')")
        expect(page.locator("main")).to_contain_text("as agreed: the money may go")
        expect(page.locator(".photos img")).to_be_visible()

    assert matter.remedy_states() == ["agreed"]


def test_its_pages_look_as_they_should(app: Flask, chromium: Browser) -> None:
    matter = SendingBack()
    with transaction() as session:
        contacts.add(
            session,
            email="depot@warehouse.example",
            name="Depot",
            role="warehouse",
            locale="en",
            at=clock.now(),
        )
    with served(app) as url:
        lookers = Lookers(chromium, url)
        lookers.look("/settings/inside", "settings")
        lookers.look("/tickets/1/inquiry", "ask")
        lookers.look("/tickets/1/call", "call")
        lookers.look("/remedies/1/return", "start")
        agent = signed_in(chromium, url)
        agent.goto(f"{url}/tickets/1/inquiry")
        agent.fill("#words", "Has it left already?")
        agent.fill("#due_at", "2026-06-03T12:00")
        agent.click("form.stack button.main")
        matter.start()
        lookers.look("/tickets/1", "ticket")
        token = links.url(current_desk(), links.Purpose.RETURN, 1).partition("/b/")[2]
        lookers.look(f"/b/{token}", "buyer")
        lookers.look("/returns/1", "arrival")
        matter.receive()
        lookers.look("/returns/1", "inspection")

    assert "\n".join(lookers.found) == ""
