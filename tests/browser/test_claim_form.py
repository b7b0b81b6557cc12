"""A buyer with a phone, in Chinese: from the shop's open page to a claim with a photo, without any login."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.running import ROOT, RunningDesk, log_in
from tests.browser.test_the_story import link_of, wait_until
from tests.letterbox import png
from tests.servers.smtp import SmtpSink

pytestmark = [pytest.mark.flows, pytest.mark.browser]

EXPORT = ROOT / "tests/exports/shopify.csv"
BUYER, ORDER = "emma@post.example", "#1001"


def test_from_the_open_page_to_a_claim_with_a_photo(
    desk: RunningDesk, chromium: Browser, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    photo = tmp_path / "杯子.png"
    photo.write_bytes(png(640, 480))
    desk.run("orders", "import", str(EXPORT), "--map", "shopify")
    with desk.running("up", until="connected"):
        phone = chromium.new_context(
            locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True, java_script_enabled=False
        ).new_page()

        # 1. She asks for the form where the shop links it; the mail goes to the address of the order.
        phone.goto(f"{desk.url}/claim")
        phone.fill("#email", BUYER)
        phone.fill("#order_no", ORDER)
        phone.click("button.main")
        expect(phone.locator("h1")).to_have_text("请查看您的邮箱。")
        form = link_of(smtp_sink, "claim")

        # 2. She fills it in, forgets something, and has to choose nothing twice.
        phone.goto(form)
        expect(phone.locator("h1")).to_have_text("您的订单出了什么问题？")
        phone.locator("select[name^=line-]").first.select_option("1")
        phone.select_option("#reason", "damaged")
        phone.locator("input[name=wish][value=refund]").check()
        phone.fill("#words", "收到时杯子碎了")
        phone.set_input_files("#files", [str(photo), str(EXPORT)])
        phone.click("button.main")
        expect(phone.locator(".problem")).to_contain_text("shopify.csv")
        expect(phone.locator("#words")).to_have_value("收到时杯子碎了")
        expect(phone.locator(".kept")).to_contain_text("杯子.png")
        phone.click("button.main")

        # 3. It stands, and says what is missing; she sends that too.
        expect(phone.locator(".thanks")).to_be_visible()
        expect(phone.locator("h1")).to_have_text("我们正在处理。")
        phone.click("text=现在上传")
        expect(phone.locator(".checks .is-there")).to_have_count(1)
        label = tmp_path / "面单.png"
        label.write_bytes(png(480, 640))
        phone.set_input_files("#files-photo_of_parcel", str(label))
        phone.click("button.main")
        expect(phone.locator(".checks .is-there")).to_have_count(2)

        # 4. The agent sees the form as a part of the conversation, and its photos as evidence.
        page = log_in(chromium, desk.url, locale="zh-CN")
        wait_until(lambda: len(desk.json("tickets")) == 1)
        page.goto(f"{desk.url}/tickets/1")
        expect(page.locator(".conversation")).to_contain_text("收到时杯子碎了")
        expect(page.locator("#evidence")).to_contain_text("2/2")
        expect(page.locator("#evidence img")).to_have_count(2)

        # 5. She takes it back, with a second look.
        phone.click("text=查看我的申请进展")
        phone.click("text=撤回申请")
        phone.click("text=是的，撤回申请")
        expect(phone.locator("h1")).to_have_text("您已撤回此申请。")
