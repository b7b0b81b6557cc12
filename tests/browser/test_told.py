"""Macros by keys, colleagues offered in a note, and the bell with its notices, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.lived_in import LivedIn
from tests.browser.looking import Watch

pytestmark = pytest.mark.browser
BROKEN = "Mug arrived broken"
# A browser that keeps what it would show, and has said nothing yet but number 6.
KEEPS_NOTICES = """
window.shown = [];
window.Notification = class extends EventTarget {
  constructor(title, options) { super(); window.shown.push([title, options.body, options.tag]); }
  static permission = "granted";
};
localStorage.setItem("helpdesk-told", "6");
"""
NEWS = {
    "newest": 7,
    "news": [{"id": 7, "title": "#1 Broken", "body": "Ann gave it to you", "go": "/tickets/1#newest"}],
}


@pytest.fixture
def context(lived_in: LivedIn, chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        locale="en-GB", viewport={"width": 1440, "height": 900}, storage_state=lived_in.state
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(lived_in: LivedIn, context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    watch = Watch(page, lived_in.url)
    yield page
    assert [each for each in watch.objections if not each.startswith("failed: ")] == []


def test_a_macro_runs_by_three_keys(page: Page, lived_in: LivedIn) -> None:
    page.goto(f"{lived_in.url}/settings/macros")
    page.fill("#name", "Look again tomorrow")
    page.fill("#note", "Look again tomorrow.")
    page.select_option("#assign", "me")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{lived_in.url}{lived_in.ticket(BROKEN)}")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Look again tomorrow")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Do all of it")).to_be_focused()
    expect(page.locator(".foreseen li")).to_have_count(2)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{lived_in.ticket(BROKEN)}*")
    expect(page.get_by_text("ran the macro “Look again tomorrow”").first).to_be_visible()


def test_an_at_sign_in_a_note_offers_colleagues_and_in_a_reply_nobody(page: Page, lived_in: LivedIn) -> None:
    page.goto(f"{lived_in.url}{lived_in.ticket(BROKEN)}")
    name = page.locator("#assignee option").nth(1).inner_text()
    offered = page.get_by_role("listbox", name="Note")
    page.locator("label[for=kind-reply]").click()  # a draft may be a note
    page.locator("#text").press_sequentially("@")
    expect(offered).to_be_hidden()
    page.locator("#text").fill("")
    page.locator("label[for=kind-note]").click()
    page.locator("#text").press_sequentially(f"Please look @{name[:1]}")
    expect(offered.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    assert "Please look @" in page.locator("#text").input_value()
    assert page.locator("#text").input_value().endswith(" ")
    page.locator("#text").fill("")


def test_the_browser_says_what_came_where_it_was_allowed(
    page: Page, context: BrowserContext, lived_in: LivedIn
) -> None:
    context.add_init_script(KEEPS_NOTICES)
    page.route("**/notifications/news*", lambda route: route.fulfill(json=NEWS, headers={"X-Unread": "3"}))
    page.goto(f"{lived_in.url}/orders")
    page.wait_for_function("window.shown.length === 1")
    assert page.evaluate("window.shown") == [["#1 Broken", "Ann gave it to you", "helpdesk-7"]]
    expect(page.get_by_role("link", name="Notifications: 3 unread")).to_be_visible()
