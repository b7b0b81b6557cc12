"""A buyer calls off what has not been sent: a clause cancels it and gives everything back."""

import pytest
from playwright.sync_api import expect

from tests.browser.claiming import NUMBER, ClaimDesk

pytestmark = [pytest.mark.flows, pytest.mark.browser, pytest.mark.money]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The pages are the same on both engines: one will do."""
    return sqlite_url


def test_an_unshipped_order_is_cancelled_and_refunded_in_full(claim_desk: ClaimDesk) -> None:
    claim_desk.sell(price="39.00", postage="8.00")
    with claim_desk.open():
        # 1. "Cancel": the order is linked, the clause decides, and small as it is nobody has to press a key.
        claim_desk.buyer_writes(f"不想要了，请取消订单 {NUMBER}。", subject="取消订单")
        page = claim_desk.look()
        claim_desk.expect_state("agreed")
        expect(page.locator("[data-part=orders]")).to_contain_text(NUMBER)
        expect(page.locator(".answer")).to_contain_text("cancelled at any time")
        expect(page.locator(".claim-agreed")).to_contain_text("CN¥47.00")

        # 2. She is told, with the clause.
        letter = claim_desk.letter("我们已同意")
        assert "全额退款 ¥47.00" in letter
        assert "订单还没有发货" in letter

        # 3. The money goes by hand: exactly what was promised.
        claim_desk.pay()
        expect(page.locator(".claim-agreed")).to_contain_text("on its way")
        claim_desk.expect_state("agreed")

        # 4. Somebody stops the parcel, and says so: else the ticket would wait for that.
        claim_desk.look_again().get_by_role("button", name="The parcel is stopped").click()

    # 5. She says that it arrived, and the claim is resolved.
    claim_desk.days_pass_and_the_money_arrives()
    assert claim_desk.verbs().count("claim_complete") == 1
    assert claim_desk.desk.json("ticket", "1")[0]["state"] == "solved"
    assert ": 0 problems" in claim_desk.desk.run("verify")
