"""Alipay (支付宝) of mainland China, by python-alipay-sdk: the optional extra `alipay`.

Requests, answers and notices are signed with RSA2; what is not signed by Alipay decides nothing
(https://opendocs.alipay.com/open/028sm9 alipay.trade.refund, 028sma alipay.trade.fastpay.refund.query).
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from alipay import AliPay
from alipay.exceptions import AliPayException
from alipay.utils import AliPayConfig

from helpdesk.gateways import wire
from helpdesk.gateways.wire import code_and_words, failed, unknown
from helpdesk.rules.paying import Answer, Instruction, Notice, Outcome, SignatureError

BEIJING = timezone(timedelta(hours=8))  # of every time that Alipay writes or reads
TRADE_NO = re.compile(r"20[0-9]{26}")  # Alipay's own number; any other is the shop's out_trade_no
LONGEST_REASON = 256
SECONDS = 20.0  # for each piece of an answer; a refund may take Alipay some
DONE, BUSINESS_FAILED = "10000", "40004"
# Refusals after which no money has moved and none will. Any other sub_code, ACQ.SYSTEM_ERROR above all, may
# hide a success: it is asked for.
REFUSALS = frozenset(
    f"ACQ.{code}"
    for code in (
        "ALLOC_AMOUNT_VALIDATE_ERROR",
        "BUYER_ENABLE_STATUS_FORBID",
        "BUYER_ERROR",
        "BUYER_NOT_EXIST",
        "CURRENCY_NOT_SUPPORT",
        "CUSTOMER_VALIDATE_ERROR",
        "ENTERPRISE_PAY_BIZ_ERROR",
        "INVALID_PARAMETER",
        "MERCHANT_ACCOUNT_STATUS_ERROR",
        "NOT_ALLOW_PARTIAL_REFUND",
        "ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND",
        "OVERDRAFT_AGREEMENT_NOT_MATCH",
        "OVERDRAFT_ASSIGN_ACCOUNT_INVALID",
        "REASON_TRADE_BEEN_FREEZEN",
        "REASON_TRADE_REFUND_FEE_ERR",
        "REASON_TRADE_STATUS_INVALID",
        "REFUND_ACCOUNT_NOT_EXIST",
        "REFUND_AMT_NOT_EQUAL_TOTAL",
        "REFUND_CHARGE_ERROR",
        "REFUND_FEE_ERROR",
        "REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST",
        "SELLER_BALANCE_NOT_ENOUGH",
        "TRADE_HAS_CLOSE",
        "TRADE_HAS_FINISHED",
        "TRADE_NOT_ALLOW_REFUND",
        "TRADE_NOT_EXIST",
        "TRADE_STATUS_ERROR",
        "USER_NOT_MATCH_ERR",
    )
)


class AlipayGateway:
    """The payment's reference is Alipay's trade_no (28 digits), or the shop's own out_trade_no."""

    name = "alipay"
    settling = timedelta(seconds=10)
    received = ("text/plain", "success")

    def __init__(
        self,
        *,
        app_id: str,
        private_key: str,
        public_key: str,
        now: Callable[[], datetime],
        api: str = "https://openapi.alipay.com/gateway.do",
        seconds: float = SECONDS,
    ) -> None:
        """Keys as PEM: the app's own private key and Alipay's public one. Raises ValueError for others."""
        self._app_id, self._now = app_id, now
        self._client = AliPay(
            appid=app_id,
            app_private_key_string=private_key,
            alipay_public_key_string=public_key,
            sign_type="RSA2",
            config=AliPayConfig(timeout=seconds),
        )
        self._client._gateway = api  # the library has no setting for it

    def submit(self, instruction: Instruction) -> Answer:
        if instruction.amount.currency != "CNY":
            return failed(f"Alipay pays back CNY, not {instruction.amount.currency}")
        asked = {
            **_trade(instruction.payment),
            "refund_amount": str(instruction.amount.value),
            "out_request_no": instruction.key,
        }
        if instruction.words:
            asked["refund_reason"] = instruction.words[:LONGEST_REASON]
        return self._heard("alipay.trade.refund", asked, _submitted)

    def query(self, instruction: Instruction) -> Answer:
        asked = {
            **_trade(instruction.payment),
            "out_request_no": instruction.key,
            "query_options": ["deposit_back_info", "gmt_refund_pay"],
        }
        return self._heard(
            "alipay.trade.fastpay.refund.query", asked, lambda told: _queried(told, instruction)
        )

    def call_off(self, instruction: Instruction) -> Answer:
        return self.query(instruction)  # it has no such thing

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Notice | None:
        """Alipay sends a notice for a day until it is heard, so its age says nothing."""
        try:
            told = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
            signature = told.pop("sign")
            signed = self._client.verify(dict(told), signature)  # a copy: the library empties it
        except Exception as error:  # of the library: for every kind of bad signature another one
            raise SignatureError("the notice has no signature that can be read") from error
        if not signed:
            raise SignatureError("the notice is not signed by Alipay")
        if told.get("app_id") != self._app_id:
            raise SignatureError("the notice is for another app")
        return _notice(told)

    def _heard(
        self, method: str, asked: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Answer]
    ) -> Answer:
        """What a signed answer says; anything else is none."""
        timestamp = f"{self._now().astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
        try:
            told = self._client.server_api(method, dict(asked), timestamp=timestamp)
            return read({"out_request_no": asked["out_request_no"], **told})
        except AliPayException as error:  # an answer without a signature, as for a wrong app id or key
            return unknown(f"an answer that is not signed: {error}")
        except Exception as error:  # whatever a line, a server or the library does is no answer
            return wire.no_answer(self.name, error)


