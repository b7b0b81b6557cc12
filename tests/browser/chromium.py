"""A real Chromium for tests, Debian's own, without any request to the outside."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium_of_the_run() -> Iterator[Browser]:
    """One browser per worker."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("no chromium on this machine: `make system-packages` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def chromium(chromium_of_the_run: Browser) -> Iterator[Browser]:
    """The browser, for contexts of a test's own. They end with it: pages left open would go on asking."""
    before = chromium_of_the_run.contexts
    yield chromium_of_the_run
    for context in chromium_of_the_run.contexts:
        if context not in before:
            context.close()
