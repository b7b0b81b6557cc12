"""Single keys and the palette, in a real browser: what they do, and when they keep still."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lived_in import LivedIn
from tests.browser.looking import Watch

pytestmark = pytest.mark.browser
BROKEN = "Mug arrived broken"


@pytest.fixture
def page(lived_in: LivedIn, chromium: Browser) -> Iterator[Page]:
    """An agent's page, in English."""
    context = chromium.new_context(
        locale="en-GB", viewport={"width": 1440, "height": 900}, storage_state=lived_in.state
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    watch = Watch(page, lived_in.url)
    yield page
    gone_on = "failed: "  # a question of the page before, left behind
    assert [each for each in watch.objections if not each.startswith(gone_on)] == []
    context.close()


def test_keys_lead_through_the_desk(page: Page, lived_in: LivedIn) -> None:
    page.goto(f"{lived_in.url}/?queue=all")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator(".row-link").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("o")
    page.wait_for_url("**/tickets/*")
    page.keyboard.press("n")
    expect(page.locator("#kind-note")).to_be_checked()
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("u and j are letters here")
    expect(page.locator("#text")).to_have_value("u and j are letters here")
    page.locator("#text").fill("")
    page.locator("h1").first.click()
    page.keyboard.press("a")
    expect(page.locator("#assignee")).to_be_focused()
    page.locator("h1").first.click()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.locator("h1").first.click()
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/orders")


def test_the_table_of_keys_says_what_works_on_this_page(page: Page, lived_in: LivedIn) -> None:
    page.goto(f"{lived_in.url}{lived_in.ticket(BROKEN)}")
    page.keyboard.press("?")
    table = page.get_by_role("dialog", name="Keys of this page")
    expect(table).to_be_visible()
    expect(table.get_by_text("Reply", exact=True)).to_be_visible()
    expect(table.get_by_text("Next row")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(table).to_be_hidden()
    expect(page.locator("#kind-reply")).to_have_attribute("aria-keyshortcuts", "r")
    expect(page.locator("label[for=kind-reply]")).to_have_attribute("title", "Reply (r)")
    page.goto(f"{lived_in.url}/orders")
    page.get_by_role("button", name="Keys of this page").click()
    expect(table.get_by_text("Reply", exact=True)).to_be_hidden()
    expect(table.get_by_text("Next row")).to_be_visible()


def test_no_key_does_anything_while_characters_are_composed(page: Page, lived_in: LivedIn) -> None:
    page.goto(f"{lived_in.url}/?queue=all")
    composed = "new KeyboardEvent('keydown', {key: 'j', isComposing: true, bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({composed})")
    assert page.evaluate("document.activeElement === document.body")


def test_who_has_switched_single_keys_off_has_none(page: Page, lived_in: LivedIn) -> None:
    page.goto(f"{lived_in.url}/profile")
    page.select_option("#keys-on", "off")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector(".said p")
    try:
        page.goto(f"{lived_in.url}/?queue=all")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement === document.body")
        page.keyboard.press("Control+k")
        expect(page.get_by_role("combobox", name="Ticket, buyer, order")).to_be_focused()
    finally:
        page.goto(f"{lived_in.url}/profile")
        page.select_option("#keys-on", "on")
        page.get_by_role("button", name="Save").click()
        page.wait_for_selector(".said p")


def test_the_palette_finds_tickets_buyers_orders_and_actions(page: Page, lived_in: LivedIn) -> None:
    number = lived_in.tickets[BROKEN]
    page.goto(f"{lived_in.url}/tickets/{number}")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Ticket, buyer, order")
    chosen = page.locator("[role=option][aria-selected=true]")
    box.fill("merge into")
    expect(chosen).to_contain_text("Merge into another ticket")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Enter")
    expect(page.locator("#into")).to_be_focused()
    page.keyboard.press("Control+k")
    box.fill("arrived broken")
    expect(page.get_by_role("group", name="Tickets").get_by_role("option").first).to_contain_text(
        f"#{number}"
    )
    expect(chosen).to_contain_text(f"#{number}")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{number}#newest")
    page.keyboard.press("Control+k")
    box.fill("no such thing anywhere")
    expect(chosen).to_contain_text("no such thing anywhere")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=no*")
    expect(page.get_by_text("Nothing was found.")).to_be_visible()


def test_chinese_is_found_by_the_first_letters_of_its_syllables(page: Page, lived_in: LivedIn) -> None:
    page.goto(f"{lived_in.url}/profile")
    beside = "document.querySelector('script[type=module]').src.replace('main.js', 'palette.js')"
    spelled = f"import({beside}).then((palette) => palette.initials('退款：合并到另一张工单'))"

    assert page.evaluate(spelled) == "tkhbdlyzgd"
