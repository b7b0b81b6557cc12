"""The composer in a real browser: drafts, pasted pictures, saved replies by a slash, undo elsewhere."""

import base64

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.running import RunningDesk, log_in
from tests.browser.test_inbox import Deliver, another_tab, database_url, deliver, ticket, up
from tests.web.conftest import PNG

__all__ = ["database_url", "deliver", "ticket", "up"]  # fixtures
pytestmark = pytest.mark.browser
PASTE = """bytes => {
  const data = new DataTransfer();
  const content = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
  data.items.add(new File([content], "damage.png", {type: "image/png"}));
  document.getElementById("text").dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def saved(page: Page) -> None:
    """Until the server has the draft."""
    expect(page.locator("[data-draft-says]")).to_contain_text("Draft kept")


def test_a_draft_with_a_pasted_picture_is_found_on_another_device_and_two_windows_lose_nothing(
    ticket: Page, up: RunningDesk, chromium: Browser
) -> None:
    ticket.evaluate(PASTE, base64.b64encode(PNG).decode())
    expect(ticket.locator(".kept-file")).to_contain_text("damage.png")
    ticket.fill("#text", "Half a thought")
    saved(ticket)

    elsewhere = log_in(chromium, up.url, locale="en-GB")
    elsewhere.goto(ticket.url)
    expect(elsewhere.locator("#text")).to_have_value("Half a thought")
    expect(elsewhere.locator(".kept-file")).to_contain_text("damage.png")
    elsewhere.fill("#text", "A whole one")
    saved(elsewhere)

    ticket.fill("#text", "Half a thought, and more")  # it has not heard of the other
    expect(ticket.locator("[data-replaced]")).to_be_visible()
    expect(ticket.locator("[data-replaced-words]")).to_have_text("A whole one")
    ticket.click("#send-wait")
    expect(ticket.locator(".verb-replied")).to_contain_text("Half a thought, and more")
    expect(ticket.locator(".verb-replied .files")).to_contain_text("damage.png")
    expect(ticket.locator("#text")).to_have_value("")


def test_a_slash_offers_saved_replies_and_undo_follows_to_the_next_ticket(
    ticket: Page, deliver: Deliver, up: RunningDesk
) -> None:
    deliver("Mine too.", subject="Another cup", name="Bo", charset="utf-8", message_id="2@b.example")
    writing = another_tab(ticket)
    writing.goto(f"{up.url}/settings/replies")
    writing.fill("#name", "Sorry")
    writing.fill("#text_en", "Dear {{ buyer.name }}, we are sorry.")
    writing.click("button.main")
    expect(writing.locator(".replies-table")).to_contain_text("Sorry")

    ticket.bring_to_front()
    ticket.focus("#text")
    ticket.keyboard.press("/")
    expect(ticket.locator(".saved-find")).to_be_focused()
    ticket.keyboard.type("sorr")
    ticket.keyboard.press("Enter")
    expect(ticket.locator("#text")).to_have_value("Dear May Wang, we are sorry.")

    writing.goto(up.url)
    expect(writing.locator("#row-2")).to_be_visible(timeout=15_000)
    ticket.select_option("#after-sending", "next")
    ticket.click("#send-wait")
    expect(ticket.locator(".undo")).to_contain_text("#1")
    expect(ticket.locator("h1")).to_contain_text("Another cup")
    ticket.click(".undo button")
    expect(ticket.locator("#text")).to_have_value("Dear May Wang, we are sorry.")
