"""Every page in both languages, light and dark, wide and narrow: nothing to object to; a picture of each."""

import contextlib
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser import axe
from tests.browser.every_story import EveryStory
from tests.browser.lived_in import OWNER, LivedIn
from tests.browser.looking import Watch, measured, objections
from tests.browser.screens import SCREENS, Screen
from tests.figures import Figure, noted_on
from tests.sizes import size

pytestmark = pytest.mark.browser

PICTURES = Path("build/screenshots")
WIDTHS = {1440: 900, 390: 844}  # and how high
SHOWN = {1440: 700, 390: 844}  # how much of it the README shows
LOCALES = {"en": "en-GB", "zh-CN": "zh-CN"}
EVERYWHERE = [(language, width) for language in LOCALES for width in WIDTHS]
HIGHEST = 6000
WHOLE = """() => Math.ceil(Math.max(document.documentElement.scrollHeight,
  ...[...document.querySelectorAll(".side")].map((each) => each.offsetTop + each.scrollHeight)))"""
FULL = size(small=False, full=True)  # every language at every width, and a picture of each


@pytest.mark.parametrize("name", SCREENS)
def test_nobody_objects_to_the_screen(name: str, request: pytest.FixtureRequest, windows: "Windows") -> None:
    screen, figure = SCREENS[name], noted_on(request.node)
    shop = request.getfixturevalue("lived_in" if screen.of_week else "every_story")
    found = []
    for language, width in EVERYWHERE if FULL else some_of_it(screen):
        look = partial(objected, windows, shop, name, language, width)
        said = unless_it_crashes(look, name, figure)
        found += [
            f"{language} {width}: {objection}"
            for objection in said
            if not (screen.expected and objection.startswith(screen.expected))
        ]
    assert found == []


def objected(
    windows: "Windows", shop: LivedIn | EveryStory, name: str, language: str, width: int
) -> list[str]:
    """Everything there is to object to, on a page that is opened for it."""
    screen = SCREENS[name]
    page = windows.open(shop, screen, language, width)
    watch = Watch(page, shop.url)
    address = screen.address(shop, language)
    page.goto(address if address.startswith("http") else shop.url + address)
    if screen.act:
        screen.act(page)
    said = watch.objections + seen(page, f"{name}-{language}", language, width)
    page.close()
    return said


def unless_it_crashes(look: Callable[[], list[str]], name: str, figure: Figure) -> list[str]:
    """All of it again, once, when Chromium's own process for the page dies, as it does now and then while a
    window that plays a telephone changes its width. What it says of the page is never asked twice."""
    try:
        return look()
    except Error as crash:
        if "crashed" not in crash.message:
            raise
        figure(f"screen {name}: Chromium crashed, and it was looked at again", 1, "time")
        return look()


def some_of_it(screen: Screen) -> list[tuple[str, int]]:
    """Buyers have telephones, and the demo shop is read in Chinese too: between them, every kind of page."""
    if screen.of_week:
        return [("en", 1440), ("zh-CN", 390)]
    return [("en", 1440)] if screen.role else [("zh-CN", 390)]


def seen(page: Page, name: str, language: str, width: int) -> list[str]:
    """What is wrong with it in the light, and with its colours in the dark; then on narrower and narrower
    windows, down to what somebody sees who has made everything four times as large."""
    said = []
    for look in ("light", "dark"):
        page.emulate_media(color_scheme="light" if look == "light" else "dark")
        if FULL:
            take_picture(page, f"{name}-{look}-{width}", SHOWN[width])
        if FULL or look == "light":
            said += axe.findings(page) + objections(page, language)
        else:
            said += [f"too faint, {what}" for what in measured(page, "faintTexts")]
    for narrow in (390, 320):
        page.set_viewport_size({"width": narrow, "height": 640})
        said += [f"at {narrow} wider than it: {what}" for what in measured(page, "widerThanTheWindow")]
    return said


class Windows:
    """Browser windows by what they are: opened once, so that styles and scripts come from their cache."""

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.opened: dict[tuple[str, str, str, int], BrowserContext] = {}

    def open(self, shop: LivedIn | EveryStory, screen: Screen, language: str, width: int) -> Page:
        key = (shop.url, screen.role, language, width)
        if key not in self.opened:
            self.opened[key] = self.chromium.new_context(
                locale=LOCALES[language],
                timezone_id="Asia/Shanghai",
                viewport={"width": width, "height": WIDTHS[width]},
                storage_state=shop.states[screen.role] if screen.role else None,
                has_touch=width < 500,
                is_mobile=width < 500,  # a finger is coarse
            )
        return self.opened[key].new_page()


@pytest.fixture(scope="module")
def windows(chromium_of_the_run: Browser) -> Iterator[Windows]:
    windows = Windows(chromium_of_the_run)
    yield windows
    for context in windows.opened.values():
        context.close()


def take_picture(page: Page, name: str, height: int) -> None:
    """The top of the window, for the README; and the whole page, for whoever judges the look."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    width = page.evaluate("innerWidth")
    page.evaluate("scrollTo(0, 0)")
    shown = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": height})
    (PICTURES / f"{name}.png").write_bytes(repacked(shown))
    (PICTURES / "whole").mkdir(exist_ok=True)
    if page.locator("dialog[open]").count() == 0:  # a dialog covers the window, and no more
        page.set_viewport_size({"width": width, "height": min(page.evaluate(WHOLE), HIGHEST)})
    page.screenshot(path=PICTURES / "whole" / f"{name}.png")
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})


def repacked(png: bytes) -> bytes:
    """The same picture in fewer octets: Chromium packs in a hurry (RFC 2083, section 4.1)."""
    packed, other, at = b"", [], 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + size]
        else:
            other.append(png[at : at + size + 12])
        at += size + 12
    data = b"IDAT" + zlib.compress(zlib.decompress(packed), 9)
    chunk = (len(data) - 4).to_bytes(4) + data + zlib.crc32(data).to_bytes(4)
    return png[:8] + b"".join([*other[:-1], chunk, other[-1]])


def test_the_login_that_is_printed_is_the_one_that_works(lived_in: LivedIn, chromium: Browser) -> None:
    page = chromium.new_context(storage_state=lived_in.state).new_page()
    page.goto(f"{lived_in.url}/profile")
    assert OWNER in page.inner_text("main")


def test_the_queue_shows_what_the_buyer_said_last_and_none_of_our_letters(
    lived_in: LivedIn, chromium: Browser
) -> None:
    page = chromium.new_context(storage_state=lived_in.state).new_page()
    page.goto(f"{lived_in.url}/?queue=solved")
    row = page.locator(f"#row-{lived_in.tickets['Wrong size: order 2026-10482']}")
    # Two answers and a survey went out since.
    expect(row.locator(".preview")).to_contain_text("the tags are still on it")


def test_a_page_whose_process_died_is_looked_at_again_and_only_once(chromium: Browser) -> None:
    looks, told = [], []

    def dies(times: int) -> list[str]:
        page = chromium.new_page()
        looks.append("looked")
        if len(looks) <= times:
            with contextlib.suppress(Error):
                page.goto("chrome://crash")
        return [page.evaluate("() => 'seen'")]

    def note(name: str, value: float | str, unit: str = "") -> None:
        told.append(name)

    assert unless_it_crashes(partial(dies, times=1), "inbox", note) == ["seen"]
    assert told == ["screen inbox: Chromium crashed, and it was looked at again"]
    looks.clear()
    with pytest.raises(Error, match="crashed"):
        unless_it_crashes(partial(dies, times=2), "inbox", note)
    assert len(looks) == 2
