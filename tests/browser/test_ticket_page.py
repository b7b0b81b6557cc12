"""What the ticket page's own modules do: say what will not fit, count down, leave open what was opened."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lived_in import LivedIn
from tests.browser.looking import measured

pytestmark = pytest.mark.browser
NARROW = {"width": 390, "height": 844}


@pytest.fixture
def ticket(lived_in: LivedIn, chromium: Browser) -> Page:
    """A ticket with a refund that has not arrived yet."""
    page = chromium.new_context(storage_state=lived_in.state, locale="en-GB").new_page()
    page.goto(lived_in.url + lived_in.ticket("Mug arrived broken"))
    page.wait_for_load_state("networkidle")
    return page


def test_too_much_is_said_before_it_is_sent(ticket: Page, tmp_path: Path) -> None:
    big = tmp_path / "big.zip"
    big.write_bytes(bytes(20 * 1024 * 1024 + 1))
    before = ticket.locator(".verb-noted").count()
    ticket.click("label[for=kind-note]")
    ticket.fill("#text", "A file for you.")
    ticket.set_input_files("input[name=files]", big)
    expect(ticket.locator("#attach-most")).to_have_text(
        "These files are more than 20 MB together: mail servers refuse that."
    )
    ticket.click(".for-note button")
    expect(ticket.locator(".verb-noted")).to_have_count(before)
    ticket.set_input_files("input[name=files]", [])
    expect(ticket.locator("#attach-most")).to_have_text("20 MB together at most")
    ticket.click(".for-note button")
    expect(ticket.locator(".verb-noted")).to_have_count(before + 1)


def test_what_was_opened_stays_open_when_the_page_learns_something(ticket: Page) -> None:
    ticket.click("[data-part=money] .sure summary")
    other = ticket.context.new_page()
    other.goto(ticket.url)
    other.click("label[for=kind-note]")
    other.fill("#text", "Seen by both.")
    other.click(".for-note button")
    expect(ticket.locator(".verb-noted").last).to_contain_text("Seen by both.", timeout=15_000)
    expect(ticket.locator("[data-part=money] .sure button")).to_be_visible()


def test_no_place_hides_behind_the_edge_of_a_phone(lived_in: LivedIn, chromium: Browser) -> None:
    context = chromium.new_context(storage_state=lived_in.state, locale="en-GB", viewport=NARROW)
    page = context.new_page()
    page.goto(lived_in.url)
    label = ".places a[href*=mailboxes]"
    page.eval_on_selector(label, "(link) => link.insertAdjacentHTML('beforeend', ' <b>in trouble</b>')")
    page.eval_on_selector(
        label, "(link) => link.parentElement.append(...[1, 2, 3].map(() => link.cloneNode(1)))"
    )
    ends = page.eval_on_selector_all(
        ".bar a, .bar button", "all => all.map(e => e.getBoundingClientRect().right)"
    )
    assert max(ends) <= NARROW["width"]
    assert measured(page, "hiddenAtTheSide") == []


def test_a_name_without_a_space_makes_no_page_wide(lived_in: LivedIn, chromium: Browser) -> None:
    context = chromium.new_context(storage_state=lived_in.state, locale="en-GB", viewport=NARROW)
    page = context.new_page()
    page.goto(f"{lived_in.url}/settings/people")
    new = page.locator(".without-mail")
    new.locator("> summary").click()
    new.locator("[name=name]").fill("W" * 120)
    new.locator("[name=email]").fill(f"{'w' * 60}@{'x' * 60}.example")
    new.locator("[name=password]").fill("long enough for a test")
    new.locator("button.main").click()
    expect(page.locator(".said")).to_contain_text("can sign in now")
    try:
        page.goto(f"{lived_in.url}/settings/people")
        assert measured(page, "widerThanTheWindow") == []
        page.goto(lived_in.url + lived_in.ticket("Where is my parcel?"))
        assert measured(page, "widerThanTheWindow") == []
    finally:  # others look at these pages too
        page.goto(f"{lived_in.url}/settings/people")
        person = page.locator(".person", has=page.get_by_role("heading", name="W" * 120))
        person.locator("summary", has_text="Name and address").click()
        person.locator("input[name=name]").fill("Wu")
        person.locator("input[name=name] >> xpath=ancestor::form >> css=button").click()
        expect(page.locator(".said")).to_contain_text("Saved: Wu.")


def test_the_time_to_take_a_reply_back_is_counted_in_words(ticket: Page) -> None:
    script = ticket.locator("script[type=module]").get_attribute("src") or ""
    ticket.set_content(
        "<div data-undo=9><p>Not yet. <span data-counting='It leaves in … s.'></span></p></div>"
    )
    undo = script.replace("main.js", "undo.js")
    ticket.evaluate("undo => import(undo).then((module) => module.countDown(document))", undo)
    expect(ticket.locator("[data-counting]")).to_have_text(re.compile(r"It leaves in \d s\."))
