"""The policy's file in a browser: a fault leads to its line, and what was typed stays."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lived_in import LivedIn

pytestmark = pytest.mark.browser


def test_a_fault_leads_to_its_line(lived_in: LivedIn, chromium: Browser) -> None:
    page = chromium.new_context(storage_state=lived_in.state, locale="en-GB").new_page()
    page.goto(f"{lived_in.url}/settings/policy/new")
    typed = page.input_value("#text").replace('currency = "CNY"', 'currency = "XYZ"')
    page.fill("#text", typed)
    page.click("button[name=check]")

    expect(page.locator(".faults li")).to_have_count(1)
    page.wait_for_load_state()  # the link leads there once the page's script has run
    page.click(".faults a")
    selected = page.evaluate(
        "() => { const t = document.querySelector('#text');"
        " return t.value.slice(t.selectionStart, t.selectionEnd); }"
    )
    assert selected == 'currency = "XYZ"'
    assert page.input_value("#text") == typed
