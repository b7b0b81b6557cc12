"""Mail as buyers' programs write it, for tests."""

import itertools
import struct
import zlib
from base64 import encodebytes
from email.header import Header
from email.utils import formatdate

RECEIVER = "mx.shop.example"  # whose Authentication-Results the shop of the tests believes
_count = itertools.count(1)


def png(width: int = 8, height: int = 8) -> bytes:
    """A small real picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xd0\x50\x40" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def mail(
    text: str = "衣服有破损，我想退款。",
    *,
    sender: str = "li@buyer.example",
    name: str = "李梅",
    to: str = "support@shop.example",
    subject: str = "申请退款",
    message_id: str | None = None,
    in_reply_to: str = "",
    references: str = "",
    charset: str = "gbk",
    photo: bool = False,
    verified: str = "",
    headers: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """One mail; Chinese in GBK unless told otherwise. `message_id` None makes a new one, "" leaves it out.

    `verified` is what the shop's own receiving server found of the sender: "pass", "fail", or nothing.
    """
    if message_id is None:
        message_id = f"m{next(_count)}.{zlib.crc32(text.encode())}@buyer.example"
    lines = [
        *([f"Authentication-Results: {RECEIVER}; dmarc={verified} header.from={sender}"] if verified else ()),
        f"From: {Header(name, charset).encode()} <{sender}>",
        f"To: {to}",
        f"Subject: {Header(subject, charset).encode()}",
        f"Date: {formatdate()}",
        "MIME-Version: 1.0",
    ]
    if message_id:
        lines.append(f"Message-ID: <{message_id}>")
    if in_reply_to:
        lines.append(f"In-Reply-To: <{in_reply_to}>")
    if references or in_reply_to:
        lines.append(f"References: {references or f'<{in_reply_to}>'}")
    lines += [f"{key}: {value}" for key, value in headers]
    body = [
        f"Content-Type: text/plain; charset={charset}",
        "Content-Transfer-Encoding: base64",
        "",
        encodebytes(text.encode(charset)).decode(),
    ]
    if photo:
        body = [
            "Content-Type: multipart/mixed; boundary=cut",
            "",
            "--cut",
            *body,
            "--cut",
            "Content-Type: image/png; name=damage.png",
            "Content-Disposition: attachment; filename=damage.png",
            "Content-Transfer-Encoding: base64",
            "",
            encodebytes(png()).decode(),
            "--cut--",
            "",
        ]
    return "\r\n".join(lines + body).encode("ascii")
