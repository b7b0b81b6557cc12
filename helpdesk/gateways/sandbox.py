"""The sandbox: an adapter over a bank of play money, for the demo and for tests.

Its webhooks are signed as Stripe signs them: HMAC-SHA256 over "time.body", the time in the same header.
"""

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from helpdesk.gateways.bank import Bank
from helpdesk.gateways.bank_book import Event
from helpdesk.gateways.wire import check_fresh, headers_of, no_answer
from helpdesk.rules.money import AmountError, Money, exponent_of
from helpdesk.rules.paying import Answer, Instruction, Notice, Outcome, SignatureError

SIGNATURE = "Sandbox-Signature"  # t=1796000000,v1=<hex>
ABOUT_REFUNDS = "refund.changed"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Pays with play money whatever it is told."""

    bank: Bank
    settling: timedelta = timedelta(seconds=5)
    name: str = "sandbox"
    received: tuple[str, str] = ("application/json", '{"received": true}')

    def submit(self, instruction: Instruction) -> Answer:
        try:
            return self.bank.pay(instruction)
        except (sqlite3.Error, OSError) as error:
            return no_answer(self.name, error)

    def query(self, instruction: Instruction) -> Answer:
        try:
            return self.bank.look(instruction)
        except (sqlite3.Error, OSError) as error:
            return no_answer(self.name, error)

    def call_off(self, instruction: Instruction) -> Answer:
        try:
            return self.bank.call_off(instruction)
        except (sqlite3.Error, OSError) as error:
            return no_answer(self.name, error)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Notice | None:
        told = headers_of(headers).get(SIGNATURE.lower(), "")
        seconds, _, signature = told.removeprefix("t=").partition(",v1=")
        if not hmac.compare_digest(
            _signature(self.bank.secret(), seconds, body).encode(), signature.encode()
        ):
            raise SignatureError("the notice is not signed by the sandbox's bank")
        check_fresh(seconds, at)
        return _notice(body)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One delivery of an event: what would be POSTed."""

    event: int
    headers: dict[str, str]
    body: bytes


def webhook(bank: Bank, event: Event, *, at: datetime) -> Webhook:
    """As it is sent at this moment."""
    booked = event.booked
    body = json.dumps(
        {
            "event": f"sbevt_{event.number}",
            "about": ABOUT_REFUNDS,
            "refund": {
                "ref": booked.ref,
                "key": booked.key,
                "payment": booked.payment,
                "minor": booked.amount.minor,
                "currency": booked.amount.currency,
                "outcome": booked.outcome,
            },
        }
    ).encode()
    seconds = str(int(at.timestamp()))
    signed = f"t={seconds},v1={_signature(bank.secret(), seconds, body)}"
    return Webhook(event.number, {"Content-Type": "application/json", SIGNATURE: signed}, body)


def webhooks(
    bank: Bank, *, at: datetime, duplicate: bool = False, shuffle: Random | None = None, again: bool = False
) -> list[Webhook]:
    """Of every event that was not sent yet (`again`: of all), each twice and in any order when asked for."""
    made = [webhook(bank, event, at=at) for event in bank.events() if again or not event.sent]
    if duplicate:
        made = [each for each in made for _ in range(2)]
    if shuffle is not None:
        shuffle.shuffle(made)
    return made


def _signature(secret: bytes, seconds: str, body: bytes) -> str:
    return hmac.new(secret, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


def _notice(body: bytes) -> Notice | None:
    try:
        told = json.loads(body)
        if told["about"] != ABOUT_REFUNDS:
            return None
        refund = told["refund"]
        exponent_of(refund["currency"])
        return Notice(
            event=str(told["event"]),
            key=str(refund["key"]),
            gateway_ref=str(refund["ref"]),
            payment=str(refund["payment"]),
            amount=Money(refund["minor"], refund["currency"]),
            outcome=Outcome(refund["outcome"]),
        )
    except (ValueError, KeyError, TypeError, AmountError) as error:
        raise SignatureError("the notice is signed, and cannot be read") from error