def _trade(payment: str) -> dict[str, str]:
    return {"trade_no" if TRADE_NO.fullmatch(payment) else "out_trade_no": payment}


def _submitted(told: Mapping[str, Any]) -> Answer:
    """fund_change=Y: this request has moved money. N on a repeat, or nothing at all, has to be asked for."""
    if told["code"] == DONE and told.get("fund_change") == "Y":
        return Answer(
            outcome=Outcome.SUCCEEDED,
            gateway_ref=_ref(told, "out_request_no"),
            said="fund_change: Y",
            happened_at=_time(told.get("gmt_refund_pay")),
        )
    if told["code"] == BUSINESS_FAILED and told.get("sub_code") in REFUSALS:
        return failed(_words(told))
    return unknown(_words(told))


def _queried(told: Mapping[str, Any], about: Instruction) -> Answer:
    """No refund_status in a good answer: not refunded, or asked too early."""
    if told["code"] != DONE:
        return unknown(_words(told))
    status = told.get("refund_status")
    if not status:
        return Answer(outcome=Outcome.NOT_FOUND)
    if told.get("refund_amount") and Decimal(told["refund_amount"]) != about.amount.value:
        return wire.about_another(about.key)
    return Answer(
        outcome=Outcome.SUCCEEDED if status == "REFUND_SUCCESS" else Outcome.UNKNOWN,
        gateway_ref=_ref(told, "out_request_no"),
        trace=_bank_leg(told.get("deposit_back_info") or {}),
        said=wire.cut(str(status)),
        happened_at=_time(told.get("gmt_refund_pay")),
    )


def _ref(told: Mapping[str, Any], request: str) -> str:
    """Alipay numbers no refund: the trade and the number of the request are one together."""
    return wire.reference(f"{told.get('trade_no', '')}/{told.get(request, '')}")


def _words(told: Mapping[str, Any]) -> str:
    return code_and_words(told.get("sub_code") or told["code"], told.get("sub_msg") or told.get("msg"))


def _bank_leg(info: Mapping[str, Any]) -> str:
    """Of a bank card: "S 2026-11-23 10:00:00" (S done, P under way, F refused by the bank)."""
    if str(info.get("has_deposit_back")).lower() != "true":
        return ""
    when = info.get("bank_ack_time") or info.get("est_bank_receipt_time")
    return wire.reference(" ".join(str(part) for part in (info.get("dback_status"), when) if part))


def _time(told: object) -> datetime | None:
    try:
        return datetime.strptime(str(told), "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None


def _notice(told: Mapping[str, str]) -> Notice | None:
    """A trade's notice is about a refund when it has a refund_fee: all refunds of the trade together."""
    if not told.get("refund_fee"):
        return None
    return Notice(
        event=wire.reference(told.get("notify_id")),
        key=wire.reference(told.get("out_biz_no")),
        gateway_ref=_ref(told, "out_biz_no"),
        payment=wire.reference(told.get("trade_no")),
        payment_too=wire.reference(told.get("out_trade_no")),
    )
