"""What the browser does while somebody reads a ticket: who is here, what is unread, pictures."""

import re

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.lived_in import LivedIn
from tests.browser.looking import Watch, measured

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def opened(lived_in: LivedIn, chromium: Browser, viewport: dict[str, int] | None = None) -> Page:
    context = chromium.new_context(
        storage_state=lived_in.state, locale="en-GB", viewport=viewport or {"width": 1440, "height": 900}
    )
    return context.new_page()


def told(request: Request, name: str) -> str:
    """A field of what the page has told."""
    body = request.post_data_buffer or b""
    found = re.search(rf'name="{name}"\r\n\r\n([^\r]*)'.encode(), body)
    return found[1].decode() if found else ""


def is_telling(request: Request) -> bool:
    return request.url.endswith("/presence")


def test_a_page_tells_that_it_is_open_written_on_and_left(lived_in: LivedIn, chromium: Browser) -> None:
    page = opened(lived_in, chromium)
    watch = Watch(page, lived_in.url)
    with page.expect_request(is_telling) as here:
        page.goto(lived_in.url + lived_in.ticket("Mug arrived broken"))
    assert told(here.value, "writes") == "no"
    with page.expect_request(is_telling) as read:
        page.locator("#newest").scroll_into_view_if_needed()
    assert told(read.value, "read").isdigit()
    with page.expect_request(is_telling) as writes:
        page.locator("#text").press_sequentially("We")
    assert told(writes.value, "writes") == "yes"
    with page.expect_request(is_telling) as left:
        page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert told(left.value, "left") == "yes"
    page.fill("#text", "")
    assert watch.objections == []


def test_who_comes_for_the_newest_begins_at_the_first_unread(lived_in: LivedIn, chromium: Browser) -> None:
    page = opened(lived_in, chromium, {"width": 1440, "height": 500})
    page.goto(f"{lived_in.url}{lived_in.ticket('杯子碎了')}#newest")
    first = page.locator(".entry").first
    expect(first).not_to_be_in_viewport()
    script = page.locator("script[type=module]").get_attribute("src") or ""
    page.evaluate(
        """async (script) => {
            const mark = "<li id=first-unread>2 new</li>";
            document.querySelector(".entry").insertAdjacentHTML("beforebegin", mark);
            (await import(script)).beginAtNews();
        }""",
        script.replace("main.js", "presence.js"),
    )
    expect(first).to_be_in_viewport()


def test_pictures_are_turned_and_enlarged_by_keys_and_the_focus_comes_back(
    lived_in: LivedIn, chromium: Browser
) -> None:
    page = opened(lived_in, chromium)
    page.goto(lived_in.url + lived_in.ticket("Mug arrived broken"))
    thumb = page.locator("a.thumb").first
    thumb.focus()
    page.keyboard.press("Enter")
    window = page.locator("#gallery")
    expect(window).to_be_visible()
    picture = window.locator("img")
    expect(picture).to_have_js_property("complete", value=True)
    before = picture.bounding_box()
    page.keyboard.press("+")
    page.keyboard.press("+")
    after = picture.bounding_box()
    assert before
    assert after
    assert after["width"] > before["width"]
    page.keyboard.press("ArrowRight")
    expect(window.locator("[data-name]")).to_contain_text(re.compile(r"\d/\d"))
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('a.thumb')")


def test_on_a_phone_the_ways_down_the_page_stand_under_the_thumb(
    lived_in: LivedIn, chromium: Browser
) -> None:
    page = opened(lived_in, chromium, PHONE)
    page.goto(lived_in.url + lived_in.ticket("Mug arrived broken"))
    bar = page.locator(".facts-jumps")
    for link in bar.locator("a").all():
        box = link.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= PHONE["height"]
    assert measured(page, "widerThanTheWindow") == []
    bar.locator("a", has_text="More").click()
    expect(page.locator("#assignee")).to_be_visible()
    bar.locator("a", has_text="Reply").click()
    page.locator("#text").focus()
    expect(bar).to_be_hidden()
