"""WeChat Pay (微信支付) API v3, signed and read by wechatpayv3: the optional extra `wechatpay`.

Its own line is not used: it waits for ever, and looks at no signature of a refusal. Here every answer is
verified, and an unsigned one decides nothing (https://pay.weixin.qq.com/doc/v3/merchant/4012791883).
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests
from wechatpayv3.utils import (
    aes_decrypt,
    build_authorization,
    load_private_key,
    load_public_key,
    rsa_verify,
)

from helpdesk.gateways import wire
from helpdesk.gateways.wire import code_and_words, failed, unknown
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Answer, Instruction, Notice, Outcome, SignatureError

REFUNDS = "/v3/refund/domestic/refunds"
TRANSACTION = re.compile(r"4[0-9]{27}")  # WeChat Pay's own number
LONGEST_REASON = 80  # bytes
ALGORITHM = "AEAD_AES_256_GCM"
OUTCOMES = {
    "SUCCESS": Outcome.SUCCEEDED,
    "PROCESSING": Outcome.PENDING,
    "CLOSED": Outcome.FAILED,
    "ABNORMAL": Outcome.NEEDS_ACTION,  # the buyer's card is gone: pay to another, or to the shop's account
}
# Refusals after which no money has moved and none will; any other code may hide a success and is asked for.
REFUSALS = frozenset(
    (
        "ACCOUNT_ERROR",
        "INVALID_REQUEST",
        "MCH_NOT_EXISTS",
        "NOT_ENOUGH",
        "ORDER_NOT_EXIST",
        "PARAM_ERROR",
        "RESOURCE_NOT_EXISTS",
        "TRADE_OVERDUE",
        "USER_ACCOUNT_ABNORMAL",
    )
)
NOT_THERE = ("RESOURCE_NOT_EXISTS", "REFUND_NOT_EXISTS", "REFUNDNOTEXIST")
TOO_OFTEN = ("FREQUENCY_LIMITED", "FREQUENCY_LIMIT", "RATELIMIT_EXCEEDED")
A_MINUTE = timedelta(minutes=1)


class WechatPayGateway:
    """The payment's reference is a transaction_id (28 digits, 4...), or the shop's own out_trade_no."""

    name = "wechatpay"
    settling = A_MINUTE
    received = ("application/json", '{"code": "SUCCESS", "message": "OK"}')

    def __init__(
        self,
        *,
        merchant: str,
        api_v3_key: str,
        certificate_serial: str,
        private_key: str,
        public_key: str,
        public_key_id: str,
        api: str = "https://api.mch.weixin.qq.com",
        notify_url: str = "",
        patience: tuple[float, float] = wire.PATIENCE,
    ) -> None:
        """Keys as PEM: the merchant's private one and WeChat Pay's public one, which has an id."""
        self._merchant, self._serial = merchant, certificate_serial
        self._api_v3_key, self._public_key_id = api_v3_key, public_key_id
        self._private_key, self._public_key = load_private_key(private_key), load_public_key(public_key)
        self._api, self._notify_url, self._patience = api, notify_url, patience

    def submit(self, instruction: Instruction) -> Answer:
        if instruction.amount.currency != "CNY":
            return failed(f"WeChat Pay pays back CNY, not {instruction.amount.currency}")
        asked: dict[str, Any] = {
            "transaction_id" if TRANSACTION.fullmatch(instruction.payment) else "out_trade_no": (
                instruction.payment
            ),
            "out_refund_no": instruction.key,
            "amount": {
                "refund": instruction.amount.minor,
                "total": instruction.captured.minor,
                "currency": instruction.captured.currency,
            },
        }
        if instruction.words:
            asked["reason"] = instruction.words.encode()[:LONGEST_REASON].decode(errors="ignore")
        if self._notify_url:
            asked["notify_url"] = self._notify_url
        return self._heard("POST", REFUNDS, json.dumps(asked), instruction, refused=REFUSALS)

    def query(self, instruction: Instruction) -> Answer:
        return self._heard("GET", f"{REFUNDS}/{quote(instruction.key, safe='')}", "", instruction)

    def call_off(self, instruction: Instruction) -> Answer:
        return self.query(instruction)  # it has no such thing

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Notice | None:
        if not self._is_signed(headers, body):
            raise SignatureError("the notice is not signed by WeChat Pay")
        wire.check_fresh(wire.headers_of(headers).get("wechatpay-timestamp", ""), at)
        try:
            told = json.loads(body)
            if not told["event_type"].startswith("REFUND."):
                return None
            return _notice(told["id"], json.loads(self._decrypted(told["resource"])))
        except Exception as error:  # of the library: for every kind of bad text another one
            raise SignatureError("the notice is signed, and cannot be read") from error

    def _heard(
        self, method: str, path: str, body: str, about: Instruction, refused: frozenset[str] = frozenset()
    ) -> Answer:
        """What a signed answer says; anything else is none."""
        try:
            answered = self._ask(method, path, body)
            if answered.status_code >= 500:
                return unknown(f"WeChat Pay answered {answered.status_code}")
            if not self._is_signed(answered.headers, answered.content):
                return unknown(
                    f"an answer that is not signed ({answered.status_code}): {answered.text[:200]}"
                )
            told = answered.json()
            if answered.ok:
                return _answer(told, about)
            return _refusal(told, refused)
        except Exception as error:  # whatever a line or a server does is no answer
            return wire.no_answer(self.name, error)

    def _ask(self, method: str, path: str, body: str) -> requests.Response:
        signed = build_authorization(path, method, self._merchant, self._serial, self._private_key, data=body)
        return requests.request(
            method,
            self._api + path,
            data=body.encode() or None,
            headers={
                "Authorization": signed,
                "Accept": "application/json",
                "Content-Type": "application/json",
                "User-Agent": "helpdesk",
                "Wechatpay-Serial": self._public_key_id,
            },
            auth=_as_signed,
            timeout=self._patience,
            allow_redirects=False,
        )

    def _is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        told = wire.headers_of(headers)
        timestamp, nonce, serial, signature = (
            told.get(f"wechatpay-{name}", "") for name in ("timestamp", "nonce", "serial", "signature")
        )
        if serial != self._public_key_id:
            return False
        try:
            return bool(rsa_verify(timestamp, nonce, body.decode(), signature, self._public_key))
        except ValueError:  # not UTF-8, or no base64
            return False

    def _decrypted(self, resource: Mapping[str, str]) -> str:
        if resource["algorithm"] != ALGORITHM:
            raise ValueError(f"encrypted with {resource['algorithm']}")
        text = aes_decrypt(
            nonce=resource["nonce"],
            ciphertext=resource["ciphertext"],
            associated_data=resource.get("associated_data") or "",
            apiv3_key=self._api_v3_key,
        )
        if text is None:
            raise ValueError("encrypted with another key")
        return str(text)


def _as_signed(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leaves the signature in its place: without an `auth`, requests takes one from ~/.netrc."""
    return request


