"""Delivery reports written to cost time: each is read within a second, and nothing raises."""

import time

import pytest

from mail import complaints
from mail.bounces import read
from mail.parse import parse

pytestmark = pytest.mark.trust

LONGEST = 1.0  # seconds of the processor
HEAD = b"From: MAILER-DAEMON@x.example\nTo: a@b.example\nSubject: failure notice\n"
STATUS = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
HEADS = {
    "prose": HEAD + b"\n",
    "fields": HEAD + STATUS + b"Content-Type: message/delivery-status\n\n",
    "notice": HEAD + b"X-Amz-Sns-Message-Id: 1\n\n",
    "complaint": HEAD + b"Content-Type: message/feedback-report\n\n",
}
BODIES = {
    "recipients": b"".join(b"<u%d@x.example>: 550 user unknown\n" % number for number in range(4_000)),
    "one recipient again and again": b"<u@x.example>: no\n" * 20_000,
    "signs at": b"a@" * 200_000,
    "labels": b"a." * 200_000 + b"@x",
    "one word": b"a" * 400_000,
    "hosts": b"<g@x.example> " + b"aa.bb.cc " * 60_000,
    "message ids": b"\nMessage-ID: <" * 60_000,
    "transcript": b">>> DATA\n<<< 550 no <u@x.example>\n" * 20_000,
    "groups": b"Final-Recipient: rfc822; a@b.example\nAction: failed\n\n" * 20_000,
    "codes": b"5.1." * 100_000,
    "headings": b"following recipient\n\n" * 40_000,
    "blanks": b" " * 300_000,
    "lines": b"\n" * 300_000,
    "deep": b'{"a":' * 100_000,
    "wide": b'{"bounce":{"bouncedRecipients":[' + b"{}," * 50_000,
    "reports inside": b"Content-Type: message/rfc822\n\n" * 3_000 + b"message/delivery-status",
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("head", HEADS)
def test_a_report_costs_no_time(head: str, body: str) -> None:
    incoming = parse(HEADS[head] + BODIES[body])
    started = time.process_time()
    read(incoming)
    complaints.read(incoming)
    assert time.process_time() - started < LONGEST
