"""Mail made to stall a reader, at the sizes at which others hang, and a program that measures each.

Run as a program it reads every one in a process of its own and prints `{name: [seconds, megabytes]}`.
"""

import json
import os
import resource
import struct
import sys
import time
from collections.abc import Callable

from mail import attachments, html_quotes, quoting
from mail.bounces import read
from mail.parse import parse

HEAD = b"From: a@x.example\nSubject: x\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\n\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
OUTLOOK = HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\n\n\x78\x9f\x3e\x22\x01\x00"


def nested(depth: int) -> bytes:
    return HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
        for number in range(depth)
    )


def plain(text: str) -> bytes:
    return HEAD + b"\n" + text.encode()


BOMBS: dict[str, Callable[[], bytes]] = {
    # email-reality.md, section 2
    "500 multiparts inside each other": lambda: nested(500),
    "2,000 multiparts inside each other": lambda: nested(2_000),
    "1,000 comments inside each other in From": lambda: (
        b"From: " + b"(" * 1_000 + b"a@x" + b")" * 1_000 + b"\n\nx"
    ),
    "100,000 tiny parts": lambda: MIXED + b"--b\n\na\n" * 100_000,
    "20,000 encoded words side by side": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nx",
    "10,000 parameter segments": lambda: (
        b"Content-Type: text/plain; " + b"".join(b"x*%d=a; " % n for n in range(10_000)) + b"\n\nx"
    ),
    "10,000 addresses": lambda: b"To: " + b", ".join(b"a%d@x.example" % n for n in range(10_000)) + b"\n\nx",
    "a line of 25 MB": lambda: HEAD + b"\n" + b"a" * 25_000_000,
    "10 MB of base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QUJDREVG" * 1_250_000,
    "headers of 1 MB": lambda: b"X-A: " + b"a" * 1_000_000 + b"\n" + HEAD + b"\nx",
    "100,000 header lines": lambda: b"X-A: a\n" * 100_000 + HEAD + b"\nx",
    "20,000 references": lambda: HEAD + b"References: " + b"<a@x> " * 20_000 + b"\n\nx",
    # section 9.3
    "one long On line": lambda: plain("On " + "a " * 240_000),
    "20,000 On lines": lambda: plain("On x\n" * 20_000),
    "200,000 dashes": lambda: plain("-" * 200_000),
    "200,000 empty lines": lambda: plain("a" + "\n" * 200_000 + "b"),
    "20,000 From lines": lambda: plain("From: a\n" * 20_000),
    "200,000 blanks": lambda: plain("a" + " " * 200_000 + "b"),
    "480 kB of ordinary text": lambda: plain("The cup came broken, please refund it.\n" * 12_300),
    "100,000 attributes on a tag": lambda: HTML + b"<a " + b"x=1 " * 100_000 + b">x</a>",
    "20,000 open divs": lambda: HTML + b"<div>" * 20_000 + b"x",
    "2,000,000 blanks in HTML": lambda: HTML + b"<p>" + b" " * 2_000_000 + b"x",
    "2.4 MB of HTML": lambda: HTML + b"<p>The cup came broken.</p>" * 92_000,
    # reliability-security.md, section 5.6
    "300 multiparts inside each other": lambda: nested(300),
    "1,000 messages inside each other": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 1_000,
    "500 open brackets in To": lambda: b"To: " + b"(" * 500 + b"\n\nx",
    "200,000 words in the subject": lambda: b"Subject: " + b"=?utf-8?q?a?= x " * 200_000 + b"\n\nx",
    "a message id without an end": lambda: b"Message-ID: <[" + b"@" * 50_000 + b"\n\nx",
    "unknown charset and encoding": lambda: (
        HEAD + b"Content-Type: text/plain; charset=zlib\nContent-Transfer-Encoding: x\n\n" + b"\xff" * 99_999
    ),
    "a parameter with a name of 70 characters": lambda: (
        HEAD + b"Content-Type: text/plain; " + b"a" * 70 + b"*0*=x\n\nx"
    ),
    "18 MB of base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QUJDREVG\n" * 2_000_000,
    # our own rooms
    "50,000 quotes in HTML": lambda: HTML + b"<blockquote type=cite>a</blockquote>b" * 12_000,
    "20,000 rules above headers in HTML": lambda: HTML + b"<hr>From: a<br>" * 20_000,
    "20,000 open quotes in HTML": lambda: HTML + b"<blockquote type=cite>" * 20_000 + b"a",
    "interleaved lines": lambda: plain("> a\nb\n" * 80_000),
    "attributions": lambda: plain("On 2020-01-01 10:00 x wrote:\n\n" * 8_000),
    "half a uuencoded file, often": lambda: plain("begin 644 a\nMAB\n" * 100_000),
    "yEnc without an end": lambda: plain("=ybegin size=1 name=a\n=\n" * 50_000),
    "1,000,000 attributes of winmail": lambda: (
        OUTLOOK + struct.pack("<BHHIH", 2, 0x9002, 0, 0, 0) * 1_000_000
    ),
    "a winmail that promises 4,000,000,000 properties": lambda: (
        OUTLOOK + struct.pack("<BHHIII", 1, 0x9003, 0, 8, 2**32 - 1, 0x1000_101E) * 50_000
    ),
    "300 pages of 3,000 cells": lambda: (
        MIXED + (b"--b\nContent-Type: text/html\n\n" + b"<td>x" * 3_000 + b"\n") * 300
    ),
    "990 enclosed pages of 3,000 cells": lambda: (
        MIXED + (b"--b\nContent-Type: message/rfc822\n\n" + HTML + b"<td>x" * 3_000 + b"\n") * 990
    ),
    "2 MB of lines that look garbled": lambda: plain("锛\n" * 500_000),
    "a PGP armour that never ends": lambda: plain("-----BEGIN PGP SIGNED MESSAGE-----\n" * 20_000),
}  # fmt: skip


def read_all(raw: bytes) -> None:
    """What the desk does with a message and its page."""
    incoming = parse(raw)
    attachments.previews(incoming.attachments)
    quoting.of(incoming)
    read(incoming)
    if incoming.html:
        html_quotes.cut(incoming.html)


def measured(name: str) -> tuple[float, float]:
    """Processor seconds and the most megabytes, in a child of this process."""
    reading, writing = os.pipe()
    if not os.fork():
        raw = BOMBS[name]()
        started = time.process_time()
        read_all(raw)
        seconds = time.process_time() - started
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        os.write(writing, json.dumps((seconds, most)).encode())
        os._exit(0)
    os.wait()
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        seconds, most = json.loads(answer.read() or b"[999, 0]")
    return seconds, most


if __name__ == "__main__":
    json.dump({name: measured(name) for name in BOMBS}, sys.stdout)
