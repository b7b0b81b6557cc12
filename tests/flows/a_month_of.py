"""The desk of a simulated month: its people, its bank, its post, and its rows by the names of buyers."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import (
    agents,
    intake,
    mailboxes,
    policies,
)
from helpdesk.current import GATEWAYS, current_desk
from helpdesk.db import transaction
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.configured import Gateways
from helpdesk.gateways.manual import Manual
from helpdesk.gateways.sandbox import Sandbox
from helpdesk.gateways.wire import unknown
from helpdesk.models import (
    AgreedRemedy,
    Claim,
    Mailbox,
    ReceivedMessage,
    Refund,
)
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.paying import Answer, Instruction
from helpdesk.rules.policy_shipped import preset_text
from helpdesk.rules.states import ReceivedState, Role
from mail.parse import parse
from tests.letterbox import RECEIVER
from tests.shop import PASSWORD
from tests.web.conftest import FORM

FIRST_DAY = datetime(2026, 6, 1, tzinfo=UTC)
OPENS = timedelta(hours=9)
TICKS = (0, 3, 6)  # hours after opening at which the clock comes round


@dataclass(frozen=True, slots=True)
class Hushed(Sandbox):
    """It leaves so many questions about a refund open, by its key."""

    unanswered: Counter[str] = field(default_factory=Counter)

    def query(self, instruction: Instruction) -> Answer:
        if self.unanswered[instruction.key] > 0:
            self.unanswered[instruction.key] -= 1
            return unknown("the answer was lost")
        return Sandbox.query(self, instruction)


class Desk:
    """One shop in June 2026; claims are known by the first name of their buyer."""

    def __init__(self, app: Flask, folder: Path, set_clock: Callable[[datetime], None]) -> None:
        self.app, self.set_clock = app, set_clock
        self.today, self.uid = FIRST_DAY + OPENS, 0
        self.set_clock(self.today)
        self.bank = Bank(folder / "month.db", now=lambda: clock.now(), quick=True)
        self.unanswered = Counter[str]()
        adapters = {
            name: Hushed(self.bank, name=name, unanswered=self.unanswered) for name in ("alipay", "stripe")
        }
        app.extensions[GATEWAYS] = Gateways({"manual": Manual(), **adapters})
        self.tickets: dict[str, int] = {}
        form = replace(FORM, authserv_id=RECEIVER)
        with transaction() as session:
            self.mailbox = mailboxes.add(session, current_desk(), form, at=clock.now()).id
            self.ann = self._person(session, "Ann", Role.AGENT)
            self.bo = self._person(session, "Bo", Role.OWNER)
            text = preset_text("cn-shop").replace("transit_days = 5 }", 'transit_days = 5, holidays = "CN" }')
            version = policies.upload(session, text, by=None, at=FIRST_DAY)
            policies.activate(session, version, by=None, at=FIRST_DAY)

    @staticmethod
    def _person(session: Any, name: str, role: Role) -> int:
        email = f"{name.lower()}@shop.example"
        return agents.create(session, email=email, name=name, password=PASSWORD, role=role, at=clock.now()).id

    def _file(self, raw: bytes) -> int:
        self.uid += 1
        with transaction() as session:
            received = ReceivedMessage(
                mailbox_id=self.mailbox,
                folder="INBOX",
                uidvalidity=1,
                uid=self.uid,
                sha256=current_desk().blobs.put(raw),
                size=len(raw),
                internal_at=clock.now(),
                stored_at=clock.now(),
                state=ReceivedState.STORED,
                problem="",
            )
            session.add(received)
            mailbox = session.get_one(Mailbox, self.mailbox)
            mailbox.seen, mailbox.kept = mailbox.seen + 1, mailbox.kept + 1
            session.flush()
            intake.file(session, current_desk(), mailbox, received, parse(raw), at=clock.now())
            assert received.ticket_id is not None
            return received.ticket_id

    def _claim(self, session: Any, name: str) -> Claim:
        found = select(Claim).where(Claim.ticket_id == self.tickets[name]).order_by(Claim.id.desc())
        claim: Claim = session.scalars(found).first()
        return claim

    def _remedy(self, session: Any, name: str) -> AgreedRemedy:
        claim = self._claim(session, name)
        remedy: AgreedRemedy = session.scalars(
            select(AgreedRemedy).where(
                AgreedRemedy.claim_id == claim.id, AgreedRemedy.state != RemedyState.CANCELED
            )
        ).one()
        return remedy

    def _refund(self, session: Any, name: str) -> Refund:
        found = select(Refund).where(Refund.ticket_id == self.tickets[name]).order_by(Refund.id.desc())
        refund: Refund = session.scalars(found).first()
        return refund


def address(name: str) -> str:
    return f"{name.encode().hex() if not name.isascii() else name.lower()}@buyer.example"
