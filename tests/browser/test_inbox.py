"""Work in the inbox: without JavaScript, in two tabs, by keyboard, while mail comes in, in two languages."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.running import EMAIL, PASSWORD, RunningDesk, log_in
from tests.letterbox import mail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.browser

Deliver = Callable[..., None]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Pages are the same on both engines: one will do."""
    return sqlite_url


@pytest.fixture
def up(desk: RunningDesk) -> Iterator[RunningDesk]:
    """The running desk; a reply can be taken back for a while."""
    desk.environ["HELPDESK_UNDO_SECONDS"] = "20"
    with desk.running("up", until="connected"):
        yield desk


@pytest.fixture
def deliver(up: RunningDesk, dovecot: Dovecot) -> Deliver:
    """A buyer's mail into the folder of the desk."""
    return lambda *args, **named: dovecot.deliver(up.user, mail(*args, **named))


@pytest.fixture
def ticket(up: RunningDesk, deliver: Deliver, chromium: Browser) -> Page:
    """The first ticket, open on the screen."""
    deliver(
        "My cup is broken.",
        subject="Broken cup",
        name="May Wang",
        charset="utf-8",
        message_id="1@b.example",
    )
    page = log_in(chromium, up.url, locale="en-GB")
    page.click("#row-1", timeout=15_000)
    page.wait_for_selector("#text")
    page.wait_for_load_state("load")  # its modules have run: what is typed from here on is a draft
    return page


def another_tab(page: Page) -> Page:
    tab = page.context.new_page()
    tab.goto(page.url)
    return tab


def test_everything_can_be_done_without_javascript(
    up: RunningDesk, deliver: Deliver, chromium: Browser, smtp_sink: SmtpSink
) -> None:
    deliver("My cup is broken.", subject="Broken cup", charset="utf-8")
    smtp_sink.wait_for(1)
    page = log_in(chromium, up.url, locale="en-GB", java_script_enabled=False)
    page.click("#row-1")
    page.fill("#text", "We are sorry.")
    page.click("button[name=then][value=waiting]")
    expect(page.locator(".verb-replied")).to_contain_text("We are sorry.")
    page.click("label[for=kind-note]")
    page.fill("#text", "Second one today.")
    page.click(".for-note button")
    expect(page.locator(".is-note")).to_contain_text("Second one today.")
    page.click("#refund > summary")
    page.fill("#amount", "12.50")
    page.select_option("#currency", "EUR")
    page.select_option("#method", "bank")
    page.fill("#reference", "R-1")
    page.click("#refund button.main")
    expect(page.locator("[data-part=money]")).to_contain_text("€12.50")
    expect(page.locator(".is-planned")).to_have_count(2)
    page.click(".undo button")
    expect(page.locator("#text")).to_have_value("We are sorry.")
    page.click("text=Sign out")
    expect(page.locator("input[name=password]")).to_be_visible()


def test_a_reply_to_a_conversation_that_moved_on_stops_and_keeps_its_words(ticket: Page) -> None:
    faster = another_tab(ticket)
    # What this tab does not hear of: its polls do not get through.
    ticket.route(
        "**/entries",
        lambda route: route.abort() if route.request.method == "GET" else route.continue_(),
    )
    faster.fill("#text", "A colleague was faster.")
    faster.click("button[name=then][value=waiting]")
    expect(faster.locator(".verb-replied")).to_contain_text("A colleague was faster.")

    ticket.fill("#text", "My own words.")
    ticket.click("button[name=then][value=waiting]")

    expect(ticket.locator("#composer [role=alert]")).to_contain_text("moved on")
    expect(ticket.locator(".is-unread")).to_contain_text("A colleague was faster.")
    expect(ticket.locator("#text")).to_have_value("My own words.")
    ticket.click("button[name=then][value=waiting]")
    expect(ticket.locator(".verb-replied")).to_have_count(2)


