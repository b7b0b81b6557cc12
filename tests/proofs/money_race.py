"""Many people who approve one claim at the same moment by real pages, while two workers pay."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from pathlib import Path
from re import compile as pattern

import requests
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import tickets
from helpdesk.db import reading, transaction
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.bank_book import Booked
from helpdesk.gateways.configured import BANK
from helpdesk.models import AgreedRemedy, Claim, Mailbox, Refund, Ticket
from helpdesk.rules.refunds import LEFT
from tests.actions.claiming import Matter
from tests.actions.sold import given, payment, sell
from tests.browser.running import RunningDesk, free_port

PASSWORD = "long enough for a test"
TOKEN = pattern(r'name="csrf_token" value="([^"]+)"')
PROBLEM = pattern(r"This claim has moved on[^<]*|A claim that is approved cannot approve[^<]*")
LEASE_MINUTES = 6  # longer than a lease
PATIENCE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Answered:
    """What one of them was told."""

    status: int
    said: str


class Colleague:
    """A browser that has signed in: a session of its own, and its token."""

    def __init__(self, url: str, email: str) -> None:
        self.url, self.session = url, requests.Session()
        self.session.trust_env = False
        self.token = ""
        self.look("/login")
        form = {"csrf_token": self.token, "email": email, "password": PASSWORD}
        self.session.post(f"{url}/login", data=form, timeout=PATIENCE, allow_redirects=False)
        self.look("/profile")

    def look(self, path: str) -> str:
        page = self.session.get(f"{self.url}{path}", timeout=PATIENCE).text
        found = TOKEN.search(page)
        self.token = found.group(1) if found else self.token
        return page

    def approve(self, claim: int, version: int, click: str) -> Answered:
        """As the button does. Who is told that others were in the way presses it once more."""
        form = {
            "csrf_token": self.token,
            "once": click,
            "version": str(version),
            "how": "approve",
            "remedy-1": "full_refund",
            "amount-1": "99.00",
            "option-1": "1",
        }
        where = f"{self.url}/claims/{claim}/proposal"
        while True:
            answer = self.session.post(where, data=form, timeout=PATIENCE, allow_redirects=False)
            if answer.status_code != 503:
                found = PROBLEM.search(unescape(answer.text))
                return Answered(answer.status_code, found.group(0) if found else "")


class Workers:
    """Two processes; see tests/proofs/money_worker.py."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process, self.minutes = process, 0

    def start(self, point: str = "", nth_pass: int = 1) -> None:
        self._order({"point": point, "pass": nth_pass, "minutes": self.minutes})

    def alive(self) -> int:
        """How many of the two."""
        return int(self._order({"alive": True}))

    def stop(self) -> Counter[str]:
        return Counter(self._order({"stop": True}).split())

    def _order(self, order: dict[str, object]) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()


class Another(Matter):
    """One more matter of Li: an order, a payment and a ticket of its own."""

    def __init__(self, first: Matter, number: int, reference: str) -> None:
        order = given(f"2398471029384{number:06}", payments=(payment(reference=reference),))
        self.order, self.people = sell(order)[0].order_id, first.people
        with transaction() as session:
            before = session.get_one(Ticket, first.ticket)
            mailbox = session.get_one(Mailbox, before.mailbox_id)
            self.ticket = tickets.open_ticket(
                session, mailbox, before.buyer, subject="", locale="zh-CN", at=clock.now()
            ).id


@dataclass
class Shop:
    """Claims one after the other, each with an order and a payment of its own, and who may approve them."""

    first: Matter
    bank: Bank
    colleagues: list[Colleague]
    workers: Workers
    numbers: Iterator[int] = field(default_factory=lambda: count(2))

    def new_claim(self) -> tuple[int, int, str]:
        """Claim, version, and the reference of what was paid."""
        number = next(self.numbers)
        reference = f"paid-{number}"
        matter = Another(self.first, number, reference)
        matter.link()
        claim = matter.open()
        return claim, matter.version, reference

    def all_approve(self, claim: int, version: int) -> list[Answered]:
        """At the same moment."""
        gate = threading.Barrier(len(self.colleagues))
        answers: list[Answered] = []

        def press(place: int, colleague: Colleague) -> None:
            gate.wait(PATIENCE)
            answers.append(colleague.approve(claim, version, f"{claim}-{place}"))

        threads = [
            threading.Thread(target=press, args=(place, each)) for place, each in enumerate(self.colleagues)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(2 * PATIENCE)
        return answers

    def wait_until_paid(self, claim: int) -> bool:
        """Whether the ledger says that the money of this claim has left; waits for it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.is_paid(claim):
                return True
            time.sleep(0.1)
        return False

    def is_paid(self, claim: int) -> bool:
        rows = self.refunds(claim)
        return bool(rows) and all(row.state in LEFT for row in rows)

    def wait_for_a_death(self, claim: int) -> None:
        """Until the money has left, or nobody is left to send it: both are killed, or one holds the lease."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.workers.alive():
            if self.is_paid(claim):
                return
            taken = [row.leased_until is not None for row in self.refunds(claim)]
            if taken and all(taken) and self.workers.alive() < 2:
                return  # the other one may not touch it
            time.sleep(0.1)

    def refunds(self, claim: int) -> list[Refund]:
        with reading() as session:
            return list(
                session.scalars(
                    select(Refund)
                    .join(AgreedRemedy, AgreedRemedy.id == Refund.remedy_id)
                    .where(AgreedRemedy.claim_id == claim)
                )
            )

    def promised(self, claim: int) -> tuple[str, list[int]]:
        """The state of the claim, and what was agreed on it."""
        with reading() as session:
            rows = session.scalars(select(AgreedRemedy.amount_minor).where(AgreedRemedy.claim_id == claim))
            return str(session.get_one(Claim, claim).state), list(rows)

    def booked(self, reference: str) -> tuple[Booked, ...]:
        return self.bank.refunds(reference)


@contextmanager
def racing(app: Flask, url: str, data_dir: Path, *, people: int) -> Iterator[Shop]:
    """Two web processes, a parent of workers, and so many colleagues who have signed in."""
    first = Matter()  # the staff, the policy, and an order that nobody claims
    web = RunningDesk(url, data_dir, HELPDESK_SANDBOX="1", HELPDESK_LOG_LEVEL="ERROR")
    other = RunningDesk(url, data_dir, HELPDESK_SANDBOX="1", HELPDESK_LOG_LEVEL="ERROR")
    other.port = free_port()
    command = [sys.executable, "-m", "tests.proofs.money_worker", url, str(data_dir)]
    with web.running("web", until="ready:"), other.running("web", until="ready:"):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            names = ("lead", "lead2", "owner")  # who may agree to all of these claims in one day
            colleagues = [
                Colleague((web.url, other.url)[place % 2], f"{names[place // 2 % 3]}@shop.example")
                for place in range(people)
            ]
            yield Shop(first, Bank(data_dir / BANK, now=clock.now), colleagues, Workers(process))
        finally:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.wait(30)
            process.stdout.close()
            for colleague in locals().get("colleagues", ()):
                colleague.session.close()
