"""How many key strokes it takes to refund an order that was not sent and to answer its buyer: counted."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.claiming import NUMBER, ClaimDesk

pytestmark = [pytest.mark.flows, pytest.mark.browser, pytest.mark.money]
AT_MOST = 3  # and one that confirms


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The pages are the same on both engines: one will do."""
    return sqlite_url


class Hand:
    """Presses keys, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, list[str]()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed.append(key)


def test_refund_an_unshipped_order_and_answer(claim_desk: ClaimDesk) -> None:
    claim_desk.sell(price="390.00", postage="10.00")
    with claim_desk.open():
        claim_desk.buyer_writes(f"不想要了，请取消订单 {NUMBER}。", subject="取消订单")
        page = claim_desk.look()
        claim_desk.expect_state("to be decided")
        hand = Hand(page)

        hand.press("g", "r")

        grant = page.get_by_role("button", name="Grant it now")
        expect(grant).to_be_focused()
        amount = page.locator(".proposal [name=amount-1]")
        expect(amount).to_be_visible()
        expect(amount).to_have_value("400.00")  # what the policy grants, filled in

        hand.press("Enter")

        claim_desk.expect_state("agreed")
        expect(page.locator(".claim-agreed")).to_contain_text("CN¥400.00")
        answer = claim_desk.letter("我们已同意")
        assert "全额退款 ¥400.00" in answer
        assert NUMBER in answer
        assert len(hand.pressed) <= AT_MOST + 1
        assert hand.pressed == ["g", "r", "Enter"], "two, and the confirmation"
