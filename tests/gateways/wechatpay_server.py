"""WeChat Pay's API v3 of refunds: signed in both directions, notices encrypted."""

import json
import re
import secrets
import time
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from helpdesk.gateways.wechatpay import WechatPayGateway
from tests.gateways.serving import (
    PATIENCE,
    GatewayServer,
    Mishap,
    Reply,
    Request,
    Row,
    private_pem,
    public_pem,
    rsa_key,
)

MERCHANT, SERIAL, API_V3_KEY = "1900000001", "5157F09EFDC096DE15EBE81A47057A72", "k" * 32
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012026112300000000"
REFUNDS = "/v3/refund/domestic/refunds"
STATES = {"succeeded": "SUCCESS", "pending": "PROCESSING", "needs-action": "ABNORMAL", "failed": "CLOSED"}
SIGNED = re.compile(
    r'WECHATPAY2-SHA256-RSA2048 mchid="(?P<mchid>\w+)",nonce_str="(?P<nonce>\w+)",'
    r'signature="(?P<signature>[^"]+)",timestamp="(?P<timestamp>\d+)",serial_no="(?P<serial>\w+)"'
)


class WechatPayServer(GatewayServer):
    payment = "4200002526202611230123456789"
    currency = "cny"
    refusal = (403, "NOT_ENOUGH", "余额不足")

    def gateway(self) -> WechatPayGateway:
        return WechatPayGateway(
            merchant=MERCHANT,
            api_v3_key=API_V3_KEY,
            certificate_serial=SERIAL,
            private_key=private_pem("shop"),
            public_key=public_pem("wechat"),
            public_key_id=PUBLIC_KEY_ID,
            api=self.address,
            patience=PATIENCE,
        )

    def new_ref(self) -> str:
        return f"50300{secrets.randbelow(10**18):018d}"

    def pays(self, request: Request) -> bool:
        return request.method == "POST"

    def answer(self, request: Request, mishap: Mishap | None) -> Reply:
        if not _is_signed(request):
            return self.unsigned(_signed(401, {"code": "SIGN_ERROR", "message": "签名错误"}))
        if not self.pays(request):
            row = self.rows.get(request.path.removeprefix(f"{REFUNDS}/"))
            if row is None:
                return _signed(404, {"code": "RESOURCE_NOT_EXISTS", "message": "退款单不存在"})
            return _signed(200, _told(row))
        asked = json.loads(request.body)
        if asked.get("transaction_id", self.payment) != self.payment:
            return _signed(404, {"code": "RESOURCE_NOT_EXISTS", "message": "订单不存在"})
        if asked["amount"]["total"] != self.captured:
            return _signed(400, {"code": "INVALID_REQUEST", "message": "订单金额不一致"})
        row = self.book(asked["out_refund_no"], self.payment, asked["amount"]["refund"], mishap)
        if row is None:
            status, code, message = self.refusal
            return _signed(status, {"code": code, "message": message})
        return _signed(200, _told(row))

    def unsigned(self, reply: Reply) -> Reply:
        return Reply(reply.status, reply.body, {"Content-Type": "application/json"})

    def signed(self, status: int, content: str) -> Reply:
        body = content.encode()
        return Reply(status, body, _headers(str(int(time.time())), body))

    def webhook(self, key: str, *, at: datetime, by: str = "wechat") -> tuple[dict[str, str], bytes]:
        row = self.rows[key]
        return notice(f"REFUND.{STATES[row.state]}", _told(row) | {"mchid": MERCHANT}, at=at, by=by)


def notice(
    event_type: str,
    about: dict[str, Any],
    *,
    at: datetime,
    by: str = "wechat",
    serial: str = PUBLIC_KEY_ID,
    key: str = API_V3_KEY,
) -> tuple[dict[str, str], bytes]:
    """A notice, encrypted and signed."""
    told = {**about, "refund_status": about.get("status", "")}
    text = AESGCM(key.encode()).encrypt(b"fdasflkja484", json.dumps(told).encode(), b"refund")
    body = json.dumps(
        {
            "id": f"EV-{about.get('out_refund_no', '1')}",
            "create_time": at.isoformat(timespec="seconds"),
            "resource_type": "encrypt-resource",
            "event_type": event_type,
            "summary": "退款成功",
            "resource": {
                "algorithm": "AEAD_AES_256_GCM",
                "original_type": "refund",
                "ciphertext": b64encode(text).decode(),
                "nonce": "fdasflkja484",
                "associated_data": "refund",
            },
        },
        ensure_ascii=False,
    ).encode()
    return _headers(str(int(at.timestamp())), body, by=by, serial=serial), body


def _told(row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {
        "refund_id": row.ref,
        "out_refund_no": row.key,
        "transaction_id": row.payment,
        "out_trade_no": "SH-10482",
        "channel": "ORIGINAL",
        "user_received_account": "招商银行信用卡0403",
        "create_time": "2026-11-23T10:00:00+08:00",
        "status": STATES[row.state],
        "amount": {"refund": row.minor, "total": WechatPayServer.captured, "currency": "CNY"},
    }
    return told | ({"success_time": "2026-11-23T10:00:05+08:00"} if row.state == "succeeded" else {})


def _signed(status: int, told: dict[str, Any]) -> Reply:
    body = json.dumps(told, ensure_ascii=False).encode()
    return Reply(status, body, _headers(str(int(time.time())), body))


def _headers(seconds: str, body: bytes, *, by: str = "wechat", serial: str = PUBLIC_KEY_ID) -> dict[str, str]:
    nonce = secrets.token_hex(16)
    signature = rsa_key(by).sign(f"{seconds}\n{nonce}\n{body.decode()}\n".encode(), PKCS1v15(), SHA256())
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature": b64encode(signature).decode(),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        "Wechatpay-Timestamp": seconds,
    }


def _is_signed(request: Request) -> bool:
    told = SIGNED.fullmatch(request.headers.get("authorization", ""))
    if told is None or (told["mchid"], told["serial"]) != (MERCHANT, SERIAL):
        return False
    content = (
        f"{request.method}\n{request.target}\n{told['timestamp']}\n{told['nonce']}\n{request.body.decode()}\n"
    )
    try:
        key = rsa_key("shop").public_key()
        key.verify(b64decode(told["signature"]), content.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