def test_a_draft_outlives_its_tab_and_ends_when_it_is_sent(ticket: Page) -> None:
    ticket.fill("#text", "Half a thought")
    later = another_tab(ticket)
    ticket.close()
    expect(later.locator("#text")).to_have_value("Half a thought")
    later.click("button[name=then][value=waiting]")
    expect(later.locator(".verb-replied")).to_contain_text("Half a thought")
    expect(later.locator("#text")).to_have_value("")
    later.reload()
    expect(later.locator("#text")).to_have_value("")


def test_a_note_that_was_not_finished_comes_back_as_a_note(ticket: Page) -> None:
    ticket.click("label[for=kind-note]")
    ticket.fill("#text", "Do not tell the buyer")
    later = another_tab(ticket)
    expect(later.locator("#text")).to_have_value("Do not tell the buyer")
    expect(later.locator("#kind-note")).to_be_checked()


def test_chosen_files_are_named_in_the_words_of_the_page(ticket: Page) -> None:
    file = {"name": "说明.txt", "mimeType": "text/plain", "buffer": b"x"}
    ticket.set_input_files("input[name=files]", [file, {**file, "name": "b.txt"}])
    expect(ticket.locator(".kept-file")).to_have_text([re.compile("说明.txt 1 B"), re.compile("b.txt 1 B")])
    expect(ticket.locator(".attach")).to_have_text("Attach files")
    ticket.fill("#text", "Attached.")
    ticket.click("button[name=then][value=waiting]")
    with ticket.expect_download() as download:
        ticket.click(".files a:has-text('说明.txt')")
    assert download.value.suggested_filename == "说明.txt"


def test_undo_takes_the_reply_back_and_returns_its_words(ticket: Page, smtp_sink: SmtpSink) -> None:
    ticket.fill("#text", "Too early.")
    ticket.click("button[name=then][value=solved]")
    ticket.click(".undo button")
    expect(ticket.locator("#text")).to_have_value("Too early.")
    expect(ticket.locator("#ticket")).to_contain_text("took the message back before it left")
    expect(ticket.locator(".undo")).to_have_count(0)
    assert not any(b"Too early." in message.raw for message in smtp_sink.messages)


def test_a_hidden_tab_asks_for_nothing_and_catches_up_when_it_is_seen(ticket: Page, deliver: Deliver) -> None:
    asked: list[Request] = []
    ticket.on("request", lambda request: asked.append(request))
    see(ticket, hidden=True)
    ticket.wait_for_timeout(500)  # whatever was under way
    asked.clear()
    deliver("Are you there?", in_reply_to="1@b.example", verified="pass", charset="utf-8")
    ticket.wait_for_timeout(5_000)
    assert asked == []
    see(ticket, hidden=False)
    expect(ticket.locator("#ticket")).to_contain_text("Are you there?", timeout=10_000)


