"""A shop with orders and a policy, over the real commands: what its buyer writes and its agent presses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.post import letter_of_the_clock, letter_with, link_of
from tests.browser.running import RunningDesk, log_in
from tests.letterbox import mail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

SHANGHAI = ZoneInfo("Asia/Shanghai")
NUMBER = "2398471029384756102"
PHONE: dict[str, Any] = {"locale": "zh-CN", "viewport": {"width": 390, "height": 844}, "has_touch": True}
MAP = """
title = "own shop"
source = "shop"
currency = "CNY"
timezone = "Asia/Shanghai"
dates = ["%Y-%m-%d %H:%M"]
gateway = "alipay"
country = "CN"

[columns]
external_no = ["订单号"]
state = ["状态"]
ordered_at = ["下单"]
paid_at = ["付款"]
shipped_at = ["发货"]
delivered_at = ["签收"]
buyer_name = ["收货人"]
email = ["邮箱"]
ship_region = ["地址"]
shipping_paid = ["邮费"]
captured = ["实付"]
title = ["商品"]
unit_price = ["单价"]
quantity = ["数量"]

[states]
"待发货" = "paid"
"已发货" = "shipped"
"已签收" = "delivered"
"""
HEADINGS = "订单号,状态,下单,付款,发货,签收,收货人,邮箱,地址,邮费,实付,商品,单价,数量"


class ClaimDesk:
    """A running desk that knows one order of Li, with the agent's page and the buyer's telephone."""

    def __init__(
        self, desk: RunningDesk, chromium: Browser, dovecot: Dovecot, smtp: SmtpSink, url: str, folder: Path
    ) -> None:
        self.desk, self.chromium, self.dovecot, self.smtp = desk, chromium, dovecot, smtp
        self.url, self.folder = url, folder
        self.page: Page

    def sell(
        self,
        *,
        price: str = "89.00",
        postage: str = "10.00",
        shipped: int | None = None,
        delivered: int | None = None,
    ) -> None:
        """Import one order for one cup; `shipped` and `delivered` so many days ago, None not at all."""
        state = "待发货" if shipped is None else "已发货" if delivered is None else "已签收"
        total = f"{float(price) + float(postage):.2f}"
        ordered = _days_ago((shipped or 0) + 1)
        moments = [ordered, ordered, _days_ago(shipped), _days_ago(delivered)]
        cells = [NUMBER, state, *moments, "李梅", "li@buyer.example", "广东省 深圳市 南山区", postage, total]
        (self.folder / "own.toml").write_text(MAP, encoding="utf-8")
        export = self.folder / "orders.csv"
        export.write_text(f"{HEADINGS}\n{','.join([*cells, '青瓷杯', price, '1'])}\n", encoding="utf-8")
        self.desk.run("orders", "import", str(export), "--map", str(self.folder / "own.toml"))

    def use_policy(self, *arguments: str) -> None:
        self.desk.run("policy", "activate", *arguments)

    @contextmanager
    def open(self) -> Iterator[Page]:
        """The desk runs, and an agent looks at the queue."""
        with self.desk.running("up", until="connected"):
            self.page = log_in(self.chromium, self.desk.url, locale="en-GB")
            self.page.set_default_timeout(15_000)
            yield self.page

    def buyer_writes(self, text: str, *, subject: str = "订单", to: str = "", photo: bool = False) -> None:
        """A mail of Li's, whose server vouches for her; `to` is the Message-ID that it answers."""
        raw = mail(text, subject=subject, verified="pass", in_reply_to=to, photo=photo)
        self.dovecot.deliver(self.desk.user, raw)

    def look(self, number: int = 1) -> Page:
        """The ticket, as soon as it waits for us."""
        self.page.goto(self.desk.url)
        self.page.wait_for_selector(f"#row-{number}")
        return self.look_again(number)

    def look_again(self, number: int = 1) -> Page:
        """The ticket, on whomever it waits."""
        self.page.goto(f"{self.desk.url}/tickets/{number}")
        return self.page

    def expect_state(self, words: str) -> None:
        expect(self.page.locator(".claim h2 .state").first).to_have_text(words)

    def propose(self, *rows: tuple[str, str], how: str = "offer", words: str = "", by: str = "") -> None:
        """Fill in the panel's rows of (remedy, amount) and press the button; `by` is the day of promises."""
        panel = self.page.locator("details.proposal")
        panel.locator("> summary").click()
        for number, (remedy, amount) in enumerate(rows, 1):
            if number > 1:
                panel.locator(".another > summary").nth(number - 2).click()
            panel.locator(f"[name=remedy-{number}]").select_option(remedy)
            if amount:  # else there is no such field to see
                panel.locator(f"[name=amount-{number}]").fill(amount)
            if by and not amount:
                panel.locator(f"[name=by-{number}]").fill(by)
        panel.locator("textarea[name=words]").fill(words)
        panel.locator(f"button[value={how}]").click()

    @contextmanager
    def buyers_page(self, purpose: str, *, count: int = 1) -> Iterator[Page]:
        """The page behind the newest letter with such a link, on a telephone, in Chinese."""
        context = self.chromium.new_context(**PHONE)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(link_of(self.smtp, purpose, count=count))
        fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert fits, "the page is wider than the telephone"
        yield page
        context.close()

    def pay(self, reference: str = "2026112300077") -> None:
        """Send the promised money by hand and note it: sum and currency are there already."""
        self.page.select_option("#method", "alipay")
        self.page.fill("#reference", reference)
        self.page.click("form[action*='/refunds'] button.main")
        expect(self.page.locator("[data-part=money]")).to_contain_text(reference)

    def days_pass_and_the_money_arrives(self) -> None:
        """The clock of another process asks; the buyer says yes on the page."""
        letter_of_the_clock(self.desk, self.url, self.folder, due=None, days=4)
        with self.desk.running("web", until="ready"), self.buyers_page("arrival") as buyer:
            buyer.click("button[value=yes]")
            expect(buyer.locator("body")).to_contain_text("谢谢")

    def letter(self, words: str, *, count: int = 1) -> str:
        return letter_with(self.smtp, words, count=count).text

    def letter_id(self, words: str) -> str:
        """The Message-ID of that letter, for an answer to it."""
        return letter_with(self.smtp, words).message_id

    def verbs(self) -> list[str]:
        """What was done on ticket 1, oldest first."""
        return [entry["verb"] for entry in self.desk.json("ticket", "1")[0]["entries"]]


def _days_ago(days: int | None) -> str:
    if days is None:
        return ""
    return f"{datetime.now(SHANGHAI) - timedelta(days=days):%Y-%m-%d} 09:00"


@pytest.fixture
def claim_desk(
    desk: RunningDesk,
    chromium: Browser,
    dovecot: Dovecot,
    smtp_sink: SmtpSink,
    database_url: str,
    tmp_path: Path,
) -> ClaimDesk:
    """A desk that is set up, with nothing sold yet and no policy."""
    return ClaimDesk(desk, chromium, dovecot, smtp_sink, database_url, tmp_path)
