"""The buyer changed their mind: within seven days it goes back, on the ninth day it does not."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from helpdesk.rules.policy_shipped import preset_text
from tests.browser.claiming import NUMBER, ClaimDesk

pytestmark = [pytest.mark.flows, pytest.mark.browser]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The pages are the same on both engines: one will do."""
    return sqlite_url


def test_on_the_fifth_day_a_return_without_a_reason_is_agreed(claim_desk: ClaimDesk) -> None:
    claim_desk.sell(shipped=8, delivered=5)
    with claim_desk.open():
        claim_desk.buyer_writes(
            f"订单 {NUMBER} 的杯子不想要了，没有拆封，可以七天无理由退货吗？", subject="退货"
        )
        page = claim_desk.look()
        claim_desk.expect_state("to be decided")
        expect(page.locator(".answer")).to_contain_text("CN-7D")
        expect(page.locator(".answer")).to_contain_text("5")

        # The price goes back, the postage there does not; the row is filled in already.
        expect(page.locator("[name=remedy-1]")).to_have_value("return_refund")
        expect(page.locator("[name=amount-1]")).to_have_value("89.00")
        page.click("details.proposal > summary")
        page.click("button[value=approve]")
        claim_desk.expect_state("agreed")
        letter = claim_desk.letter("我们已同意")
        assert "退货退款 ¥89.00" in letter
        assert "七天内退款" in letter


def strict(folder: Path) -> str:
    """The shipped policy of a shop that refuses from the eighth day on, in place of its goodwill."""
    text = preset_text("cn-shop").replace('version = "2026.11.1"', 'version = "2026.11.1-strict"')
    head, _, rest = text.partition('[[clause]]\nid = "CN-LATE-GOODWILL"')
    _, _, tail = rest.partition('[[clause]]\nid = "CN-PAST-15"')
    text = f'{head}[[clause]]\nid = "CN-PAST-7"{tail}'.replace("min = 16", "min = 8")
    text = text.replace('"CN-LATE-GOODWILL", decision = "review"', '"CN-PAST-7", decision = "deny"')
    path = folder / "strict.toml"
    path.write_text(text.replace('"CN-PAST-15"', '"CN-PAST-7"'), encoding="utf-8")
    return str(path)


def test_on_the_ninth_day_it_is_refused_by_the_clause_and_a_coupon_is_offered(
    claim_desk: ClaimDesk, tmp_path: Path
) -> None:
    claim_desk.use_policy(strict(tmp_path))
    claim_desk.sell(shipped=12, delivered=9)
    with claim_desk.open():
        claim_desk.buyer_writes(f"订单 {NUMBER} 的杯子不想要了，想退款。", subject="退款")
        page = claim_desk.look()
        claim_desk.expect_state("to be decided")
        expect(page.locator(".answer")).to_contain_text("CN-PAST-7")

        # 1. The letter says why, in the words of the clause, and what there is instead.
        page.click("details.claim-refuse > summary")
        page.click("details.claim-refuse button")
        claim_desk.expect_state("refused")
        refusal = claim_desk.letter("我们无法按您的申请退款")
        assert "签收已经9天，超过了可以退换的期限。" in refusal
        assert "我们可以为您提供：优惠券" in refusal

        # 2. She takes it: her answer opens the claim again, the coupon needs no lead and no reason.
        to = claim_desk.letter_id("我们无法按您的申请退款")
        claim_desk.buyer_writes("好吧，那给我优惠券可以吗？", subject="Re: 退款", to=to)
        page = claim_desk.look()
        claim_desk.expect_state("to be decided")
        expect(page.locator("[name=remedy-1]")).to_have_value("coupon")
        page.click("details.proposal > summary")
        page.click("button[value=offer]")
        claim_desk.expect_state("offered")
        with claim_desk.buyers_page("offer") as buyer:
            expect(buyer.locator(".offer-option")).to_contain_text("优惠券")
            buyer.click("button[value=accept-1]")
            expect(buyer.locator("h1")).to_have_text("已经约定。")
        claim_desk.look()
        claim_desk.expect_state("agreed")
