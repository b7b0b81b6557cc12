"""The demo shop after a week of work: replies, refunds, time that passed, surveys, all through the pages.

What the screens show has been done the way its users do it; only the message that could not be read is put in
from behind, because no mail is known that the desk cannot read.
"""

import re
import smtplib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState

from helpdesk import clock
from helpdesk.actions import intake
from helpdesk.current import current_desk
from helpdesk.db import db, transaction
from helpdesk.demo import photos
from helpdesk.models import Mailbox, ReceivedMessage
from helpdesk.rules.states import ReceivedState
from tests.app import make_app
from tests.browser.a_week import ANSWERED, ARRIVED, NEWS, REFUNDED, SCORED, SOLVED, Letter
from tests.browser.found import one_id
from tests.browser.running import RunningDesk, free_port

OWNER = "owner@shop.example"
NORMAL = {"locale": "en-GB", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1440, "height": 900}}


@dataclass(frozen=True, slots=True)
class LivedIn:
    """The running demo, who is signed in, and where the screens of interest are."""

    url: str
    state: StorageState
    tickets: dict[str, int]  # subject -> number
    arrival: str
    survey: str
    database: Path

    @property
    def states(self) -> dict[str, StorageState]:
        """Who is signed in, by role."""
        return {"owner": self.state}

    def of(self, question: str, language: str) -> int:
        """One id by SQL."""
        return one_id(self.database, question, language)

    def ticket(self, subject: str) -> str:
        return f"/tickets/{self.tickets[subject]}"


@pytest.fixture(scope="session")
def lived_in(chromium_of_the_run: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedIn]:
    """One per worker: it takes half a minute to live through."""
    folder = tmp_path_factory.mktemp("lived-in")
    ports = {"HELPDESK_DEMO_IMAP_PORT": str(free_port()), "HELPDESK_DEMO_SMTP_PORT": str(free_port())}
    database = f"sqlite:///{folder / 'helpdesk.db'}"
    desk = RunningDesk(database, folder, **ports, HELPDESK_UNDO_SECONDS="0")
    with desk.running("demo", until="stop: Ctrl-C") as printed:
        password = re.findall(r"password: (\S+)", printed)[0]
        context = chromium_of_the_run.new_context(**NORMAL)
        week = _Week(desk, context.new_page(), database, folder).lived(password)
        context.close()
        yield week


