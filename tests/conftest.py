"""What every test may ask for."""

from tests import scratch

scratch.choose()

pytest_plugins = [
    "tests.speed",
    "tests.corpora",
    "tests.figures",
    "tests.databases",
    "tests.servers.mail",
    "tests.shop",
    "tests.browser.chromium",
    "tests.browser.running",
    "tests.browser.claiming",
    "tests.browser.lived_in",
    "tests.browser.every_story",
]
