"""Damaged goods, a photo, and two rounds about how much of the price goes back."""

import pytest
from playwright.sync_api import expect

from tests.browser.claiming import NUMBER, ClaimDesk

pytestmark = [pytest.mark.flows, pytest.mark.browser, pytest.mark.money]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The pages are the same on both engines: one will do."""
    return sqlite_url


def test_damage_is_settled_by_a_partial_refund_that_the_buyer_has_haggled_over(claim_desk: ClaimDesk) -> None:
    claim_desk.sell(shipped=4, delivered=2)
    with claim_desk.open():
        # 1. The photo in the mail is the evidence that the clause asks for.
        claim_desk.buyer_writes(
            f"订单 {NUMBER}：打开一看杯子碎了一角，还能用，能退一部分钱吗？", subject="杯子碎了", photo=True
        )
        page = claim_desk.look()
        claim_desk.expect_state("to be decided")
        expect(page.locator(".answer")).to_contain_text("CN-FAULT")
        expect(page.locator(".proof")).to_contain_text("damage.png")

        # 2. An offer; beyond the half that the clause allows nothing goes.
        claim_desk.propose(("partial_refund", "20.00"), words="这样可以吗？")
        claim_desk.expect_state("offered")
        with claim_desk.buyers_page("offer") as buyer:
            expect(buyer.locator(".offer-option")).to_contain_text("¥20.00")
            expect(buyer.locator("body")).to_contain_text("这样可以吗？")
            # 3. She would like more.
            buyer.fill("#words", "20 元太少了，退 40 元可以吗？")
            buyer.click("button[value=counter]")
            expect(buyer.locator("h1")).to_have_text("已收到您的想法。")
            first = buyer.url
        page = claim_desk.look()
        claim_desk.expect_state("to be decided")
        expect(page.locator(".claim-past, .conversation").first).to_contain_text("20 元太少了")

        # 4. Offered again, and taken on the page. The first offer cannot be taken any more.
        claim_desk.propose(("partial_refund", "35.00"))
        claim_desk.expect_state("offered")
        with claim_desk.buyers_page("offer", count=2) as buyer:
            expect(buyer.locator(".offer-option")).to_contain_text("¥35.00")
            buyer.click("button[value=accept-1]")
            expect(buyer.locator(".agreed")).to_contain_text("¥35.00")
            buyer.goto(first)
            expect(buyer.locator("button")).to_have_count(0)

        # 5. The money goes by hand.
        page = claim_desk.look()
        claim_desk.expect_state("agreed")
        claim_desk.pay()
        assert "部分退款 ¥35.00" in claim_desk.letter("我们已同意")

    claim_desk.days_pass_and_the_money_arrives()
    assert [verb for verb in claim_desk.verbs() if verb.startswith("claim_") and verb != "claim_overdue"] == [
        "claim_opened",
        "claim_link_order",
        "claim_decided",
        "claim_make_offer",
        "claim_counter_offer",
        "claim_make_offer",
        "claim_accept_offer",
        "claim_complete",
    ]
    assert ": 0 problems" in claim_desk.desk.run("verify")
