"""The ticket page on a phone and on a desk: what is wanted first stands first, nothing is cut."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lived_in import LivedIn

pytestmark = pytest.mark.browser


def opened(lived_in: LivedIn, chromium: Browser, width: int, height: int) -> Page:
    context = chromium.new_context(
        storage_state=lived_in.state, locale="en-GB", viewport={"width": width, "height": height}
    )
    page = context.new_page()
    page.goto(lived_in.url + lived_in.ticket("Mug arrived broken"))
    page.wait_for_load_state("networkidle")
    return page


def test_on_a_phone_the_panel_is_a_list_of_headings_that_open(lived_in: LivedIn, chromium: Browser) -> None:
    page = opened(lived_in, chromium, 390, 844)
    folds = page.locator(".fold[data-fold]")
    assert folds.evaluate_all("all => all.map(each => each.open)") == [False] * folds.count()
    expect(page.locator("#composer")).to_be_attached()
    panel = page.locator(".side").bounding_box()
    assert panel is not None
    assert panel["height"] < 844, "the whole panel, folded, fits on one screen"

    folds.first.locator("> summary").click()
    expect(page.locator("#refund summary").first).to_be_visible()
    page.evaluate("location.hash = 'assignee'")
    expect(page.locator("#assignee")).to_be_visible()


def test_on_a_desk_everything_stands_open_and_no_word_is_cut(lived_in: LivedIn, chromium: Browser) -> None:
    page = opened(lived_in, chromium, 1440, 900)
    expect(page.locator("#assignee")).to_be_visible()
    expect(page.locator(".fold > summary").first).to_be_hidden()
    panel = page.locator(".side").bounding_box()
    assert panel is not None
    assert panel["width"] >= 420
    page.eval_on_selector_all(".side details", "all => all.forEach(each => { each.open = true; })")
    cut = page.eval_on_selector_all(
        ".side :is(h2, h3, p, dd, li, button, label, summary):not(.visually-hidden)",
        "all => all.filter(each => each.checkVisibility() && each.clientWidth)"
        ".filter(each => each.scrollWidth > each.clientWidth + 1)"
        ".map(each => each.outerHTML.slice(0, 200))",
    )
    assert cut == []
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#assignee")).to_be_hidden()
