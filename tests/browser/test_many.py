"""Many tickets at once in a real browser: keys, ranges, the bar; and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lived_in import LivedIn
from tests.browser.looking import Watch

pytestmark = pytest.mark.browser


def opened(lived_in: LivedIn, chromium: Browser, **more: object) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB", storage_state=lived_in.state, **more)  # type: ignore[arg-type]  # of a size
    page = context.new_page()
    page.set_default_timeout(15_000)
    watch = Watch(page, lived_in.url)
    yield page
    assert [each for each in watch.objections if not each.startswith("failed: ")] == []
    context.close()


@pytest.fixture
def page(lived_in: LivedIn, chromium: Browser) -> Iterator[Page]:
    yield from opened(lived_in, chromium, viewport={"width": 1440, "height": 900})


@pytest.fixture
def phone(lived_in: LivedIn, chromium: Browser) -> Iterator[Page]:
    size = {"width": 390, "height": 844}
    yield from opened(lived_in, chromium, viewport=size, has_touch=True, is_mobile=True)


def test_keys_select_and_tag(page: Page, lived_in: LivedIn) -> None:
    page.goto(f"{lived_in.url}/?queue=all")
    expect(page.locator("#many")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("J")
    page.keyboard.press("J")
    expect(page.locator(".row-pick :checked")).to_have_count(3)
    expect(page.locator(".row-link").nth(2)).to_be_focused()
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator("#many-tags")).to_be_focused()
    page.keyboard.type("seen in a browser")
    page.keyboard.press("Enter")
    expect(page.locator(".many-done")).to_contain_text("Tagged seen in a browser: 3 tickets")
    expect(page.locator(".row .tag", has_text="seen in a browser")).to_have_count(3)
    expect(page.locator("#many")).to_be_hidden()


def test_shift_selects_a_range_and_a_live_list_keeps_it(page: Page, lived_in: LivedIn) -> None:
    page.goto(f"{lived_in.url}/?queue=all")
    page.locator(".row-pick").nth(1).click()
    page.locator(".row-pick").nth(3).click(modifiers=["Shift"])
    expect(page.locator(".row-pick :checked")).to_have_count(3)
    with page.expect_response(lambda answer: "/queue/rows" in answer.url):
        pass
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.locator('[data-act="assign"] summary').click()
    expect(page.locator("#many-assignee")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#many-assignee")).to_be_hidden()
    expect(page.locator(".row-pick :checked")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.locator(".row-pick :checked")).to_have_count(0)


def test_on_a_phone_a_button_brings_the_boxes(phone: Page, lived_in: LivedIn) -> None:
    phone.goto(f"{lived_in.url}/?queue=all")
    expect(phone.locator(".row-pick").first).to_be_hidden()
    phone.get_by_label("Select", exact=True).check()
    phone.locator(".row-pick").nth(0).click()
    phone.locator(".row-pick").nth(1).click()
    expect(phone.get_by_text("2 selected")).to_be_visible()
    phone.locator('[data-act="snooze"] summary').click()
    expect(phone.locator("#many-until")).to_be_visible()
    expect(phone.locator("#many-snooze-at")).to_be_hidden()
    phone.select_option("#many-until", "at")
    expect(phone.locator("#many-snooze-at")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