class _Week:
    """What happens in the shop, in the order in which it happens."""

    def __init__(self, desk: RunningDesk, page: Page, database: str, folder: Path) -> None:
        self.desk, self.page, self.database, self.folder = desk, page, database, folder
        self.numbers: dict[str, int] = {}

    def lived(self, password: str) -> LivedIn:
        self.page.set_default_timeout(15_000)
        self.log_in(password)
        self.numbers = {row["subject"]: row["number"] for row in self.desk.json("tickets")}
        self.first_day()
        for step in ("three_days", "three_days", "hour"):
            self.let_pass(step)
        self.buyers_answer()
        self.last_day()
        self.park("message/rfc822 nested 512 deep: more than can be read")
        return LivedIn(
            url=self.desk.url,
            state=self.page.context.storage_state(),
            tickets=self.numbers,
            arrival=self.link("lixiaomei@youxiang.example", "arrival"),
            survey=self.link("priya.nair@mail.example", "survey"),
            database=self.folder / "helpdesk.db",
        )

    def log_in(self, password: str) -> None:
        self.page.goto(f"{self.desk.url}/login")
        self.page.fill("input[name=email]", OWNER)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_selector("#queue-name")

    def first_day(self) -> None:
        for subject, text in ANSWERED:
            self.reply(subject, text)
        for subject, *refund in REFUNDED:
            self.refund(subject, *refund)
        for subject in SOLVED:
            self.open(subject)
            self.page.click("[data-part=moves] button:has-text('Solve')")

    def buyers_answer(self) -> None:
        for buyer in ARRIVED:
            self.page.goto(self.link(buyer, "arrival"))
            self.page.click("button[value=yes]")
        for _ in range(3):
            self.let_pass("hour")
        for buyer, score, comment in SCORED:
            self.page.goto(self.link(buyer, "survey"))
            self.page.check(f"input[name=score][value='{score}']", force=True)
            self.page.fill("textarea[name=comment]", comment)
            self.page.click("form button.main")

    def last_day(self) -> None:
        self.buyer_writes(
            "daniel.novak@inbox.example", "No, the box was fine. It must have left you like that."
        )
        self.buyer_writes("wanglei@laoyouxiang.example", "外箱没有破，里面的泡沫是碎的。请直接退款，谢谢。")
        for letter in NEWS:
            self.deliver(letter)
            self.page.goto(self.desk.url)
            self.page.wait_for_selector(f".subject:text-is('{letter.subject}')")
            self.let_pass("hour")
        self.deliver(
            Letter("Rosa Diaz", "rosa@gone.invalid", "Wrong colour", "I ordered blue and got green.")
        )
        self.until(lambda: len(self.desk.json("tickets")) == len(self.numbers) + len(NEWS) + 1)
        self.numbers = {row["subject"]: row["number"] for row in self.desk.json("tickets")}
        for subject, note, refund in (
            ("Mug arrived broken", "Third one from this batch: told the maker.",
             ("14.90", "EUR", "card", "ch_3Q8xK2")),
            ("杯子碎了", "这批货第三个了，已告诉厂家。", ("89", "CNY", "alipay", "2026112800031")),
        ):  # fmt: skip
            self.open(subject)
            self.page.wait_for_selector("details.quoted")
            self.page.click("label[for=kind-note]")
            self.page.fill("#text", note)
            self.page.click(".for-note button")
            self.page.wait_for_selector(".is-note")
            self.page.wait_for_url(lambda address: "sent" not in address)
            self.page.select_option("#assignee", label="林小雨" if "杯" in subject else "Alex Morgan")
            self.page.click("form[action$='/assignee'] button")
            self.refund(subject, *refund)

    def open(self, subject: str) -> None:
        self.page.goto(f"{self.desk.url}/tickets/{self.numbers[subject]}")

    def reply(self, subject: str, text: str) -> None:
        self.open(subject)
        self.page.fill("#text", text)
        self.page.click("button[name=then][value=waiting]")
        self.page.wait_for_selector(".verb-replied")

    def refund(self, subject: str, amount: str, currency: str, method: str, reference: str) -> None:
        self.open(subject)
        self.page.click("#refund > summary")
        self.page.fill("#amount", amount)
        self.page.select_option("#currency", currency)
        self.page.select_option("#method", method)
        self.page.fill("#reference", reference)
        self.page.click("form[action*='/refunds'] button.main")
        self.page.wait_for_selector(".is-planned")

    def let_pass(self, step: str) -> None:
        self.page.goto(f"{self.desk.url}/demo/buyer")
        self.page.click(f"button[name=step][value={step}]")

    def buyer_writes(self, buyer: str, text: str) -> None:
        """Answers the newest letter of the shop, quoting it."""
        self.page.goto(f"{self.desk.url}/demo/buyer/{buyer}")
        newest = self.page.locator(".message.theirs").first
        newest.locator(".answer > summary").click()
        newest.locator(".answer textarea").fill(text)
        newest.locator(".answer button.main").click()
        self.page.wait_for_selector(".done")

    def deliver(self, letter: Letter) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = f"{letter.name} <{letter.email}>", "support@shop.example"
        mail["Subject"], mail["Message-ID"] = letter.subject, f"<{abs(hash(letter))}@{letter.email}>"
        mail.set_content(letter.text)
        if letter.photo:
            picture = photos.mug(letter.photo, broken=True)
            mail.add_attachment(picture, maintype="image", subtype="png", filename="IMG_0417.png")
        with smtplib.SMTP("127.0.0.1", int(self.desk.environ["HELPDESK_DEMO_SMTP_PORT"])) as smtp:
            smtp.send_message(mail, from_addr=letter.email)

    def link(self, buyer: str, purpose: str) -> str:
        """The signed link in a letter that this buyer has, as soon as it is there."""
        found: list[str] = []

        def has_come() -> bool:
            self.page.goto(f"{self.desk.url}/demo/buyer/{buyer}")
            links = self.page.locator(f"a[href*='/b/{purpose}/']")
            found[:] = [links.first.inner_text()] if links.count() else []
            return bool(found)

        self.until(has_come)
        return found[0]

    def park(self, problem: str) -> None:
        """A message that is kept and waits to be run again."""
        app = make_app(self.database, self.folder)
        with app.app_context():
            with transaction() as session:
                raw = b"From: x@y.example\r\n\r\n" + b"odd " * 2000
                received = ReceivedMessage(
                    mailbox_id=1, folder="INBOX", uidvalidity=1, uid=31, size=len(raw), attempts=1,
                    sha256=current_desk().blobs.put(raw), state=ReceivedState.STORED, problem="",
                    internal_at=clock.now() + timedelta(days=6), stored_at=clock.now() + timedelta(days=6),
                )  # fmt: skip
                session.add(received)
                mailbox = session.get_one(Mailbox, 1)
                mailbox.seen, mailbox.kept = mailbox.seen + 1, mailbox.kept + 1
                intake.park(received, problem)
            db.engine.dispose()

    def until(self, happened: Callable[[], Any], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.3)
