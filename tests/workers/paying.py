"""A desk whose payments came by a bank of play money, for tests of refunds on their way."""

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import claim_steps
from helpdesk.current import GATEWAYS
from helpdesk.db import reading
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.configured import Gateways
from helpdesk.gateways.manual import Manual
from helpdesk.gateways.sandbox import Sandbox
from helpdesk.models import Payment, Refund
from helpdesk.workers import payer
from tests.actions.claiming import FULL, Matter

PAYMENT = "2026052022001"  # by which Li paid 99.00


class Paid(Matter):
    """Li's matter, with a bank that pays back by itself."""

    def __init__(self, app: Flask, folder: Path, **order: Any) -> None:
        super().__init__(**order)
        self.bank = Bank(folder / "bank.db", now=clock.now, quick=True)
        app.extensions[GATEWAYS] = Gateways({"manual": Manual(), "sandbox": Sandbox(self.bank)})

    def agreed(self, *parts: Any, **how: Any) -> None:
        """Everything is granted; nothing has been handed over."""
        self.link()
        self.open()
        self.approve(*(parts or (FULL,)), **how)

    def pay(self, times: int = 1) -> None:
        for _ in range(times):
            payer.pay()

    def refunds(self) -> list[tuple[str, str, int]]:
        """(key, state, minor units) of every row."""
        with reading() as session:
            rows = session.scalars(select(Refund).order_by(Refund.id))
            return [(row.key, str(row.shown), row.amount_minor) for row in rows]

    def refund_id(self, key: str) -> int:
        with reading() as session:
            return session.scalars(select(Refund.id).where(Refund.key == key)).one()

    def decide_anew(self, why: str) -> None:
        with self.held() as (session, ticket, claim):
            claim_steps.decide_anew(session, ticket, claim, by=self.agent(session), why=why, at=clock.now())

    def payment(self) -> tuple[int, int]:
        """(reserved, refunded) of what Li paid."""
        with reading() as session:
            row = session.scalars(select(Payment)).one()
            return row.reserved_minor, row.refunded_minor

    def left(self) -> int:
        """What has really gone back to Li, by the bank's own book."""
        return self.bank.paid_back(PAYMENT)