def _answer(refund: Mapping[str, Any], about: Instruction) -> Answer:
    """A refund as submit and query tell it."""
    if refund["out_refund_no"] != about.key:
        return unknown("an answer about another refund")
    payments = (refund.get("transaction_id"), refund.get("out_trade_no"))
    if refund["amount"]["refund"] != about.amount.minor or about.payment not in payments:
        return wire.about_another(about.key)
    outcome = OUTCOMES.get(refund["status"], Outcome.UNKNOWN)
    return Answer(
        outcome=outcome,
        gateway_ref=wire.reference(refund["refund_id"]),
        said=code_and_words(refund["status"], refund.get("channel")),
        happened_at=_time(refund.get("success_time")),
        again_after=A_MINUTE if outcome is Outcome.PENDING else None,
    )


def _refusal(told: Mapping[str, Any], refused: frozenset[str]) -> Answer:
    code, words = told["code"], code_and_words(told["code"], told.get("message"))
    if code in refused:
        return failed(words)
    if code in NOT_THERE:
        return Answer(outcome=Outcome.NOT_FOUND, said=words)
    return unknown(words, again_after=A_MINUTE if code in TOO_OFTEN else None)


def _time(told: str | None) -> datetime | None:
    """RFC 3339, with the zone."""
    at = datetime.fromisoformat(told) if told else None
    return at if at and at.tzinfo else None


def _notice(event: str, refund: Mapping[str, Any]) -> Notice:
    return Notice(
        event=wire.reference(event),
        key=wire.reference(refund["out_refund_no"]),
        gateway_ref=wire.reference(refund["refund_id"]),
        payment=wire.reference(refund["transaction_id"]),
        payment_too=wire.reference(refund.get("out_trade_no")),
        amount=Money(refund["amount"]["refund"], "CNY"),
        outcome=OUTCOMES.get(refund["refund_status"], Outcome.UNKNOWN),
    )
