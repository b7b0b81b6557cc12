"""Passkeys in a real browser with a virtual authenticator: after the password, and alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.running import EMAIL, PASSWORD, RunningDesk

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path) -> Iterator[RunningDesk]:
    """A desk with an owner, by a name: an IP address has no passkeys."""
    desk = RunningDesk(sqlite_url, tmp_path / "data")
    desk.url = desk.environ["HELPDESK_BASE_URL"] = f"http://localhost:{desk.port}"
    desk.run("init", "--email", EMAIL, "--name", "Ann", "--password-stdin", typed=f"{PASSWORD}\n")
    with desk.running("web", until="ready:"):
        yield desk


@pytest.fixture
def page(chromium: Browser) -> Page:
    page = chromium.new_context(locale="en-GB").new_page()
    page.set_default_timeout(15_000)
    return page


def authenticator(page: Page) -> None:
    """One that says yes, with its person's finger."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page, desk: RunningDesk) -> None:
    page.goto(f"{desk.url}/login")
    page.fill("input[name=email]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")


def register(page: Page, desk: RunningDesk, name: str) -> None:
    page.goto(f"{desk.url}/profile/second-factor")
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Register a passkey").click()


def sign_out(page: Page) -> None:
    page.locator(".bar").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")


def test_a_passkey_is_registered_and_signs_in_after_the_password_and_alone(
    desk: RunningDesk, page: Page
) -> None:
    authenticator(page)
    sign_in(page, desk)
    register(page, desk, "phone")
    expect(page.get_by_role("heading", name="phone")).to_be_visible()
    expect(page.get_by_text("You have no recovery codes")).to_be_visible()
    register(page, desk, "the same phone")
    expect(page.get_by_role("alert")).to_have_text("No passkey was made. Try again, or use an app.")
    sign_out(page)

    sign_in(page, desk)
    page.wait_for_url("**/login/second")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_selector("#queue-name")
    page.goto(f"{desk.url}/profile/sessions")
    expect(page.get_by_text("by password and passkey")).to_be_visible()
    sign_out(page)

    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_selector("#queue-name")
    page.goto(f"{desk.url}/profile/sessions")
    expect(page.get_by_text("by passkey")).to_be_visible()
