"""Stripe's API of refunds, payment intents and charges, with its idempotency keys and its webhooks."""

import hashlib
import hmac
import json
import secrets
from datetime import datetime
from typing import Any

from helpdesk.gateways.stripe import StripeGateway
from tests.gateways.serving import PATIENCE, GatewayServer, Mishap, Reply, Request, Row

KEY, WEBHOOK_SECRET = "sk_test_the_key_of_the_desk", "whsec_the_secret_of_the_webhook"
STATES = {
    "succeeded": "succeeded",
    "pending": "pending",
    "needs-action": "requires_action",
    "failed": "failed",
    "canceled": "canceled",
}


class StripeServer(GatewayServer):
    payment = "pi_3Q"
    currency = "eur"

    def __init__(self) -> None:
        super().__init__()
        self.page = 100
        self._kept: dict[str, tuple[bytes, Reply]] = {}

    def gateway(self) -> StripeGateway:
        return StripeGateway(key=KEY, webhook_secret=WEBHOOK_SECRET, api=self.address, patience=PATIENCE)

    def forget_keys(self) -> None:
        """A day has passed."""
        self._kept.clear()

    def pays(self, request: Request) -> bool:
        return request.method == "POST"

    def answer(self, request: Request, mishap: Mishap | None) -> Reply:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401, type="invalid_request_error", message="Invalid API Key provided: sk_****")
        kind, _, number = request.path.removeprefix("/v1/").partition("/")
        if number.endswith("/cancel"):
            return self._canceled(number.removesuffix("/cancel"))
        if request.method == "POST":
            return self._created(request, mishap)
        if kind == "refunds":
            return self._refund(number) if number else self._listed(request)
        if number != self.payment and number != "ch_3Q":
            return _missing(f"No such {kind[:-1]}: '{number}'")
        return _json(200, {"id": number, "object": kind[:-1], "currency": self.currency})

    def _created(self, request: Request, mishap: Mishap | None) -> Reply:
        key = request.headers.get("idempotency-key", "")
        if key in self._kept:
            body, reply = self._kept[key]
            if body != request.body:
                return _error(400, type="idempotency_error", message="Keys for idempotent requests ...")
            return reply
        form = request.form
        payment = form.get("payment_intent") or form.get("charge", "")
        ours = form.get("metadata[helpdesk_refund]") or secrets.token_hex(4)
        # Without a key that is kept, the same request makes another refund.
        name = ours if ours not in self.rows else f"{ours}/{secrets.token_hex(4)}"
        row = self.book(name, payment, int(form["amount"]), mishap)
        if row is None:
            reply = _error(
                400, type="invalid_request_error", code="charge_disputed", message="Charge has been disputed"
            )
        else:
            reply = _json(200, self.object_of(row, ours))
        self._kept[key] = (request.body, reply)
        return reply

    def _canceled(self, ref: str) -> Reply:
        row = next(each for each in self.rows.values() if each.ref == ref)
        if row.state != "needs-action":
            return _error(400, type="invalid_request_error", message="This refund cannot be canceled.")
        row.state = "canceled"
        return _json(200, self.object_of(row))

    def _refund(self, ref: str) -> Reply:
        for row in self.rows.values():
            if row.ref == ref:
                return _json(200, self.object_of(row))
        return _missing(f"No such refund: '{ref}'")

    def _listed(self, request: Request) -> Reply:
        payment = request.query.get("payment_intent") or request.query.get("charge", "")
        if payment not in (self.payment, "ch_3Q"):
            return _missing(f"No such payment_intent: '{payment}'")
        rows = [row for row in reversed(self.rows.values()) if row.payment == payment]
        after = request.query.get("starting_after")
        if after:
            rows = rows[[row.ref for row in rows].index(after) + 1 :]
        shown = [self.object_of(row) for row in rows[: self.page]]
        more = len(rows) > self.page
        return _json(200, {"object": "list", "url": "/v1/refunds", "has_more": more, "data": shown})

    def object_of(self, row: Row, key: str = "") -> dict[str, Any]:
        left = row.state == "succeeded" or row.came_back
        return {
            "id": row.ref,
            "object": "refund",
            "amount": row.minor,
            "currency": self.currency,
            "created": 1_796_000_000,
            "metadata": {"helpdesk_refund": key or row.key},
            "payment_intent": row.payment,
            "charge": "ch_3Q",
            "status": STATES[row.state],
            "balance_transaction": "txn_1" if left else None,
            "failure_balance_transaction": "txn_2" if row.came_back else None,
            "destination_details": {
                "type": "card",
                "card": {"type": "refund", "reference": "74537600000000000000001" if left else None},
            },
        }

    def webhook(
        self, key: str, *, at: datetime, secret: str = WEBHOOK_SECRET
    ) -> tuple[dict[str, str], bytes]:
        return sign(
            {
                "id": f"evt_{key}",
                "object": "event",
                "type": "refund.updated",
                "data": {"object": self.object_of(self.rows[key])},
            },
            at=at,
            secret=secret,
        )


def sign(
    event: dict[str, Any], *, at: datetime, secret: str = WEBHOOK_SECRET
) -> tuple[dict[str, str], bytes]:
    body = json.dumps(event).encode()
    seconds = int(at.timestamp())
    mac = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={seconds},v1={mac}", "Content-Type": "application/json"}, body


def _json(status: int, answer: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})


def _error(status: int, **error: str) -> Reply:
    return _json(status, {"error": error})


def _missing(message: str) -> Reply:
    return _error(404, type="invalid_request_error", code="resource_missing", message=message)
