"""A typhoon stops the parcels: a lead declares it, its clause decides, and the buyer chooses what suits."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.claiming import NUMBER, SHANGHAI, ClaimDesk

pytestmark = [pytest.mark.flows, pytest.mark.browser]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The pages are the same on both engines: one will do."""
    return sqlite_url


def test_an_event_opens_its_clause_and_the_buyer_has_four_ways_to_choose_from(claim_desk: ClaimDesk) -> None:
    claim_desk.sell(shipped=5)
    with claim_desk.open() as page:
        # 1. Declared for one province; the order goes to "广东省 深圳市 南山区".
        page.goto(f"{claim_desk.desk.url}/settings/policy/events")
        page.fill("[name=name_en]", "the typhoon in Guangdong")
        page.fill("[name=name_zh]", "广东台风")
        page.fill("[name=regions]", "CN-GD")
        page.click("button:has-text('Declare')")
        expect(page.locator(".versions")).to_contain_text("CN-GD")

        # 2. Five days on the way are no loss yet, but the event has a clause of its own.
        claim_desk.buyer_writes(f"订单 {NUMBER} 一直没有收到货，请退款。", subject="没收到货")
        page = claim_desk.look()
        claim_desk.expect_state("to be decided")
        expect(page.locator(".answer")).to_contain_text("CN-FM")
        expect(page.locator(".answer blockquote")).to_contain_text("typhoon in Guangdong")

        # 3. All that the clause names, in one offer.
        later = f"{datetime.now(SHANGHAI) + timedelta(days=10):%Y-%m-%d}"
        claim_desk.propose(
            ("wait_with_date", ""),
            ("redelivery", ""),
            ("coupon", "108.90"),
            ("full_refund", "99.00"),
            by=later,
        )
        claim_desk.expect_state("offered")
        assert "受广东台风影响" in claim_desk.letter("请任选其一")

        # 4. She takes the money.
        with claim_desk.buyers_page("offer") as buyer:
            expect(buyer.locator(".offer-option")).to_have_count(4)
            expect(buyer.locator(".offer-option").nth(0)).to_contain_text("订单保留")
            expect(buyer.locator(".offer-option").nth(1)).to_contain_text("重新发货")
            expect(buyer.locator(".offer-option").nth(2)).to_contain_text("¥108.90")
            buyer.click("button[value=accept-4]")
            expect(buyer.locator(".agreed")).to_contain_text("¥99.00")
        page = claim_desk.look()
        claim_desk.expect_state("agreed")
        claim_desk.pay()
        expect(page.locator(".claim-agreed")).to_contain_text("on its way")