def test_from_login_to_a_sent_reply_by_keyboard_alone(
    up: RunningDesk, deliver: Deliver, chromium: Browser
) -> None:
    deliver("My cup is broken.", subject="Broken cup", charset="utf-8")
    page = chromium.new_context(locale="en-GB").new_page()
    page.goto(f"{up.url}/login")
    tab_to(page, "#email")
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#row-1", timeout=15_000)
    tab_to(page, "#row-1")
    page.keyboard.press("Enter")
    page.wait_for_selector("#text")
    tab_to(page, "#text")
    page.keyboard.type("We are sorry.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".verb-replied")).to_contain_text("We are sorry.")


def test_a_new_row_comes_without_losing_place_or_focus(
    up: RunningDesk, deliver: Deliver, chromium: Browser
) -> None:
    for number in range(1, 9):
        deliver("Hello", subject=f"Matter {number}", sender=f"b{number}@b.example", charset="utf-8")
    page = log_in(chromium, up.url, locale="en-GB", viewport={"width": 900, "height": 400})
    expect(page.locator(".row")).to_have_count(8, timeout=15_000)
    page.focus("#row-2")
    page.mouse.move(500, 300)
    page.mouse.wheel(0, 120)
    page.wait_for_timeout(500)
    place = page.evaluate("scrollY")
    assert place > 60
    deliver("Hello", subject="The ninth", sender="b9@b.example", charset="utf-8")
    expect(page.locator("#row-9")).to_contain_text("The ninth", timeout=10_000)
    assert page.evaluate("document.activeElement.id") == "row-2"
    assert page.evaluate("scrollY") == place


def test_rows_above_a_reader_further_down_come_in_without_a_jump_and_say_so(
    up: RunningDesk, deliver: Deliver, chromium: Browser
) -> None:
    for number in range(1, 13):
        deliver("Hello", subject=f"Matter {number}", sender=f"b{number}@b.example", charset="utf-8")
    page = log_in(chromium, up.url, locale="en-GB", viewport={"width": 900, "height": 400})
    page.goto(f"{up.url}/?queue=all")  # the newest first
    expect(page.locator(".row")).to_have_count(12, timeout=15_000)
    page.evaluate("scrollTo(0, 200)")
    watched = page.locator("#row-5")
    before = watched.bounding_box()
    deliver("Hello", subject="The newest", sender="b13@b.example", charset="utf-8")
    expect(page.locator("[data-news]")).to_have_text("1 new", timeout=10_000)
    assert watched.bounding_box() == before
    page.click("[data-news] button")
    expect(page.locator(".row").first).to_contain_text("The newest")
    assert page.evaluate("scrollY") == 0
    expect(page.locator("[data-news]")).to_be_hidden()


def test_a_list_in_a_hidden_tab_asks_for_nothing_and_one_without_a_server_says_so(
    up: RunningDesk, deliver: Deliver, chromium: Browser
) -> None:
    deliver("Hello", subject="Matter 1", sender="b1@b.example", charset="utf-8")
    page = log_in(chromium, up.url, locale="en-GB")
    expect(page.locator(".row")).to_have_count(1, timeout=15_000)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    see(page, hidden=True)
    page.wait_for_timeout(500)
    asked.clear()
    page.wait_for_timeout(4_000)
    assert asked == []

    page.route("**/queue/rows*", lambda route: route.abort())
    see(page, hidden=False)
    expect(page.locator("[data-offline]")).to_be_visible()
    page.unroute("**/queue/rows*")
    deliver("Hello", subject="Matter 2", sender="b2@b.example", charset="utf-8")
    expect(page.locator("#row-2")).to_be_visible(timeout=20_000)
    expect(page.locator("[data-offline]")).to_be_hidden()


def test_an_ended_session_leads_to_the_login_and_back_to_the_ticket(ticket: Page) -> None:
    ticket.fill("#text", "Not sent yet")
    ticket.context.clear_cookies()
    expect(ticket.locator("input[name=password]")).to_be_visible(timeout=10_000)  # the next poll says so
    ticket.fill("input[name=email]", EMAIL)
    ticket.fill("input[name=password]", PASSWORD)
    ticket.keyboard.press("Enter")
    expect(ticket).to_have_url(re.compile(r"/tickets/1\b"))
    expect(ticket.locator("#text")).to_have_value("Not sent yet")


def test_the_language_is_the_browsers_until_somebody_chooses(up: RunningDesk, chromium: Browser) -> None:
    page = chromium.new_context(locale="zh-CN").new_page()
    page.goto(f"{up.url}/login")
    expect(page.locator("h1")).to_have_text("登录")
    page.click("button:has-text('English')")
    expect(page.locator("h1")).to_have_text("Sign in")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")

    english = log_in(chromium, up.url, locale="en-GB")
    english.goto(f"{up.url}/profile")
    english.select_option("#language", "zh-CN")
    english.click("form[action='/profile'] button")
    expect(english.locator("h1")).to_have_text("个人设置")
    again = log_in(chromium, up.url, locale="en-GB")  # another browser: the choice is the colleague's
    expect(again.locator("html")).to_have_attribute("lang", re.compile("^zh"))


def see(page: Page, *, hidden: bool) -> None:
    """As when the reader goes to another tab, or comes back."""
    page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector} by Tab")
