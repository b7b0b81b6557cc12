"""The whole story through a real Dovecot, a real SMTP server and a real browser, over the real commands."""

import time
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.post import letter_of_the_clock, letters, link_of, wait_until
from tests.browser.running import RunningDesk, log_in
from tests.figures import Figure
from tests.letterbox import mail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

pytestmark = [pytest.mark.flows, pytest.mark.browser]


def test_from_the_first_mail_to_the_survey(
    desk: RunningDesk,
    chromium: Browser,
    dovecot: Dovecot,
    smtp_sink: SmtpSink,
    database_url: str,
    tmp_path: Path,
    figure: Figure,
) -> None:
    engine = database_url.partition(":")[0]
    with desk.running("up", until="connected"):
        page = log_in(chromium, desk.url, locale="en-GB")

        # 1. A mail arrives: IDLE wakes the poller, the open page shows it without a reload.
        dovecot.deliver(
            desk.user, mail("衣服有破损，我想退款。", message_id="first@buyer.example", photo=True)
        )
        delivered = time.time()
        expect(page.locator("#row-1")).to_contain_text("申请退款", timeout=10_000)
        shown = time.time() - delivered
        (ticket,) = desk.json("tickets")
        stored = datetime.fromisoformat(ticket["created_at"]).timestamp() - delivered
        figure(f"{engine}: delivery to stored ticket", max(stored, 0), "s")
        figure(f"{engine}: delivery to open inbox page", shown, "s")
        assert stored < 2
        assert shown < 5

        # 2. One acknowledgement, in her language, threaded, marked.
        acknowledgement = letters(smtp_sink, 1)[0]
        assert "您的邮件已收到" in acknowledgement.text
        assert acknowledgement.header("Auto-Submitted") == "auto-replied"
        assert acknowledgement.references == ("first@buyer.example",)

        # 3. The agent reads, notes, answers with a file.
        page.click("#row-1")
        expect(page.locator("#conversation, .conversation").first).to_contain_text("衣服有破损，我想退款。")
        expect(page.locator(".thumb img")).to_be_visible()
        write_note(page, "Looks like the courier.")
        reply_with_file(page, "很抱歉！我们马上为您退款。", tmp_path)
        reply = letters(smtp_sink, 2)[1]
        assert reply.references == ("first@buyer.example",)
        assert [file.filename for file in reply.attachments] == ["说明.txt"]
        assert "很抱歉" in reply.text
        assert "courier" not in "".join(letter.text for letter in letters(smtp_sink, 2))

        # 4. The buyer's answer joins, without a reload; a stranger with the number does not.
        dovecot.deliver(desk.user, mail("谢谢！", in_reply_to=reply.message_id))
        expect(page.locator("#ticket")).to_contain_text("谢谢！", timeout=10_000)
        dovecot.deliver(
            desk.user,
            mail("Hi", sender="eve@else.example", subject="[RF-1]", charset="utf-8", message_id="e@e"),
        )
        wait_until(lambda: len(desk.json("tickets")) == 2)

        # 5. The refund is recorded; what will be sent stands in the conversation beforehand.
        record_refund(page)
        expect(page.locator(".is-planned")).to_have_count(2)

    # ... the days pass; the clock of another process asks whether the money arrived.
    letter_of_the_clock(desk, database_url, tmp_path, days=4)
    with desk.running("web", until="ready"):
        buyer = chromium.new_context(locale="zh-CN").new_page()
        buyer.goto(link_of(smtp_sink, "arrival"))
        buyer.click("button[value=yes]")
        expect(buyer.locator("body")).to_contain_text("谢谢")

    # 6. The survey: opening it records nothing, the button does, and the report shows it.
    letter_of_the_clock(desk, database_url, tmp_path, days=4, hours=4)
    with desk.running("web", until="ready"):
        link = link_of(smtp_sink, "survey")
        buyer = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}).new_page()
        buyer.goto(link)
        assert "survey_answered" not in verbs(desk)
        buyer.check("input[name=score][value='5']", force=True)
        buyer.fill("textarea[name=comment]", "很快！")
        buyer.click("button[type=submit], form button")
        expect(buyer.locator("body")).to_contain_text("谢谢")
        assert verbs(desk)[-1] == "survey_answered"
        page = log_in(chromium, desk.url, locale="zh-CN")
        page.goto(f"{desk.url}/report")
        expect(page.locator("body")).to_contain_text("很快！")

    # 7. The record is whole.
    assert ": 0 problems" in desk.run("verify")


def write_note(page: Page, text: str) -> None:
    page.click("label[for=kind-note]")
    page.fill("#text", text)
    page.click(".for-note button")
    expect(page.locator(".is-note")).to_contain_text(text)


def reply_with_file(page: Page, text: str, folder: Path) -> None:
    path = folder / "说明.txt"
    path.write_text("退款说明", encoding="utf-8")
    page.click("label[for=kind-reply]")
    page.fill("#text", text)
    page.set_input_files("input[name=files]", path)
    page.click("button[name=then][value=waiting]")
    expect(page.locator(".is-sent").last).to_contain_text(text)


def record_refund(page: Page) -> None:
    page.click("summary:has-text('Record a refund')")
    page.fill("#amount", "128.50")
    page.select_option("#currency", "CNY")
    page.select_option("#method", "alipay")
    page.fill("#reference", "2026112200001")
    page.click("form[action*='/refunds'] button.main")
    expect(page.locator("#ticket")).to_contain_text("128.50")


def verbs(desk: RunningDesk) -> list[str]:
    return [entry["verb"] for entry in desk.json("ticket", "1")[0]["entries"]]
