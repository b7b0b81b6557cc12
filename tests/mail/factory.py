"""Messages for the tests: the dull headers filled in, the interesting ones given."""

from mail.parse import parse
from mail.types import Incoming


def make_raw(body: bytes | str = "您好，我想退款。", **fields: str | bytes) -> bytes:
    """Raw bytes of a message; `x_loop="1"` becomes `X-Loop: 1`, None leaves a default header out."""
    defaults: dict[str, str | bytes] = {
        "from": "Wang <wang@buyer.example>",
        "to": "support@shop.example",
        "subject": "refund",
        "message_id": "<one@buyer.example>",
        "date": "Fri, 06 Mar 2026 09:00:00 +0800",
    }
    if "content_type" not in fields:
        defaults["content_type"] = "text/plain; charset=utf-8"
    lines = [
        name.replace("_", "-").title().encode()
        + b": "
        + (value.encode() if isinstance(value, str) else value)
        for name, value in {**defaults, **fields}.items()
        if value is not None
    ]
    content = body.encode() if isinstance(body, str) else body
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


def make_incoming(body: bytes | str = "您好，我想退款。", **fields: str | bytes) -> Incoming:
    return parse(make_raw(body, **fields))


def make_multipart(*parts: bytes, kind: str = "mixed") -> bytes:
    """The raw bytes of a message of these parts (each with its own headers)."""
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return make_raw(body, content_type=f"multipart/{kind}; boundary=b")
