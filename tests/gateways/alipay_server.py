"""Alipay's one address for refunds and their query: everything signed with RSA2, in both directions."""

import json
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from helpdesk import clock
from helpdesk.gateways.alipay import AlipayGateway
from tests.gateways.serving import (
    PATIENCE,
    GatewayServer,
    Mishap,
    Reply,
    Request,
    private_pem,
    public_pem,
    rsa_key,
)

APP_ID = "2021000000000001"
RESPONSES = {
    "alipay.trade.refund": "alipay_trade_refund_response",
    "alipay.trade.fastpay.refund.query": "alipay_trade_fastpay_refund_query_response",
}
GOOD = {"code": "10000", "msg": "Success"}


class AlipayServer(GatewayServer):
    payment = "2026112322001404710501234567"
    currency = "cny"
    bank_leg: dict[str, str] | None = None
    refusal = "ACQ.SELLER_BALANCE_NOT_ENOUGH"
    too_early = False  # a query finds nothing yet

    def gateway(self) -> AlipayGateway:
        return AlipayGateway(
            app_id=APP_ID,
            private_key=private_pem("shop"),
            public_key=public_pem("alipay"),
            now=clock.now,
            api=f"{self.address}/gateway.do",
            seconds=PATIENCE[1],
        )

    def pays(self, request: Request) -> bool:
        return request.query.get("method") == "alipay.trade.refund"

    def answer(self, request: Request, mishap: Mishap | None) -> Reply:
        if not _is_signed(dict(request.query)):
            error = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature"}
            return _reply({"error_response": error})
        method, asked = request.query["method"], json.loads(request.query["biz_content"])
        told = self._refunded(asked, mishap) if self.pays(request) else self._queried(asked)
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return _text(f'{{"{RESPONSES[method]}":{content},"sign":"{sign(content)}"}}')

    def unsigned(self, reply: Reply) -> Reply:
        told = json.loads(reply.body)
        del told["sign"]
        return _reply(told)

    def signed(self, status: int, content: str) -> Reply:
        name = RESPONSES["alipay.trade.refund"]
        return _text(f'{{"{name}":{content},"sign":"{sign(content)}"}}')

    def _refunded(self, asked: dict[str, Any], mishap: Mishap | None) -> dict[str, Any]:
        if asked.get("trade_no", self.payment) != self.payment:
            return _business("ACQ.TRADE_NOT_EXIST", "交易不存在")
        key, minor = asked["out_request_no"], round(float(asked["refund_amount"]) * 100)
        known = self.rows.get(key)
        if known and known.minor != minor:
            return _business("ACQ.DISCORDANT_REPEAT_REQUEST", "不一致的请求")
        row = self.book(key, self.payment, minor, mishap)
        if row is None:
            return _business(self.refusal, "卖家余额不足")
        return GOOD | {
            "trade_no": self.payment,
            "fund_change": "N" if known or row.state != "succeeded" else "Y",
            "refund_fee": asked["refund_amount"],
            "gmt_refund_pay": "2026-11-23 10:00:00",
        }

    def _queried(self, asked: dict[str, Any]) -> dict[str, Any]:
        row = self.rows.get(asked["out_request_no"])
        if row is None or row.state != "succeeded" or self.too_early:
            return dict(GOOD)
        told = GOOD | {
            "trade_no": self.payment,
            "out_request_no": row.key,
            "refund_amount": f"{row.minor / 100:.2f}",
            "refund_status": "REFUND_SUCCESS",
            "gmt_refund_pay": "2026-11-23 10:00:00",
        }
        return told | ({"deposit_back_info": self.bank_leg} if self.bank_leg else {})

    def webhook(self, key: str, *, at: datetime, by: str = "alipay") -> tuple[dict[str, str], bytes]:
        return notice({"out_biz_no": key, "refund_fee": f"{self.rows[key].minor / 100:.2f}"}, by=by)


def notice(
    changes: dict[str, str], *, by: str = "alipay", app_id: str = APP_ID
) -> tuple[dict[str, str], bytes]:
    """A notice about the trade, as a form."""
    told = {
        "app_id": app_id,
        "charset": "utf-8",
        "notify_id": f"ac05099524730693a8b330c5ecf72da9{changes.get('out_biz_no', '')}",
        "notify_time": "2026-11-23 10:00:01",
        "notify_type": "trade_status_sync",
        "subject": "茶 & 杯",
        "total_amount": "100.00",
        "trade_no": AlipayServer.payment,
        "trade_status": "TRADE_SUCCESS",
        "version": "1.0",
    } | changes
    content = "&".join(f"{name}={value}" for name, value in sorted(told.items()))
    signed = told | {"sign_type": "RSA2", "sign": sign(content, by=by)}
    return {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, urlencode(signed).encode()


def sign(content: str, *, by: str = "alipay") -> str:
    return b64encode(rsa_key(by).sign(content.encode(), PKCS1v15(), SHA256())).decode()


def _is_signed(told: dict[str, str]) -> bool:
    signature = b64decode(told.pop("sign"))
    content = "&".join(f"{name}={value}" for name, value in sorted(told.items()))
    try:
        rsa_key("shop").public_key().verify(signature, content.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return told["app_id"] == APP_ID and told["sign_type"] == "RSA2"


def _business(sub_code: str, sub_msg: str) -> dict[str, str]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": sub_code, "sub_msg": sub_msg}


def _reply(told: dict[str, Any]) -> Reply:
    return _text(json.dumps(told, ensure_ascii=False))


def _text(body: str) -> Reply:
    return Reply(200, body.encode(), {"Content-Type": "text/html;charset=utf-8"})
