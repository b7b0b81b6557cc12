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


def test_on_the_fifth_day_it_goes_back_without_a_reason_is_inspected_and_refunded(
    claim_desk: ClaimDesk,
) -> None:
    claim_desk.sell(shipped=8, delivered=5)
    with claim_desk.open() as page:
        page.goto(f"{claim_desk.desk.url}/settings/inside")
        page.fill("[name=label]", "仓库")
        page.fill("[name=text]", "杭州市 西湖区 某路 1 号\n收件人：退货组 0571-5555 0100")
        page.click("form[action$='/addresses'] button")
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

        # There is one address: the same letter has it, with the number of the return. The buyer tells the
        # parcel's number on her telephone.
        assert "0571-5555 0100" in letter
        assert "RT-1-1" in letter
        expect(page.locator("#inside")).to_contain_text("Return RT-1-1")
        with claim_desk.buyers_page("return") as buyer:
            expect(buyer.locator("main")).to_contain_text("0571-5555 0100")
            buyer.fill("#carrier", "顺丰")
            buyer.fill("#tracking", "SF1234567890123")
            buyer.click("button.main")
            expect(buyer.locator("main")).to_contain_text("SF1234567890123")

        # The parcel is there; before somebody has looked at the goods no money goes.
        page = claim_desk.look_again()
        page.click("#inside >> text=Parcel, arrival")
        page.click("button:has-text('Received')")
        page.select_option("[name^=condition-]", "unopened")
        page.select_option("[name^=resellable-]", "yes")
        page.click("button:has-text('Inspected')")
        expect(page.locator("main")).to_contain_text("as agreed: the money may go")
        claim_desk.look_again()
        claim_desk.pay()

    claim_desk.days_pass_and_the_money_arrives()
    assert claim_desk.verbs().count("claim_complete") == 1
    assert ": 0 problems" in claim_desk.desk.run("verify")


def strict(folder: Path) -> str:
    """The shipped policy of a shop that refuses from the eighth day on, in place of its goodwill."""
    text = preset_text("cn-shop").replace('version = "2026.11.4"', 'version = "2026.11.1-strict"')
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
