"""A desk whose clock stands still until a test moves it, its bank of play money, and what buyers do there."""

from collections.abc import Callable
from dataclasses import replace
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
    refunds,
    tickets,
)
from helpdesk.current import GATEWAYS, current_desk
from helpdesk.db import reading, transaction
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.configured import Gateways
from helpdesk.gateways.manual import Manual
from helpdesk.gateways.sandbox import Sandbox
from helpdesk.models import (
    AgreedRemedy,
    Claim,
    Mailbox,
    OutboxMessage,
    ReceivedMessage,
    Refund,
)
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.orders import GivenPayment
from helpdesk.rules.policy_shipped import preset_text
from helpdesk.rules.states import ReceivedState, Role
from helpdesk.workers import chaser, payer
from mail.parse import parse
from tests.actions.sold import given, line, sell
from tests.letterbox import RECEIVER, mail
from tests.shop import PASSWORD
from tests.web.conftest import FORM

FIRST_DAY = datetime(2026, 6, 1, tzinfo=UTC)
OPENS = timedelta(hours=9)
TICKS = (0, 3, 6)  # hours after opening at which the clock comes round


class Opened:
    """One shop in June 2026 and its buyers; claims are known by the name of who wrote them."""

    def __init__(self, app: Flask, folder: Path, set_clock: Callable[[datetime], None]) -> None:
        self.app, self.set_clock = app, set_clock
        self.today, self.uid = FIRST_DAY + OPENS, 0
        self.set_clock(self.today)
        self.bank = Bank(folder / "month.db", now=lambda: clock.now(), quick=True)
        adapters = {name: Sandbox(self.bank, name=name) for name in ("alipay", "stripe")}
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

    # -- what buyers do ------------------------------------------------------------------------------------

    def asks(self, name: str, yuan: int, *gateways: str, zh: bool) -> None:
        """A buyer calls an order off, which was paid by these gateways in equal parts."""
        number = f"23984710293847562{len(self.tickets) + 1:02}"
        minor = yuan * 100
        each = minor // len(gateways)
        sell(
            given(
                number,
                buyer_name=name,
                emails=(_address(name),),
                lines=(line(quantity=1, unit_paid_minor=minor, line_paid_minor=minor),),
                shipping_paid_minor=0,
                payments=tuple(
                    GivenPayment(
                        gateway=gateway, reference=f"{number}-{place}", captured_minor=each, currency="CNY"
                    )
                    for place, gateway in enumerate(gateways, 1)
                ),
            )
        )
        chinese = f"订单 {number} 不想要了，请取消并退款。"
        english = f"I changed my mind about order {number}. Please cancel it and refund me."
        self.tickets[name] = self._file(
            mail(
                chinese if zh else english,
                sender=_address(name),
                name=name,
                subject="取消订单" if zh else "Cancel my order",
                charset="utf-8",
                verified="pass",
            )
        )

    def writes(self, name: str, text: str) -> None:
        """An answer to the newest letter."""
        with reading() as session:
            newest = session.scalars(
                select(OutboxMessage)
                .where(OutboxMessage.ticket_id == self.tickets[name])
                .order_by(OutboxMessage.id.desc())
            ).first()
            assert newest is not None
            answers = newest.message_id
        self._file(
            mail(
                text,
                sender=_address(name),
                name=name,
                subject="Re",
                charset="utf-8",
                in_reply_to=answers,
                verified="pass",
            )
        )

    def says(self, name: str, *, arrived: bool) -> None:
        """On the page behind the link of the question."""
        with transaction() as session:
            ticket = tickets.hold(session, self.tickets[name])
            refund, actor = self._refund(session, name), f"buyer:{ticket.buyer_id}"
            refunds.answer_arrival(session, refund.id, arrived=arrived, actor=actor, at=clock.now())

    # -- time ----------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """The clock comes round: money, then letters, then what came of them."""
        for _ in range(2):
            payer.pay("the clock")
            chaser.chase()

    def at(self, day: int, hour: int) -> None:
        """It is so many hours after opening on this day of the month."""
        self.today = FIRST_DAY + timedelta(days=day - 1, hours=hour) + OPENS
        self.set_clock(self.today)

    # -- rows ----------------------------------------------------------------------------------------------

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


def _address(name: str) -> str:
    return f"{name.encode().hex() if not name.isascii() else name.lower()}@buyer.example"
