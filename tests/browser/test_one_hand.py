"""On a phone, with one hand: approve, answer, look at a photo. What is tapped is as large as a thumb."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.claiming import PHONE
from tests.browser.every_story import EveryStory

pytestmark = pytest.mark.browser

THUMB = 40  # px
OLDEST = (
    "SELECT ticket.id FROM ticket JOIN claim ON claim.ticket_id = ticket.id"
    " WHERE ticket.locale = :language AND {} ORDER BY ticket.id LIMIT 1"
)


class Hand:
    """Holds a phone, and taps only what a thumb can hit."""

    def __init__(self, page: Page, desk: EveryStory) -> None:
        self.page, self.desk = page, desk

    def open(self, path: str) -> None:
        self.page.goto(self.desk.url + path)

    def tap(self, what: Locator) -> None:
        what.scroll_into_view_if_needed()
        box = what.bounding_box()
        assert box is not None
        assert box["height"] >= THUMB, f"{what} is {box['height']} px high"
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["viewport"]["width"]
        what.tap()

    def tap_bar(self, words: str) -> None:
        """A way down the page, in the bar under the thumb."""
        self.tap(self.page.locator(".facts-jumps a", has_text=words))


@pytest.fixture
def hand(every_story: EveryStory, chromium: Browser) -> Iterator[Hand]:
    context = chromium.new_context(**PHONE, is_mobile=True, storage_state=every_story.states["owner"])
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield Hand(page, every_story)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


def test_a_refund_is_approved(hand: Hand) -> None:
    page = hand.page
    number = hand.desk.of(OLDEST.format("claim.state = 'awaiting_approval'"), "zh-CN")
    hand.open("/")
    hand.tap(page.locator(".nudge a"))
    hand.tap(page.locator(f"#row-{number}"))
    hand.tap_bar("申请")
    expect(page.locator(".claim-approval")).to_contain_text("¥860.00")
    hand.tap(page.get_by_role("button", name="批准", exact=True))
    expect(page.locator(".claim-agreed")).to_contain_text("¥860.00")


def test_a_photo_is_looked_at_and_accepted(hand: Hand) -> None:
    page = hand.page
    with_photo = "claim.id IN (SELECT claim_id FROM evidence) AND claim.state = 'awaiting_decision'"
    hand.open(f"/tickets/{hand.desk.of(OLDEST.format(with_photo), 'zh-CN')}")
    hand.tap_bar("申请")
    hand.tap(page.locator(".proof .thumb").first)
    picture = page.locator(".gallery[open] img")
    expect(picture).to_be_visible()
    small = picture.bounding_box()
    hand.tap(page.get_by_role("button", name="放大"))
    large = picture.bounding_box()
    assert small is not None
    assert large is not None
    assert large["width"] > small["width"]
    hand.tap(page.locator(".gallery [data-close]"))
    hand.tap(page.locator(".proof").first.get_by_role("button", name="认可"))
    expect(page.locator(".proof .good").first).to_have_text("已认可")


def test_a_buyer_is_answered(hand: Hand) -> None:
    page = hand.page
    number = hand.desk.of(OLDEST.format("claim.state = 'needs_link'"), "zh-CN")
    hand.open(f"/tickets/{number}")
    hand.tap_bar("回复")
    text = page.locator("#text")
    expect(text).to_be_in_viewport()
    hand.tap(text)
    page.keyboard.type("您好，请把订单编号发给我们。")
    hand.tap(page.locator("#send-wait"))
    expect(page.locator(".verb-replied").last).to_contain_text("请把订单编号发给我们")
